"""What carriers tell of goods on their way."""

from __future__ import annotations

from typing import ClassVar

from scm_cli.core.records.base import Choice, Code, Number, Record, Text, field

#: How far a parcel is; the order in which a carrier normally tells them.
TRACKING: tuple[str, ...] = (
    "created",
    "picked",
    "transit",
    "out_for_delivery",
    "delivered",
    "exception",
    "returned",
)


class ShipmentEvent(Record):
    """One line of a carrier's tracking, in the words of all carriers alike (物流轨迹)."""

    table: ClassVar[str] = "shipment_event"
    key: ClassVar[tuple[str, ...]] = ("shipment_no", "event_no")

    shipment_no: Code = field("Delivery no.", "出库单号", refers="shipment")
    event_no: Number = field("Event", "序号", low=1)
    carrier: Text = field("Carrier", "物流公司")
    tracking_no: Code = field("Tracking no.", "运单号")
    happened_at: Text = field("Time", "时间")
    status: Choice = field("Tracking status", "物流状态", choices=TRACKING)
    place: Text | None = field("Place", "地点", default=None)
    text: Text = field("What the carrier says", "物流信息")
