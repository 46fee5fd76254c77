"""Every stored record, declared once: key, fields, units, headers in both languages."""
