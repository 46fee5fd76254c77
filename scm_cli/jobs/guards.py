"""What a sheet may not do, found before it is compared: links, closed openings, date ranges."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from scm_cli.core.intake import links
from scm_cli.core.intake.typed import Refusal
from scm_cli.core.records.keys import KEYS
from scm_cli.errors import Say, ScmError
from scm_cli.store import facts

if TYPE_CHECKING:
    from scm_cli.core.intake.known import Known
    from scm_cli.core.intake.prepare import Prepared
    from scm_cli.core.intake.typed import Typed

RANGES = {"closures": ("from_on", "until_on"), "events": ("from_on", "until_on"),
          "supplier_prices": ("valid_from_on", "valid_until_on"), "policies": ("min_qty", "max_qty"),
          "items": ("min_qty", "max_qty")}  # fmt: skip


def check(con: Any, typed: Typed, ready: Prepared, known: Known) -> None:  # noqa: ANN401
    """Add refusals to `typed`; link receipt and delivery lines to their orders."""
    kind = typed.kind
    if kind.startswith("opening") and facts.shop_facts(con).get("opening_finished"):
        raise ScmError(
            "the opening of the books is closed; {kind} cannot be imported any more",
            hint="Correct stock with a count, balances with a payment.",
            kind=kind,
        )
    if kind in RANGES:
        _ranges(typed, ready, *RANGES[kind])
    if kind == "receipts":
        _link(con, typed, ready, links.RECEIVING, "receipt_line")
        _freeze_supplier(typed, ready)
    if kind == "deliveries":
        _link(con, typed, ready, links.SHIPPING, "shipment_line")
    if kind == "purchase_orders":
        _first_promise(con, ready)
    if kind == "warehouses":
        bad = ready.tables["warehouse"].filter(pl.col("warehouse").str.starts_with("@"))
        typed.refused += [
            Refusal(r, None, Say("a warehouse code may not start with @")) for r in bad["row"]
        ]
    if kind in ("opening_balances", "payments"):
        _partners(typed, ready, known)
    if kind == "transfers":
        head = ready.tables["transfer"]
        same = head.filter(pl.col("from_warehouse") == pl.col("to_warehouse"))
        typed.refused += [
            Refusal(r, None, Say("a transfer needs two different warehouses")) for r in same["row"]
        ]


def _ranges(typed: Typed, ready: Prepared, low: str, high: str) -> None:
    rows = ready.tables[ready.main[0]]
    if low in rows.columns and high in rows.columns:
        for row, first, last in (
            rows.filter(pl.col(low) > pl.col(high)).select("row", low, high).iter_rows()
        ):
            typed.refused.append(
                Refusal(
                    row,
                    None,
                    Say(
                        "{low} {first} is after {high} {last}",
                        low=low,
                        first=first,
                        high=high,
                        last=last,
                    ),
                )
            )


def _link(con: Any, typed: Typed, ready: Prepared, link: links.Link, table: str) -> None:  # noqa: ANN401
    lines = ready.tables[table]
    if link.order_no not in lines.columns:
        return
    numbers = lines[link.order_no].drop_nulls().unique()
    if link is links.RECEIVING:
        orders = facts.purchase_lines(con, numbers)
        done = pl.col("received_before_qty") + pl.col("accepted_qty")
    else:
        orders = facts.order_lines(con, numbers)
        done = pl.col("shipped_before_qty") + pl.col("shipped_qty")
    orders = orders.with_columns(done.alias("done_qty"))
    lines = links.linked(lines, orders, link)
    old = facts.existing(con, table, lines)
    key = list(KEYS[table])
    new_rows = lines.join(old.select(key), on=key, how="anti")["row"]
    typed.refused += list(links.refusals(lines, orders, link, new_rows))
    ready.tables[table] = lines


def _freeze_supplier(typed: Typed, ready: Prepared) -> None:
    """A receipt names its supplier, if only through its order."""
    head = ready.tables["receipt"]
    if "supplier" not in head.columns:
        raise ScmError(
            "the receipts name no supplier",
            hint="Add a column for the supplier.",
            where=typed.kind,
        )


def _first_promise(con: Any, ready: Prepared) -> None:  # noqa: ANN401
    """The first promise is frozen: the first date that a supplier gives stays for good."""
    table = "purchase_order_line"
    lines = ready.tables[table]
    if "promised_on" not in lines.columns:
        return
    old = facts.existing(con, table, lines).select(
        "purchase_no", "line_no", pl.col("first_promised_on").alias("frozen_on")
    )
    lines = lines.join(old, on=["purchase_no", "line_no"], how="left", maintain_order="left")
    stated = (
        pl.col("first_promised_on")
        if "first_promised_on" in lines.columns
        else pl.lit(None, pl.Date)
    )
    ready.tables[table] = lines.with_columns(
        pl.coalesce("frozen_on", stated, "promised_on").alias("first_promised_on")
    ).drop("frozen_on")


def _partners(typed: Typed, ready: Prepared, known: Known) -> None:
    """Partners may be given by code or name; the kind of balance says which they are."""
    from scm_cli.core.intake.resolve import resolved

    table = ready.main[0]
    rows = ready.tables[table]
    if table == "payment":
        selling = pl.col("direction") == "in"
    else:
        selling = pl.col("kind").is_in(["receivable", "advance_received"])
    done = []
    for side, master in ((selling, "customer"), (~selling, "supplier")):
        part = rows.filter(side)
        codes, missing = resolved(part["partner"], known, master)
        typed.refused += [
            Refusal(row, None, Say("there is no {table} {code}", table=master, code=code))
            for row, code in part.filter(missing).select("row", "partner").iter_rows()
        ]
        done.append(part.with_columns(codes))
    ready.tables[table] = pl.concat(done).sort("row")
