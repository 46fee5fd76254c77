"""What people hold or open on a phone: HTML pages and their small charts."""
