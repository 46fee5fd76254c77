"""JD Logistics (京东物流): the question about traces, and its answer.

Signature: upper-case MD5 of secret + every parameter as name and value, sorted by name + secret
(JD open platform, "签名算法", router v2.0; the parameters are 360buy_param_json, access_token,
app_key, method, timestamp and v).
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from scm_cli.core.order.carriers import jd_events
from scm_cli.wire.request import Moment, Parcel, Request, md5_hex

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scm_cli.core.order.tracking import TrackingEvent

METHOD = "jingdong.ldop.receive.trace.get"


def signature(parameters: Mapping[str, str], secret: str) -> str:
    """The signature of all parameters but itself.

    >>> signature({"v": "2.0", "app_key": "k"}, "s")
    'BADFF0662C0F316FCF20D81DFEC399AD'
    """
    joined = "".join(f"{name}{parameters[name]}" for name in sorted(parameters))
    return md5_hex(f"{secret}{joined}{secret}").upper()


def request(parcel: Parcel, keys: tuple[str, str, str, str], url: str, moment: Moment) -> Request:
    """Ask for the traces of one waybill.

    `keys` are the application's key and secret, the access token and the sender's code.
    """
    app_key, app_secret, access_token, customer_code = keys
    about = {"customerCode": customer_code, "waybillCode": parcel.tracking_no}
    form = {
        "method": METHOD, "access_token": access_token, "app_key": app_key, "v": "2.0",
        "timestamp": f"{moment.at:%Y-%m-%d %H:%M:%S}",
        "360buy_param_json": json.dumps(about, ensure_ascii=False, separators=(",", ":")),
    }  # fmt: skip
    return Request("JD", url, {**form, "sign": signature(form, app_secret)})


def events(answer: dict[str, Any], parcel: Parcel) -> list[TrackingEvent]:
    """What the answer tells."""
    return jd_events(answer, parcel.tracking_no)
