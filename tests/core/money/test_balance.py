"""What is owed after payments: whatever the order, no cent is lost or made."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scm_cli.core.money.ageing import BUCKETS, aged
from scm_cli.core.money.balance import Credit, Debt, balance
from scm_cli.core.money.terms import due_on, line_amount

DAY = date(2026, 1, 1)
amounts = st.decimals(Decimal("0.01"), Decimal(9999), places=2)
numbers = st.sampled_from(["D1", "D2", "D3", "D4"])
days = st.integers(0, 200).map(lambda n: DAY + timedelta(days=n))
debts = st.lists(st.builds(Debt, numbers, days, days, amounts), max_size=6)
credits_ = st.lists(st.builds(Credit, amounts, st.none() | numbers), max_size=6)


def total(found):
    return sum((each.amount for each in found), Decimal(0))


@given(debts, credits_)
def test_debts_less_credits_is_the_balance(debts, credits_):
    assert balance(debts, credits_).amount == total(debts) - total(credits_)


@given(debts, credits_)
def test_an_advance_stands_only_beside_no_open_debt(debts, credits_):
    found = balance(debts, credits_)
    assert not (found.debts and found.advance_amount)
    assert all(d.amount > 0 for d in found.debts)


@given(debts, days)
def test_every_debt_is_in_one_bucket_and_overdue_is_part_of_it(debts, today):
    found = balance(debts, [])
    assert sum(aged(found.debts, today).values()) == total(debts)
    assert 0 <= found.overdue_amount(today) <= total(debts)


@pytest.mark.parametrize(
    ("age_days", "bucket"),
    [(0, 0), (30, 0), (31, 1), (60, 1), (61, 2), (90, 2), (91, 3), (900, 3)],
)
def test_the_edges_of_the_buckets(age_days, bucket):
    found = aged([Debt("D1", DAY, DAY, Decimal(1))], DAY + timedelta(days=age_days))
    assert [name for name, amount in found.items() if amount] == [BUCKETS[bucket][0]]


@pytest.mark.parametrize(
    ("qty", "factor", "price", "added_tax_pct", "amount"),
    [
        ("10", "5", "120", None, "240.00"),  # 2 boxes of 5
        ("40", "1", "17.70", "13", "800.04"),  # 708.00 and 92.04 tax
        ("1", "1", "0.005", None, "0.01"),  # half a cent goes up
        ("3", "1", "0.333333", None, "1.00"),
        ("1", "3", "10", None, "3.33"),
    ],
)
def test_what_a_line_is_worth(qty, factor, price, added_tax_pct, amount):
    tax = None if added_tax_pct is None else Decimal(added_tax_pct)
    assert line_amount(Decimal(qty), Decimal(factor), Decimal(price), tax) == Decimal(amount)


def test_a_debt_is_overdue_only_after_its_last_day():
    last = due_on(DAY, 30)
    found = balance([Debt("D1", DAY, last, Decimal(5))], [])
    assert found.overdue_amount(last) == 0
    assert found.overdue_amount(last + timedelta(days=1)) == 5
