"""Rules about customers."""
