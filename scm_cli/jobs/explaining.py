"""Why this number: sentence and steps for one item, from the plan and what it was made from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from scm_cli.errors import Say
from scm_cli.jobs.buylist import told

if TYPE_CHECKING:
    from scm_cli.jobs.planned import Planned

    _Step = tuple[str, Say, str | Say, str]  # name, formula, inputs, result


def explained(planned: Planned, sku: str, warehouse: str | None) -> list[dict[str, Any]]:
    """Sentence and steps for an item in each of its warehouses."""
    found = []
    for row in planned.stocked.filter(pl.col("sku") == sku).iter_rows(named=True):
        place = row["warehouse"]
        if warehouse not in (None, place):
            continue
        here = (pl.col("sku") == sku) & (pl.col("warehouse") == place)
        mine = planned.plan.suggestions.filter(here)
        plan_row = mine.row(0, named=True) if len(mine) else _quiet(planned, here)
        made = told(planned, plan_row) if plan_row else None
        found.append(
            {
                "sku": sku,
                "warehouse": place,
                "sentence": made.sentence
                if made
                else Say("nothing to do: stock and supply are enough"),
                "steps": [*_before(planned, row, here), *_steps(made), *_others(planned, mine)],
            }
        )
    return found


def _quiet(planned: Planned, here: pl.Expr) -> dict[str, Any] | None:
    found = planned.plan.not_bought.filter(here)
    return found.row(0, named=True) if len(found) else None


def _others(planned: Planned, mine: pl.DataFrame) -> list[dict[str, Any]]:
    """What else the plan says of the item here: a line to hurry beside one to buy."""
    rows = mine.tail(-1).iter_rows(named=True)
    return [
        {"step": Say("also"), "formula": told(planned, row).sentence, "inputs": "", "result": ""}
        for row in rows
    ]


def _steps(made: Any) -> list[dict[str, Any]]:  # noqa: ANN401 -- Explanation or None
    return [
        {
            "step": step.name,
            "formula": step.formula,
            "inputs": ", ".join(f"{k}={v}" for k, v in step.inputs.items()),
            "result": step.result,
        }
        for step in (made.steps if made else ())
    ]


SERVICE = {
    "own": "set by the owner",
    "margin": "1 - h·R / (b + h·R): h holding a unit a day, R review days, b margin of a unit",
    "class": "the class's level, more where a line binds little money, less where it binds much",
}


SERVICE_INPUTS = {
    "own": "class {abc_class}: {class_service_pct} %",
    "margin": "cost {cost}, margin {margin}, {review_days} {review_days:day|days}",
    "class": "class {abc_class}: {class_service_pct} %, cost {cost}, {line_rate} lines a day",
}


def _service(row: dict[str, Any]) -> tuple[str, Say, Say, str]:
    """The level, where it comes from and from what."""
    source = row["service_from"] or "class"
    inputs = Say(
        SERVICE_INPUTS[source],
        abc_class=row["abc_class"],
        class_service_pct=f"{row['class_service_pct']:g}",
        cost=_plain(row["unit_cost"]),
        margin=_plain(row["unit_margin"]),
        review_days=row["review_days"],
        line_rate=f"{row['line_rate']:.2f}",
    )
    level = row["service_pct"] or row["class_service_pct"]
    return "service level", Say(SERVICE[source]), inputs, f"{level:.1f} %"


def _plain(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"


def _foreseen(planned: Planned, here: pl.Expr) -> list[_Step]:
    """What regular customers and open deals changed of the forecast, for the plan."""
    told = None if planned.foreseen is None else planned.foreseen.filter(here)
    if told is None or told.is_empty():
        return []
    row = told.row(0, named=True)
    found: list[_Step] = []
    if row["moved_qty"] > 0:
        who = f"{row['customers']}, {row['first_on'] or '-'}, {row['expected_qty']:.3g}"
        said = Say(
            "moved to the days of expected purchases: customers, first day, units; the sum stays"
        )
        found.append(("expected purchases", said, who, f"{row['moved_qty']:.3g}"))
    if row["added_qty"] > 0:
        said = Say("added by open deals with new customers, times their chance")
        found.append(("open deals", said, "", f"{row['added_qty']:.3g}"))
    return found


def _before(planned: Planned, row: dict[str, Any], here: pl.Expr) -> list[dict[str, Any]]:
    """What the arithmetic starts from: history, forecast, lead time, service, the owner's rules."""
    forecast = planned.forecast.filter(here)
    sold = planned.facts.demand.filter(here)
    steps: list[_Step] = [
        (
            "history",
            Say("units asked for, days with demand, last day"),
            f"{sold['qty'].sum():g} / {len(sold)}",
            str(sold["on"].max() or "-"),
        ),
    ]
    out = (
        planned.facts.demand.clear() if planned.abnormal is None else planned.abnormal.filter(here)
    )
    if len(out):
        steps.append(
            (
                "abnormal lines",
                Say("one-off large lines kept out of the forecast, days, units"),
                ", ".join(str(day) for day in out["on"].tail(3)),
                f"{len(out)} / {out['abnormal_qty'].sum():g}",
            )
        )
    if len(forecast):
        per_day = float(forecast["mean_qty"].sum()) / float(forecast["bucket_days"].sum())
        steps.append(
            (
                "forecast",
                Say("mean per day over the horizon"),
                forecast["method"][0],
                f"{per_day:.3g}",
            )
        )
    steps += _foreseen(planned, here)
    lead = planned.leads.filter(pl.col("sku") == row["sku"])
    steps += [
        (
            "lead time",
            Say("days from order to usable, median and 90 %"),
            f"{each['supplier']}, n={each['n']}, {each['method']}",
            f"{each['lead_days_p50']} / {each['lead_days_p90']}",
        )
        for each in lead.iter_rows(named=True)
    ]
    steps.append(_service(row))
    own = " / ".join("-" if row[n] is None else f"{row[n]:g}" for n in ("min_qty", "max_qty"))
    steps.append(("own min / max", Say("set by the owner"), "", own))
    return [{"step": Say(n), "formula": f, "inputs": i, "result": r} for n, f, i, r in steps]
