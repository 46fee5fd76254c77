"""How high the service of each item is, and how much is bought at a time."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scm_cli.core.replenish.facts import StockRules
from scm_cli.core.replenish.policy import OrderCost, eoq_qty
from scm_cli.core.replenish.service import Trade, cycle_qty, margin_pct, served, spread_pct

WEEK = StockRules(7, 14, {"A": 97.0, "B": 95.0, "C": 90.0}, service_spread=0.75)


def rows(**columns: object) -> pl.DataFrame:
    """Three items of one class: cheap and quick, the same but dear, the same but seldom."""
    usual: dict[str, object] = {
        "class_service_pct": [95.0] * 3,
        "own_service_pct": [None] * 3,
        "unit_cost": [1.0, 100.0, 1.0],
        "unit_margin": [0.5, 50.0, 0.5],
        "line_rate": [0.9, 0.9, 0.05],
        "near_qty": [50.0] * 3,
        "far_qty": [80.0] * 3,
        "mean_qty": [30.0] * 3,
    }
    return pl.DataFrame(usual | columns, schema_overrides={"own_service_pct": pl.Float64})


def test_cheap_and_quick_items_get_more() -> None:
    quick, dear, seldom = served(rows(), WEEK)["service_pct"]
    assert quick > 98
    assert quick > dear
    assert quick > seldom


def test_without_spread_the_class_stands() -> None:
    assert served(rows(), replace(WEEK, service_spread=0.0))["service_pct"].to_list() == [95.0] * 3


def test_the_owners_level_is_never_touched() -> None:
    told = served(rows(own_service_pct=[None, 99.0, None]), WEEK)
    assert told["service_pct"][1] == 99.0
    assert told["service_from"].to_list() == ["class", "own", "class"]


def test_an_item_without_cost_keeps_its_class() -> None:
    assert served(rows(unit_cost=[1.0, None, 1.0]), WEEK)["service_pct"][1] == 95.0


@given(
    st.lists(
        st.tuples(st.floats(0.01, 1e4), st.floats(0.01, 1e4), st.floats(0.005, 1.0)),
        min_size=2,
        max_size=30,
    ),
    st.floats(0, 1),
)
def test_the_average_line_keeps_the_promise(
    items: list[tuple[float, float, float]], power: float
) -> None:
    cost, tail, rate = (np.array(column) for column in zip(*items, strict=True))
    levels = spread_pct(Trade(tail, rate, cost), np.full(len(items), 90.0), power)
    assert (levels * rate).sum() / rate.sum() == pytest.approx(90.0, abs=0.1)
    assert levels.min() >= 50
    assert levels.max() <= 99.9 + 1e-9


MARGINS = [
    # cost, margin, holding %, review days, unmet → level: 1 - hR/(b + hR), 1 - hR/b, clamped
    (10.0, 4.0, 20.0, 7, "lost", 99.05),
    (10.0, 4.0, 20.0, 7, "waits", 99.04),
    (10.0, 0.1, 20.0, 28, "lost", 80.0),
    (10.0, 400.0, 20.0, 7, "lost", 99.5),
]


@pytest.mark.parametrize(("cost", "margin", "holding", "days", "unmet", "level"), MARGINS)
def test_margin_against_holding(
    cost: float, margin: float, holding: float, days: int, unmet: str, level: float
) -> None:
    rules = StockRules(days, 14, {}, holding_pct=holding, unmet=unmet)
    found = margin_pct(np.array([cost]), np.array([margin]), rules)
    assert found[0] == pytest.approx(level, abs=0.01)


def test_unknown_margin_takes_the_class() -> None:
    told = served(rows(unit_margin=[0.5, None, 0.5]), replace(WEEK, service_basis="margin"))
    assert told["service_from"].to_list() == ["margin", "class", "margin"]
    assert told["service_pct"][1] == 95.0


def test_cycle_is_the_textbook_quantity_within_bounds() -> None:
    rules = StockRules(7, 14, {}, order_line_amount=8.0, holding_pct=22.5, longest_cycle_days=400)
    found = cycle_qty(np.array([1300 / 365]), np.array([1.0]), rules)
    assert found[0] == pytest.approx(eoq_qty(OrderCost(1300, 8, 22.5), 1.0), rel=1e-9)
    short = replace(rules, longest_cycle_days=30)
    assert cycle_qty(np.array([1300 / 365]), np.array([1.0]), short)[0] == pytest.approx(
        106.85, abs=0.01
    )
    dear = cycle_qty(np.array([1.0]), np.array([1e6]), rules)
    assert dear[0] == 7.0  # never less than is sold until the next review
