"""What sheets of dealers may not say: what was sold on counts only where its days are known."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from scm_cli.core.intake.typed import Refusal
from scm_cli.errors import Say
from scm_cli.store import facts
from scm_cli.store.gateway import frame

if TYPE_CHECKING:
    from scm_cli.core.intake.prepared import Prepared
    from scm_cli.core.intake.typed import Typed

_OWN = ["customer", "sku"]


def check(con: Any, typed: Typed, ready: Prepared) -> None:  # noqa: ANN401 -- the store's connection
    """Refuse what was sold on in days that begin nowhere: no From, and no earlier sheet to go on from."""
    if typed.kind != "dealer_stock" or "sold_qty" not in ready.tables["dealer_stock"].columns:
        return
    told = ready.tables["dealer_stock"]
    begun = pl.col("from_on") if "from_on" in told.columns else pl.lit(None, pl.Date)
    told = told.with_columns(begun.alias("from_on"))
    loose = told.filter(pl.col("sold_qty").is_not_null() & pl.col("from_on").is_null())
    if loose.is_empty():
        return
    dated = facts.existing(con, "dealer_stock", loose).filter(pl.col("from_on").is_not_null())
    loose = loose.join(dated, on=[*_OWN, "until_on"], how="anti", maintain_order="left")
    stored = frame(con, "SELECT customer, sku, until_on FROM dealer_stock")
    every = pl.concat([stored, told.select(stored.columns)])
    first = every.group_by(_OWN).agg(pl.col("until_on").min().alias("first_on"))
    alone = loose.join(first, on=_OWN, how="left", maintain_order="left").filter(
        pl.col("until_on") <= pl.col("first_on")
    )
    why = Say("what was sold on needs its days: fill in From and Until")
    typed.refused += [Refusal(row, None, why, ("from_on", "sold_qty")) for row in alone["row"]]
