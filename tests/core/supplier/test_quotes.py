"""Quotes: price breaks as typed, validity, rates, and what accepting one changes."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scm_cli.core.supplier import quotes
from scm_cli.errors import ScmError

D = Decimal

TODAY = date(2026, 3, 1)


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["3.2"], [(0, "3.2")]),
        (["100=3.0", "3.2"], [(0, "3.2"), (100, "3")]),
        (["1-99=3.2", "100-=3"], None),
        (["1-99=3.2", "100=3"], [(1, "3.2"), (100, "3")]),
        (["￥3.20"], [(0, "3.2")]),
    ],
)
def test_prices_as_typed(texts: list[str], expected: list[tuple[int, str]] | None) -> None:
    if expected is None:
        with pytest.raises(ScmError, match="is no price"):
            quotes.price_breaks(texts)
    else:
        assert quotes.price_breaks(texts) == [(D(qty), D(price)) for qty, price in expected]


@pytest.mark.parametrize(
    ("texts", "why"),
    [
        (["5", "0=4"], "overlap at 0"),
        (["100=4", "100=3"], "overlap at 100"),
        (["1-100=5", "100-200=4"], "overlap at 100"),
        (["1-99=5", "200=4"], "no price holds above 99"),
        (["1-99=5"], "no price holds above 99"),
        (["100=-3"], "cannot be negative"),
        (["cheap"], "is no price"),
    ],
)
def test_prices_that_cannot_be(texts: list[str], why: str) -> None:
    with pytest.raises(ScmError, match=why):
        quotes.price_breaks(texts)


@given(st.lists(st.integers(0, 10_000), min_size=1, max_size=6, unique=True), st.randoms())
def test_the_order_in_which_breaks_are_typed_changes_nothing(starts: list[int], chance) -> None:
    texts = [f"{start}={1 + n}" for n, start in enumerate(starts)]
    mixed = list(texts)
    chance.shuffle(mixed)
    found = quotes.price_breaks(mixed)
    assert found == quotes.price_breaks(texts)
    assert [qty for qty, _ in found] == sorted(D(s) for s in starts)


@pytest.mark.parametrize(
    ("status", "until", "why"),
    [
        ("open", None, None),
        ("open", TODAY, None),
        ("open", date(2026, 2, 28), "expired on 2026-02-28"),
        ("declined", None, "is declined"),
        ("replaced", None, "is replaced"),
    ],
)
def test_which_quotes_may_be_accepted(status: str, until: date | None, why: str | None) -> None:
    quote = {"quote_no": "Q", "supplier": "S", "status": status, "valid_until_on": until}
    if why is None:
        quotes.require_standing(quote, TODAY)
        assert quotes.is_valid(quote, TODAY)
    else:
        with pytest.raises(ScmError, match=why):
            quotes.require_standing(quote, TODAY)


def test_the_newest_rate_of_the_day_or_before_counts() -> None:
    known = [
        {"currency": "USD", "rate_on": date(2026, month, 1), "rate_price": D(price)}
        for month, price in ((1, "7.1"), (2, "7.2"), (4, "7.4"))
    ]
    assert quotes.exchange_rate(known, "USD", "CNY", TODAY) == D("7.2")
    assert quotes.exchange_rate(known, "CNY", "CNY", TODAY) == 1
    with pytest.raises(ScmError, match="no exchange rate for EUR"):
        quotes.exchange_rate(known, "EUR", "CNY", TODAY)
    with pytest.raises(ScmError, match="no exchange rate for USD"):
        quotes.exchange_rate(known, "USD", "CNY", date(2025, 12, 31))


def test_accepting_keeps_what_the_quote_does_not_say() -> None:
    quote = {
        "supplier": "S",
        "currency": None,
        "tax_included": True,
        "tax_rate_pct": D(13),
        "valid_until_on": None,
    }
    line = {
        "sku": "A",
        "from_qty": D(0),
        "unit_price": D(9),
        "unit": "pcs",
        "factor": D(1),
        "moq_qty": D(5),
        "order_multiple_qty": None,
        "lead_time_days": None,
    }
    old = [
        {
            **line,
            **quote,
            "from_qty": D(qty),
            "unit_price": D(10),
            "lead_time_days": 7,
            "rank": 2,
            "supplier_sku": "X",
            "made_by": "M",
            "valid_from_on": None,
        }
        for qty in (0, 100)
    ]
    found = quotes.price_rows(quote, [line, {**line, "from_qty": D(500)}], old, TODAY)
    assert [(r["from_qty"], r["unit_price"]) for r in found["update"]] == [(0, 9)]
    assert [r["from_qty"] for r in found["insert"]] == [500]
    assert [r["from_qty"] for r in found["delete"]] == [100]
    kept = {
        (r["rank"], r["supplier_sku"], r["made_by"], r["lead_time_days"])
        for r in (*found["update"], *found["insert"])
    }
    assert kept == {(2, "X", "M", 7)}
    accepted = [*found["update"], *found["insert"]]
    again = quotes.price_rows(
        quote, [line, {**line, "from_qty": D(500)}], accepted, date(2026, 4, 1)
    )
    assert again == {"insert": [], "update": [], "delete": []}


def test_an_accepted_price_per_pack_speaks_of_packs() -> None:
    """Quotes count stock units, price lists the unit of their row: 48 of 24 are 2."""
    quote = {
        "supplier": "S", "currency": None, "tax_included": True, "tax_rate_pct": None, "valid_until_on": None,
    }  # fmt: skip
    line = {
        "sku": "A", "from_qty": D(48), "unit_price": D(40), "unit": "box", "factor": D(24), "moq_qty": D(24),
        "order_multiple_qty": None, "lead_time_days": None,
    }  # fmt: skip
    (made,) = quotes.price_rows(quote, [line], [], TODAY)["insert"]
    assert (made["from_qty"], made["moq_qty"], made["unit"]) == (2, 1, "box")
