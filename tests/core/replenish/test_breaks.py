"""Price breaks in the plan: the same answer as the textbook's, item by item."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scm_cli.core.replenish.breaks import priced
from scm_cli.core.replenish.policy import OrderCost, yearly_amount
from scm_cli.core.replenish.schemas import PlanRules

RULES = PlanRules(date(2026, 1, 5), holding_pct=30, order_line_amount=8, longest_lot_days=365)


def need(qty: float, daily: float = 1300 / 365, **columns: object) -> pl.DataFrame:
    usual: dict[str, object] = {
        "sku": "A", "supplier": "S", "needed_qty": qty, "cover_qty": float("inf"),
        "daily_mean_qty": daily, "moq_qty": 0.0, "order_multiple_qty": 0.0, "unit_price": 0.75,
    }  # fmt: skip
    return pl.DataFrame({name: [value] for name, value in (usual | columns).items()})


def breaks(*steps: tuple[float, float]) -> pl.DataFrame:
    columns = {"from_qty": [s[0] for s in steps], "unit_price": [s[1] for s in steps]}
    return pl.DataFrame({"supplier": ["S"] * len(steps), "sku": ["A"] * len(steps), **columns})


#: Snyder & Shen 2019, §3.4.1, Joe's corner store: breaks at 400 and 800.
JOE = breaks((0, 0.75), (400, 0.72), (800, 0.68))


@pytest.mark.parametrize(
    ("qty", "columns", "moq", "price"),
    [
        (300, {}, 800, 0.68),  # the year is cheapest at 800
        (300, {"cover_qty": 500.0}, 400, 0.72),  # 800 would expire
        (300, {"cover_qty": 300.0}, 300, 0.75),
        (900, {}, 900, 0.68),  # already beyond the last break: its price, nothing more
        (300, {"daily": 0.0}, 300, 0.75),  # does not sell: as needed
        (300, {"order_multiple_qty": 300.0}, 900, 0.68),  # in whole boxes of 300
    ],
)
def test_joe(qty: float, columns: dict[str, float], moq: float, price: float) -> None:
    row = priced(need(qty, **columns), JOE, RULES).row(0, named=True)
    assert (max(row["moq_qty"], qty), row["unit_price"]) == (moq, price)


def test_without_breaks_nothing_changes() -> None:
    one = need(300)
    assert priced(one, JOE.clear(), RULES).equals(one)


def test_two_warehouses_reach_a_break_together() -> None:
    both = pl.concat([need(200, 1.8), need(200, 1.8)])
    assert priced(both, JOE, RULES)["unit_price"].to_list() == [0.68, 0.68]


@given(
    st.floats(1, 2000),
    st.floats(0.1, 50),
    st.lists(st.tuples(st.integers(1, 3000), st.floats(0.3, 0.99)), max_size=4),
)
def test_the_year_is_never_dearer(qty: float, daily: float, steps: list[tuple[int, float]]) -> None:
    table = [(0.0, 0.75)]
    for start, share in sorted(dict(steps).items()):
        table.append((float(start), table[-1][1] * share))
    row = priced(need(qty, daily), breaks(*table), RULES).row(0, named=True)
    lot = max(row["moq_qty"], qty)
    base = [p for s, p in table if s <= qty][-1]
    cost = OrderCost(daily * 365, 8, 30)
    before, after = yearly_amount(cost, base, qty), yearly_amount(cost, row["unit_price"], lot)
    assert after <= before * (1 + 1e-9)
    assert row["unit_price"] == [p for s, p in table if s <= lot + 1e-9][-1]
