"""Keep, renegotiate, drop: a table of cases, and what switching would cost."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scm_cli.core.supplier.review import (
    SOURCES,
    YEAR,
    ReviewRules,
    advised,
    alternatives,
    sole_spend,
)
from scm_cli.core.supplier.sayings import evidence, stake

CARD = {"is_internal": pl.Boolean, "tier": pl.String, "price_index": pl.Float64,
        "price_trend_pct": pl.Float64, "covered_pct": pl.Float64}  # fmt: skip


@pytest.mark.parametrize(
    ("tier", "index", "trend", "covered", "advice"),
    [
        ("A", None, None, None, "keep"),
        ("B", 105.0, 5.0, None, "keep"),  # on the bound is not above it
        ("A", 105.1, None, None, "renegotiate"),
        ("A", None, 5.1, None, "renegotiate"),
        ("A", 90.0, -20.0, 100.0, "keep"),
        ("C", 80.0, None, 100.0, "renegotiate"),
        ("D", 80.0, None, 100.0, "drop"),
        ("D", None, None, 50.0, "drop"),
        ("D", None, None, 49.9, "develop a second source"),
        ("D", None, None, None, "develop a second source"),  # nobody else at all
        ("unrated", None, None, None, None),
        ("unrated", 120.0, None, None, "renegotiate"),
    ],
)
def test_advice(tier, index, trend, covered, advice) -> None:
    row = pl.DataFrame([(False, tier, index, trend, covered)], schema=CARD, orient="row")
    assert advised(row, ReviewRules())["advice"].to_list() == [advice]


def test_our_own_depot_gets_no_advice() -> None:
    row = pl.DataFrame([(True, "D", 200.0, 50.0, 100.0)], schema=CARD, orient="row")
    assert advised(row, ReviewRules())["advice"].to_list() == [None]


@given(st.sampled_from(["A", "B", "C", "D", "unrated"]), st.none() | st.floats(0, 100))
def test_nobody_is_dropped_without_an_alternative(tier: str, covered: float | None) -> None:
    row = pl.DataFrame([(False, tier, None, None, covered)], schema=CARD, orient="row")
    told = advised(row, ReviewRules(alternative_pct=50.0))["advice"].to_list()
    if "drop" in told:
        assert covered is not None
        assert covered >= 50


def year(*rows: tuple[str, str, float, int, float]) -> pl.DataFrame:
    """(supplier, sku, quantity, lines, money) of a year, in one currency."""
    told = [(s, sku, "CNY", qty, lines, spend) for s, sku, qty, lines, spend in rows]
    return pl.DataFrame(told, schema=YEAR, orient="row")


def able(*rows: tuple[str, str, float | None, float | None]) -> pl.DataFrame:
    """(supplier, sku, price, minimum order)."""
    told = [(s, sku, "CNY", price, moq) for s, sku, price, moq in rows]
    return pl.DataFrame(told, schema=SOURCES, orient="row")


def cards(**tiers: str) -> pl.DataFrame:
    score = {"A": 95.0, "B": 80.0, "C": 65.0, "D": 40.0, "unrated": None}
    rows = [(s, tier, score[tier]) for s, tier in tiers.items()]
    schema = {"supplier": pl.String, "tier": pl.String, "score_pct": pl.Float64}
    return pl.DataFrame(rows, schema=schema, orient="row")


def test_the_alternative_that_covers_most_then_the_better() -> None:
    money = year(("S", "A", 100, 10, 1000), ("S", "B", 50, 5, 500))
    found = able(("T", "A", 9, None), ("U", "A", 11, None), ("U", "B", 10, None), ("V", "A", 1, None),
                 ("V", "B", 1, None))  # fmt: skip
    best = alternatives(money, found, cards(S="D", T="A", U="C", V="D"), ReviewRules())
    row = best.row(0, named=True)
    assert (row["alternative"], row["covered_pct"]) == ("U", 100.0)  # V is a D, T has half
    assert row["price_change_amount"] == pytest.approx(100 * 11 + 50 * 10 - 1500)


def test_what_switching_costs() -> None:
    """1,000 at 9 instead of 10; 20 more an order (30 instead of 10) at 9, held at 20 %; 50 once."""
    money = year(("S", "A", 100, 10, 1000))
    rules = ReviewRules(switching_amount=50.0, holding_cost_pct=20.0)
    row = alternatives(money, able(("T", "A", 9, 30)), cards(S="D", T="B"), rules).row(
        0, named=True
    )
    amounts = [row[n] for n in ("price_change_amount", "overbuy_amount", "switching_amount")]
    assert amounts == pytest.approx([-100.0, 36.0, -14.0])


def test_alone_with_an_item() -> None:
    money = year(("S", "A", 1, 1, 60), ("S", "B", 1, 1, 40), ("T", "A", 1, 1, 10))
    found = able(("S", "A", 1, None), ("T", "A", 1, None), ("S", "B", 1, None))
    told = dict(sole_spend(money, found).select("supplier", "sole_spend").iter_rows())
    assert told == {"S": 40.0, "T": 0.0}


def test_a_silent_supplier_says_no_data() -> None:
    names = ("late_days_p90", "quality_pct", "price_index", "price_trend_pct", "answered_pct",
             "documents_pct", "score_pct", "delivered_pct")  # fmt: skip
    card: dict[str, Any] = {**dict.fromkeys(names), "lines": 0, "cause": "unrated"}
    assert [each.english for each in evidence(card)] == ["no data"]
    assert stake({**card, "spend_amount": None}, "CNY") == []
