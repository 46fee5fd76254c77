"""What the rows of a sheet stand for: rows of tables, each with the sheet row that it came from."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING

import polars as pl

from scm_cli.core.intake.typed import without
from scm_cli.core.records.catalog import record

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from scm_cli.core.intake.typed import Typed


@dataclass(slots=True)
class Prepared:
    """Rows per table as the sheet states them, each with its sheet row in `row`.

    `main` is the tables whose rows answer to sheet rows. `sides` are records that the sheet
    makes beside its own (packs, prices, opening stock, charges).
    """

    main: tuple[str, ...]
    tables: dict[str, pl.DataFrame] = field(default_factory=dict)
    sides: dict[str, pl.DataFrame] = field(default_factory=dict)

    def holding(self, *names: str, first: Iterable[str] = ()) -> Iterator[str]:
        """The table that has all these columns beside its sheet rows; of several, one of `first`."""
        wanted = {*names, "row"}
        found = (t for t in (*first, *self.tables) if wanted <= set(self.tables[t].columns))
        return islice(found, 1)

    def settled(self, rows: Typed) -> None:
        """Leave out what was refused meanwhile; a document stays while one of its lines does."""
        out = {r.row for r in rows.refused}
        if not out:
            return
        heads = [name for name in self.tables if f"{name}_line" in self.tables]
        for name in self.tables:
            if name not in heads:
                self.tables[name] = without(self.tables[name], out)
        for name in heads:
            key = record(name).key[0]
            left = self.tables[f"{name}_line"].group_by(key).agg(pl.col("row").min())
            head = self.tables[name].drop("row")
            self.tables[name] = head.join(left, on=key, how="inner", maintain_order="left")
        for name, side in self.sides.items():
            if "row" in side.columns:
                self.sides[name] = without(side, out)
