"""What commands, the night and the inbox start: load, decide, commit. No parsing, no printing."""
