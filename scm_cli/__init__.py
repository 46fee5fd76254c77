"""scm: a small firm's supply chain, run from one local file."""

__version__ = "0.1.0"
