"""Tracking events: what sentences mean, what is new, when a parcel has come."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scm_cli.core.order.carriers import jd_events, kdniao_events, kuaidi100_events, sf_events
from scm_cli.core.order.tracking import (
    TrackingEvent,
    delivered_on,
    in_order,
    news,
    status_of_words,
)
from scm_cli.core.records.shipping import TRACKING
from scm_cli.errors import ScmError

START = datetime(2026, 1, 5, 9)


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("顺丰速运 已收取快件", "picked"),
        ("【深圳转运中心】已发出，下一站【合肥】", "transit"),
        ("快件正在派送中，请您准备签收", "out_for_delivery"),  # speaks of signing, is none
        ("已由菜鸟驿站代收，请及时取件", "out_for_delivery"),
        ("已签收，签收人凭取货码签收", "delivered"),
        ("派送失败，客户电话无人接听", "exception"),
        ("客户拒收", "exception"),
        ("快件已退回，寄件人已签收", "returned"),
        ("Delivered, front desk", "delivered"),
        ("Arrived at facility", "transit"),
    ],
)
def test_sentences_of_carriers(text, status):
    assert status_of_words(text) == status


@pytest.mark.parametrize(
    ("read", "payload"),
    [
        (sf_events, {"apiResultCode": "A1006", "apiErrorMsg": "no"}),
        (sf_events, {"apiResultCode": "A1000", "apiResultData": {"success": False, "errorCode": "S0001"}}),
        (jd_events, {"error_response": {"code": "19", "en_desc": "expired token"}}),
        (jd_events, {"jingdong_ldop_receive_trace_get_responce": {"querytrace_result": {"code": 300}}}),
        (lambda p, n: kuaidi100_events(p, n, "YTO"), {"result": False, "returnCode": "503", "message": "no"}),
        (lambda p, n: kdniao_events(p, n, "YTO"), {"Success": False, "Reason": "no"}),
    ],
)  # fmt: skip
def test_a_refusal_is_raised_never_read_as_silence(read, payload):
    with pytest.raises(ScmError, match="does not answer"):
        read(payload, "X1")


def test_a_code_wins_over_its_sentence():
    trace = {"AcceptTime": "2026-01-07 09:10:00", "AcceptStation": "派送中", "Action": "301"}
    found = kdniao_events({"Success": True, "Traces": [trace]}, "X1", "YTO")
    assert found[0].status == "delivered"


events = st.lists(
    st.builds(
        TrackingEvent, st.just("SF"), st.just("SF1"),
        st.integers(0, 200).map(lambda hours: START + timedelta(hours=hours)),
        st.sampled_from(TRACKING), st.none(), st.sampled_from(["a", "b", "c"]),
    )
)  # fmt: skip


@given(events, events)
def test_what_is_asked_again_is_kept_once(first, more):
    kept = news("DN-1", first, [])
    kept += news("DN-1", [*first, *more], kept)
    assert news("DN-1", [*more, *first], kept) == []
    assert [row["event_no"] for row in kept] == list(range(1, len(kept) + 1))


@given(events)
def test_a_parcel_that_went_back_never_came(found):
    told = in_order(found)
    assert [event.at for event in told] == sorted(event.at for event in told)
    if any(event.status == "returned" for event in found):
        assert delivered_on(found) is None
