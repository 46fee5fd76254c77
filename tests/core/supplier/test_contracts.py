"""Contracts: what is impossible, which price holds, call-offs against commitments, reminders."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scm_cli.core.supplier import agreed_price
from scm_cli.core.supplier import contracts as rules

D = Decimal
FIRST, LAST = date(2026, 1, 1), date(2026, 12, 31)


def contract(**more):
    return {
        "contract_no": "HT-1", "supplier": "S1", "status": "in_force", "valid_from_on": FIRST,
        "valid_until_on": LAST, "ended_on": None, "min_amount": None, "max_amount": None, **more,
    }  # fmt: skip


def line(sku="A1", **more):
    return {
        "contract_no": "HT-1", "sku": sku, "unit_price": D(4), "factor": D(1), "tax_included": True,
        "tax_rate_pct": D(13), "min_qty": None, "max_qty": None, **more,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("head", "lines", "told"),
    [
        ({}, [line()], []),
        ({"valid_until_on": FIRST}, [line()], []),  # a contract of one day
        ({"valid_until_on": date(2025, 12, 31)}, [line()],
         ["the contract ends on 2025-12-31, before it starts on 2026-01-01"]),
        ({"min_amount": D(9), "max_amount": D(8)}, [line()], ["the minimum 9.00 is above the maximum 8.00"]),
        ({}, [line(min_qty=D(9), max_qty=D(8))], ["the minimum 9 is above the maximum 8"]),
        ({}, [line(), line()], ["the contract names the item twice"]),
        ({}, [], ["no item and no price is agreed"]),
    ],
)  # fmt: skip
def test_what_is_impossible_is_told(head, lines, told):
    assert [p.what.english for p in rules.faults(contract(**head), lines)] == told


@pytest.mark.parametrize(
    ("more", "on", "told"),
    [
        ({}, FIRST - timedelta(days=1), "to come"),
        ({}, FIRST, "in force"),
        ({}, LAST, "in force"),
        ({}, LAST + timedelta(days=1), "expired"),
        ({"status": "terminated"}, FIRST, "terminated"),
    ],
)
def test_the_first_and_the_last_day_count(more, on, told):
    assert rules.standing(contract(**more), on) == told


def test_of_two_contracts_the_later_one_names_the_price():
    terms = [{**line(), **contract(contract_no=no, valid_from_on=since)}
             for no, since in (("HT-9", FIRST), ("HT-2", date(2026, 6, 1)))]  # fmt: skip
    assert agreed_price.agreed(terms, date(2026, 5, 31))["contract_no"] == "HT-9"
    assert agreed_price.agreed(terms, date(2026, 6, 1))["contract_no"] == "HT-2"
    assert agreed_price.agreed(terms, date(2027, 1, 1)) is None


@pytest.mark.parametrize(
    ("ordered", "tolerance", "off"),
    [
        ({"unit_price": D(4)}, 0.0, None),
        ({"unit_price": D("4.20")}, 0.0, "+5.0"),
        ({"unit_price": D("3.80")}, 0.0, "-5.0"),
        ({"unit_price": D("4.20")}, 5.0, None),
        ({"unit_price": D(96), "factor": D(24)}, 0.0, None),  # a carton of 24
        ({"unit_price": D(100), "factor": D(24)}, 0.0, "+4.2"),
        ({"unit_price": D("3.539823"), "tax_included": False}, 0.0, None),  # 4 ÷ 1.13
        ({"unit_price": D(4), "tax_included": False}, 0.0, "+13.0"),
        ({"unit_price": None}, 0.0, None),
    ],
)
def test_a_price_outside_the_contract_says_so(ordered, tolerance, off):
    told = agreed_price.price_doubts(line(**ordered), line(), tolerance)
    assert [p.what.values["off"] for p in told] == ([off] if off else [])


@given(calls=st.lists(st.integers(1, 400), max_size=8), day=st.dates(FIRST, LAST))
def test_use_is_the_sum_of_the_calls(calls, day):
    asked = [{"sku": "A1", "qty": D(q), "amount": D(4 * q)} for q in calls]
    one, whole = rules.use(contract(min_amount=D(4000)), [line(min_qty=D(1000))], asked, day)
    assert one["called_qty"] == sum(calls)
    assert whole["called_amount"] == one["called_amount"] == 4 * sum(calls)
    assert one["called_pct"] == whole["called_pct"]  # the same pace, in pieces and in money
    assert 0 <= one["elapsed_pct"] <= 100
    assert bool(rules.overdrawn([{**one, "max_qty": D(500)}])) == (sum(calls) > 500)


@pytest.mark.parametrize(
    ("called", "on", "count"),
    [
        (0, date(2026, 3, 1), 0),  # too early to judge
        (0, date(2026, 7, 1), 1),
        (39, date(2026, 7, 1), 1),  # 49.6 % of the time, 80 % of that is 39.7
        (40, date(2026, 7, 1), 0),
        (100, date(2026, 10, 1), 0),
        (0, date(2027, 1, 1), 0),  # over
    ],
)
def test_under_use_is_told_against_the_time_that_has_passed(called, on, count):
    asked = [{"sku": "A1", "qty": D(called), "amount": D(0)}]
    used = rules.use(contract(), [line(min_qty=D(100))], asked, on)
    assert len(rules.notices(contract(), used, on, rules.Reminders())) == count


@pytest.mark.parametrize(
    ("left", "told"),
    [
        (61, None),
        (60, "the contract ends in 60 days"),
        (30, "the contract ends in 30 days: renew it, or its prices end"),
        (0, "the contract ends in 0 days: renew it, or its prices end"),
    ],
)
def test_the_end_is_told_in_time(left, told):
    on = LAST - timedelta(days=left)
    found = rules.notices(contract(), [], on, rules.Reminders())
    assert [n.what.english for n in found] == ([told] if told else [])


def test_a_contract_is_worth_its_minimums():
    lines = [line(min_qty=D(240), factor=D(24), unit_price=D("9.999")), line("B2")]
    assert rules.value(lines) == D("99.99")
    assert rules.value([line()]) is None
