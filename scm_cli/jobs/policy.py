"""The owner's min and max beside ours; ours is used unless the owner's is adopted."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import polars as pl

from scm_cli.core.changes import Changes
from scm_cli.errors import Exit, ScmError
from scm_cli.jobs import documents, planning
from scm_cli.store import lookup
from scm_cli.store.commit import Committed, commit
from scm_cli.store.gateway import reading, rows, writing

if TYPE_CHECKING:
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
        ScmError: min is above max, or nothing is to be set.
    """
    from scm_cli.core.records.master import ReplenishPolicy

    if not values:
        raise ScmError(
            "what should be set?",
            hint="Give --min, --max, --service or --rule.",
            exit_code=Exit.USAGE,
        )
    with writing(run) as con:
        lookup.item(con, sku)
        place = documents.warehouse(con, run, warehouse)
        old = rows(
            con,
            "SELECT * EXCLUDE (entry) FROM replenish_policy WHERE sku = ? AND warehouse = ?",
            [sku, place],
        )
        merged = {**(old[0] if old else {"sku": sku, "warehouse": place}), **values}
        least, most = merged.get("min_qty"), merged.get("max_qty")
        if least is not None and most is not None and Decimal(least) > Decimal(most):
            raise ScmError("min {low} is above max {high}", low=least, high=most)
        changes = Changes()
        if old:
            changes.update("replenish_policy", [{"sku": sku, "warehouse": place, **values}])
        else:
            changes.insert("replenish_policy", [ReplenishPolicy(**merged).model_dump()])
        return commit(con, run, changes)


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
