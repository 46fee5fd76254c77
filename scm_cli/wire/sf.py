"""SF Express (顺丰): the question about routes, and its answer.

Signature: base64(MD5(url-encoded(msgData + timestamp + check word))), as the Python kit of the SF
open platform does it (CSIM-EXPRESS-SDK V2.0, callExpressRequest.py).
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import quote_plus

from scm_cli.core.order.carriers import sf_events
from scm_cli.wire.request import Moment, Parcel, Request, md5_base64

if TYPE_CHECKING:
    from scm_cli.core.order.tracking import TrackingEvent

SERVICE = "EXP_RECE_SEARCH_ROUTES"


def digest(message: str, timestamp: str, check_word: str) -> str:
    """The signature of a message.

    >>> digest('{"a":1}', "1700000000000", "cw")
    'MTi764CWVlVMKjj8p0kGeQ=='
    """
    return md5_base64(quote_plus(message + timestamp + check_word))


def request(parcel: Parcel, keys: tuple[str, str], url: str, moment: Moment) -> Request:
    """Ask for the routes of one number; `keys` are the partner id and the check word."""
    partner_id, check_word = keys
    about: dict[str, Any] = {
        "language": "zh-CN", "trackingType": "1", "trackingNumber": [parcel.tracking_no], "methodType": "1",
    }  # fmt: skip
    if parcel.phone_digits:
        about["checkPhoneNo"] = parcel.phone_digits
    message = json.dumps(about, ensure_ascii=False, separators=(",", ":"))
    return Request("SF", url, {
        "partnerID": partner_id, "requestID": moment.nonce, "serviceCode": SERVICE,
        "timestamp": moment.milliseconds, "msgData": message,
        "msgDigest": digest(message, moment.milliseconds, check_word),
    })  # fmt: skip


def events(answer: dict[str, Any], parcel: Parcel) -> list[TrackingEvent]:
    """What the answer tells; its inner document is JSON in a string."""
    inner = answer.get("apiResultData")
    if isinstance(inner, str):
        answer = {**answer, "apiResultData": json.loads(inner) if inner else {}}
    return sf_events(answer, parcel.tracking_no)
