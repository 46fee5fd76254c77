"""The carriers' services over HTTP: what is asked, what is understood, and every way to fail.

The server behaves as the public documents of the services say, and checks each signature.
"""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from scm_cli.core.order.tracking import delivered_on, in_order
from scm_cli.errors import ScmError
from scm_cli.settings_carriers import Carriers
from scm_cli.wire import carriers, http
from scm_cli.wire.request import Moment, Parcel, Request

if TYPE_CHECKING:
    from fake_carriers import Fake

MOMENT = Moment(datetime(2026, 1, 7, 4, 0, tzinfo=UTC), "5f0c")


def told(fake: Fake, **changed: Any) -> Carriers:
    """The settings of a shop with every key; `changed` takes whole services out or bends keys."""
    found: dict[str, Any] = tomllib.loads(fake.settings())["carriers"]
    return Carriers.model_validate({**found, **changed})


@pytest.mark.parametrize(
    ("carrier", "path", "form"),
    [
        ("顺丰速运", "/sf", {"serviceCode": "EXP_RECE_SEARCH_ROUTES", "partnerID": "P1",
                          "timestamp": "1767758400000", "requestID": "5f0c"}),
        ("京东", "/jd", {"method": "jingdong.ldop.receive.trace.get", "v": "2.0",
                       "timestamp": "2026-01-07 12:00:00"}),  # JD's clock: China
        ("圆通", "/k100", {"customer": "C1"}),
    ],
)  # fmt: skip
def test_a_carrier_is_asked_at_its_own_service_else_at_one_that_knows_all(
    fake, carrier, path, form
):
    carriers.events(Parcel("DN-1", carrier, "X1", "1234"), told(fake), MOMENT)
    assert fake.asked[0]["path"] == path
    assert fake.asked[0].items() >= form.items()


@pytest.mark.parametrize(
    ("carrier", "without", "statuses"),
    [
        ("SF", {}, ["picked", "out_for_delivery", "delivered"]),
        ("JD", {}, ["picked", "transit", "out_for_delivery", "delivered"]),
        ("YTO", {}, ["picked", "delivered"]),
        ("YTO", {"kuaidi100": {}}, ["picked", "delivered"]),  # KDNiao
        ("SF", {"sf": {}}, ["picked", "delivered"]),  # Kuaidi100
    ],
)
def test_every_service_tells_the_same_events(fake, carrier, without, statuses):
    events = carriers.events(Parcel("DN-1", carrier, "X1"), told(fake, **without), MOMENT)
    told_of = in_order(events)
    assert [each.status for each in told_of] == statuses
    assert {(each.carrier, each.tracking_no) for each in told_of} == {(carrier, "X1")}
    assert str(delivered_on(events)) == "2026-01-07"


def test_what_went_back_is_not_delivered(fake):
    events = carriers.events(Parcel("DN-1", "YTO", "YT-BACK"), told(fake), MOMENT)
    assert [each.status for each in in_order(events)] == ["picked", "returned"]
    assert delivered_on(events) is None


@pytest.mark.parametrize(
    ("carrier", "without"),
    [("SF", {}), ("JD", {}), ("YTO", {}), ("YTO", {"kuaidi100": {}})],
)
def test_a_number_that_nobody_knows_yet_has_no_events(fake, carrier, without):
    fake.unknown.add("NEW")
    assert carriers.events(Parcel("DN-1", carrier, "NEW"), told(fake, **without), MOMENT) == []


@pytest.mark.parametrize(
    ("carrier", "bent", "said"),
    [
        ("SF", {"sf": {"partner_id": "P1", "check_word": "wrong"}}, "A1006 数字签名无效"),
        ("JD", {"jd": {"app_key": "A", "app_secret": "wrong", "access_token": "T",
                       "customer_code": "C"}}, "12 无效签名"),
        ("YTO", {"kuaidi100": {"customer": "C1", "key": "wrong"}}, "503 验证签名失败"),
        ("YTO", {"kuaidi100": {}, "kdniao": {"business_id": "B", "app_key": "wrong"}},
         "数据内容签名错误"),
    ],
)  # fmt: skip
def test_a_wrong_key_is_told_in_the_words_of_the_service(fake, carrier, bent, said):
    ((name, keys),) = list(bent.items())[-1:]
    path = {"sf": "sf", "jd": "jd", "kuaidi100": "k100", "kdniao": "bird"}[name]
    bent = {**bent, name: {**keys, "url": f"{fake.url}/{path}"}}
    with pytest.raises(ScmError, match=said) as caught:
        carriers.events(Parcel("DN-1", carrier, "X1"), told(fake, **bent), MOMENT)
    assert "wrong" not in str(caught.value)
    assert len(fake.asked) == 1  # a refusal is no reason to ask again


@pytest.mark.parametrize(
    ("plan", "asked", "said"),
    [
        ([503], 2, None),  # busy once: asked again
        (["slow"], 2, None),  # late once
        ([500, 503], 2, "HTTP 503"),
        (["slow", "slow"], 2, "no answer within 0.3 s"),
        ([403], 1, "HTTP 403"),
        (["html"], 1, "no JSON object"),
        (["list"], 1, "no JSON object"),
        (["odd"], 1, "another shape"),
    ],
)
def test_failures_are_tried_again_when_that_helps_and_told_in_one_sentence(fake, plan, asked, said):
    fake.plan += plan
    parcel = Parcel("DN-1", "SF", "X1")
    if said is None:
        assert carriers.events(parcel, told(fake), MOMENT)
    else:
        with pytest.raises(ScmError, match=said):
            carriers.events(parcel, told(fake), MOMENT)
    assert len(fake.asked) == asked


def test_a_service_that_is_not_there_is_told():
    nowhere = Request("SF", "http://127.0.0.1:9/", {})
    with pytest.raises(ScmError, match="SF does not answer"):
        http.answer(nowhere, http.Patience(0.5, 0))


@pytest.mark.parametrize("carrier", ["Uncle Li's van", "圆通"])
def test_a_carrier_without_a_key_is_told(fake, carrier):
    bare = told(fake, sf={}, jd={}, kuaidi100={}, kdniao={})
    assert not carriers.has_keys(bare)
    with pytest.raises(ScmError, match="no tracking service is set up"):
        carriers.events(Parcel("DN-1", carrier, "X1"), bare, MOMENT)


def test_keys_are_in_no_form_and_no_print(fake):
    settings = told(fake)
    for carrier in ("SF", "JD", "YTO"):
        carriers.events(Parcel("DN-1", carrier, "X1"), settings, MOMENT)
    sent = str(fake.asked) + repr(settings)
    assert not [key for key in ("sf-word", "jd-secret", "k100-key", "bird-key") if key in sent]
