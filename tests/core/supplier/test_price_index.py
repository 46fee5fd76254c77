"""Dear or not, against what others ask for the same."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scm_cli.core.supplier.price_index import BOUGHT, OFFERS, price_indices

DAY = date(2026, 1, 15)


def buy(**given: Any) -> dict[str, Any]:
    """Ten pieces of A from S at 12."""
    usual = {"supplier": "S", "sku": "A", "on": DAY, "qty": 10.0, "unit_price": 12.0,
             "currency": "CNY", "last_price": None}  # fmt: skip
    return {**usual, **given}


def offer(**given: Any) -> dict[str, Any]:
    """T asks 10 for A."""
    usual = {"supplier": "T", "sku": "A", "from_qty": 0.0, "unit_price": 10.0, "currency": "CNY",
             "moq_qty": None, "valid_from_on": None, "valid_until_on": None}  # fmt: skip
    return {**usual, **given}


def told(bought: list[dict[str, Any]], offers: list[dict[str, Any]]) -> dict[str, Any]:
    frames = pl.DataFrame(bought, schema=BOUGHT), pl.DataFrame(offers, schema=OFFERS)
    found: dict[str, Any] = price_indices(*frames).row(0, named=True)
    return found


@pytest.mark.parametrize(
    ("offers", "index"),
    [
        ([offer()], 120.0),
        ([offer(), offer(supplier="U", unit_price=8.0)], 150.0),  # the best counts
        ([offer(unit_price=16.0)], 75.0),
        ([], None),
        ([offer(supplier="S", unit_price=1.0)], None),  # never against itself
        ([offer(sku="B")], None),
        ([offer(currency="USD")], None),
        ([offer(valid_until_on=date(2026, 1, 14))], None),
        ([offer(valid_until_on=DAY)], 120.0),
        ([offer(valid_from_on=date(2026, 1, 16))], None),
        ([offer(from_qty=11.0)], None),  # ten do not reach it
        ([offer(from_qty=10.0)], 120.0),
        ([offer(moq_qty=11.0)], None),
        ([offer(), offer(from_qty=10.0, unit_price=6.0)], 200.0),  # the break that is reached
        ([offer(unit_price=5.0), offer(from_qty=10.0, unit_price=6.0)], 200.0),
        ([offer(unit_price=0.0)], None),
    ],
)
def test_the_index_by_hand(offers: list[dict[str, Any]], index: float | None) -> None:
    assert told([buy()], offers)["price_index"] == (
        index if index is None else pytest.approx(index)
    )


def test_coverage_is_the_part_of_the_money_with_an_alternative() -> None:
    row = told([buy(), buy(sku="B", qty=5.0, unit_price=16.0)], [offer()])
    assert (row["spend"], row["price_coverage_pct"], row["price_index"]) == (200.0, 60.0, 120.0)


def test_the_trend_weighs_what_is_bought_now() -> None:
    """10 × 12 + 30 × 5 now, 10 × 10 + 30 × 5 at the prices before; C has none."""
    bought = [buy(last_price=10.0), buy(sku="B", qty=30.0, unit_price=5.0, last_price=5.0),
              buy(sku="C", unit_price=99.0)]  # fmt: skip
    assert told(bought, [])["price_trend_pct"] == pytest.approx(8.0)


@given(st.lists(st.floats(0.1, 100), min_size=1, max_size=6), st.randoms(use_true_random=False))
def test_one_more_offer_never_lowers_the_index(prices, chance) -> None:
    offers = [offer(supplier=f"T{n}", unit_price=p) for n, p in enumerate(prices)]
    fewer = told([buy()], offers)["price_index"]
    more = [*offers, offer(supplier="U", unit_price=chance.uniform(0.1, 100))]
    assert told([buy()], chance.sample(more, len(more)))["price_index"] >= fewer - 1e-9
