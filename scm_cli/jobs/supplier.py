"""Suppliers: the list, one with its prices and papers, and what it asks for an item."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from scm_cli.core.changes import Changes
from scm_cli.core.search import matching
from scm_cli.errors import Exit, Problem, Say, ScmError
from scm_cli.jobs.master import Saved, record_row
from scm_cli.store.commit import commit
from scm_cli.store.currency import code_of
from scm_cli.store.gateway import reading, rows, writing

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scm_cli.run import Run

RECENT = 10
LIST = """
SELECT s.* EXCLUDE (entry), coalesce(o.open_orders, 0) AS open_orders FROM supplier s
LEFT JOIN (
    SELECT supplier, count(DISTINCT purchase_no) AS open_orders
    FROM purchase_line WHERE open_qty > 0 GROUP BY supplier
) o ON o.supplier = s.supplier
WHERE ? IS NULL OR s.state = ? ORDER BY s.supplier
"""
PRICES = f"""
SELECT p.sku, i.name, p.from_qty, p.unit_price, p.unit,
    {code_of("p.currency", "s.currency")} AS currency, p.tax_included, p.moq_qty,
    p.order_multiple_qty, p.lead_time_days, p.valid_until_on, p.rank
FROM supplier_item p JOIN supplier s USING (supplier) LEFT JOIN item i USING (sku)
WHERE p.supplier = ? ORDER BY p.sku, p.from_qty
"""
OPEN_ORDERS = """
SELECT purchase_no AS purchase, ordered_on, status, sum(open_qty) AS open_qty,
    min(expected_on) AS next_arrival_on
FROM purchase_line WHERE supplier = ? AND open_qty > 0
GROUP BY ALL ORDER BY ordered_on, purchase_no
"""
RECEIPTS = """
SELECT h.receipt_no AS receipt, h.received_on, h.warehouse, sum(l.accepted_qty) AS accepted_qty,
    sum(l.rejected_qty) AS rejected_qty
FROM receipt h JOIN receipt_line l USING (receipt_no)
WHERE h.supplier = ? GROUP BY ALL ORDER BY h.received_on DESC, h.receipt_no DESC LIMIT ?
"""
PRICE = """
SELECT * EXCLUDE (entry) FROM supplier_item WHERE supplier = ? AND sku = ? AND from_qty = ?
"""
STATES = """
SELECT step_no AS step, from_state, state, changed_on, person, reason, overridden
FROM supplier_state WHERE supplier = ? ORDER BY step_no DESC
"""
SEARCHED = ("supplier", "name", "short_name", "mnemonic", "category", "contact")


def listed(run: Run, state: str | None, asked: str | None) -> list[dict[str, Any]]:
    """Suppliers by code, with the number of their open orders."""
    with reading(run) as con:
        found = rows(con, LIST, [state, state])
    return matching(found, asked, SEARCHED)


@dataclass(frozen=True, slots=True)
class Shown:
    """A supplier and what hangs on it."""

    record: dict[str, Any]
    prices: list[dict[str, Any]]
    open_orders: list[dict[str, Any]]
    last_receipts: list[dict[str, Any]]
    papers: list[dict[str, Any]]
    contracts: list[dict[str, Any]]
    risk: list[dict[str, Any]]
    states: list[dict[str, Any]]
    complaints: list[dict[str, Any]]
    faults: Say  # in one sentence


def shown(run: Run, code: str) -> Shown:
    """One supplier with its papers, contracts, prices, open orders, risk and past states."""
    from scm_cli.jobs import contract, faults, festival, qualify, risk

    with reading(run) as con:
        record = record_row(con, "supplier", code)
        caused = faults.of_supplier(con, run, code)
        rated = risk.rated(con, run, code)
        return Shown(
            {
                **record,
                "risk": rated[code][1].rating if code in rated else None,
                **festival.told(con, run, code),
                **caused.figures,
            },
            rows(con, PRICES, [code]),
            rows(con, OPEN_ORDERS, [code]),
            rows(con, RECEIPTS, [code, RECENT]),
            qualify.checklists(con, run, code)[code],
            contract.of_supplier(con, run, code),
            rated[code][1].rows() if code in rated else [],
            rows(con, STATES, [code]),
            caused.rows,
            caused.told,
        )


def add(run: Run, code: str, texts: Mapping[str, str]) -> Saved:
    """Enter a new supplier; where papers are required it starts as a candidate.

    Raises:
        ScmError: it is stated as approved, and its category requires papers.
    """
    from scm_cli.core import master
    from scm_cli.core.supplier.qualification import required_kinds
    from scm_cli.jobs.master import add as entered

    texts = dict(texts)
    kinds = required_kinds(run.settings.papers.required, texts.get("category"))
    if kinds and "state" not in texts:
        texts["state"] = "candidate"
        told = "{code} is a candidate until it is approved: papers are required ({papers})"
        run.talk(Say(told, code=code, papers=", ".join(kinds)))
    elif kinds and master.values("supplier", {"state": texts["state"]})["state"] == "approved":
        raise ScmError(
            "{code} cannot be entered as approved: papers are required ({papers})",
            hint="Enter it as a candidate, then `scm supplier qualify` and `scm supplier approve`.",
            code=code,
            papers=", ".join(kinds),
        )
    return entered(run, "supplier", code, texts)


def edit(run: Run, code: str, texts: Mapping[str, str]) -> Saved:
    """Change the stated fields of a supplier; its state has steps of its own.

    Raises:
        ScmError: the state is among them.
    """
    from scm_cli.jobs.master import edit as changed

    if "state" in texts:
        raise ScmError(
            "the state of a supplier is not edited",
            hint="Use `scm supplier approve`, `suspend`, `end` or `reinstate`.",
            exit_code=Exit.USAGE,
        )
    return changed(run, "supplier", code, texts)


def price(run: Run, code: str, sku: str, texts: Mapping[str, str]) -> Saved:
    """Enter or change what a supplier asks for an item from a quantity on.

    Raises:
        ScmError: an unknown code or unit, a currency without a rate.
    """
    from scm_cli.core import master
    from scm_cli.jobs import rates

    values = master.values("supplier_item", {"supplier": code, "sku": sku, **texts})
    with writing(run) as con:
        record_row(con, "supplier", code)
        _require_unit(con, record_row(con, "item", sku), values.get("unit"))
        new = master.row("supplier_item", values)
        rates.of_today(con, run)(new["currency"])
        key = {n: new[n] for n in ("supplier", "sku", "from_qty")}
        old = rows(con, PRICE, list(key.values()))
        changes, told = Changes(), {}
        if old:
            values.setdefault("valid_until_on", _still_valid(old[0]["valid_until_on"], run))
            stated = master.changed("supplier_item", old[0], values)
            told = {n: {"old": old[0][n], "new": v} for n, v in stated.items()}
            if stated:
                changes.update("supplier_item", [{**key, **stated}])
        else:
            told = {"unit_price": {"old": None, "new": new["unit_price"]}}
            changes.insert("supplier_item", [new])
        return Saved(commit(con, run, changes), _doubts(values, run), told)


def _still_valid(until_on: Any, run: Run) -> Any:  # noqa: ANN401 -- a date or None
    """A new price that names no end does not inherit one that has passed."""
    return None if until_on is not None and until_on < run.today else until_on


def _doubts(values: Mapping[str, Any], run: Run) -> list[Problem]:
    until_on = values.get("valid_until_on")
    if until_on is None or until_on >= run.today:
        return []
    return [
        Problem("valid_until_on", Say("{day} has passed: the price is not valid", day=until_on))
    ]


def _require_unit(con: Any, item: dict[str, Any], unit: str | None) -> None:  # noqa: ANN401
    packs = [
        r["unit"]
        for r in rows(con, "SELECT unit FROM item_unit WHERE sku = ? ORDER BY 1", [item["sku"]])
    ]
    if unit is not None and unit not in (item["unit"], *packs):
        raise ScmError(
            "{sku} has no unit {unit}",
            hint="Its units are: {units}.",
            sku=item["sku"],
            unit=unit,
            units=", ".join([item["unit"], *packs]),
        )
