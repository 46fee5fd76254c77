"""The content of the morning report: the plan, the notices, money, and two charts."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import polars as pl

from scm_cli.jobs import buylist, money
from scm_cli.locale import put
from scm_cli.store.costs import costs
from scm_cli.store.gateway import reading, rows

if TYPE_CHECKING:
    from datetime import date

    from scm_cli.core.advise.notices import Notice
    from scm_cli.jobs.funnel_files import Drawn
    from scm_cli.jobs.planned import Planned
    from scm_cli.run import Run

CHART_DAYS = 60
AHEAD_DAYS = 28


def report(
    run: Run,
    planned: Planned,
    messages: list[Notice],
    lists: tuple[list[dict[str, Any]], list[dict[str, Any]]],
    suppliers: dict[str, dict[str, Any]],
    funnel: Drawn | None = None,
) -> str:
    """The report of the day as HTML. `lists`: what runs out, what lies dead."""
    from scm_cli.jobs import today
    from scm_cli.paper.report import ReportData, report_html

    names = dict(planned.facts.items.select("sku", "name").iter_rows())
    buy = [
        {
            **row,
            "name": names[row["sku"]],
            "supplier_name": suppliers.get(row["supplier"] or "", {}).get("name") or "",
            "reason": reason,
        }
        for row, reason in zip(
            buylist.rows(planned), buylist.reasons(planned, run.lang), strict=True
        )
        if row["kind"] == "buy"
    ]
    late = [
        {"document": m.document, "who": m.who, "what": put(m.kind, run.lang), "by_on": m.by_on,
         "text": put(m.what, run.lang)}
        for m in messages
    ]  # fmt: skip
    with reading(run) as con:
        worth = _worth(con, run.today)
    data = ReportData(
        plan_on=run.today,
        buy=buy,
        running_out=lists[0],
        late=late,
        dead=lists[1],
        overdue=overdue(run),
        stock_value=worth,
        sales=sales(planned),
        funnel=(funnel.stages, funnel.told, funnel.ends) if funnel else ((), (), ("", "")),
        firm=run.settings.company,
        currency=run.settings.currency,
        backup=put(today.backup_told(run), run.lang),
        notes=tuple(f"{p.where}: {put(p.what, run.lang)}" for p in planned.problems[:10]),
    )
    return report_html(data, run.lang)


def overdue(run: Run) -> list[dict[str, Any]]:
    """Partners with money past its day, either way, in the firm's currency."""
    found, _ = money.due(run)
    return [
        {
            "partner": row["partner"],
            "name": row["name"],
            "direction": "in" if row["partner_kind"] == "customer" else "out",
            "amount": row["own_overdue_amount"],
            "due_on": row["oldest_due_on"],
            "days": (run.today - row["oldest_due_on"]).days,
        }
        for row in found
        if row["overdue_amount"] and row["oldest_due_on"]
    ]


def sales(planned: Planned) -> list[dict[str, Any]]:
    """Money of demand per week, as it was and as it is expected, at sale prices."""
    known = planned.facts
    price = planned.stocked.select("sku", "unit_sale").drop_nulls().unique("sku")
    first = known.today - timedelta(days=CHART_DAYS)
    was = known.demand.filter(pl.col("on") >= first).select("sku", "on", "qty")
    will = planned.forecast.filter(pl.col("bucket_on") < known.today + timedelta(days=AHEAD_DAYS))
    will = will.select(
        "sku", pl.col("bucket_on").alias("on"), pl.col("mean_qty").alias("qty"), "bucket_days"
    )
    per_week = will.with_columns(pl.col("qty") / pl.col("bucket_days") * 7)
    week = pl.col("on").dt.truncate("1w")
    amount = (pl.col("qty") * pl.col("unit_sale")).sum()
    told = was.join(price, on="sku").group_by(week).agg(amount.alias("actual_amount"))
    daily = per_week.join(price, on="sku").group_by("on").agg(amount.alias("amount"))
    expected = daily.group_by(week).agg(pl.col("amount").mean().alias("forecast_amount"))
    both = told.join(expected, on="on", how="full", coalesce=True).sort("on")
    current = known.today - timedelta(days=known.today.weekday())
    return both.with_columns(
        pl.when(pl.col("on") < current).then("actual_amount").alias("actual_amount")
    ).to_dicts()


def _worth(con: Any, today: date) -> list[dict[str, Any]]:  # noqa: ANN401 -- the store's connection
    """Stock of each week at what its units cost now."""
    known = {sku: cost.unit_cost for sku, cost in costs(con, today).items()}
    asked = {"first": today - timedelta(days=CHART_DAYS), "today": today,
             "skus": list(known), "costs": list(known.values())}  # fmt: skip
    return rows(con, _WORTH, asked)


_WORTH = (
    "WITH days AS (SELECT unnest(generate_series($first::DATE, $today::DATE, INTERVAL 7 DAY))::DATE AS day), "
    "cost AS (SELECT unnest($skus::VARCHAR[]) AS sku, unnest($costs::DECIMAL(18,6)[]) AS unit_cost), "
    "moved AS (SELECT e.moved_on, sum(e.qty * coalesce(c.unit_cost, 0)) AS amount FROM stock_entry e "
    "  JOIN cost c USING (sku) WHERE e.place NOT LIKE '@%' GROUP BY ALL) "
    'SELECT d.day AS "on", coalesce(sum(m.amount), 0)::DOUBLE AS amount FROM days d '
    "LEFT JOIN moved m ON m.moved_on <= d.day GROUP BY ALL ORDER BY ALL"
)
