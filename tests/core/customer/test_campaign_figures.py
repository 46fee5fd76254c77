"""Campaigns: groups drawn at random, what they can show, and what they showed."""

from __future__ import annotations

import math
from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scm_cli.core.customer import campaign, campaign_result, clearance, due_items, uplift
from scm_cli.errors import ScmError

TODAY = date(2026, 3, 31)

#: Newcombe (1998), Statistics in Medicine 17:873-890, table II, method 10, 95 %.
NEWCOMBE = [
    ((56, 48), (70, 80), 5.24, 33.39),
    ((9, 3), (10, 10), 17.05, 80.90),
    ((6, 2), (7, 7), 5.82, 80.62),
    ((5, 0), (56, 29), -3.81, 19.26),
    ((0, 0), (10, 20), -16.11, 27.75),
    ((0, 0), (10, 10), -27.75, 27.75),
    ((10, 0), (10, 20), 67.91, 100.0),
    ((10, 0), (10, 10), 60.75, 100.0),
]


@pytest.mark.parametrize(("hits", "tries", "low", "high"), NEWCOMBE)
def test_the_range_of_a_difference_as_published(hits, tries, low, high) -> None:
    found = uplift.newcombe_points(hits, tries, 95)
    assert found.value == pytest.approx(100 * (hits[0] / tries[0] - hits[1] / tries[1]))
    assert (found.low, found.high) == pytest.approx((low, high), abs=0.006)


@given(st.integers(1, 400), st.integers(1, 400), st.data())
def test_a_difference_lies_in_its_range_and_turns_with_its_groups(n: int, m: int, data) -> None:
    hits = data.draw(st.integers(0, n)), data.draw(st.integers(0, m))
    found = uplift.newcombe_points(hits, (n, m), 90)
    assert -100 <= found.low <= found.value <= found.high <= 100
    turned = uplift.newcombe_points(hits[::-1], (m, n), 90)
    assert (turned.low, turned.high) == pytest.approx((-found.high, -found.low))


#: Student's t, two-sided 95 %: table of Fisher and Yates.
@pytest.mark.parametrize(
    ("freedom", "t"), [(3, 3.182), (5, 2.571), (10, 2.228), (30, 2.042), (120, 1.980)]
)
def test_the_quantile_of_t_as_tabled(freedom: int, t: float) -> None:
    assert uplift.t_quantile(95, freedom) == pytest.approx(t, rel=0.01)


def test_the_difference_of_means_as_published() -> None:
    """Snedecor and Cochran (1989), Statistical Methods, 6.9: rats' gains, 19 points, by Welch."""
    high = [134, 146, 104, 119, 124, 161, 107, 83, 113, 129, 97, 123]
    low = [70, 118, 101, 85, 107, 132, 94]
    found = uplift.mean_difference(high, low, 95)
    assert found.value == pytest.approx(19.0)
    assert (found.low, found.high) == pytest.approx((-2.47, 40.47), abs=0.1)


def test_one_customer_has_no_range_and_none_has_no_mean() -> None:
    alone = uplift.mean_difference([5.0], [1.0, 2.0], 90)
    assert (alone.value, math.isnan(alone.low)) == (3.5, True)
    assert math.isnan(uplift.mean_difference([], [1.0], 90).value)


@given(st.floats(0.01, 0.6), st.integers(20, 5000), st.integers(20, 5000))
def test_a_larger_list_shows_a_smaller_effect(base: float, n: int, m: int) -> None:
    small = uplift.detectable_points(base, (n, m), 90, 80)
    large = uplift.detectable_points(base, (4 * n, 4 * m), 90, 80)
    assert large is not None
    assert 0 < large <= 100 * (1 - base)
    assert small is None or large <= small


def test_the_detectable_effect_is_seen_as_often_as_it_should() -> None:
    """Groups that differ by it: the range of the difference leaves out zero in 80 of 100 draws."""
    n, m, base = 400, 100, 0.2
    points = uplift.detectable_points(base, (n, m), 90, 80)
    assert points is not None
    random = np.random.default_rng(5)
    first, second = random.binomial(n, base + points / 100, 2000), random.binomial(m, base, 2000)
    seen = [
        uplift.newcombe_points((int(a), int(b)), (n, m), 90).low > 0
        for a, b in zip(first, second, strict=True)
    ]
    assert np.mean(seen) == pytest.approx(0.8, abs=0.05)


@given(
    st.lists(st.sampled_from("abcdef"), min_size=1, max_size=200),
    st.integers(1, 90),
    st.integers(0, 99),
)
def test_each_stratum_holds_its_share_of_the_control(strata, control, seed) -> None:
    people = pl.DataFrame({"customer": [f"C{n:03d}" for n in range(len(strata))], "stratum": strata})  # fmt: skip
    found = campaign.drawn(people, control, seed)
    assert found["customer"].to_list() == people["customer"].to_list()
    assert found.equals(campaign.drawn(people.sample(fraction=1, shuffle=True, seed=1), control, seed))  # fmt: skip
    for mine in found.partition_by("stratum"):
        wanted = len(mine) * control / 100
        assert abs((mine["arm"] == "control").sum() - wanted) < 2


def test_everybody_is_a_control_as_often_as_anybody() -> None:
    people = pl.DataFrame({"customer": list("ABCDEFGHIJ"), "stratum": ["x"] * 3 + ["y"] * 7})
    taken = sum(
        (campaign.drawn(people, 30, seed)["arm"] == "control").to_numpy() for seed in range(2000)
    )
    assert taken / 2000 == pytest.approx(0.3, abs=0.04)


@pytest.mark.parametrize(
    ("message", "fields"),
    [
        ("Hello {contact}, {item} costs {price}", ["contact", "item", "price"]),
        ("{联系人}您好，{常购商品}到货", ["contact", "next_item"]),
        ("no field", []),
        ("{{literal}} {name}", ["name"]),
    ],
)
def test_a_message_names_its_fields(message: str, fields: list[str]) -> None:
    assert campaign.template(message) == fields


@pytest.mark.parametrize(
    ("message", "says"),
    [
        ("{nmae}", "the message names {nmae}, which is no field of it"),
        ("{name.__class__}", "the message names {name.__class__}, which is no field of it"),
        ("{name:>9}", "the message names {name}, which is no field of it"),
        ("{}", "the message names {}, which is no field of it"),
        ("{name", "the braces of the message do not match"),
        ("name}", "the braces of the message do not match"),
    ],
)
def test_a_message_that_names_what_is_not_there_is_refused(message: str, says: str) -> None:
    with pytest.raises(ScmError) as refused:
        campaign.template(message)
    assert refused.value.say.english == says


def test_who_was_contacted_often_enough_rests() -> None:
    told = [{"customer": c, "day": d} for c, d in (("A", 1), ("A", 5), ("B", 2))]
    assert campaign.rested(told, 2, ["A", "B", "C"]) == {"A": 5}
    assert campaign.rested(told, 1, ["B", "C"]) == {"B": 2}


DAYS = (date(2026, 3, 1), date(2026, 3, 10))
MEMBERS = pl.DataFrame({"customer": list("ABCDEF"), "arm": ["treated"] * 4 + ["control"] * 2})
FIGURES = ["customer", "day", "orders", "sales_amount", "margin_amount", "discount_amount"]


def sold(*rows: tuple[str, date, float, float]) -> pl.DataFrame:
    told = [(c, d, 1, 2 * margin, margin, off) for c, d, margin, off in rows]
    return pl.DataFrame(told, FIGURES, orient="row")


def test_both_groups_are_counted_by_intention_to_treat() -> None:
    """Z is no member; B bought twice; a day outside the window does not count."""
    sales = sold(
        ("A", DAYS[0], 10, 1), ("B", DAYS[0], 5, 0), ("B", DAYS[1], 5, 0), ("E", DAYS[1], 4, 0),
        ("C", date(2026, 3, 11), 50, 0), ("Z", DAYS[0], 99, 0),
    )  # fmt: skip
    row = campaign_result.compared(MEMBERS, sales, campaign_result.Window("during", *DAYS), 90)
    assert (row["treated"], row["treated_buyers"], row["treated_orders"]) == (4, 2, 3)
    assert (row["treated_pct"], row["control_pct"], row["difference_points"]) == (50, 50, 0)
    assert (row["treated_margin_amount"], row["treated_discount_amount"]) == (20, 1)
    assert row["margin_difference_amount"] == pytest.approx(20 / 4 - 4 / 2)
    assert row["extra_margin_amount"] == pytest.approx(4 * 3)
    assert row["low_margin_amount"] < 3 < row["high_margin_amount"]


def test_without_a_control_nothing_is_said_of_a_difference() -> None:
    row = campaign_result.compared(
        MEMBERS.filter(arm="treated"), sold(("A", DAYS[0], 10, 0)),
        campaign_result.Window("during", *DAYS), 90,
    )  # fmt: skip
    assert row["treated_pct"] == 25
    assert [row[n] for n in ("control_pct", "difference_points", "extra_margin_amount")] == [None] * 3  # fmt: skip


@pytest.mark.parametrize(
    ("today", "spans"),
    [
        (date(2026, 3, 5), [("during", 5)]),
        (date(2026, 3, 10), [("during", 10)]),
        (date(2026, 3, 12), [("during", 10), ("after", 2), ("both", 12)]),
        (date(2026, 5, 1), [("during", 10), ("after", 30), ("both", 40)]),
    ],
)
def test_the_days_after_are_looked_at_as_far_as_they_have_passed(today, spans) -> None:
    found = campaign_result.windows(*DAYS, 30, today)
    assert [(w.name, (w.until_on - w.from_on).days + 1) for w in found] == spans


@pytest.mark.parametrize(
    ("price", "cost", "wait", "floor"),
    [
        (10.0, 6.0, 365.0, 8.8),  # a year of holding at 20 % of 6
        (10.0, 6.0, 0.0, 10.0),
        (10.0, 6.0, None, 1.8),  # never sells: its salvage
        (10.0, 6.0, 3650.0, 1.8),  # holding it costs more than it brings
        (None, 6.0, 30.0, 1.8),
        (10.0, None, 30.0, None),
    ],
)
def test_the_floor_is_what_keeping_a_unit_is_worth(price, cost, wait, floor) -> None:
    assert clearance.floor_price(clearance.Lying(price, cost, wait), 20, 30) == floor


def due(*told: tuple[str, str, int, float]) -> pl.DataFrame:
    """customer, sku, days until expected (before today: overdue), quantity; every 20 days."""
    rows = [(c, s, TODAY + timedelta(days=n), q, 20.0, max(-n, 0)) for c, s, n, q in told]
    names = ["customer", "sku", "expected_on", "expected_qty", "interval_days", "overdue_days"]
    return pl.DataFrame(rows, names, orient="row")


def test_items_are_told_that_customers_want_again_and_that_run_short() -> None:
    ahead = due(
        ("A", "P", 3, 40.0), ("B", "P", -5, 40.0), ("C", "P", -50, 40.0), ("D", "P", 15, 40.0),
        ("A", "Q", 3, 40.0), ("B", "Q", 3, 40.0), ("A", "R", 3, 40.0),
    )  # fmt: skip
    stock = pl.DataFrame({"sku": ["P", "Q", "R"], "free_qty": [30.0, 40.0, 0.0], "lead_days": 10})
    found = due_items.short_of(ahead, stock, TODAY, 2)
    # C has given P up, D is due after the lead time; Q suffices; R is wanted by one only
    assert found.select("sku", "customers", "due_qty", "first_on").rows() == [("P", 2, 40.0, TODAY)]
