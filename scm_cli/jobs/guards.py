"""What a sheet may not do, found before it is compared: links, closed openings, date ranges."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import polars as pl

from scm_cli.core.intake import links
from scm_cli.core.intake.resolve import resolved
from scm_cli.core.intake.typed import Refusal
from scm_cli.core.master import OWN_MAKER
from scm_cli.core.records.catalog import sheet
from scm_cli.core.records.keys import KEYS
from scm_cli.core.search import unknown
from scm_cli.errors import Say
from scm_cli.jobs import (
    day_guards,
    deal_events,
    dealer_guards,
    order_guards,
    quote_guards,
    stated,
    ticket_guards,
)
from scm_cli.store import facts

if TYPE_CHECKING:
    from scm_cli.core.intake.known import Known
    from scm_cli.core.intake.prepared import Prepared
    from scm_cli.core.intake.typed import Typed

#: Pairs of fields of which the first may not lie beyond the second.
RANGES: dict[str, tuple[str, ...]] = {
          "closures": ("from_on", "until_on"), "events": ("from_on", "until_on"),
          "dealer_stock": ("from_on", "until_on"), "deliveries": ("shipped_on", "delivered_on"),
          "supplier_prices": ("valid_from_on", "valid_until_on"),
          "qualifications": ("valid_from_on", "valid_until_on"),
          "contracts": ("valid_from_on", "valid_until_on", "min_qty", "max_qty", "min_amount", "max_amount"),
          "policies": ("min_qty", "max_qty"),
          "inspections": ("failed_qty", "inspected_qty"),
          "items": ("min_qty", "max_qty")}  # fmt: skip

CLOSED = {
    "opening_stock": "the opening of the books is closed; correct the stock with a count",
    "opening_balances": "the opening of the books is closed; correct the balance with a payment",
}
CLOSED_CELLS = ("sku", "partner")
LINKS = {
    "receipts": links.RECEIVING,
    "supplier_shipments": links.NOTIFYING,
    "deliveries": links.SHIPPING,
    "sales_returns": links.RETURNING,
}


def check(con: Any, typed: Typed, ready: Prepared, known: Known) -> None:  # noqa: ANN401
    """Add refusals to `typed`; link lines to the documents that they name."""
    kind = typed.kind
    _out_of_range(typed, ready)
    if kind in LINKS:
        _link(con, typed, ready, LINKS[kind])
    if kind in ("receipts", "supplier_shipments"):
        _supplier_of_order(con, ready)
    if kind == "purchase_returns":
        _given_back(con, typed, ready)
    quote_guards.check(con, typed, ready, known)
    deal_events.check(con, typed, ready, known)
    ticket_guards.check(con, typed, ready)
    if kind == "suppliers":
        _own_makers(typed, ready)
    if kind == "purchase_orders":
        _first_promise(con, ready)
    if kind == "events":
        _sold_categories(con, typed, ready)
    order_guards.check(con, typed, ready)
    day_guards.check(con, typed, ready, known.today)
    dealer_guards.check(con, typed, ready)
    if kind in ("opening_balances", "payments"):
        _partners(typed, ready, known)
    if kind in CLOSED and known.opening_closed:
        _closed(con, typed, ready)
    _places(typed, ready)


def _closed(con: Any, typed: Typed, ready: Prepared) -> None:  # noqa: ANN401
    """A closed opening stays as it is: rows that say the same may come again, no others."""
    rows = stated.fresh(con, ready.main[0], ready.tables[ready.main[0]])
    typed.refuse(rows["row"], Say(CLOSED[typed.kind]), *CLOSED_CELLS)


def _sold_categories(con: Any, typed: Typed, ready: Prepared) -> None:  # noqa: ANN401
    """An event of a category that no item has would change nothing, and nobody would know."""
    rows = ready.tables["event"]
    if "category" not in rows.columns:
        return
    known = facts.categories(con)
    stated = rows.filter(pl.col("category").is_not_null()).select("row", "category")
    for row, category in stated.iter_rows():
        if category not in known:
            why = unknown("category", category, known).say
            typed.refused.append(Refusal(row, None, why, ("category",)))


def _own_makers(typed: Typed, ready: Prepared) -> None:
    rows = ready.tables["supplier"]
    if "made_by" in rows.columns:
        own = rows.filter(pl.col("made_by") == pl.col("supplier"))
        for row, code in own.select("row", "supplier").iter_rows():
            typed.refused.append(Refusal(row, None, Say(OWN_MAKER, code=code), ("made_by",)))


def _places(typed: Typed, ready: Prepared) -> None:
    """Warehouses are not called like the places that are none, and a transfer needs two of them."""
    if typed.kind == "warehouses":
        bad = ready.tables["warehouse"].filter(pl.col("warehouse").str.starts_with("@"))
        typed.refuse(bad["row"], Say("a warehouse code may not start with @"), "warehouse")
    if typed.kind == "transfers":
        lines = ready.tables["transfer_line"]
        if {"from_warehouse", "to_warehouse"} <= set(lines.columns):
            same = lines.filter(pl.col("from_warehouse") == pl.col("to_warehouse"))
            typed.refuse(
                same["row"], Say("a transfer needs two different warehouses"), "to_warehouse"
            )


def _out_of_range(typed: Typed, ready: Prepared) -> None:
    """Each range in the table that holds it: the lines, else their document."""
    names = RANGES.get(typed.kind, ())
    for low, high in zip(names[::2], names[1::2], strict=True):
        for table in ready.holding(low, high, first=ready.main[:1]):
            _ranges(typed, ready.tables[table], low, high)


def _ranges(typed: Typed, rows: pl.DataFrame, low: str, high: str) -> None:
    told = (
        "{low} {first} is after {high} {last}"
        if low.endswith("_on")
        else "{low} {first} is above {high} {last}"
    )
    for row, first, last in (
        rows.filter(pl.col(low) > pl.col(high)).select("row", low, high).iter_rows()
    ):
        shown = (_digits(v) if isinstance(v, Decimal) else v for v in (first, last))
        labels = {"low": _label(typed.kind, low), "high": _label(typed.kind, high)}
        why = Say(told, **dict(zip(("first", "last"), shown, strict=True)), **labels)
        typed.refused.append(Refusal(row, None, why, (high, low)))


def _label(kind: str, name: str) -> Say | str:
    """What the sheet calls a field."""
    column = sheet(kind).columns.get(name)
    return name if column is None else Say(column.en)


def _link(con: Any, typed: Typed, ready: Prepared, link: links.Link) -> None:  # noqa: ANN401
    table = ready.main[0]
    lines = ready.tables[table]
    if link.order_no not in lines.columns or lines[link.order_no].null_count() == len(lines):
        return
    numbers = lines[link.order_no].drop_nulls().unique()
    orders = _asked(con, link, numbers)
    old = facts.existing(con, table, lines)
    lines = links.linked(lines, _without(orders, old, link), link)
    typed.refused += list(links.refusals(lines, orders, link, old))
    ready.tables[table] = lines


def _asked(con: Any, link: links.Link, numbers: pl.Series) -> pl.DataFrame:  # noqa: ANN401
    """The lines that are answered: what they are for and what was done."""
    if link in (links.RECEIVING, links.NOTIFYING):
        on_its_way = pl.col("in_transit_qty") if link is links.NOTIFYING else 0
        return facts.purchase_lines(con, numbers).with_columns(
            (pl.col("qty") - pl.col("cancelled_qty")).alias("most_qty"),
            (pl.col("received_before_qty") + pl.col("accepted_qty") + on_its_way).alias("done_qty"),
        )
    orders = facts.order_lines(con, numbers)
    shipped = pl.col("shipped_before_qty") + pl.col("shipped_qty")
    if link is links.SHIPPING:
        most = pl.col("qty") - pl.col("cancelled_qty")
        return orders.with_columns(most.alias("most_qty"), shipped.alias("done_qty"))
    lines = facts.returned(con, numbers)
    back = lines.group_by("order_no", pl.col("order_line_no").alias("line_no")).agg(
        pl.col("qty").sum().alias("back_qty")
    )
    return orders.join(back, on=["order_no", "line_no"], how="left").with_columns(
        shipped.alias("most_qty"), pl.col("back_qty").fill_null(0).alias("done_qty"),
        pl.lit("closed").alias("status"),  # what was delivered may come back, whatever became of the rest
    )  # fmt: skip


def _without(orders: pl.DataFrame, old: pl.DataFrame, link: links.Link) -> pl.DataFrame:
    """The orders as if the lines that are now said anew had not been there."""
    mine = old.group_by(link.order_no, pl.col(link.order_line_no).alias("line_no")).agg(
        pl.col(link.qty).sum().alias("old_qty")
    )
    key = [link.order_no, "line_no"]
    return orders.join(mine, on=key, how="left", maintain_order="left").with_columns(
        (pl.col("done_qty") - pl.col("old_qty").fill_null(0)).alias("done_qty")
    )


def _supplier_of_order(con: Any, ready: Prepared) -> None:  # noqa: ANN401
    """A receipt or shipment notice names its supplier, if only through its order."""
    line_table, head_table = ready.main[0], ready.main[0].removesuffix("_line")
    lines, head = ready.tables[line_table], ready.tables[head_table]
    (number,) = KEYS[head_table]
    if "purchase_no" not in lines.columns:
        return
    if "supplier" in head.columns and not head["supplier"].has_nulls():
        return
    named = lines.drop_nulls("purchase_no")
    orders = facts.purchase_lines(con, named["purchase_no"].unique())
    orders = orders.unique("purchase_no").select("purchase_no", pl.col("supplier").alias("seller"))
    sellers = named.unique(number, keep="first", maintain_order=True)
    sellers = sellers.join(orders, on="purchase_no").select(number, "seller")
    head = head.join(sellers, on=number, how="left", maintain_order="left")
    given = [pl.col(n) for n in ("supplier", "seller") if n in head.columns]
    ready.tables[head_table] = head.with_columns(pl.coalesce(given).alias("supplier")).drop(
        "seller"
    )


def _given_back(con: Any, typed: Typed, ready: Prepared) -> None:  # noqa: ANN401
    """No more goes back to a supplier than the receipt that is named brought."""
    lines = ready.tables["purchase_return_line"]
    if "receipt_no" not in lines.columns or lines["receipt_no"].null_count() == len(lines):
        return
    lines = lines.drop_nulls("receipt_no")
    numbers = lines["receipt_no"].unique()
    came = facts.received(con, numbers)
    key = ["receipt_no", "sku"]
    others = facts.given_back(con, numbers).join(lines, on=["return_no", "line_no"], how="anti")
    before = others.group_by(key).agg(pl.col("qty").sum().alias("before_qty"))
    found = lines.join(came, on=key, how="left", maintain_order="left").join(
        before, on=key, how="left"
    )
    total = pl.col("before_qty").fill_null(0) + pl.col("qty").cum_sum().over(key)
    known = set(came["receipt_no"])
    for line in found.with_columns(total.alias("total_qty")).iter_rows(named=True):
        number, sku, most = line["receipt_no"], line["sku"], line["accepted_qty"]
        cell = "qty"
        told = "{sku}: {done} returned of receipt {number}, which brought {most}"
        if number not in known:
            told, cell = "there is no receipt {number}", "receipt_no"
        elif most is None:
            told, cell = "receipt {number} has no line for {sku}", "sku"
        elif line["total_qty"] <= most:
            continue
        had, back = _digits(most or Decimal(0)), _digits(line["total_qty"])
        why = Say(told, sku=sku, number=number, most=had, done=back)
        typed.refused.append(Refusal(line["row"], None, why, (cell,)))


def _digits(qty: Decimal) -> str:
    return f"{qty.normalize():f}"


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
    stated = [pl.col("first_promised_on")] if "first_promised_on" in lines.columns else []
    first = pl.coalesce("frozen_on", *stated, "promised_on").alias("first_promised_on")
    ready.tables[table] = lines.with_columns(first).drop("frozen_on")


def _partners(typed: Typed, ready: Prepared, known: Known) -> None:
    """Partners may be given by code or name; the kind of balance says which they are."""
    table = ready.main[0]
    rows = ready.tables[table]
    side = "direction" if table == "payment" else "kind"
    if side not in rows.columns:
        return
    selling = pl.col(side).is_in(["in", "receivable", "advance_received"])
    told = "there is no {table} {code}; enter it first"
    done = []
    for part, master in ((rows.filter(selling), "customer"), (rows.filter(~selling), "supplier")):
        codes, missing = resolved(part["partner"], known, master)
        typed.refused += [
            Refusal(row, None, Say(told, table=Say(master), code=code), ("partner",))
            for row, code in part.filter(missing).select("row", "partner").iter_rows()
        ]  # fmt: skip
        done.append(part.with_columns(codes.alias("partner")))
    ready.tables[table] = pl.concat(done).sort("row")
