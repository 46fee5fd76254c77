"""Numbers that cannot be: they spoil their own item-warehouse, offer or line, nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from scm_cli.core.replenish.schemas import ITEMS, KEY, PROTECTION, PlanInputs, PlanRules, conformed
from scm_cli.errors import Problem, Say

if TYPE_CHECKING:
    from datetime import date

KINDS = ("buy", "make", "none")
MEND = Say("correct the value and run again; the other items are planned")


def checked_items(inputs: PlanInputs, problems: list[Problem]) -> pl.DataFrame:
    """Items with their protection; numbers that make no sense mark the row as broken."""
    items = conformed(inputs.items, ITEMS)
    doubled = items.filter(pl.struct(KEY).is_duplicated() & ~pl.struct(KEY).is_first_distinct())
    problems += [
        Problem(_where(row), Say("the item stands twice in this warehouse"), MEND)
        for row in doubled.select(KEY).unique(maintain_order=True).iter_rows(named=True)
    ]
    items = items.unique(KEY, keep="first", maintain_order=True).with_columns(
        pl.col("kind").fill_null("buy"), pl.col("unit_step_qty").fill_null(1.0)
    )
    protection = conformed(inputs.protection, PROTECTION).unique(KEY, keep="first")
    items = items.join(protection, on=KEY, how="left", maintain_order="left")
    broken = pl.lit(False)
    for what, wrong in _wrong_numbers():
        for row in items.filter(wrong.fill_null(False)).select(KEY).iter_rows(named=True):
            problems.append(Problem(_where(row), what, MEND))
        broken |= wrong.fill_null(False)
    return items.with_columns(broken=broken)


def _wrong_numbers() -> list[tuple[Say, pl.Expr]]:
    def bad(name: str, *, signed: bool = False) -> tuple[Say, pl.Expr]:
        number = pl.col(name)
        wrong = number.is_not_null() & ~number.is_finite()
        if not signed:
            wrong |= number < 0
        return Say("{field} is not a possible number", field=name), wrong

    return [
        (Say("the stock on hand is not known"), pl.col("usable_qty").is_null()),
        (Say("{field} is not a possible number", field="kind"), ~pl.col("kind").is_in(KINDS)),
        bad("usable_qty", signed=True),
        bad("unit_margin", signed=True),
        *(bad(n) for n in ("service_pct", "min_qty", "max_qty", "daily_mean_qty", "unit_cost")),
        *(bad(n) for n in ("interval_mean_qty", "trigger_qty", "target_qty")),
        (
            Say("{field} is not a possible number", field="unit_step_qty"),
            ~pl.col("unit_step_qty").is_finite() | (pl.col("unit_step_qty") <= 0),
        ),
        *(
            (Say("{field} is not a possible number", field=n), pl.col(n) < 0)
            for n in ("interval_days", "review_days", "shelf_life_days", "make_days")
        ),
    ]


def _where(row: dict[str, object]) -> str:
    return f"{row['sku']} · {row['warehouse']}"


def counted_supply(supply: pl.DataFrame, today: date, problems: list[Problem]) -> pl.DataFrame:
    """Firm lines with a day to count on: an expected day gone by gives way to its P90."""
    supply = supply.filter(pl.col("firm").fill_null(True) & ~(pl.col("qty") == 0).fill_null(False))
    undated = supply.filter(pl.all_horizontal(pl.col("on", "latest_p90_on").is_null()))
    problems += [
        Problem(
            f"{row['document']} · {row['sku']}",
            Say("an open order without an expected day is not counted"),
            Say("enter the day on which the supplier will deliver"),
        )
        for row in undated.iter_rows(named=True)
    ]
    passed = pl.lit(today).dt.offset_by("1d")
    day = (
        pl.when(pl.col("on") < today)
        .then(pl.max_horizontal(pl.col("latest_p90_on").fill_null(passed), passed))
        .otherwise(pl.coalesce("on", "latest_p90_on"))
    )
    return supply.with_columns(expected_on=pl.col("on"), on=day).filter(pl.col("on").is_not_null())


def checked_flow(
    items: pl.DataFrame, flow: pl.DataFrame, name: str, problems: list[Problem]
) -> pl.DataFrame:
    """Mark items whose flow holds a number that cannot be; name flows that have no item."""
    keys = flow.select(KEY).filter(
        pl.any_horizontal(pl.col(n).ne_missing(pl.col(n).shift()) for n in KEY)
        | (pl.int_range(pl.len()) == 0)
    )
    strangers = keys.unique().join(items, on=KEY, how="anti", nulls_equal=True).sort(KEY)
    if strangers.height:
        what = Say(
            "{count} items of {name} are not among the items planned, the first is {sku} · {warehouse}",
            count=strangers.height,
            name=name,
            sku=strangers["sku"][0],
            warehouse=strangers["warehouse"][0],
        )
        problems.append(Problem(name, what, Say("add them to the items to plan")))
    wrong = flow.filter(
        (~pl.col("qty").is_finite() | (pl.col("qty") < 0)).fill_null(True) | pl.col("on").is_null()
    )
    if wrong.is_empty():
        return items
    keys = wrong.select(KEY).unique(maintain_order=True)
    what = Say("a line of {name} has no possible quantity or day", name=name)
    problems += [Problem(_where(row), what, MEND) for row in keys.iter_rows(named=True)]
    spoiled = items.join(
        keys.with_columns(spoiled=pl.lit(True)), on=KEY, how="left", maintain_order="left"
    )
    marked = pl.col("broken") | pl.col("spoiled").fill_null(False)
    return spoiled.with_columns(broken=marked).drop("spoiled")


def checked_offers(offers: pl.DataFrame, rules: PlanRules, problems: list[Problem]) -> pl.DataFrame:
    """Approved offers that can be ordered from; outdated ones only where there is no other."""
    offers = offers.filter(pl.col("approved").fill_null(False))
    wrong = pl.col("lead_days_p50").is_null() | (pl.col("lead_days_p50") < 0)
    for name in ("unit_price", "moq_qty", "order_multiple_qty"):
        number = pl.col(name)
        wrong |= (~number.is_finite() | (number < 0)).fill_null(False)
    what = Say("the offer has no possible price, quantity or lead time and is left out")
    problems += [
        Problem(f"{row['supplier']} · {row['sku']}", what, MEND)
        for row in offers.filter(wrong).iter_rows(named=True)
    ]
    offers = offers.filter(~wrong).with_columns(
        outdated=(pl.col("valid_until_on") < rules.today).fill_null(False),
        moq_qty=pl.col("moq_qty").fill_null(0.0),
        order_multiple_qty=pl.col("order_multiple_qty").fill_null(0.0),
        lead_days_p90=pl.max_horizontal("lead_days_p50", "lead_days_p90"),
        rank=pl.col("rank").fill_null(99),
    )
    best = pl.col("outdated").min().over("sku")
    offers = offers.sort("sku", "supplier", "unit_price", "moq_qty", nulls_last=True)
    return offers.filter(pl.col("outdated") == best).unique(
        ["sku", "supplier"], keep="first", maintain_order=True
    )
