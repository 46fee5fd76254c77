"""What needs a person's eye: late, short, expiring, overdue, dead."""
