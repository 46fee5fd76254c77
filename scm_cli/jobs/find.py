"""Find: a few words over items, suppliers and customers, or a question in SQL."""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from scm_cli.core.search import nearest, rank, words_of
from scm_cli.errors import Exit, Say, ScmError
from scm_cli.store import asking
from scm_cli.store.gateway import reading, rows

if TYPE_CHECKING:
    from scm_cli.run import Run

#: Each question is asked of `hit`, the records in which every word occurs.
ITEM = """
SELECT t.sku AS code, t.name, t.mnemonic, t.sale_price AS price, coalesce(s.qty, 0) AS on_hand_qty,
    a.next_on, d.day, d.document, d.partner, d.qty, d.unit_price, NULL AS amount
FROM hit t
LEFT JOIN (SELECT sku, sum(qty) AS qty FROM on_hand_lot GROUP BY sku) s USING (sku)
LEFT JOIN (
    SELECT sku, min(expected_on) AS next_on
    FROM purchase_line WHERE open_qty > 0 GROUP BY sku
) a USING (sku)
LEFT JOIN (
    SELECT sku,
        max_by(struct_pack(day, document, partner, qty, unit_price), (day, document)) AS d
    FROM (
        SELECT l.sku, h.ordered_on AS day, h.order_no AS document, h.customer AS partner,
            l.qty / l.factor AS qty, l.unit_price
        FROM sales_order_line l JOIN sales_order h USING (order_no) SEMI JOIN hit USING (sku)
        UNION ALL
        SELECT l.sku, h.shipped_on, h.shipment_no, h.customer, l.qty / l.factor, l.unit_price
        FROM shipment_line l JOIN shipment h USING (shipment_no) SEMI JOIN hit USING (sku)
        WHERE l.order_no IS NULL
    ) GROUP BY sku
) USING (sku)
"""
SUPPLIER = """
SELECT t.supplier AS code, t.name, t.mnemonic, NULL AS price, NULL AS on_hand_qty, a.next_on,
    d.day, d.document, NULL AS partner, NULL AS qty, NULL AS unit_price, d.amount
FROM hit t
LEFT JOIN (
    SELECT supplier, min(expected_on) AS next_on
    FROM purchase_line WHERE open_qty > 0 GROUP BY supplier
) a USING (supplier)
LEFT JOIN (
    SELECT supplier, max_by(struct_pack(day, document, amount), (day, document)) AS d
    FROM (
        SELECT h.supplier, h.ordered_on AS day, h.purchase_no AS document,
            sum(round(l.qty / l.factor * l.unit_price, 2)) AS amount
        FROM purchase_order_line l JOIN purchase_order h USING (purchase_no)
        SEMI JOIN hit USING (supplier) GROUP BY ALL
    ) GROUP BY supplier
) USING (supplier)
"""
CUSTOMER = """
SELECT t.customer AS code, t.name, t.mnemonic, NULL AS price, NULL AS on_hand_qty,
    NULL AS next_on, d.day, d.document, NULL AS partner, NULL AS qty, NULL AS unit_price, d.amount
FROM hit t
LEFT JOIN (
    SELECT customer, max_by(struct_pack(day, document, amount), (day, document)) AS d
    FROM (
        SELECT h.customer, h.ordered_on AS day, h.order_no AS document,
            sum(round(l.qty / l.factor * l.unit_price, 2)) AS amount
        FROM sales_order_line l JOIN sales_order h USING (order_no)
        SEMI JOIN hit USING (customer) GROUP BY ALL
    ) GROUP BY customer
) USING (customer)
"""
#: kind → the fields in which words are looked for, and the question about its hits
KINDS: dict[str, tuple[tuple[str, ...], str]] = {
    "item": (("sku", "name", "barcode", "mnemonic", "spec"), ITEM),
    "supplier": (("supplier", "name", "short_name", "mnemonic", "contact", "mobile"), SUPPLIER),
    "customer": (("customer", "name", "mnemonic", "contact", "mobile", "city"), CUSTOMER),
}

#: The views that are documented: what one row of each is.
VIEWS: dict[str, Say] = {
    "stock": Say("What lies in a warehouse, by item and lot."),
    "sales": Say("A line of a customer's order."),
    "purchases": Say("A line of an order to a supplier."),
    "plan": Say("A suggestion of the last nightly run."),
    "moves": Say("A movement of goods."),
}


def search(run: Run, asked: list[str]) -> list[dict[str, Any]]:
    """Items, suppliers and customers in which every word occurs, the nearest first."""
    words = words_of(asked)
    found = []
    with reading(run) as con:
        for kind in KINDS:
            hits = _hits(con, kind, words)
            hits.sort(key=lambda r: rank(words, r["code"], r["name"], r["mnemonic"]))
            found += [_told(kind, r) for r in hits]
    return sorted(found, key=lambda r: rank(words, r["code"], r["name"], None)[0] > 0)


def _hits(con: Any, kind: str, words: list[str]) -> list[dict[str, Any]]:  # noqa: ANN401
    fields, question = KINDS[kind]
    text = f"lower(concat_ws(' ', {', '.join(fields)}))"
    every = " AND ".join([f"contains({text}, ?)"] * len(words)) or "false"
    return rows(con, f"WITH hit AS (SELECT * FROM {kind} WHERE {every}) {question}", list(words))


def _told(kind: str, r: dict[str, Any]) -> dict[str, Any]:
    deal: Say | None = None
    if r["document"] and kind == "item":
        price = (
            "-" if r["unit_price"] is None else f"{r['unit_price']:,.6f}".rstrip("0").rstrip(".")
        )
        deal = Say("{qty} at {price}, {partner} ({document})", qty=f"{r['qty']:g}", price=price,
                   partner=r["partner"], document=r["document"])  # fmt: skip
    elif r["document"]:
        deal = Say(
            "{document}: {amount}", document=r["document"], amount=f"{r['amount'] or 0:,.2f}"
        )
    return {
        "kind": kind,
        "code": r["code"],
        "name": r["name"],
        "price": r["price"],
        "on_hand_qty": r["on_hand_qty"],
        "next_arrival_on": r["next_on"],
        "last_deal_on": r["day"],
        "last_deal": deal,
    }


def views(run: Run) -> list[dict[str, Any]]:
    """Every column of the documented views."""
    with reading(run) as con:
        columns = rows(
            con,
            "SELECT table_name AS view, column_name AS column, data_type AS type "
            "FROM duckdb_columns() WHERE schema_name = 'main' ORDER BY column_index",
        )
    return [
        {**c, "row": what} for view, what in VIEWS.items() for c in columns if c["view"] == view
    ]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a question in SQL answers; column names are unique."""

    columns: list[str]
    rows: list[dict[str, Any]]


def sql(run: Run, question: str) -> Answer:
    """Answer one SELECT over the shop's file, which is open for reading only.

    Raises:
        ScmError: it is no single SELECT, or the engine does not understand it (exit 2).
    """
    with reading(run) as con:
        try:
            columns, found = asking.answer(con, question, run.limit)
        except asking.NotUnderstoodError as error:
            raise _said(con, str(error)) from error
    names = _unique(columns)
    return Answer(names, [dict(zip(names, map(_value, row), strict=True)) for row in found])


def _said(con: Any, text: str) -> ScmError:  # noqa: ANN401
    """What the engine says, as one sentence, with the nearest name for a mistyped table."""
    first = text.split("\n\nLINE", 1)[0].split("\n\tCandidate", 1)[0]
    told = " ".join(first.split()).partition("Error: ")[2] or first
    missing = re.search(r"Table with name (\S+) does not exist", told)
    near = None
    if missing:
        known = [
            r["n"]
            for r in rows(
                con, "SELECT DISTINCT table_name AS n FROM duckdb_columns() WHERE NOT internal"
            )
        ]
        near = nearest(missing[1], known)
        told = told.partition(" Did you mean")[0]
    elif "pytz" in told:
        told = "a time with a zone cannot be shown; cast it: now()::TIMESTAMP"
    return ScmError(
        "{why}",
        hint="Did you mean {near}?"
        if near
        else "`scm sql --views` lists the views and their columns.",
        exit_code=Exit.USAGE,
        why=told,
        near=near or "",
    )


def _unique(names: list[str]) -> list[str]:
    """Column names, each once: the second `name` is `name_2`."""
    found: list[str] = []
    for name in names:
        again = sum(
            n == name or (n.startswith(f"{name}_") and n[len(name) + 1 :].isdigit()) for n in found
        )
        found.append(f"{name}_{again + 1}" if name in found else name)
    return found


def _value(value: Any) -> Any:  # noqa: ANN401 -- any type the engine has
    """A value that a table, JSON and a sheet can all hold."""
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, dict | list | tuple):
        return json.dumps(value, ensure_ascii=False, default=str)
    if value is None or isinstance(value, str | int | float | Decimal | date | datetime):
        return value
    return str(value)
