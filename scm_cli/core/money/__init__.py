"""Rules about money: what a line is worth, when it is due, what is still owed."""
