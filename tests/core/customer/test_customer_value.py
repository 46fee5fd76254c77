"""RFM, tags by rule, repurchase, retention, next purchases: small shops with known answers."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scm_cli.core.customer import repurchase, rfm, tags
from scm_cli.errors import ScmError

TODAY = date(2026, 6, 30)
SHAPE = {"customer": pl.String, "day": pl.Date, "document": pl.String, "amount": pl.Float64}


def bought(*told: tuple[str, int, float]) -> pl.DataFrame:
    """Purchases of (customer, days ago, amount), each with a document of its own."""
    rows = [(c, TODAY - timedelta(days=ago), f"SO-{n}", amount) for n, (c, ago, amount) in enumerate(told)]  # fmt: skip
    return pl.DataFrame(rows, SHAPE, orient="row")


def test_two_orders_of_a_day_are_one_purchase() -> None:
    told = bought(("A", 40, 10), ("A", 40, 20), ("A", 10, 30), ("A", 400, 5))
    (row,) = rfm.buying(told, TODAY).to_dicts()
    assert (row["purchases"], row["orders"], row["recency_days"]) == (3, 4, 10)
    assert (row["spend_amount"], row["yearly_amount"], row["basket_amount"]) == (65, 60, 16.25)
    assert row["usual_interval_days"] == 195  # of 360 and 30


def test_scores_are_fifths_and_equal_customers_score_alike() -> None:
    told = [("A", 1, 900.0), ("A", 31, 100.0), *[(c, 100, 10.0) for c in "BCDE"]]
    found = rfm.scored(rfm.buying(bought(*told), TODAY)).select("customer", "rfm").rows()
    assert found == [("A", "555"), ("B", "111"), ("C", "111"), ("D", "111"), ("E", "111")]


@pytest.mark.parametrize(
    ("told", "standing"),
    [((1, 2, 3, 4), "best"), ((2,), "new"), ((300, 310, 320, 330), "slipping"), ((350,), "asleep")],
)
def test_where_a_customer_stands(told: tuple[int, ...], standing: str) -> None:
    others = [(c, 100, 70.0) for c in "BCDEFGHIJ"]
    mine = [("A", ago, 60.0) for ago in told]
    found = rfm.standing(rfm.scored(rfm.buying(bought(*mine, *others), TODAY)))
    assert found.filter(customer="A")["standing"].to_list() == [standing]


def test_the_repurchase_rate_counts_days_in_the_window() -> None:
    days = [("A", 10), ("A", 20), ("B", 10), ("B", 10), ("C", 10), ("C", 365), ("D", 400)]
    told = bought(*((customer, ago, 1) for customer, ago in days))
    (row,) = repurchase.rates(told, [TODAY], 365, 90).to_dicts()
    assert (row["customers"], row["repeated"]) == (3, 1)  # day 365 ago lies before the window
    assert row["repurchase_pct"] == pytest.approx(100 / 3)
    assert row["low_pct"] < row["repurchase_pct"] < row["high_pct"]


def test_a_window_without_customers_has_no_rate() -> None:
    (row,) = repurchase.rates(bought(), [TODAY], 365, 90).to_dicts()
    assert (row["customers"], row["repurchase_pct"]) == (0, None)


purchases = st.lists(st.tuples(st.sampled_from("ABCD"), st.integers(0, 800), st.just(1.0)))


@given(purchases)
def test_the_rate_is_the_direct_count(told: list[tuple[str, int, float]]) -> None:
    days = {c: {ago for d, ago, _ in told if d == c and ago < 365} for c in "ABCD"}
    (row,) = repurchase.rates(bought(*told), [TODAY], 365, 90).to_dicts()
    assert row["customers"] == sum(bool(d) for d in days.values())
    assert row["repeated"] == sum(len(d) > 1 for d in days.values())


def test_a_second_purchase_counts_once_its_time_has_passed() -> None:
    told = bought(("A", 170, 1), ("A", 81, 1), ("B", 175, 1), ("B", 80, 1), ("C", 30, 1), ("C", 20, 1))  # fmt: skip
    found = repurchase.second_purchases(told, TODAY, 90)
    names = ["cohort", "customers", "watched", "returned", "second_pct"]
    assert found.select(names).rows() == [("2026-01", 2, 2, 1, 50.0), ("2026-05", 1, 0, 0, None)]


@given(purchases)
def test_the_triangle_adds_up(told: list[tuple[str, int, float]]) -> None:
    found = repurchase.retention(bought(*told), TODAY)
    first = found.filter(month=0)
    assert (first["active"] == first["customers"]).all()
    assert first["customers"].sum() == len({c for c, _, _ in told})
    assert (found["active"] <= found["customers"]).all()
    assert found["cohort"].is_sorted()


def test_the_next_item_is_the_earliest_that_was_not_given_up() -> None:
    def days(*ago: int) -> list[date]:
        return [TODAY - timedelta(days=a) for a in ago]

    lines = pl.DataFrame(
        {
            "customer": "A",
            "sku": ["pen"] * 3 + ["ink"] * 2 + ["old"] * 3 + ["once"],
            "day": [*days(70, 40, 10), *days(50, 8), *days(340, 330, 320), *days(3)],
            "qty": [5.0, 7.0, 6.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0],
        }
    )
    found = repurchase.next_items(lines, TODAY).to_dicts()
    assert [r["sku"] for r in found] == ["pen", "ink", "old"]
    pen = found[0]
    assert (pen["interval_days"], pen["expected_on"], pen["expected_qty"]) == (30, date(2026, 7, 20), 6)  # fmt: skip
    assert found[2]["overdue_days"] == 310


KNOWN = pl.DataFrame(
    {
        "customer": ["A", "B"],
        "city": ["杭州", None],
        "yearly_amount": [25000.0, 100.0],
        "orders": [3, 3],
    }
)


@pytest.mark.parametrize(
    ("rule", "customers"),
    [
        ("yearly_amount >= 20000", ["A"]),
        ("orders = 3", ["A", "B"]),
        ("orders >= 3 and yearly_amount < 20,000", ["B"]),
        ("city = 杭州", ["A"]),
        ("city != 上海", ["A"]),  # what nobody knows fits nothing
        ('city ~ "杭"', ["A"]),
    ],
)
def test_tags_by_rule(rule: str, customers: list[str]) -> None:
    assert tags.by_rule(KNOWN, {"t": rule})["customer"].to_list() == customers


@pytest.mark.parametrize(
    ("rule", "told", "hint"),
    [
        ("", "the rule of tag t is not understood at:", "Write it like"),
        ("orders > 1 and big", "the rule of tag t is not understood at: big", "Write it like"),
        ("ordres > 1", "the rule of tag t names ordres, which no customer has", "Did you mean orders?"),
        ("city > 5", "the rule of tag t compares the text city with >", "Texts know"),
        ("orders > few", "the rule of tag t compares orders with few, which is no number", "Write"),
        ("orders ~ 3", "the rule of tag t compares orders with 3, which is no number", "Write it"),
    ],
)  # fmt: skip
def test_a_rule_that_is_not_understood(rule: str, told: str, hint: str) -> None:
    with pytest.raises(ScmError) as error:
        tags.by_rule(KNOWN, {"t": rule})
    assert str(error.value).strip() == told
    assert error.value.hint.english.startswith(hint)
