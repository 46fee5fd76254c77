"""What the shop knows already, as far as one import asks."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    import polars as pl


@dataclass(slots=True)
class Known:
    """Master frames by table, and the facts of the shop.

    `frames`: item (sku, name, unit), item_unit (sku, unit, factor), customer, supplier and
    warehouse (code, name). What an earlier sheet of the same import makes is added to them.
    `numbers(series, n)` gives the next document numbers.
    """

    frames: dict[str, pl.DataFrame]
    today: date
    start_on: date | None
    default_warehouse: str | None
    default_unit: str
    walk_in: str
    numbers: Callable[[str, int], list[str]]
    created: dict[str, int] = field(default_factory=dict)
    made: dict[str, pl.DataFrame] = field(default_factory=dict)
