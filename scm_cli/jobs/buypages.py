"""The pages of the morning workbook that list the plan: the buy page, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from scm_cli.jobs import buylist
from scm_cli.locale import put

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scm_cli.jobs.planned import Planned
    from scm_cli.run import Run


def book_rows(planned: Planned, run: Run, suppliers: dict[str, str]) -> pl.DataFrame:
    """The rows of the morning workbook's buy page, with the arithmetic beside each."""
    names = dict(planned.facts.items.select("sku", "name").iter_rows())
    extra = {
        (r["sku"], r["warehouse"], r["kind"], r["document"], r["from_warehouse"]): r
        for r in planned.plan.suggestions.select(_EXTRA).iter_rows(named=True)
    }
    own = {
        (r["sku"], r["warehouse"]): r for r in planned.stocked.select(_OWN).iter_rows(named=True)
    }
    told = [
        (row, said)
        for row, said in zip(buylist.rows(planned), buylist.reasons(planned, run.lang), strict=True)
        if row["kind"] in _EXPLAINED
    ]
    listed = [row for row, _ in told]
    plans = [
        extra[r["sku"], r["warehouse"], r["kind"], r["document"], r["from_warehouse"]]
        for r in listed
    ]
    mine = [own[row["sku"], row["warehouse"]] for row in listed]
    day = run.today.isoformat()
    more = pl.DataFrame(
        {
            "name": [names[row["sku"]] for row in listed],
            "supplier_name": [suppliers.get(row["supplier"] or "", "") for row in listed],
            "reason": [said for _, said in told],
            "daily_qty": [plan["daily_mean_qty"] for plan in plans],
            "lead_time_days": [plan["lead_days"] for plan in plans],
            "safety_qty": [plan["safety_qty"] for plan in plans],
            "own_min_qty": [row["min_qty"] for row in mine],
            "own_max_qty": [row["max_qty"] for row in mine],
            "key": [plan_key(day, row) for row in listed],
        },
        strict=False,
    )
    return buylist.fields(listed, _BOOK).hstack(more)


_BOOK = (
    "sku", "warehouse", "kind", "supplier", "order_qty", "unit", "unit_price", "amount", "order_by_on",
    "need_by_on", "on_hand_qty", "inbound_qty", "reserved_qty", "reorder_point_qty", "target_qty",
)  # fmt: skip
_EXTRA = (
    "sku", "warehouse", "kind", "document", "from_warehouse", "daily_mean_qty", "lead_days", "safety_qty",
)  # fmt: skip
_OWN = ("sku", "warehouse", "min_qty", "max_qty")


def plan_key(day: str, row: Mapping[str, Any]) -> str:
    """What names a suggestion in a plan workbook: the same line of the same day, whoever saves it.

    >>> plan_key("2026-01-05", {"sku": "A1", "warehouse": "MAIN", "kind": "buy", "from_warehouse": None})
    '2026-01-05|buy|A1|MAIN|'
    """
    return "|".join((day, row["kind"], row["sku"], row["warehouse"], row["from_warehouse"] or ""))


def why_rows(planned: Planned, lang: str, most: int) -> pl.DataFrame:
    """The steps behind the `most` most urgent suggestions, for the workbook."""
    urgent = [row for row in buylist.rows(planned) if row["kind"] in _EXPLAINED][:most]
    listed = pl.DataFrame(
        [_identity(row) for row in urgent],
        schema=dict.fromkeys(_IDENTITY, pl.String),
    ).with_row_index("at")
    planned_rows = listed.join(
        planned.plan.suggestions, on=_IDENTITY, how="inner", nulls_equal=True
    ).sort("at")
    found = [
        {
            "sku": row["sku"],
            "warehouse": row["warehouse"],
            "step": put(step.name, lang),
            "formula": put(step.formula, lang),
            "inputs": ", ".join(f"{k}={v}" for k, v in step.inputs.items()),
            "result": str(step.result),
        }
        for row in planned_rows.iter_rows(named=True)
        for step in buylist.told(planned, row).steps
    ]
    return pl.DataFrame(found, infer_schema_length=None) if found else pl.DataFrame()


_EXPLAINED = ("buy", "transfer", "make")
_IDENTITY = ("sku", "warehouse", "kind", "from_warehouse")


def _identity(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: row[name] for name in _IDENTITY}
