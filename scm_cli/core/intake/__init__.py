"""From a sheet of text to changes: recognise, type, resolve, assemble, compare."""
