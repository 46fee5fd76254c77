"""What is added to an order so that the supplier takes it, or carries it for nothing."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scm_cli.core.replenish.joint import cheapest_cover, topped_up
from scm_cli.core.replenish.schemas import SUGGESTIONS, PlanRules, conformed

RULES = PlanRules(date(2026, 1, 5), holding_pct=25)


def world(amount: float, **terms: float) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """An order of A worth `amount`; B is due in 5 days, C in 50, each for 20 a time."""
    listed = pl.DataFrame(
        {"sku": ["A"], "warehouse": ["W"], "kind": ["buy"], "supplier": ["S"], "amount": [amount]}
    )
    stock = pl.DataFrame(
        {
            "sku": ["A", "B", "C"], "warehouse": "W", "supplier": "S",
            "position_qty": [0.0, 15.0, 60.0], "trigger_qty": 10.0, "target_qty": 20.0,
            "daily_mean_qty": 1.0,
        }
    )  # fmt: skip
    offers = pl.DataFrame(
        {
            "supplier": "S", "sku": ["A", "B", "C"], "approved": True, "unit_price": 2.0,
            "moq_qty": 0.0, "order_multiple_qty": 0.0, "lead_days_p50": 4, "lead_days_p90": 6,
            **terms,
        }
    )  # fmt: skip
    return conformed(listed, SUGGESTIONS), stock, offers


@pytest.mark.parametrize(
    ("amount", "terms", "added"),
    [
        (80.0, {}, []),  # nothing is asked
        (100.0, {"min_order_amount": 100.0}, []),  # reached already
        (80.0, {"min_order_amount": 100.0}, ["B"]),  # the soonest is enough
        (70.0, {"min_order_amount": 100.0}, ["B", "C"]),
        (10.0, {"min_order_amount": 100.0}, []),  # even all of it is not enough
        (80.0, {"free_freight_amount": 100.0, "freight_amount": 5.0}, ["B"]),
        (80.0, {"free_freight_amount": 100.0, "freight_amount": 0.01}, []),  # holding costs more
        (70.0, {"free_freight_amount": 100.0, "freight_amount": 0.3}, []),
        (85.0, {"min_order_amount": 100.0, "free_freight_amount": 120.0, "freight_amount": 9.0},
         ["B", "C"]),
    ],
)  # fmt: skip
def test_terms(amount: float, terms: dict[str, float], added: list[str]) -> None:
    found = topped_up(*world(amount, **terms), RULES)
    extra = found.filter(pl.col("reason") == "fills_order")
    assert extra["sku"].to_list() == added
    assert (extra["order_qty"] == 10).all()
    assert (extra["order_by_on"] == RULES.today).all()


@given(
    st.lists(st.tuples(st.floats(1, 500), st.floats(0, 50)), min_size=1, max_size=9),
    st.floats(1, 1500),
)
def test_greedy_reaches_the_gap_and_wastes_no_package(
    packages: list[tuple[float, float]], gap: float
) -> None:
    amount, cost = (np.array(column) for column in zip(*packages, strict=True))
    taken = cheapest_cover(amount, cost, gap, None)
    if amount.sum() < gap:
        assert taken == []
        return
    assert amount[taken].sum() >= gap - 1e-9
    for index in taken:
        assert amount[[n for n in taken if n != index]].sum() < gap


@given(
    st.lists(st.tuples(st.floats(1, 500), st.floats(0, 50)), min_size=1, max_size=7),
    st.floats(1, 1500),
)
def test_the_solver_is_never_dearer(packages: list[tuple[float, float]], gap: float) -> None:
    pytest.importorskip("highspy")
    from scm_cli.engines import highs

    amount, cost = (np.array(column) for column in zip(*packages, strict=True))
    greedy = cheapest_cover(amount, cost, gap, None)
    best = cheapest_cover(amount, cost, gap, highs.solver())
    assert bool(best) == bool(greedy)
    assert (
        amount[best].sum() >= min(gap, amount.sum() if not best else gap) * (1 - 1e-6) or not best
    )
    assert cost[best].sum() <= cost[greedy].sum() + 1e-4
