"""The basket: the best split, by trying every assignment."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scm_cli.core.supplier import basket as baskets
from scm_cli.core.supplier.basket import basket

SELLERS = ["S1", "S2", "S3"]


@st.composite
def problems(draw: st.DrawFn) -> tuple[dict[tuple[str, str], float], dict[str, float]]:
    items = [f"A{n}" for n in range(draw(st.integers(1, 4)))]
    costs = {}
    for item in items:
        for seller in draw(st.lists(st.sampled_from(SELLERS), min_size=1, unique=True)):
            costs[item, seller] = float(draw(st.integers(1, 60)))
    return costs, {seller: float(draw(st.integers(0, 40))) for seller in SELLERS}


def tried(costs: dict[tuple[str, str], float], fixed: dict[str, float]) -> float:
    """The cheapest of all assignments, orders paid once per supplier."""
    items = sorted({item for item, _ in costs})
    ways = product(*([s for i, s in costs if i == item] for item in items))
    return min(
        sum(costs[item, seller] for item, seller in zip(items, way, strict=True))
        + sum(fixed[seller] for seller in set(way))
        for way in ways
    )


@given(problems())
def test_the_split_is_the_cheapest_of_all(asked) -> None:
    costs, fixed = asked
    found = basket(costs, fixed)
    assert found.split_amount == pytest.approx(tried(costs, fixed))
    paid = sum(costs[item, seller] for item, seller in found.split.items())
    assert found.split_amount == pytest.approx(
        paid + sum(fixed[s] for s in set(found.split.values()))
    )


@given(problems())
def test_a_search_from_several_starts_never_beats_and_stays_near_the_best(asked) -> None:
    costs, fixed = asked
    best = basket(costs, fixed).split_amount
    kept, baskets.EXACT_SUPPLIERS = baskets.EXACT_SUPPLIERS, 0
    try:
        near = basket(costs, fixed).split_amount
    finally:
        baskets.EXACT_SUPPLIERS = kept
    assert best - 1e-9 <= near <= best * 1.2 + 1e-9


def test_one_supplier_that_lacks_an_item_is_no_single_offer() -> None:
    found = basket({("A", "S1"): 1.0, ("B", "S2"): 1.0}, {"S1": 0.0, "S2": 0.0})
    assert (found.single, found.single_amount, found.is_split) == (None, None, True)


def test_the_cost_of_an_order_may_make_one_supplier_the_best() -> None:
    costs = {("A", "S1"): 10.0, ("A", "S2"): 9.0, ("B", "S1"): 10.0, ("B", "S2"): 12.0}
    assert basket(costs, {"S1": 0.5, "S2": 0.5}).is_split
    assert not basket(costs, {"S1": 5.0, "S2": 5.0}).is_split
