"""The day on one screen, from what the night stored and the facts of the moment."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from scm_cli.core.advise import stock_days
from scm_cli.errors import Say
from scm_cli.jobs import notices, opening
from scm_cli.store import backup, facts
from scm_cli.store.costs import costs
from scm_cli.store.gateway import reading, rows

if TYPE_CHECKING:
    from collections.abc import Collection

    from scm_cli.core.advise.notices import Notice
    from scm_cli.run import Run


@dataclass(slots=True)
class Day:
    """What matters today."""

    to_order: list[dict[str, Any]] = field(default_factory=list)
    running_out: list[dict[str, Any]] = field(default_factory=list)
    dead: list[dict[str, Any]] = field(default_factory=list)
    messages: list[Notice] = field(default_factory=list)
    missing: list[Say] = field(default_factory=list)
    planned_on: Any = None
    backup: Say = Say("")


def day(run: Run) -> Day:
    """Gather the day."""
    with reading(run) as con:
        found = Day(
            to_order=rows(con, _TO_ORDER, {"today": run.today}),
            running_out=out(con, run),
            dead=dead(con, run),
            messages=notices.gathered(con, run),
            missing=opening.missing(con),
        )
        planned = rows(con, "SELECT today FROM derived_run WHERE table_name = 'suggestion'")
        found.planned_on = planned[0]["today"] if planned else None
    found.backup = backup_told(run)
    return found


def backup_told(run: Run) -> Say:
    """Whether last night's backup was verified, in one sentence."""
    newest = next(iter(backup.known(run)), None)
    if newest is None:
        return Say("No backup was taken yet: run `scm backup`.")
    taken = backup.taken_at(newest)
    age = (run.now - taken).days
    if age < 2:
        return Say("The last backup was taken and verified on {at}.", at=f"{taken:%Y-%m-%d %H:%M}")
    return Say("The last backup is {days} {days:day|days} old: run `scm nightly`.", days=age)


def out(
    con: Any,  # noqa: ANN401 -- the store's connection
    run: Run,
    unknown: Collection[str] | None = None,
) -> list[dict[str, Any]]:
    """Items that run out before a new order could arrive, where it is known what lies there.

    `unknown`: `facts.never_stocked`, where it is at hand.
    """
    unknown = facts.never_stocked(con) if unknown is None else unknown
    asked = {
        "today": run.today,
        "place": facts.default_warehouse(con, run.settings.default_warehouse),
    }
    found = [r for r in rows(con, _PACE, asked) if r["sku"] not in unknown]
    told = stock_days.running_out(found, run.settings.planning.default_lead_time_days)
    days = ((row, row.pop("next_arrival_days")) for row in told)
    return [
        {**row, "next_arrival_on": None if ahead is None else run.today + timedelta(days=ahead)}
        for row, ahead in days
    ]


def dead(con: Any, run: Run) -> list[dict[str, Any]]:  # noqa: ANN401
    """Items that lie and do not sell."""
    after = run.settings.planning.dead_after_days
    idle = [r for r in rows(con, _IDLE, {"today": run.today}) if stock_days.lies(r, after)]
    known = costs(con, run.today, sorted({row["sku"] for row in idle}))
    return stock_days.dead(
        ({**row, "unit_cost": known[row["sku"]].unit_cost} for row in idle), after
    )


_TO_ORDER = (
    "SELECT coalesce(g.supplier, '-') AS supplier, s.name, count(*) AS lines, sum(g.amount) AS amount, "
    "coalesce(sum(g.amount) FILTER (g.order_by_on <= $today), 0) AS due_amount, "
    "min(g.order_by_on) AS order_by_on FROM suggestion g LEFT JOIN supplier s ON s.supplier = g.supplier "
    "WHERE g.kind = 'buy' GROUP BY ALL ORDER BY amount DESC NULLS LAST"
)
_PACE = (
    "WITH coming AS (SELECT sku, coalesce(warehouse, $place) AS warehouse, "
    "  list([expected_on - $today, qty::DOUBLE] ORDER BY expected_on) AS arrivals FROM inbound "
    "  WHERE expected_on >= $today GROUP BY ALL), "
    "pace AS (SELECT sku, warehouse, sum(mean_qty) / sum(bucket_days) AS daily_qty FROM forecast "
    "  WHERE bucket_on < $today + INTERVAL 35 DAY GROUP BY ALL), "
    "held AS (SELECT sku, warehouse, sum(qty) FILTER (expiry_on IS NULL OR expiry_on >= $today) AS qty "
    "  FROM on_hand_lot GROUP BY ALL), "
    "lead AS (SELECT p.sku, min(coalesce(p.lead_time_days, s.lead_time_days)) AS lead_days FROM supplier_item p "
    "  JOIN supplier s USING (supplier) GROUP BY ALL) "
    "SELECT p.sku, i.name, p.warehouse, coalesce(h.qty, 0) AS available_qty, p.daily_qty, l.lead_days, "
    "((i.sale_price - i.purchase_price) / (1 + coalesce(i.tax_rate_pct, 0) / 100))::DOUBLE AS margin, "
    "c.arrivals FROM pace p JOIN item i USING (sku) LEFT JOIN coming c USING (sku, warehouse) "
    "LEFT JOIN held h USING (sku, warehouse) LEFT JOIN lead l USING (sku) WHERE p.daily_qty > 0 ORDER BY p.sku"
)
_IDLE = (
    "SELECT h.sku, i.name, h.warehouse, h.qty AS on_hand_qty, "
    "$today - coalesce(s.last_on, c.came_on) AS idle_days "
    "FROM (SELECT sku, warehouse, sum(qty) AS qty FROM on_hand_lot GROUP BY ALL) h "
    "JOIN item i USING (sku) LEFT JOIN (SELECT sku, max(ordered_on) AS last_on FROM order_line WHERE kind = 'normal' "
    "GROUP BY ALL) s USING (sku) LEFT JOIN (SELECT sku, min(moved_on) AS came_on FROM stock_move GROUP BY sku) c "
    "USING (sku) WHERE h.qty > 0 ORDER BY h.sku"
)
