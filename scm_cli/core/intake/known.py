"""What the shop knows already, as far as one import asks."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

import polars as pl

from scm_cli.core.intake.kinds import MAKES

if TYPE_CHECKING:
    from collections.abc import Callable


def _nothing_drawn(_: list[str]) -> dict[str, str]:
    """No row came before."""
    return {}


def _nothing_sold(_: pl.Series) -> pl.DataFrame:
    """No sale to net a return against."""
    names = {"customer": pl.String, "sku": pl.String, "order_no": pl.String, "line_no": pl.Int64}
    return pl.DataFrame(schema={**names, "qty": pl.Decimal(18, 4), "ordered_on": pl.Date})


def _nothing_ordered(_: pl.Series) -> pl.DataFrame:
    """No order is known."""
    return pl.DataFrame(schema={"order_no": pl.String, "customer": pl.String})


@dataclass(slots=True)
class Known:
    """Master frames by table, and the facts of the shop.

    `frames`: item (sku, name, unit), item_unit (sku, unit, factor), customer, supplier and
    warehouse (code, name). What an earlier sheet of the same import makes is added to them.
    `numbers(series, n)` gives the next document numbers. `drawn_before(digests)` tells which
    rows without a number came in before, and under which number; `drawn` collects the new ones.
    `sold(customers)` gives the order lines against which returns are netted, `ordered_by(numbers)`
    the customers of orders.
    """

    frames: dict[str, pl.DataFrame]
    today: date
    start_on: date | None
    default_warehouse: str | None
    default_unit: str
    walk_in: str
    numbers: Callable[[str, int], list[str]]
    drawn_before: Callable[[list[str]], dict[str, str]] = _nothing_drawn
    sold: Callable[[pl.Series], pl.DataFrame] = _nothing_sold
    ordered_by: Callable[[pl.Series], pl.DataFrame] = _nothing_ordered
    makes: frozenset[str] = frozenset()
    strict: bool = False  # no sheet makes anything
    opening_closed: bool = False
    currency: str = "CNY"
    stages: tuple[str, ...] = ()  # of deals: the open ones in order, won, lost
    created: dict[str, int] = field(default_factory=dict)
    made: dict[str, pl.DataFrame] = field(default_factory=dict)
    drawn: dict[str, str] = field(default_factory=dict)

    def remember(self, table: str, made: pl.DataFrame) -> None:
        """New masters are known to the sheets that follow, counted, and written with them."""
        mine = [self.made[table]] if table in self.made else []
        self.made[table] = pl.concat([*mine, made], how="diagonal")
        shape = self.frames[table]
        columns = [
            pl.col(c) if c in made.columns else pl.lit(None, shape[c].dtype).alias(c)
            for c in shape.columns
        ]
        self.frames[table] = pl.concat([shape, made.select(columns)])
        self.created[table] = self.created.get(table, 0) + len(made)

    def may_make(self, kind: str) -> frozenset[str]:
        """The tables in which a sheet of that kind makes what it names and nobody knows."""
        return frozenset() if self.strict else MAKES.get(kind, frozenset()) | self.makes

    def units(self) -> set[str]:
        """Every unit that some item has."""
        return {*self.frames["item"]["unit"], *self.frames["item_unit"]["unit"]} - {None}
