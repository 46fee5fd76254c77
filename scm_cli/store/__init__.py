"""The only package that touches DuckDB: open, lock, migrate, load, commit, journal, backup."""
