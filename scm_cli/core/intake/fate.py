"""What became of every row that was read: in rows, in quantity and in money.

Each row has exactly one fate, so that rows read = inserted + updated + unchanged + set aside +
refused, whatever happened.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import polars as pl

from scm_cli.errors import Say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scm_cli.core.intake.typed import Typed

FATES = ("inserted", "updated", "unchanged", "set_aside", "refused")
INSERTED, UPDATED, UNCHANGED, SET_ASIDE, REFUSED = range(5)
EXACT = pl.Decimal(38, 10)


def marks(rows: pl.Series, status: pl.Series) -> pl.DataFrame:
    """`row` and `fate` (a number) of rows of a table whose `status` is a word of `FATES`."""
    fate = status.replace_strict({w: n for n, w in enumerate(FATES)}, return_dtype=pl.Int8)
    return pl.DataFrame({"row": rows.cast(pl.Int64), "fate": fate})


def fates(typed: Typed, marked: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """`row`, `fate`, `reason` of every row read.

    A row that stands for several records is new when one of them is, else changed when one of
    them is. What is neither refused nor set aside and stands for nothing is set aside.
    """
    rows = typed.frame["row"]
    size = 1 + max([int(rows[-1]) if len(rows) else 0, *(r.row for r in typed.refused)])
    fate = pl.Series("fate", [SET_ASIDE], pl.Int8).new_from_index(0, size)
    reasons = pl.Series("reason", [None], pl.String).new_from_index(0, size)
    fate = fate.scatter(list(typed.repeated), UNCHANGED)
    for word in (UNCHANGED, UPDATED, INSERTED):  # the strongest last
        for part in marked:
            fate = fate.scatter(part["row"].filter(part["fate"] == word), word)
    refused = {r.row: reason(r.what) for r in reversed(typed.refused) if r.row >= 0}
    for word, told in ((SET_ASIDE, typed.set_aside), (REFUSED, refused)):
        fate = fate.scatter(list(told), word)
        reasons = reasons.scatter(list(told), list(told.values()))
    return pl.DataFrame([rows, fate.gather(rows), reasons.gather(rows)])


def counts(found: pl.DataFrame) -> dict[str, int]:
    """Rows read, and how many met each fate."""
    per = dict(found.group_by("fate").len().iter_rows())
    return {"rows_read": len(found), **{w: per.get(n, 0) for n, w in enumerate(FATES)}}


def reconciliation(typed: Typed, found: pl.DataFrame) -> list[dict[str, Any]]:
    """Rows, quantity and money by fate; the sums are exactly those of the sheet."""
    names = typed.frame.columns
    qty = next((n for n in ("qty", "accepted_qty", "counted_qty") if n in names), None)
    price = next((n for n in ("unit_price", "price_inc_tax", "price_ex_tax") if n in names), None)
    how_many, money = _number(qty), _number("amount" if "amount" in names else None)
    if "amount" not in names and qty and price:
        money = _number(qty) * _number(price)
    words = {REFUSED: "refused", SET_ASIDE: "set aside"}
    fate = pl.select(pl.when(found["fate"] < SET_ASIDE).then(INSERTED).otherwise(found["fate"]))
    why = pl.when(found["fate"] == SET_ASIDE).then(found["reason"].fill_null("nothing to take"))
    table = typed.frame.select(
        fate.to_series().alias("fate"),
        why.otherwise(found["reason"]).alias("reason"),
        how_many.alias("qty"),
        money.alias("amount"),
    )
    summed = table.group_by("fate", "reason", maintain_order=True).agg(
        pl.len().alias("rows"), pl.col("qty").sum(), pl.col("amount").sum()
    )
    parts = sorted(summed.to_dicts(), key=lambda p: (p["fate"], -p["rows"]))
    return [
        {
            **part,
            "fate": words.get(part["fate"], "imported"),
            "qty": _plain(part["qty"]),
            "amount": _plain(part["amount"]),
        }
        for part in parts
    ]


def reason(what: Say) -> str:
    """The kind of a refusal: its sentence without what differs from row to row.

    >>> reason(Say("there is no {table} {code}", table="item", code="A1"))
    'there is no … …'
    """
    inner = what.values.get("what")
    if isinstance(inner, Say):
        return reason(inner)
    return re.sub(r"\{\w+\}", "…", what.template)


def _number(name: str | None) -> pl.Expr:
    if name is None:
        return pl.lit(0).cast(EXACT)
    return pl.col(name).cast(EXACT).fill_null(0)


def _plain(value: Decimal) -> Decimal:
    """No negative zero, no trailing zeros."""
    return (value + 0).normalize() if value else Decimal(0)
