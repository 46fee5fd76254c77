"""A change of stage, a deal from a sheet, a lead: what is taken, refused, logged."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from scm_cli.core.customer import leads
from scm_cli.core.customer.deals import Change, Stages, amiss, followed, moved
from scm_cli.errors import ScmError

STAGES = Stages(("Talk", "Quote"), "Won", "Lost")
D1, D5, D9 = date(2026, 3, 1), date(2026, 3, 5), date(2026, 3, 9)


def deal(**more: Any) -> dict[str, Any]:
    blank = {"deal_no": "D1", "stage": "Talk", "opened_on": D1, "closed_on": None}
    return {**blank, "value_amount": None, "lost_reason": None, **more}


LAST = {"stage": "Talk", "event_no": 1, "changed_on": D1}


def test_a_change_is_logged_with_day_and_person() -> None:
    new, event = moved(deal(), LAST, Change("quote", D5, "Li", note="asked for 200"), STAGES)
    assert new == {"stage": "Quote"}
    assert event == {
        "deal_no": "D1", "event_no": 2, "stage": "Quote", "from_stage": "Talk", "changed_on": D5,
        "person": "Li", "note": "asked for 200",
    }  # fmt: skip


def test_winning_closes_and_reopening_opens() -> None:
    won, _ = moved(deal(), LAST, Change("Won", D9, value_amount=Decimal(50)), STAGES)
    assert won == {"stage": "Won", "closed_on": D9, "value_amount": Decimal(50)}
    last = {"stage": "Won", "event_no": 2, "changed_on": D9}
    again, event = moved(deal(stage="Won", closed_on=D9), last, Change("Quote", D9), STAGES)
    assert again == {"stage": "Quote", "closed_on": None}
    assert event is not None
    assert event["event_no"] == 3


def test_the_same_stage_changes_nothing() -> None:
    assert moved(deal(), LAST, Change("Talk", D9), STAGES) == ({}, None)


@pytest.mark.parametrize(
    ("given", "asked", "told"),
    [
        ({}, Change("Kwote", D5), "there is no stage Kwote"),
        ({}, Change("Won", D5), "deal D1 cannot be won without a value"),
        ({"value_amount": 0}, Change("Won", D5), "deal D1 cannot be won without a value"),
        ({}, Change("Lost", D5), "deal D1 is lost without a reason"),
        (
            {"opened_on": D9, "value_amount": 5},
            Change("Won", D5),
            "deal D1 was opened on 2026-03-09 and cannot be closed on 2026-03-05",
        ),
        (
            {},
            Change("Quote", date(2026, 2, 1)),
            "deal D1 came to Talk on 2026-03-01; a change on 2026-02-01 would be before it",
        ),
    ],
)
def test_what_cannot_be_is_refused(given: dict[str, Any], asked: Change, told: str) -> None:
    with pytest.raises(ScmError) as error:
        moved(deal(**given), LAST, asked, STAGES)
    assert str(error.value) == told


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({}, None),
        ({"stage": "Lost", "closed_on": D5}, None),  # sheets of others rarely say why
        ({"stage": "Maybe"}, "there is no stage Maybe; the stages are: Talk, Quote, Won, Lost"),
        ({"stage": "Won", "closed_on": D5}, "deal D1 cannot be won without a value"),
        (
            {"stage": "Lost", "opened_on": D9, "closed_on": D5},
            "deal D1 was opened on 2026-03-09 and cannot be closed on 2026-03-05",
        ),
        ({"closed_on": D5}, "deal D1 has a day of closing and stands in Talk"),
    ],
)
def test_a_deal_from_a_sheet(given: dict[str, Any], told: str | None) -> None:
    found = amiss(deal(**given), STAGES)
    assert (found and found.english) == told


@pytest.mark.parametrize(
    ("given", "last", "opened_stage", "steps"),
    [
        ({}, None, None, [("Talk", D1)]),
        ({"opened_on": None}, None, "Quote", [("Talk", None)]),  # never behind where it stands
        ({"stage": "Quote"}, None, None, [("Talk", D1), ("Quote", None)]),
        ({"stage": "Won", "closed_on": D9}, None, "Quote", [("Quote", D1), ("Won", D9)]),
        ({"stage": "Lost", "closed_on": D9}, LAST, None, [("Lost", D9)]),
        ({}, LAST, "Quote", []),
    ],
)
def test_events_follow_a_deal_that_was_taken_over(given, last, opened_stage, steps) -> None:  # type: ignore[no-untyped-def]
    found = followed(deal(**given), last, opened_stage, STAGES)
    assert [(e["stage"], e["changed_on"]) for e in found] == steps
    first = last["event_no"] + 1 if last else 1
    assert [e["event_no"] for e in found] == list(range(first, first + len(steps)))


@pytest.mark.parametrize(
    ("lead", "other", "why"),
    [
        ({"mobile": "13800138000"}, {"phone": "+86 138-0013-8000"}, "phone"),
        ({"uscc": "91X"}, {"uscc": "91X", "name": "B"}, "credit code"),
        ({"email": "Li@x.cn"}, {"email": "li@X.cn"}, "e-mail"),
        ({"company": "晨光文具有限公司"}, {"customer": "C1", "name": "晨光文具"}, "company"),
        ({"name": "Li", "region": "华东"}, {"name": "li", "region": "华东"}, "name"),
        ({"name": "Li", "region": "华东"}, {"name": "li", "region": "华南"}, None),
        ({"name": "Li", "company": "A"}, {"name": "Li", "company": "B"}, None),
        ({"mobile": "123"}, {"mobile": "123"}, None),  # too short to mean anybody
    ],
)
def test_the_same_lead_twice(lead: dict[str, Any], other: dict[str, Any], why: str | None) -> None:
    assert [told for _, told in leads.twins(lead, [other])] == ([why] if why else [])


PEOPLE = [
    {"person": "East", "region": "华东,上海", "most_leads": 2},
    {"person": "Paper", "category": "纸"},
    {"person": "Late", "works_from": "13:00", "works_until": "21:00"},
    {"person": "Gone", "status": "ended"},
]


@pytest.mark.parametrize(
    ("lead", "load", "person"),
    [
        ({"region": "上海"}, {}, "East"),
        ({"region": "上海"}, {"East": 2}, "Late"),  # full
        ({"category": "复印纸", "region": "上海"}, {"East": 1}, "Paper"),  # both fit, fewer leads
        ({"region": "西北"}, {}, "Late"),  # nobody is meant for it
    ],
)
def test_who_takes_a_lead(lead: dict[str, Any], load: dict[str, int], person: str) -> None:
    assert leads.assigned(lead, PEOPLE, load).person == person


def test_the_owner_is_explained() -> None:
    found = leads.assigned({"region": "西北", "came_clock": "09:10"}, PEOPLE, {"Late": 1})
    told = "Late: takes any region, takes any category, 1 open lead, not at work at 09:10"
    assert found.why.english == told
    nobody = leads.assigned({"region": "西北"}, PEOPLE[:1], {})
    assert (nobody.person, nobody.why.english) == (
        None,
        "nobody serves this region and category and has room",
    )


def test_what_a_channel_costs() -> None:
    counted = [
        {"channel": "ad", "leads": 10, "customers": 0},
        {"channel": "shop", "leads": 3, "customers": 1},
    ]
    rows = leads.channel_costs(counted, {"ad": 500.0, "fair": 900.0})
    assert [(r["channel"], r["lead_cost_amount"], r["customer_cost_amount"]) for r in rows] == [
        ("ad", 50.0, None),
        ("shop", None, None),
        ("fair", None, None),
    ]


def test_a_time_of_day_must_be_one() -> None:
    assert leads.require_clock("9:5x 09:05", "--at") == "09:05"
    with pytest.raises(ScmError, match="noon is no time of day"):
        leads.require_clock("noon", "--at")
