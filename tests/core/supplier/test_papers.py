"""Suppliers' papers against what their category requires, states, and how risky a supplier is."""

from __future__ import annotations

from datetime import date, timedelta
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scm_cli.core.records.qualification import LONG_TERM, PAPER_KINDS
from scm_cli.core.supplier import qualification as rules
from scm_cli.core.supplier.risk import Bounds, Known, risk
from scm_cli.errors import Exit, ScmError
from scm_cli.settings_model import PaperKind

TODAY = date(2026, 3, 31)


def paper(kind="business_licence", until=LONG_TERM, number="1", since=None):
    return {
        "kind": kind, "number": number, "issuer": None, "valid_from_on": since, "valid_until_on": until,
    }  # fmt: skip


def checked(*papers, required=("business_licence",)):
    return rules.checklist(papers, list(required), TODAY, 60)


def test_the_settings_know_the_same_kinds_as_the_records():
    assert get_args(PaperKind) == PAPER_KINDS


@pytest.mark.parametrize(
    ("until", "status", "left_days"),
    [
        (TODAY - timedelta(days=1), "expired", -1),
        (TODAY, "expiring", 0),  # the last day still counts
        (TODAY + timedelta(days=60), "expiring", 60),
        (TODAY + timedelta(days=61), "valid", 61),
        (LONG_TERM, "long-term", None),
    ],
)
def test_how_a_paper_stands(until, status, left_days):
    (row,) = checked(paper(until=until))
    assert (row["status"], row["left_days"]) == (status, left_days)


def test_a_renewal_counts_once_it_has_begun():
    old = paper(until=TODAY + timedelta(days=5), number="old")
    new = paper(until=TODAY + timedelta(days=999), number="new", since=TODAY + timedelta(days=2))
    assert checked(old, new)[0]["number"] == "old"
    assert checked(new)[0]["status"] == "not yet"
    begun = paper(until=TODAY + timedelta(days=999), number="new", since=TODAY)
    assert checked(old, begun)[0]["number"] == "new"


def test_approval_wants_all_required_papers_and_orders_only_those_that_did_not_expire():
    found = checked(
        paper("tax_status", until=date(2026, 1, 1)), paper("other", until=date(2026, 1, 1)),
        required=("business_licence", "tax_status"),
    )  # fmt: skip
    assert [p.where for p in rules.lacking(found)] == ["business_licence", "tax_status"]
    assert [p.where for p in rules.lacking(found, expired_only=True)] == ["tax_status"]


@pytest.mark.parametrize(
    ("left", "told"),
    [
        (45, "business licence expires in 45 days"),
        (30, "business licence expires in 30 days: ask for its renewal"),
        (7, "business licence expires in 7 days: new orders stop then"),
        (-1, "business licence expired on 2026-03-30: new orders are blocked"),
        (61, None),
    ],
)
def test_a_paper_is_told_with_more_weight_as_its_end_comes(left, told):
    rows = {"S1": checked(paper(until=TODAY + timedelta(days=left)))}
    assert [n.what.english for n in rules.notices(rows, TODAY)] == ([told] if told else [])


def test_what_is_missing_is_told_where_it_is_required():
    assert [n.what.english for n in rules.notices({"S1": checked()}, TODAY)] == [
        "business licence is missing"
    ]
    assert rules.notices({"S1": checked(required=())}, TODAY) == []


@pytest.mark.parametrize(
    ("state", "step", "after"),
    [
        ("candidate", "approve", "approved"),
        ("candidate", "suspend", "suspended"),
        ("approved", "suspend", "suspended"),
        ("approved", "end", "ended"),
        ("suspended", "end", "ended"),
        ("suspended", "reinstate", "approved"),
        ("ended", "reinstate", "candidate"),
        ("approved", "approve", None),
        ("suspended", "approve", None),
        ("ended", "end", None),
        ("candidate", "reinstate", None),
    ],
)
def test_states_change_by_steps(state, step, after):
    supplier = {"supplier": "S1", "state": state}
    if after is not None:
        assert rules.next_state(supplier, step) == after
        return
    with pytest.raises(ScmError, match="supplier S1 is") as refused:
        rules.next_state(supplier, step)
    assert refused.value.exit_code == Exit.REFUSED


@pytest.mark.parametrize(("text", "long_term"), [(None, False), ("2026-01-01", True)])
def test_a_paper_needs_one_end_and_only_one(text, long_term):
    with pytest.raises(ScmError, match="until when"):
        rules.last_day(text, long_term=long_term)


# --- risk


@pytest.mark.parametrize(
    ("known", "rating", "reason"),
    [
        ({}, "low", None),
        ({"checklist": checked()}, "high", "business licence is missing"),
        ({"credit_code": False}, "medium", "the credit code is not valid"),
        ({"credit_code": None}, "medium", "no credit code is known"),
        ({"orders": 0}, "medium", "nothing was received yet"),
        ({"orders": 2}, "medium", "only 2 orders were received so far"),
        ({"share_pct": 30.0}, "medium", "30.0 % of what we spend goes there"),
        ({"sole_items": 9}, "low", "nobody else offers 9 of its items"),
        ({"late_lines": 4}, "medium", "4 of 20 lines came late or not yet"),
        ({"late_lines": 8}, "high", "8 of 20 lines came late or not yet"),
        ({"received_qty": 95, "rejected_qty": 5}, "medium", "5.0 % of what came was refused"),
        ({"suspended_on": date(2026, 1, 1)}, "medium", "it was suspended on 2026-01-01"),
    ],
)
def test_each_reason_is_told_with_its_weight(known, rating, reason):
    sound = {"credit_code": True, "orders": 9, "due_lines": 20}
    found = risk(Known(**{**sound, **known}), Bounds())
    assert (found.rating, [say.english for _, say in found.reasons]) == (
        rating,
        [reason] if reason else [],
    )


def test_three_medium_reasons_make_a_high_one():
    two = Known(credit_code=False, orders=1)
    assert risk(two, Bounds()).rating == "medium"
    assert risk(Known(credit_code=False, orders=1, share_pct=50), Bounds()).rating == "high"


@given(late=st.integers(0, 50), more=st.integers(0, 50), lines=st.integers(1, 50))
def test_more_late_lines_never_lower_the_risk(late, more, lines):
    grades = ["low", "medium", "high"]
    few, many = min(late, lines), min(late + more, lines)
    one, other = (
        grades.index(risk(Known(credit_code=True, orders=9, due_lines=lines, late_lines=n), Bounds()).rating)
        for n in (few, many)
    )  # fmt: skip
    assert one <= other
