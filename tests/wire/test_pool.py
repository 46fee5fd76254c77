"""Many parcels at once: bounded in all and for each service, and nobody's failure is another's."""

from __future__ import annotations

import itertools
import tomllib
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from scm_cli.core.order.tracking import delivered_on
from scm_cli.settings_carriers import Carriers
from scm_cli.wire import pool
from scm_cli.wire.request import Moment, Parcel

if TYPE_CHECKING:
    from fake_carriers import Fake

AT = datetime(2026, 1, 7, 4, 0, tzinfo=UTC)
count = itertools.count()


def asked(fake: Fake, parcels: list[Parcel], **changed: Any) -> pool.Answers:
    given = {"retries": 0, "timeout_seconds": 5.0, **changed}
    told: dict[str, Any] = {**tomllib.loads(fake.settings())["carriers"], **given}
    return pool.asked(parcels, Carriers.model_validate(told), lambda: Moment(AT, f"n{next(count)}"))


def parcels(*carriers: str, each: int = 1) -> list[Parcel]:
    """Deliveries of these carriers in turn; the number says whose and which."""
    return [
        Parcel(f"DN-{name}{n}", name, f"{name}-{n}", "1234")
        for n in range(each)
        for name in carriers
    ]


def test_all_are_answered_in_the_order_of_asking(fake: Fake) -> None:
    found = asked(fake, parcels("SF", "JD", "YTO", each=5))
    assert list(found.events) == [p.shipment_no for p in parcels("SF", "JD", "YTO", each=5)]
    assert {str(delivered_on(events)) for events in found.events.values()} == {"2026-01-07"}
    assert (found.failures, found.rested) == ({}, [])
    nonces = [form["requestID"] for form in fake.asked if "requestID" in form]
    assert len(set(nonces)) == len(nonces) == 5  # no two questions are signed alike


@pytest.mark.parametrize(("at_once", "each"), [(8, 4), (2, 4), (8, 1), (1, 1)])
def test_no_more_are_asked_at_once_than_is_set(fake: Fake, at_once: int, each: int) -> None:
    fake.bends |= {"/sf": "calm", "/k100": "calm"}
    found = asked(fake, parcels("SF", "YTO", each=6), at_once=at_once, at_once_each=each)
    assert len(found.events) == 12
    assert fake.most["all"] <= at_once
    assert max(fake.most["/sf"], fake.most["/k100"]) <= each


def test_one_service_is_asked_for_many_at_once(fake: Fake) -> None:
    fake.bends["/sf"] = "calm"
    assert len(asked(fake, parcels("SF", each=12), at_once_each=6).events) == 12
    assert fake.most["/sf"] > 1


@pytest.mark.parametrize(
    ("bent", "said"),
    [
        ("slow", "no answer within 0.3 s"),
        (500, "HTTP 500"),
        (403, "HTTP 403"),
        ("html", "no JSON object"),
        ("odd", "another shape"),
    ],
)
def test_one_parcel_that_fails_loses_no_other(fake: Fake, bent: int | str, said: str) -> None:
    fake.bends["SF-1"] = bent
    patience = 0.3 if bent == "slow" else 5.0
    found = asked(fake, parcels("SF", "JD", "YTO", each=3), timeout_seconds=patience)
    assert list(found.failures) == ["DN-SF1"]
    assert said in str(found.failures["DN-SF1"])
    assert len(found.events) == 8
    assert found.rested == []


def test_a_service_that_does_not_answer_rests_and_the_others_are_asked_to_the_end(
    fake: Fake,
) -> None:
    fake.bends["/sf"] = "slow"
    found = asked(
        fake, parcels("SF", "JD", each=8), give_up_failures=3, at_once_each=2, timeout_seconds=0.3
    )
    assert found.rested == ["sf"]
    assert 3 <= len(found.failures) <= 4  # one more may have been on its way
    assert [number for number in found.events if "JD" in number] == [f"DN-JD{n}" for n in range(8)]


def test_a_wrong_key_of_one_carrier_is_told_and_the_rest_are_answered(fake: Fake) -> None:
    wrong = {"partner_id": "P1", "check_word": "wrong", "url": f"{fake.url}/sf"}
    found = asked(fake, [*parcels("SF", "JD"), Parcel("DN-X", "Uncle Li", "7")], sf=wrong)
    assert "A1006" in str(found.failures["DN-SF0"])
    assert "no tracking service is set up for Uncle Li" in str(found.failures["DN-X"])
    assert list(found.events) == ["DN-JD0"]


def test_nothing_to_ask_opens_no_pool(fake: Fake) -> None:
    assert asked(fake, []) == pool.Answers()
    assert fake.asked == []
