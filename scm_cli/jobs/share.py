"""What is shared with a supplier: its need of the coming weeks, savings, its break."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from scm_cli.core.supplier import sharing
from scm_cli.errors import ScmError
from scm_cli.jobs.outbox_place import folder, safe
from scm_cli.store import facts, lookup
from scm_cli.store.gateway import reading, rows

if TYPE_CHECKING:
    from datetime import date

    from scm_cli.excel.share_book import Need, Shared
    from scm_cli.run import Run

ORDERS = """
SELECT p.purchase_no, p.line_no, p.sku, i.name, i.unit, p.open_qty, p.requested_on, p.promised_on
FROM purchase_line p JOIN item i USING (sku) WHERE p.supplier = $supplier AND p.open_qty > 0
ORDER BY coalesce(p.promised_on, p.requested_on), p.purchase_no, p.line_no
"""
#: Items that are mainly bought there, and all that is ordered or planned there.
ITEMS = """
WITH main AS (
    SELECT i.sku, coalesce(i.supplier, min_by(p.supplier, (p.rank, p.supplier))) AS supplier
    FROM item i LEFT JOIN supplier_item p USING (sku) WHERE i.status = 'active' GROUP BY i.sku, i.supplier
)
SELECT i.sku, i.name, i.unit, m.supplier IS NOT DISTINCT FROM $supplier AS is_main
FROM item i LEFT JOIN main m USING (sku)
WHERE m.supplier = $supplier
    OR i.sku IN (SELECT sku FROM purchase_line WHERE supplier = $supplier AND open_qty > 0)
    OR i.sku IN (SELECT sku FROM suggestion WHERE supplier = $supplier AND kind = 'buy')
ORDER BY i.sku
"""
THEIRS = (
    "SELECT sku, supplier_sku FROM supplier_item WHERE supplier = ? AND supplier_sku IS NOT NULL"
)
INBOUND = "SELECT sku, supplier, qty, expected_on FROM inbound"
PLANNED = "SELECT sku, supplier, order_qty AS qty, need_by_on AS expected_on FROM suggestion WHERE kind = 'buy'"
FORECAST = "SELECT sku, bucket_on, bucket_days, sum(mean_qty) AS qty FROM forecast GROUP BY ALL ORDER BY ALL"


def share(run: Run, code: str, weeks: int | None) -> tuple[str, Shared]:
    """Write a supplier's need of the coming weeks; the path, and what was shared.

    Raises:
        ScmError: there is no such supplier, or nothing is bought there.
    """
    from scm_cli.excel.share_book import write_plan

    with reading(run) as con:
        seller = lookup.one(con, "supplier", "supplier", code)
        shared = _shared(con, run, seller, weeks or run.settings.purchasing.share_weeks)
    if not shared.needs:
        raise ScmError(
            "nothing is bought from {supplier}",
            hint="See `scm supplier show {supplier}`.",
            supplier=code,
        )
    path = folder(run) / "share" / f"plan {safe(code)} {run.today.isoformat()}.xlsx"
    return str(write_plan(path, shared, sharing.language(seller, run.lang))), shared


def _shared(con: Any, run: Run, seller: dict[str, Any], weeks: int) -> Shared:  # noqa: ANN401
    from scm_cli.excel.share_book import Shared

    code = seller["supplier"]
    first = run.today - timedelta(days=run.today.weekday())
    theirs = {r["sku"]: r["supplier_sku"] for r in rows(con, THEIRS, [code])}
    orders = [
        {**r, "supplier_sku": theirs.get(r["sku"])} for r in rows(con, ORDERS, {"supplier": code})
    ]
    needs = _needs(con, run, code, (first, weeks))
    return Shared(
        code,
        seller["name"],
        run.settings.company,
        run.today,
        first,
        weeks,
        tuple(orders),
        tuple(needs),
    )


def _needs(con: Any, run: Run, code: str, span: tuple[date, int]) -> list[Need]:  # noqa: ANN401
    """Firm and planned orders of that supplier by week, and what its main items will need beyond."""
    from scm_cli.excel.share_book import Need

    first, weeks = span
    held: dict[str, float] = {}
    for level in lookup.levels(
        con, run.today, facts.default_warehouse(con, run.settings.default_warehouse)
    ):
        free = float(level["usable_qty"]) - float(level["demand_qty"])
        held[level["sku"]] = held.get(level["sku"], 0.0) + free
    firm, planned = (_by_week(rows(con, sql), span) for sql in (INBOUND, PLANNED))
    buckets: dict[str, list[tuple[date, int, float]]] = {}
    for row in rows(con, FORECAST):
        buckets.setdefault(row["sku"], []).append(
            (row["bucket_on"], row["bucket_days"], float(row["qty"]))
        )
    found = []
    for item in rows(con, ITEMS, {"supplier": code}):
        sku, nothing = item["sku"], [0.0] * weeks
        mine = {
            "firm": firm.get((sku, code), nothing),
            "planned": planned.get((sku, code), nothing),
        }
        coming = [
            sum(
                each[week]
                for table in (firm, planned)
                for (s, _), each in table.items()
                if s == sku
            )
            for week in range(weeks)
        ]
        demand = sharing.spread(buckets.get(sku, []), first, weeks)
        expected = (
            sharing.weekly_need(max(held.get(sku, 0.0), 0.0), demand, coming)
            if item["is_main"]
            else nothing
        )
        need = Need(sku, item["name"], item["unit"], {**mine, "forecast": expected})
        if any(sum(each) > 0 for each in need.weeks.values()):
            found.append(need)
    return found


def _by_week(
    found: list[dict[str, Any]], span: tuple[date, int]
) -> dict[tuple[str, str | None], list[float]]:
    """(item, supplier) → quantity per week."""
    first, weeks = span
    table: dict[tuple[str, str | None], list[float]] = {}
    for row in found:
        week = sharing.week_of(row["expected_on"], first, weeks)
        if week is not None:
            table.setdefault((row["sku"], row["supplier"]), [0.0] * weeks)[week] += float(
                row["qty"]
            )
    return table
