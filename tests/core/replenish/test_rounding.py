"""Minimum and multiple: the cases on which other systems order too much or too little."""

from __future__ import annotations

from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scm_cli.core.replenish.rounding import OrderGrid, order_qty, ordered

D = Decimal

pounds = OrderGrid(moq_qty=D(50000), unit_factor=D("453.59237"), unit_step_qty=D("0.001"))


@pytest.mark.parametrize(
    ("need", "grid", "units", "stock"),
    [
        (D(0), OrderGrid(moq_qty=D(100)), D(0), D(0)),
        (D(3), OrderGrid(), D(3), D(3)),
        (D("2.1"), OrderGrid(), D(3), D(3)),
        (D(30), OrderGrid(moq_qty=D(100)), D(100), D(100)),
        (D(101), OrderGrid(D(100), D(24)), D(120), D(120)),
        (D(25), OrderGrid(unit_factor=D(24)), D(2), D(48)),  # pieces bought in boxes of 24
        # ERPNext #58710: 50 kg in pounds; 110.231 lb would be 49 999.93 g
        (D(50000), pounds, D("110.232"), D("50000.39412984")),
        (D(1), OrderGrid(unit_factor=D(3), unit_step_qty=D("0.0001")), D("0.3334"), D("1.0002")),
    ],
)
def test_order_in_buying_units(need, grid, units, stock):
    assert order_qty(need, grid) == (units, stock)


@given(
    st.decimals(D("0.0001"), D(10**6), places=4),
    st.decimals(D(0), D(10**5), places=4),
    st.decimals(D(0), D(100), places=4),
    st.decimals(D("0.0001"), D(1000), places=4),
)
def test_stock_equivalent_never_falls_below_need_minimum_or_grid(need, moq, multiple, factor):
    grid = OrderGrid(moq, multiple, factor, D("0.001"))
    units, stock = order_qty(need, grid)
    assert stock == units * factor >= max(need, moq)
    assert units % D("0.001") == 0


@pytest.mark.parametrize("grid", [OrderGrid(unit_factor=D(0)), OrderGrid(unit_step_qty=D(-1))])
def test_a_unit_without_size_is_refused(grid):
    with pytest.raises(ValueError, match="above 0"):
        order_qty(D(1), grid)


def needs(*rows):
    names = ["warehouse", "needed_qty", "daily_mean_qty", "moq_qty", "order_multiple_qty"]
    frame = pl.DataFrame(rows, schema=names, orient="row")
    frame = frame.cast(dict.fromkeys(names[1:], pl.Float64))
    return frame.with_columns(sku=pl.lit("A"), supplier=pl.lit("S"), unit_step_qty=1.0)


@pytest.mark.parametrize(
    ("rows", "orders"),
    [
        # ERPNext #58804: three warehouses, minimum 100: 100 together, not 300
        ([("A", 20, 1, 100, 0), ("B", 20, 1, 100, 0), ("C", 20, 1, 100, 0)], [34, 33, 33]),
        ([("A", 20, 3, 100, 0), ("B", 20, 1, 100, 0)], [65, 35]),  # surplus by daily sales
        ([("A", 20, 0, 100, 0), ("B", 60, 0, 100, 0)], [25, 75]),  # by need where nothing sells
        ([("A", 59, 4, 100, 24), ("B", 59, 4, 100, 24)], [60, 60]),
        ([("A", 7.5, 1, 0, 2.5)], [10]),  # a multiple finer than the unit
        ([("A", 3.0000000001, 1, 0, 0)], [3]),  # floating point is not a need
    ],
)
def test_rounded_once_per_item_and_supplier(rows, orders):
    assert ordered(needs(*rows))["order_qty"].to_list() == orders


quantity = st.floats(0.01, 500)


@given(
    st.lists(st.tuples(quantity, st.floats(0, 50)), min_size=1, max_size=6),
    st.sampled_from([0.0, 50.0, 700.0]),
    st.sampled_from([0.0, 1.0, 12.0, 7.5]),
)
@settings(max_examples=30, deadline=None)
def test_every_warehouse_gets_its_need_and_the_sum_fits(rows, moq, multiple):
    frame = needs(*((str(n), q, d, moq, multiple) for n, (q, d) in enumerate(rows)))
    found = ordered(frame)
    total = found["order_qty"].sum()
    assert (found["order_qty"] >= found["needed_qty"] - 1e-6).all()
    assert total >= moq - 1e-6
    if multiple:
        assert abs(total / multiple - round(total / multiple)) < 1e-6
