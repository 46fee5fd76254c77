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
    repeated = list(typed.repeated)
    again = pl.DataFrame({"row": pl.Series(repeated, dtype=pl.Int64)})
    parts = [*marked, again.with_columns(pl.lit(UNCHANGED, pl.Int8).alias("fate"))]
    done = pl.concat(parts)
    if done["row"].is_duplicated().any():
        done = done.group_by("row").agg(pl.col("fate").min())
    refused = {r.row: reason(r.what) for r in reversed(typed.refused)}
    left = {r: (SET_ASIDE, why) for r, why in typed.set_aside.items()}
    left |= {r: (REFUSED, why) for r, why in refused.items()}
    out = pl.DataFrame(
        [(r, *said) for r, said in left.items()],
        schema={"row": pl.Int64, "left": pl.Int8, "reason": pl.String},
        orient="row",
    )
    found = typed.frame.select("row").join(done, on="row", how="left", maintain_order="left")
    found = found.join(out, on="row", how="left", maintain_order="left")
    fate = pl.coalesce("left", "fate", pl.lit(SET_ASIDE, pl.Int8)).alias("fate")
    return found.select("row", fate, "reason")


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
    fate = found["fate"].replace_strict(
        {REFUSED: "refused", SET_ASIDE: "set aside"}, default="imported", return_dtype=pl.String
    )
    why = pl.when(found["fate"] == SET_ASIDE).then(found["reason"].fill_null("nothing to take"))
    table = typed.frame.select(
        fate.alias("fate"),
        why.otherwise(found["reason"]).alias("reason"),
        how_many.alias("qty"),
        money.alias("amount"),
    )
    summed = table.group_by("fate", "reason", maintain_order=True).agg(
        pl.len().alias("rows"), pl.col("qty").sum(), pl.col("amount").sum()
    )
    order = {"imported": 0, "set aside": 1, "refused": 2}
    parts = sorted(summed.to_dicts(), key=lambda p: (order[p["fate"]], -p["rows"]))
    return [{**p, "qty": _plain(p["qty"]), "amount": _plain(p["amount"])} for p in parts]


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
