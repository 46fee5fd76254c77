"""Prices of purchase orders, held against contracts and expired offers."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from scm_cli.core.supplier import agreed_price
from scm_cli.errors import Problem
from scm_cli.jobs import contract
from scm_cli.store.gateway import rows
from scm_cli.store.price_lists import OFFERED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scm_cli.jobs.parts import Part
    from scm_cli.run import Run

#: Lines of an entry whose order is still to be kept.
_LINES = """
SELECT p.* FROM purchase_line p JOIN purchase_order_line l USING (purchase_no, line_no)
WHERE p.status IN ('draft', 'approved', 'confirmed') AND p.unit_price IS NOT NULL
    AND (l.entry = $entry OR (l.purchase_no, l.line_no) IN (
        SELECT (before ->> 'purchase_no', (before ->> 'line_no')::INTEGER) FROM journal_row
        WHERE entry = $entry AND table_name = 'purchase_order_line'))
    AND (EXISTS (SELECT 1 FROM contract c JOIN contract_line t USING (contract_no)
            WHERE c.supplier = p.supplier AND t.sku = p.sku)
        OR EXISTS (SELECT 1 FROM supplier_item i WHERE i.supplier = p.supplier AND i.sku = p.sku
            AND i.valid_until_on < p.ordered_on))
ORDER BY p.purchase_no, p.line_no
"""
_TERMS = """
SELECT l.*, c.supplier, c.valid_from_on, c.valid_until_on, c.ended_on, c.status
FROM contract_line l JOIN contract c USING (contract_no) JOIN supplier s USING (supplier)
WHERE coalesce(c.currency, s.currency, $home) = coalesce(s.currency, $home)
"""
OFFERS = f"""
SELECT i.supplier, i.sku, i.from_qty, i.unit_price, i.factor, i.tax_included, i.tax_rate_pct, i.valid_from_on,
    i.valid_until_on FROM {OFFERED} i
"""


def doubts(con: Any, run: Run, number: str, line_no: int | None = None) -> list[Problem]:  # noqa: ANN401
    """What of an order lies outside the supplier's contract, or is a price that has expired."""
    lines = rows(
        con, "SELECT * FROM purchase_line WHERE purchase_no = ? ORDER BY line_no", [number]
    )
    supplier = lines[0]["supplier"]
    offers = rows(con, f"{OFFERS} WHERE i.supplier = ?", [supplier])
    found: list[Problem] = []
    touched: set[str] = set()
    for line in lines:
        if line_no not in (None, line["line_no"]):
            continue
        held = contract.agreed(con, run, supplier, line["sku"])
        if held is None:
            mine = [offer for offer in offers if offer["sku"] == line["sku"]]
            found += agreed_price.expired_doubts(line, mine)
            continue
        touched.add(held["contract_no"])
        tolerance = run.settings.contracts.price_tolerance_pct
        found += agreed_price.price_doubts(line, held, tolerance)
    return [*found, *contract.overdrawn(con, run, supplier, touched)]


def told(con: Any, run: Run, entry: int, parts: Sequence[Part]) -> list[Problem]:  # noqa: ANN401 -- the store's connection
    """Warnings about the order lines of an entry in the making, each with its file, sheet and cell."""
    sheets = [part for part in parts if part.kind == "purchase_orders" and part.typed is not None]
    lines = rows(con, _LINES, {"entry": entry}) if sheets else []
    if not lines:
        return []
    terms, offers = (
        _by_item(rows(con, _TERMS, {"home": run.settings.currency})),
        _by_item(rows(con, OFFERS)),
    )
    places = {key: place for part in sheets for key, place in _places(part).items()}
    found: list[Problem] = []
    touched: dict[str, set[str]] = defaultdict(set)
    tolerance = run.settings.contracts.price_tolerance_pct
    for line in lines:
        item = (line["supplier"], line["sku"])
        held = agreed_price.agreed(terms[item], line["ordered_on"])
        doubts = agreed_price.expired_doubts(line, offers[item])
        if held is not None:
            touched[line["supplier"]].add(held["contract_no"])
            doubts = agreed_price.price_doubts(line, held, tolerance)
        number = f"{line['purchase_no']}/{line['line_no']}"
        place = places.get((line["purchase_no"], line["line_no"]), number)
        found += [Problem(f"{place}: {each.where}", each.what) for each in doubts]
    where = sheets[0].where()
    return found + [
        Problem(f"{where}: {each.where}", each.what)
        for supplier in sorted(touched)
        for each in contract.overdrawn(con, run, supplier, touched[supplier])
    ]


def _by_item(found: Sequence[dict[str, Any]]) -> dict[tuple[str, str], list[dict[str, Any]]]:
    table: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for row in found:
        table[row["supplier"], row["sku"]].append(row)
    return table


def _places(part: Part) -> dict[tuple[str, int], str]:
    """The cell in which each order line of a sheet has its price."""
    column = None if part.typed is None else part.typed.places.get("unit_price")
    return {
        (number, line): part.grid.where(row, column)
        for number, line, row in part.stated.select("purchase_no", "line_no", "row").iter_rows()
    }
