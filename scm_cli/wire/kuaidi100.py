"""Kuaidi100 (快递100): one question for nearly every Chinese carrier, and its answer.

Signature: upper-case MD5 of param + key + customer, over the bytes of `param` as they are sent
(Kuaidi100's own kits: kuaidi100-api/java-demo SignUtils.querySign, kuaidi100-api/php-demo).
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from scm_cli.core.order.carriers import kuaidi100_events
from scm_cli.wire.request import Parcel, Request, md5_hex

if TYPE_CHECKING:
    from scm_cli.core.order.tracking import TrackingEvent


def signature(param: str, key: str, customer: str) -> str:
    """The signature of a question.

    >>> signature('{"com":"yuantong","num":"YT1"}', "k", "c")
    'F295E842A7D1AE91612C9EB4C2D6C686'
    """
    return md5_hex(param + key + customer).upper()


def request(parcel: Parcel, code: str, keys: tuple[str, str], url: str) -> Request:
    """Ask for one number; `code` is Kuaidi100's for the carrier, `keys` are customer and key."""
    customer, key = keys
    about = {"com": code, "num": parcel.tracking_no, "resultv2": "1", "show": "0", "order": "desc"}
    if parcel.phone_digits:
        about["phone"] = parcel.phone_digits
    param = json.dumps(about, ensure_ascii=False, separators=(",", ":"))
    form = {"customer": customer, "param": param, "sign": signature(param, key, customer)}
    return Request("Kuaidi100", url, form)


def events(answer: dict[str, Any], parcel: Parcel) -> list[TrackingEvent]:
    """What the answer tells."""
    return kuaidi100_events(answer, parcel.tracking_no, parcel.carrier)
