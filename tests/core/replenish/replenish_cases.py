"""Small worlds for the planner's tests: built from a few numbers, and accepted as suggested."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, timedelta

import polars as pl
from hypothesis import strategies as st

from scm_cli.core.replenish.plan import PlanInputs, PlanRules
from scm_cli.core.replenish.schemas import (
    FLOW,
    ITEMS,
    OFFERS,
    PROTECTION,
    SUPPLY,
    Plan,
    Schema,
    conformed,
)

TODAY = date(2026, 3, 2)
RULES = PlanRules(today=TODAY, horizon_days=60)


def day(number: int) -> date:
    return TODAY + timedelta(days=number)


def frame(rows: list[dict], schema: Schema) -> pl.DataFrame:
    if not rows:
        return pl.DataFrame(schema=schema)
    return conformed(pl.DataFrame(rows, infer_schema_length=None), schema)


def item(sku: str = "A", warehouse: str = "W", **values: object) -> dict:
    """One item-warehouse selling 4 a day, 31 left, s 70 and S 90 over 13 days."""
    given = {
        "usable_qty": 31.0, "daily": 4.0, "interval_days": 13, "trigger_qty": 70.0,
        "target_qty": 90.0, "unit_cost": 2.0, "unit_margin": 1.0, "review_days": 7,
        "demand": [],
    }  # fmt: skip
    return {"sku": sku, "warehouse": warehouse, **given, **values}


def offer(sku: str = "A", supplier: str = "S", **values: object) -> dict:
    given = {"unit_price": 2.0, "lead_days_p50": 6, "lead_days_p90": 9, "approved": True}
    return {"sku": sku, "supplier": supplier, "moq_qty": 0.0, **given, **values}


def line(on: int, qty: float, sku: str = "A", warehouse: str = "W", **values: object) -> dict:
    given = {"document": f"PO-{on}-{qty:g}", "line": 1, "firm": True}
    return {"sku": sku, "warehouse": warehouse, "on": day(on), "qty": float(qty), **given, **values}


def world(
    items: list[dict], offers: list[dict], lines: list[dict] | None = None,
    committed: list[dict] | None = None,
) -> PlanInputs:  # fmt: skip
    """Inputs of a plan; the demand of each item is flat at `daily`, plus (day, qty) `demand`."""
    rows = [
        {**x, "daily_mean_qty": x["daily"], "interval_mean_qty": x["daily"] * x["interval_days"]}
        for x in items
    ]
    flow = [
        {"sku": x["sku"], "warehouse": x["warehouse"], "on": day(d), "qty": float(x["daily"])}
        for x in items for d in range(RULES.horizon_days)
    ] + [
        {"sku": x["sku"], "warehouse": x["warehouse"], "on": day(d), "qty": float(q)}
        for x in items for d, q in x["demand"]
    ]  # fmt: skip
    known = [x for x in rows if x["trigger_qty"] is not None]
    return PlanInputs(
        items=frame([{k: v for k, v in x.items() if k in ITEMS} for x in rows], ITEMS),
        demand=frame(flow, FLOW),
        supply=frame(lines or [], SUPPLY),
        protection=frame(
            [{k: v for k, v in x.items() if k in PROTECTION} for x in known], PROTECTION
        ),
        offers=frame(offers, OFFERS),
        committed=frame(committed or [], FLOW),
    )


def ordered(inputs: PlanInputs, made: Plan) -> PlanInputs:
    """The world after every purchase, production and transfer was ordered as suggested."""
    orders = made.suggestions.filter(pl.col("document").is_null())
    return accepted(inputs, replace(made, suggestions=orders))


def accepted(inputs: PlanInputs, made: Plan) -> PlanInputs:
    """The world after every suggestion was accepted as it stands, messages included."""
    todo = made.suggestions
    lines = inputs.supply
    key = ["sku", "warehouse", "document", "line"]
    notes = todo.filter(pl.col("document").is_not_null()).select(*key, "kind", "need_by_on")
    lines = lines.join(notes, on=key, how="left", maintain_order="left")
    lines = lines.filter((pl.col("kind") != "cancel").fill_null(True))
    lines = lines.with_columns(on=pl.coalesce("need_by_on", "on")).select(SUPPLY.keys())
    new = todo.filter(pl.col("kind").is_in(["buy", "make", "transfer"])).with_row_index("n")
    # new orders are numbered after all open ones
    new = new.select(
        "sku", "warehouse", on="arrives_on", qty="order_qty",
        document=pl.format("Z-{}", "n"), line=pl.lit(1), firm=pl.lit(True),
    )  # fmt: skip
    out = (
        todo.filter(pl.col("kind") == "transfer")
        .group_by("sku", warehouse="from_warehouse")
        .agg(out=pl.col("order_qty").sum())
    )
    items = inputs.items.join(out, on=["sku", "warehouse"], how="left", maintain_order="left")
    items = items.with_columns(pl.col("usable_qty") - pl.col("out").fill_null(0.0)).drop("out")
    supply = pl.concat([lines, conformed(new, SUPPLY)])
    return replace(inputs, items=items, supply=supply)


def random_world(seed: int, *, skus: int = 15, suppliers: int = 2) -> PlanInputs:
    """Any world: warehouses, dated orders, open lines, several suppliers, caps and minimums."""
    draw = random.Random(seed)  # noqa: S311 - not a secret
    items, offers, lines = [], [], []
    for number in range(skus):
        sku = f"I{number:02d}"
        kind = draw.choice(["buy", "buy", "make", "none"])
        step = draw.choice([1.0, 1.0, 0.5, 6.0])
        for warehouse in draw.choice([["W"], ["W", "N"], ["W", "N", "S"]]):
            items.append({**_random_item(draw, sku, warehouse, kind), "unit_step_qty": step})
            for on, qty in _lumps(draw, 3):
                lines.append(line(on, qty, sku, warehouse, document=f"PO-{len(lines)}"))
        for supplier in range(draw.randint(0, suppliers)):
            lead = draw.randint(0, 45)
            offers.append(offer(
                sku, f"S{supplier}", unit_price=draw.choice([1.0, 2.0, 2.1]),
                lead_days_p50=lead, lead_days_p90=lead + draw.randint(0, 20),
                moq_qty=draw.choice([0.0, 0.0, 50.0, 500.0]),
                order_multiple_qty=draw.choice([0.0, 1.0, 12.0, 7.5]),
            ))  # fmt: skip
    return world(items, offers, lines)


def _lumps(draw: random.Random, most: int) -> list[tuple[int, int]]:
    return [(draw.randint(-5, 70), draw.randint(1, 200)) for _ in range(draw.randint(0, most))]


def _random_item(draw: random.Random, sku: str, warehouse: str, kind: str) -> dict:
    trigger = float(draw.randint(0, 300))
    return item(
        sku, warehouse, kind=kind, trigger_qty=trigger,
        usable_qty=float(draw.randint(-50, 400)),
        daily=draw.choice([0.0, 0.3, 1.0, 4.0, 11.0]),
        target_qty=trigger + draw.randint(0, 300), interval_days=draw.randint(1, 40),
        review_days=draw.randint(0, 14), make_days=draw.randint(0, 20),
        unit_margin=draw.choice([None, 0.0, 0.1, 1.0, 5.0]),
        shelf_life_days=draw.choice([None, None, 5, 30, 400]),
        demand=[(max(on, 0), qty) for on, qty in _lumps(draw, 2)],
    )  # fmt: skip


worlds = st.integers(0, 2**32).map(random_world)
