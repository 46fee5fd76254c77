"""The owner's min and max beside ours; ours is used unless the owner's is adopted."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import polars as pl

from scm_cli.core.advise.notices import number
from scm_cli.core.changes import Changes
from scm_cli.errors import Exit, ScmError
from scm_cli.jobs import documents, planning
from scm_cli.store import facts, lookup
from scm_cli.store.commit import Committed, commit
from scm_cli.store.gateway import reading, rows, writing

if TYPE_CHECKING:
    from datetime import date

    from scm_cli.core.replenish.facts import StockRules
    from scm_cli.jobs.planned import Planned
    from scm_cli.run import Run

KEY = ["sku", "warehouse"]
RULES = ("ours", "owner", "to_order", "never")


def shown(run: Run, sku: str | None) -> list[dict[str, Any]]:
    """Own min and max, our trigger and target, and which of them rules."""
    with reading(run) as con:
        if sku is not None:
            lookup.item(con, sku)
    planned = planning.present(run)
    found = planned.stocked.join(
        planned.protection.drop("supplier"), on=KEY, how="left", maintain_order="left"
    )
    if sku is not None:
        found = found.filter(pl.col("sku") == sku)
    return found.select(
        *KEY,
        pl.col("min_qty").alias("own_min_qty"),
        pl.col("max_qty").alias("own_max_qty"),
        pl.col("trigger_qty").alias("reorder_point_qty"),
        "target_qty",
        "abc_class",
        "service_pct",
        pl.col("rule").fill_null("ours"),
        "snooze_until_on",
    ).to_dicts()


def adopt(run: Run, sku: str, warehouse: str | None, values: dict[str, Any]) -> Committed:
    """Set the owner's rule for an item: min and max, service level, or whose numbers rule.

    Raises:
        ScmError: min is above max, there is no room at all, or nothing is to be set.
    """
    from scm_cli.core.records.master import ReplenishPolicy

    if not values:
        raise ScmError(
            "what should be set?",
            hint="Give --min, --max, --service or --rule.",
            exit_code=Exit.USAGE,
        )
    with writing(run) as con:
        item = lookup.item(con, sku)
        place = documents.warehouse(con, run, warehouse)
        old = rows(
            con,
            "SELECT * EXCLUDE (entry) FROM replenish_policy WHERE sku = ? AND warehouse = ?",
            [sku, place],
        )
        merged = {**(old[0] if old else {"sku": sku, "warehouse": place}), **values}
        least, most = merged.get("min_qty"), merged.get("max_qty")
        if least is not None and most is not None and Decimal(least) > Decimal(most):
            raise ScmError("min {low} is above max {high}", low=number(least), high=number(most))
        main = facts.default_warehouse(con, run.settings.default_warehouse)
        of_item = item["min_qty"] if place == main else None
        if merged.get("rule") == "owner" and least is None and of_item is None:
            raise ScmError(
                "there is no min of {sku} that could rule",
                hint="Give --min and --max too.",
                exit_code=Exit.USAGE,
                sku=sku,
            )
        if merged.get("storage_qty") == 0:
            raise ScmError(
                "room for 0 {sku} would mean that it is never bought",
                hint="Give the room there is, or `--rule never`.",
                exit_code=Exit.USAGE,
                sku=sku,
            )
        changes = Changes()
        if old:
            changes.update("replenish_policy", [{"sku": sku, "warehouse": place, **values}])
        else:
            changes.insert("replenish_policy", [ReplenishPolicy(**merged).model_dump()])
        return commit(con, run, changes)


def compared(run: Run, sku: str, warehouse: str | None) -> list[dict[str, Any]]:
    """The item under every policy, per warehouse: levels, and the cost of a year.

    Raises:
        ScmError: there is no such item or warehouse, or it lacks what a comparison needs.
    """
    from scm_cli.core.replenish import compare

    rules = planning.stock_rules(run.settings)
    planned, rows = _item_rows(run, sku, warehouse)
    ours = _ours(planned, sku, rules)
    found = []
    for row in rows:
        case = compare.Case(
            row["interval_mean_qty"], row["sd_qty"], row["interval_days"], rules.review_days,
            row["unit_cost"], max(row["unit_margin"] or 0.0, 0.0), row["service_pct"],
            max(rules.order_line_amount, 0.01), max(rules.holding_pct, 0.01),
        )  # fmt: skip
        own = (row["min_qty"], row["max_qty"])
        told = compare.compared(case, ours[row["warehouse"]], None if None in own else own)
        found += [
            {
                "sku": sku,
                "warehouse": row["warehouse"],
                "policy": each.policy,
                "trigger_qty": round(each.trigger_qty, 2),
                "target_qty": round(each.target_qty, 2),
                "yearly_amount": round(each.yearly_amount, 2),
            }
            for each in told
        ]
    return found


def _ours(planned: Planned, sku: str, rules: StockRules) -> dict[str, tuple[float, float]]:
    """Warehouse → trigger and target of an item, as planned were its owner's min and max not to rule.

    Planned among all items, since service is spread over them.
    """
    from scm_cli.core.replenish import protect, stocked

    mine = pl.col("sku") == sku
    rows = planned.stocked.with_columns(pl.when(~mine).then("rule").alias("rule"))
    _, intervals, _ = stocked.supplied(planned.facts, rows, rules)
    found = protect.protected(planned.outlook, intervals, rows, rules).filter(mine)
    levels = found.select("warehouse", "trigger_qty", "target_qty").iter_rows()
    return {place: (trigger, target) for place, trigger, target in levels}


def _item_rows(run: Run, sku: str, warehouse: str | None) -> tuple[Planned, list[dict[str, Any]]]:
    """The plan, and what it knows of an item in each of its warehouses.

    Raises:
        ScmError: the item sells nowhere, or its cost is not known.
    """
    from scm_cli.core.forecast.frames import interval_frame

    with reading(run) as con:
        lookup.item(con, sku)
        lookup.known_warehouse(con, warehouse)
    planned = planning.present(run)
    mine = planned.stocked.filter(pl.col("sku") == sku)
    if warehouse is not None:
        mine = mine.filter(pl.col("warehouse") == warehouse)
    mine = mine.join(
        planned.protection.drop("service_pct", "service_from"), on=KEY, how="inner"
    ).filter(pl.col("interval_mean_qty") > 0)
    days = mine.select(
        *KEY,
        pl.concat_list(pl.col("interval_days").cast(pl.Float64)).alias("days"),
        pl.concat_list(pl.lit(1.0)).alias("weights"),
    )
    spread = interval_frame(planned.outlook, days, (0.5,)).select(*KEY, "sd_qty")
    rows = mine.join(spread, on=KEY, how="inner").sort(KEY)
    if rows.is_empty():
        raise ScmError(
            "{sku} sells in none of these warehouses: there is nothing to compare",
            hint="See `scm forecast show {sku}`.",
            sku=sku,
        )
    if rows["unit_cost"].is_null().any():
        raise ScmError(
            "the cost of {sku} is not known",
            hint="Give the item a purchase price.",
            sku=sku,
        )
    return planned, rows.to_dicts()


def once(
    run: Run, sku: str, until: date, salvage: Decimal, warehouse: str | None
) -> dict[str, Any]:
    """How much to buy of an item for one season that ends on a day: the newsvendor's quantity.

    Raises:
        ScmError: the day has passed, the item does not sell, or its margin is not above 0.
    """
    from scm_cli.core.forecast.frames import interval_frame
    from scm_cli.core.replenish.safety import ratio_newsvendor

    days = (until - run.today).days
    if days < 1:
        raise ScmError(
            "the season ends on {day}, which is not after today",
            hint="Give a later day: --until 2026-12-31.",
            exit_code=Exit.USAGE,
            day=until.isoformat(),
        )
    planned, rows = _item_rows(run, sku, warehouse)
    row = rows[0]
    under, over = row["unit_margin"] or 0.0, row["unit_cost"] - float(salvage)
    if under <= 0 or over <= 0:
        raise ScmError(
            "{sku}: a unit too few must lose money, and so must a unit too many",
            hint="Cost {cost}, margin {margin}, rest value {salvage}: check the prices.",
            sku=sku, cost=round(row["unit_cost"], 2), margin=round(under, 2), salvage=str(salvage),
        )  # fmt: skip
    share = float(ratio_newsvendor(under, over))
    place = pl.DataFrame(
        {"sku": [sku], "warehouse": [row["warehouse"]], "days": [[float(days)]], "weights": [[1.0]]}
    )
    season = interval_frame(planned.outlook, place, (share,)).row(0, named=True)
    wanted = math.ceil(season["quantiles_qty"][0] - 1e-9)
    have = row["usable_qty"] + row["inbound_qty"] - row["demand_qty"]
    return {
        "sku": sku,
        "warehouse": row["warehouse"],
        "until_on": until,
        "mean_qty": round(season["mean_qty"], 2),
        "underage_amount": round(under, 4),
        "overage_amount": round(over, 4),
        "service_pct": round(100 * share, 2),
        "season_qty": wanted,
        "position_qty": have,
        "order_qty": max(wanted - have, 0),
    }


def rule_named(rule: str) -> str:
    """The rule of that name.

    Raises:
        ScmError: there is none (exit 2).
    """
    if rule not in RULES:
        raise ScmError(
            "there is no rule {rule}",
            hint="Use {rules}.",
            exit_code=Exit.USAGE,
            rule=rule,
            rules=", ".join(RULES),
        )
    return rule
