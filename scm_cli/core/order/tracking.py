"""Tracking in the words of all carriers alike: events, what is new of them, how a parcel stands.

A carrier's payload becomes events in `scm_cli.core.order.carriers`; whatever it says, the event
has a time, one of the statuses of `scm_cli.core.records.shipping.TRACKING`, a place and its text.
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

#: Where a carrier gives no code: what its sentence says, the first that fits.
WORDS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("returned", re.compile(r"退回|退件|退签|返回寄件|原返|\breturned\b", re.IGNORECASE)),
    ("exception", re.compile(r"拒收|拒签|未签收|异常|疑难|失败|破损|丢失|滞留|\bfailed\b", re.IGNORECASE)),
    ("delivered", re.compile(
        r"已签收|已被签收|签收人|代签|本人签收|已妥投|妥投|已取件|已取走|\bdelivered\b", re.IGNORECASE
    )),
    ("out_for_delivery", re.compile(
        r"派送中|派件中|正在派|派送途中|为您派|准备签收|待取|请及时取|out for delivery", re.IGNORECASE
    )),
    ("picked", re.compile(r"揽收|揽件|已收件|收取快件|已收取|\bpicked up\b", re.IGNORECASE)),
    ("created", re.compile(r"下单|待揽|打印|\bcreated\b", re.IGNORECASE)),
)  # fmt: skip


class TrackingEvent(NamedTuple):
    """One thing that happened to a parcel; `at` is the carrier's local time."""

    carrier: str
    tracking_no: str
    at: datetime
    status: str
    place: str | None
    text: str


def status_of_words(text: str) -> str:
    """The status that a carrier's sentence means; on its way when it says nothing else.

    >>> status_of_words("快件正在派送中，请您准备签收"), status_of_words("已签收，签收人：前台")
    ('out_for_delivery', 'delivered')
    >>> status_of_words("客户拒收，快件退回寄件人"), status_of_words("离开【杭州中转部】")
    ('returned', 'transit')
    """
    return next((status for status, words in WORDS if words.search(text)), "transit")


def in_order(events: Iterable[TrackingEvent]) -> list[TrackingEvent]:
    """Events by time, each once. What is signed for on its way back is returned, not delivered.

    >>> one = TrackingEvent("SF", "1", datetime(2026, 1, 5, 9), "returned", None, "退回")
    >>> two = one._replace(at=datetime(2026, 1, 7, 9), status="delivered", text="已签收")
    >>> [each.status for each in in_order([two, one, one])]
    ['returned', 'returned']
    """
    found: list[TrackingEvent] = []
    going_back = False
    for event in sorted(set(events), key=lambda each: (each.at, each.text)):
        going_back = going_back or event.status == "returned"
        turned = going_back and event.status == "delivered"
        found.append(event._replace(status="returned") if turned else event)
    return found


def news(
    shipment_no: str, events: Sequence[TrackingEvent], known: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """The rows of `shipment_event` for what was not known before.

    Args:
        shipment_no: the delivery.
        events: all that the carrier tells, in any order.
        known: its stored events: `event_no`, `happened_at`, `text`.

    >>> event = TrackingEvent("SF", "SF1", datetime(2026, 1, 5, 9), "picked", "深圳", "已收件")
    >>> rows = news("DN-1", [event], [])
    >>> rows[0]["event_no"], rows[0]["happened_at"], news("DN-1", [event], rows)
    (1, '2026-01-05 09:00:00', [])
    """
    seen = {(row["happened_at"], row["text"]) for row in known}
    last = max((row["event_no"] for row in known), default=0)
    fresh = [
        event for event in in_order(events) if (event.at.isoformat(" "), event.text) not in seen
    ]
    return [
        {
            "shipment_no": shipment_no, "event_no": number, "carrier": event.carrier,
            "tracking_no": event.tracking_no, "happened_at": event.at.isoformat(" "),
            "status": event.status, "place": event.place, "text": event.text,
        }
        for number, event in enumerate(fresh, last + 1)
    ]  # fmt: skip


def delivered_on(events: Iterable[TrackingEvent]) -> date | None:
    """The day on which the parcel came to the door; None while it has not, or when it went back.

    >>> event = TrackingEvent("SF", "1", datetime(2026, 1, 7, 9), "delivered", None, "已签收")
    >>> delivered_on([event]), delivered_on([event._replace(status="transit")])
    (datetime.date(2026, 1, 7), None)
    """
    told = in_order(events)
    if not told or any(event.status == "returned" for event in told):
        return None
    return next((event.at.date() for event in told if event.status == "delivered"), None)


def silent_since(
    shipped_on: date, last_at: str | None, today: date, silent_days: int
) -> date | None:
    """The day since which a carrier says nothing, when that is longer than it should be.

    >>> silent_since(date(2026, 1, 1), None, date(2026, 1, 5), 3)
    datetime.date(2026, 1, 1)
    >>> silent_since(date(2026, 1, 1), "2026-01-04 10:00:00", date(2026, 1, 5), 3) is None
    True
    """
    since = datetime.fromisoformat(last_at).date() if last_at else shipped_on
    return since if today - since > timedelta(days=silent_days) else None
