"""Benchmarks: each figure is one command that prints JSON."""
