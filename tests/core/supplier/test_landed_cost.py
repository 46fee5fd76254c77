"""True cost: each term by hand, what must hold for any offer, and the break-even by trying all."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scm_cli.core.supplier.landed_cost import (
    TERMS,
    Break,
    Offer,
    Rates,
    bought_qty,
    break_even,
    compared,
    cost_price,
    credit,
    terms,
    unit_cost,
)

RATES = Rates(money_pct=6, holding_pct=20, late_day_pct=0.5, daily_qty=10)
FLAT = Offer("A", "S1", (Break(0, 10.0),))


def of(offer: Offer, qty: float, rates: Rates = RATES) -> dict[str, float]:
    return {n: float(v[0]) for n, v in terms(offer, np.array([float(qty)]), rates).items()}


@pytest.mark.parametrize(
    ("offer", "qty", "term", "expected"),
    [
        (replace(FLAT, breaks=(Break(0, 10), Break(100, 9))), 99, "unit_price", 10),
        (replace(FLAT, breaks=(Break(0, 10), Break(100, 9))), 100, "unit_price", 9),
        # the minimum lifts the quantity over the break
        (replace(FLAT, breaks=(Break(0, 10), Break(100, 9)), moq_qty=100), 5, "unit_price", 9),
        (replace(FLAT, freight_price=0.3, freight_amount=50), 100, "freight", 0.8),
        # customs value is goods and freight: 5 % of 10.5
        (replace(FLAT, freight_amount=50, duty_pct=5), 100, "duty", 0.525),
        (FLAT, 100, "overbuy", 0),
        # 100 more than needed wait (100 + 50) / 10 = 15 days: 100 × 10 × 20 % × 15/365 ÷ 100
        (replace(FLAT, moq_qty=200), 100, "overbuy", 0.082192),
        (replace(FLAT, payment_days=0), 100, "financing", 0),
        (replace(FLAT, payment_days=-30), 100, "financing", 0.049315),
        (replace(FLAT, late_days=4), 100, "lateness", 0.2),
        (replace(FLAT, late_days=-4), 100, "lateness", 0),
    ],
)
def test_each_term_by_hand(offer: Offer, qty: float, term: str, expected: float) -> None:
    assert of(offer, qty)[term] == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize(
    ("amount", "days", "money_pct", "worth"),
    [
        # true discount of commercial arithmetic: S ÷ (1 + r·t)
        (1000, 182.5, 8, 961.54),  # half a year at 8 %
        (3000, 73, 9, 2946.95),  # a fifth of a year at 9 %
        (98, 0, 6, 98),
    ],
)
def test_credit_is_the_true_discount(
    amount: float, days: float, money_pct: float, worth: float
) -> None:
    assert amount + credit(amount, days, money_pct) == pytest.approx(worth, abs=0.005)


def test_two_ten_net_thirty_is_worth_taking_below_its_known_rate() -> None:
    """2/10 net 30 costs about 37 % a year: below it the discount is the better offer, above it not."""
    discount = Offer("A", "S1", (Break(0, 98.0),), payment_days=10)
    credit_terms = Offer("A", "S2", (Break(0, 100.0),), payment_days=30)
    for money_pct, winner in ((30, "S1"), (45, "S2")):
        found = compared([discount, credit_terms], 1, Rates(money_pct, 20, 0.5, 1))
        assert found[0].offer.supplier == winner


@pytest.mark.parametrize(
    ("included", "deducts", "expected"),
    [(True, True, 100), (False, True, 113), (True, False, 113), (False, False, 127.69)],
)
def test_what_a_price_of_113_costs(included: bool, deducts: bool, expected: float) -> None:
    assert cost_price(113, 13, included=included, deducts=deducts) == pytest.approx(expected)


def test_a_surplus_that_nobody_asks_for_is_lost_and_no_more() -> None:
    never = Rates(6, 20, 0.5, daily_qty=0)
    slow = Rates(6, 20, 0.5, daily_qty=1e-9)
    offer = replace(FLAT, moq_qty=150)
    assert of(offer, 100, never)["overbuy"] == pytest.approx(5)
    assert of(offer, 100, slow)["overbuy"] == pytest.approx(5)


prices = st.floats(0.01, 1000)
offers = st.builds(
    Offer,
    st.just("A"),
    st.sampled_from([f"S{n}" for n in range(9)]),
    st.lists(
        st.builds(Break, st.integers(0, 500).map(float), prices),
        min_size=1,
        max_size=4,
        unique_by=lambda b: b.from_qty,
    ).map(tuple),
    moq_qty=st.integers(0, 300).map(float),
    multiple_qty=st.sampled_from([0.0, 1.0, 6.0, 24.0]),
    freight_price=st.floats(0, 5),
    freight_amount=st.floats(0, 500),
    duty_pct=st.floats(0, 50),
    payment_days=st.integers(-90, 180).map(float),
    late_days=st.floats(0, 60),
)
quantities = st.integers(1, 600).map(float)


@given(st.lists(offers, min_size=1, max_size=6), quantities, st.randoms())
def test_the_order_of_the_offers_changes_nothing(found: list[Offer], qty: float, chance) -> None:
    found = [replace(offer, source=f"Q{n}") for n, offer in enumerate(found)]
    mixed = list(found)
    chance.shuffle(mixed)
    assert compared(found, qty, RATES) == compared(mixed, qty, RATES)


@given(offers, quantities)
def test_the_terms_add_up_and_what_is_bought_suffices(offer: Offer, qty: float) -> None:
    (only,) = compared([offer], qty, RATES)
    assert only.true_unit_cost == pytest.approx(sum(only.terms.values()))
    assert tuple(only.terms) == TERMS
    assert only.bought_qty >= max(qty, offer.moq_qty) - 1e-6


@given(
    offers,
    quantities,
    st.sampled_from(["freight_price", "freight_amount", "duty_pct", "late_days", "price"]),
    st.floats(0.01, 50),
)
def test_nothing_gets_cheaper_by_costing_more(
    offer: Offer, qty: float, term: str, more: float
) -> None:
    if term == "price":
        dearer = replace(
            offer, breaks=tuple(Break(b.from_qty, b.unit_price + more) for b in offer.breaks)
        )
    else:
        dearer = replace(offer, **{term: getattr(offer, term) + more})
    assert (
        float(unit_cost(dearer, np.array([qty]), RATES)[0])
        >= float(unit_cost(offer, np.array([qty]), RATES)[0]) - 1e-9
    )


@given(offers, quantities, st.integers(1, 90))
def test_longer_credit_is_never_dearer(offer: Offer, qty: float, days: int) -> None:
    longer = replace(offer, payment_days=offer.payment_days + days)
    assert of(longer, qty)["financing"] <= of(offer, qty)["financing"] + 1e-12


@given(offers, quantities, st.integers(1, 200))
def test_a_higher_minimum_at_one_price_is_never_cheaper(
    offer: Offer, qty: float, more: int
) -> None:
    flat = replace(offer, breaks=offer.breaks[:1], freight_amount=0.0)
    higher = replace(flat, moq_qty=flat.moq_qty + more)
    assert of(higher, qty)["overbuy"] >= of(flat, qty)["overbuy"] - 1e-9


@given(offers, offers, st.integers(1, 150).map(float))
def test_the_break_even_is_found_by_trying_every_quantity(
    one: Offer, other: Offer, qty: float
) -> None:
    best, second = (
        c.offer
        for c in compared([replace(one, source="1"), replace(other, source="2")], qty, RATES)
    )
    starts = [b.from_qty for o in (best, second) for b in o.breaks]
    most = max(10 * qty, *(2 * s for s in starts), 2 * best.moq_qty, 2 * second.moq_qty)
    every = np.arange(1.0, int(most) + 1)
    tried = every[unit_cost(second, every, RATES) - unit_cost(best, every, RATES) <= 1e-9]
    expected = min(tried, key=lambda q: (abs(q - qty), q), default=None)
    assert break_even(best, second, qty, RATES) == expected


def test_a_break_even_far_away_is_found_to_the_unit() -> None:
    bulk = Offer("A", "S2", (Break(0, 9.0),), freight_amount=54_321)
    assert break_even(FLAT, bulk, 20_000, Rates(6, 20, 0, 1000)) == 54_321


def test_multiples_round_up() -> None:
    offer = replace(FLAT, multiple_qty=0.1)
    assert bought_qty(offer, np.array([0.3]))[0] == pytest.approx(0.3)
