"""DuckDB as it is asked for rows: its compiled part alone.

`import duckdb` builds the relational interface in Python, which takes longer than opening a shop
and answering a question; a command on one document needs nothing of it. Where frames are handed
over, `frames` loads the rest. A release without that part is taken whole.
"""

from __future__ import annotations

try:
    import _duckdb as duckdb
except ImportError:
    import duckdb  # type: ignore[no-redef]

__all__ = ["duckdb", "frames"]


def frames() -> None:
    """Load what takes frames and gives them."""
    import duckdb  # noqa: F401 -- adds its methods to the connection's class
