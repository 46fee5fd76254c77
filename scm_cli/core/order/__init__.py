"""Rules about customers' orders."""
