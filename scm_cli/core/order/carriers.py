"""Payloads of carriers' tracking services, parsed from JSON, become events.

Sources: the fields are those of the public documents of SF Express (EXP_RECE_SEARCH_ROUTES), JD
Logistics (jingdong.ldop.receive.trace.get), Kuaidi100 (poll/query.do) and KDNiao (1002, 8001,
8002). Codes that are on no list are read from the sentence beside them.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING, Any

from scm_cli.core.order.tracking import TrackingEvent, status_of_words
from scm_cli.errors import ScmError

if TYPE_CHECKING:
    from collections.abc import Mapping

    Payload = Mapping[str, Any]

SF_CODES = {
    "50": "picked", "51": "picked", "43": "picked", "44": "out_for_delivery", "204": "out_for_delivery",
    "123": "out_for_delivery", "125": "out_for_delivery", "80": "delivered", "8000": "delivered",
    "33": "exception", "34": "exception", "70": "exception", "99": "returned", "631": "returned",
    "648": "returned",
}  # fmt: skip
JD_TITLES = {
    "快递签收": "picked",  # JD has signed for what the sender handed over
    "揽收任务分配": "created", "配送员完成揽收": "picked", "分拣中心验货": "transit", "分拣中心发货": "transit",
    "站点收货": "transit", "站点验货": "transit", "配送员收货": "out_for_delivery", "妥投": "delivered",
    "拒收": "exception", "再投": "exception",
}  # fmt: skip
KUAIDI100_WORDS = {
    "下单": "created", "揽收": "picked", "在途": "transit", "干线": "transit", "派件": "out_for_delivery",
    "投柜或驿站": "out_for_delivery", "签收": "delivered", "本人签收": "delivered", "代签": "delivered",
    "投柜或站签收": "delivered", "疑难": "exception", "拒签": "exception", "退签": "returned", "退回": "returned",
    "清关": "transit", "转投": "transit",
}  # fmt: skip
KUAIDI100_GOES_BACK = frozenset({"4", "6"})  # state: 退签, 退回
KDNIAO_ACTIONS = {
    "1": "picked", "202": "out_for_delivery", "211": "out_for_delivery", "406": "returned", "407": "returned",
}  # fmt: skip
KDNIAO_FAMILIES = {"2": "transit", "3": "delivered", "4": "exception"}
BRACKETS = re.compile(r"[【\[](.+?)[】\]]")


def sf_events(payload: Payload, tracking_no: str) -> list[TrackingEvent]:
    """Events of SF Express (顺丰); `apiResultData` is parsed already.

    Raises:
        ScmError: the service refused the question, or its answer has another shape.

    >>> routes = [{"acceptTime": "2026-01-05 18:02:11", "acceptAddress": "深圳市", "remark": "顺丰速运 已收取快件",
    ...     "opCode": "50"}]
    >>> data = {"success": True, "msgData": {"routeResps": [{"mailNo": "SF1", "routes": routes}]}}
    >>> event = sf_events({"apiResultCode": "A1000", "apiResultData": data}, "SF1")[0]
    >>> event.status, event.place, event.at.day
    ('picked', '深圳市', 5)
    """
    if payload.get("apiResultCode") != "A1000":
        raise refused("SF", f"{payload.get('apiResultCode')} {payload.get('apiErrorMsg')}")
    data = payload.get("apiResultData") or {}
    if str(data.get("success")).lower() != "true":
        raise refused("SF", f"{data.get('errorCode')} {data.get('errorMsg')}")
    return [
        TrackingEvent(
            "SF", tracking_no, _time("SF", route["acceptTime"]),
            SF_CODES.get(str(route.get("opCode"))) or status_of_words(route["remark"]),
            route.get("acceptAddress") or None, route["remark"],
        )
        for reply in (data.get("msgData") or {}).get("routeResps") or []
        if reply.get("mailNo", tracking_no) == tracking_no
        for route in reply.get("routes") or []
    ]  # fmt: skip


def jd_events(payload: Payload, tracking_no: str) -> list[TrackingEvent]:
    """Events of JD Logistics (京东物流).

    Raises:
        ScmError: the service refused the question, or its answer has another shape.

    >>> trace = {"opeTitle": "妥投", "opeRemark": "货物已送达【合肥站】", "opeTime": "2026/01/07 17:28:42"}
    >>> body = {"querytrace_result": {"code": 100, "messsage": "成功", "data": [trace]}, "code": "0"}
    >>> event = jd_events({"jingdong_ldop_receive_trace_get_responce": body}, "JDV1")[0]
    >>> event.status, event.place
    ('delivered', '合肥站')
    """
    failed = payload.get("error_response")
    if failed:
        raise refused(
            "JD", f"{failed.get('code')} {failed.get('zh_desc') or failed.get('en_desc')}"
        )
    body = payload.get("jingdong_ldop_receive_trace_get_responce") or {}
    told = body.get("querytrace_result") or {}
    if str(told.get("code")) != "100":  # the misspelt name is the service's own
        raise refused("JD", f"{told.get('code')} {told.get('messsage')}")
    events = []
    for trace in told.get("data") or []:
        title, text = trace.get("opeTitle") or "", trace["opeRemark"]
        status = JD_TITLES.get(title) or status_of_words(f"{title} {text}")
        at = _time("JD", trace["opeTime"])
        events.append(TrackingEvent("JD", tracking_no, at, status, _bracketed(text), text))
    return events


def kuaidi100_events(payload: Payload, tracking_no: str, carrier: str) -> list[TrackingEvent]:
    """Events of any carrier as Kuaidi100 (快递100) tells them.

    A parcel that nobody knows yet has no events; the service says so by an error of its own.

    Raises:
        ScmError: the service refused the question, or its answer has another shape.

    >>> data = [{"time": "2026-01-07 09:10:00", "context": "已签收", "status": "签收", "areaName": "安徽,合肥市"}]
    >>> answer = {"message": "ok", "state": "3", "status": "200", "data": data}
    >>> kuaidi100_events(answer, "YT1", "YTO")[0].status
    'delivered'
    >>> kuaidi100_events({"result": False, "returnCode": "500", "message": "查询无结果"}, "YT1", "YTO")
    []
    """
    if payload.get("result") is False or str(payload.get("status", "200")) != "200":
        if str(payload.get("returnCode")) == "500":
            return []
        raise refused(
            "Kuaidi100",
            f"{payload.get('returnCode') or payload.get('status')} {payload.get('message')}",
        )
    events = [
        TrackingEvent(
            carrier, tracking_no, _time("Kuaidi100", each.get("ftime") or each["time"]),
            KUAIDI100_WORDS.get(each.get("status", "")) or status_of_words(each["context"]),
            each.get("areaName") or _bracketed(each["context"]), each["context"],
        )
        for each in payload.get("data") or []
    ]  # fmt: skip
    if events and str(payload.get("state")) in KUAIDI100_GOES_BACK:
        newest = max(range(len(events)), key=lambda i: events[i].at)
        events[newest] = events[newest]._replace(status="returned")
    return events


def kdniao_events(payload: Payload, tracking_no: str, carrier: str) -> list[TrackingEvent]:
    """Events of any carrier as KDNiao (快递鸟) tells them.

    Raises:
        ScmError: the service refused the question, or its answer has another shape.

    >>> trace = {"AcceptTime": "2026-01-07 09:10:00", "AcceptStation": "已签收", "Location": "合肥", "Action": "301"}
    >>> kdniao_events({"Success": True, "State": "3", "Traces": [trace]}, "YT1", "YTO")[0].status
    'delivered'
    """
    if payload.get("Success") is not True:
        raise refused("KDNiao", str(payload.get("Reason")))
    return [
        TrackingEvent(
            carrier, tracking_no, _time("KDNiao", trace["AcceptTime"]),
            _action(str(trace.get("Action") or "")) or status_of_words(trace["AcceptStation"]),
            trace.get("Location") or _bracketed(trace["AcceptStation"]), trace["AcceptStation"],
        )
        for trace in payload.get("Traces") or []
    ]  # fmt: skip


def _action(code: str) -> str | None:
    return KDNIAO_ACTIONS.get(code) or KDNIAO_FAMILIES.get(code[:1])


def _bracketed(text: str) -> str | None:
    found = BRACKETS.search(text)
    return found[1] if found else None


def _time(service: str, text: str) -> datetime:
    try:
        return datetime.fromisoformat(text.strip().replace("/", "-"))
    except (ValueError, AttributeError) as error:
        raise refused(service, f"time {text}") from error


def refused(service: str, why: str) -> ScmError:
    """What is raised when a service does not answer the question; keys are never part of it."""
    return ScmError(
        "{service} does not answer: {why}",
        hint="Look at its keys in scm.toml, and at the carrier and number of the delivery.",
        service=service,
        why=why.strip(),
    )
