"""Positions, moves, cost, counts: what lies where."""
