"""The rules: pure functions of plain data. No file, clock, environment or database."""
