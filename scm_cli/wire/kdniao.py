"""KDNiao (快递鸟): one question for nearly every Chinese carrier, and its answer.

Signature: base64 of the hexadecimal MD5 of RequestData + application key (KDNiao's document of
its interfaces, "DataSign"); the hexadecimal text is encoded, not its 16 bytes.
"""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any

from scm_cli.core.order.carriers import kdniao_events
from scm_cli.wire.request import Parcel, Request, md5_hex

if TYPE_CHECKING:
    from scm_cli.core.order.tracking import TrackingEvent


def signature(data: str, app_key: str) -> str:
    """The signature of a question.

    >>> signature('{"LogisticCode":"1"}', "k")
    'ZGE4N2EwYzBmNzA0ZmM4NzllMmM5OTI1NjgzMTk4ODU='
    """
    return base64.b64encode(md5_hex(data + app_key).encode("ascii")).decode("ascii")


def request(parcel: Parcel, code: str, keys: tuple[str, str, str], url: str) -> Request:
    """Ask for one number; `code` is KDNiao's for the carrier, `keys` are id, key and interface."""
    business_id, app_key, request_type = keys
    about = {"ShipperCode": code, "LogisticCode": parcel.tracking_no}
    if parcel.phone_digits:
        about["CustomerName"] = parcel.phone_digits
    data = json.dumps(about, ensure_ascii=False, separators=(",", ":"))
    return Request("KDNiao", url, {
        "RequestData": data, "EBusinessID": business_id, "RequestType": request_type,
        "DataSign": signature(data, app_key), "DataType": "2",
    })  # fmt: skip


def events(answer: dict[str, Any], parcel: Parcel) -> list[TrackingEvent]:
    """What the answer tells."""
    return kdniao_events(answer, parcel.tracking_no, parcel.carrier)
