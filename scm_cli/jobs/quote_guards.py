"""What sheets of quotes, of a supplier's terms and of shipment notices may not say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from scm_cli.core.intake.typed import Refusal
from scm_cli.errors import Say, ScmError

if TYPE_CHECKING:
    from scm_cli.core.intake.known import Known
    from scm_cli.core.intake.prepared import Prepared
    from scm_cli.core.intake.typed import Typed

#: Sheets of what was agreed with a supplier, and the table that says in which currency.
TERMS = {"supplier_prices": "supplier_item", "suppliers": "supplier", "contracts": "contract"}


def check(con: Any, typed: Typed, ready: Prepared, known: Known) -> None:  # noqa: ANN401
    """Add refusals to `typed` where it is a sheet of quotes, of a supplier's terms or of shipment notices."""
    if typed.kind == "quotes":
        quoted(con, typed, ready, known)
    if typed.kind in TERMS:
        _rated(con, typed, ready.tables[TERMS[typed.kind]], known)
    if typed.kind == "suppliers":
        _same_currency(con, typed, ready.tables["supplier"], known)
    if typed.kind == "supplier_shipments":
        shipped(typed, ready)


def quoted(con: Any, typed: Typed, ready: Prepared, known: Known) -> None:  # noqa: ANN401
    """No two prices of an item from one quantity on; no currency without a rate."""
    lines = ready.tables["quote_line"]
    start = pl.col("from_qty").fill_null(0) if "from_qty" in lines.columns else pl.lit(0)
    told = lines.select("row", "quote_no", "sku", start.alias("from_qty"))
    twice = told.filter(pl.struct("quote_no", "sku", "from_qty").is_duplicated())
    for row, qty in twice.select("row", "from_qty").iter_rows():
        why = Say("two prices hold from {qty} on", qty=f"{float(qty):g}")
        typed.refused.append(Refusal(row, None, why))
    _rated(con, typed, ready.tables["quote"], known)


def _rated(con: Any, typed: Typed, rows: pl.DataFrame, known: Known) -> None:  # noqa: ANN401
    """No currency without a rate."""
    from scm_cli.core.supplier.quotes import exchange_rate
    from scm_cli.jobs.rates import exchange_rates

    if "currency" not in rows.columns or rows["currency"].null_count() == len(rows):
        return
    rates = exchange_rates(con)
    for row, currency in rows.select("row", "currency").iter_rows():
        try:
            exchange_rate(rates, currency, known.currency, known.today)
        except ScmError as error:
            typed.refused.append(Refusal(row, None, error.say, ("currency",)))


def _same_currency(con: Any, typed: Typed, rows: pl.DataFrame, known: Known) -> None:  # noqa: ANN401
    """What a supplier was paid in so far it goes on to be paid in."""
    from scm_cli.jobs import rates

    if "currency" not in rows.columns or rows["currency"].null_count() == len(rows):
        return
    stated = rows.filter(pl.col("currency").is_not_null()).select("supplier", "row", "currency")
    at = {supplier: row for supplier, row, _ in stated.iter_rows()}
    new = dict(stated.select("supplier", "currency").iter_rows())
    for supplier, why in rates.moved(con, new, known.currency).items():
        typed.refused.append(Refusal(at[supplier], None, why, ("currency",)))


def shipped(typed: Typed, ready: Prepared) -> None:
    """Nothing is expected before it was shipped."""
    heads = ready.tables["supplier_shipment"]
    if "expected_on" not in heads.columns:
        return
    for head in heads.filter(pl.col("expected_on") < pl.col("shipped_on")).iter_rows(named=True):
        why = Say(
            "expected on {expected}, which is before it was shipped on {shipped}",
            expected=head["expected_on"], shipped=head["shipped_on"],
        )  # fmt: skip
        typed.refused.append(Refusal(head["row"], None, why))
