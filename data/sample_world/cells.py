"""Cells of the sheets."""

from __future__ import annotations

from typing import TypeAlias

Row: TypeAlias = dict[str, object]  # cells are written by str(); None and "" are empty
CARTON = "箱"
CARRIERS = ("快达", "安运", "自送")


def money(fen: int) -> str:
    """Fen as yuan, without needless zeros."""
    yuan, rest = divmod(fen, 100)
    return f"{yuan}.{rest:02d}".rstrip("0").rstrip(".")
