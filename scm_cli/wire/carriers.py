"""Which service knows a carrier's parcels, by whatever name the carrier goes in the books."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta, timezone
from typing import TYPE_CHECKING, Any

from scm_cli.core.order.carriers import refused
from scm_cli.errors import ScmError
from scm_cli.wire import http, jd, kdniao, kuaidi100, sf
from scm_cli.wire.request import Moment

if TYPE_CHECKING:
    from collections.abc import Callable

    from pydantic import SecretStr

    from scm_cli.core.order.tracking import TrackingEvent
    from scm_cli.settings_carriers import Carriers
    from scm_cli.wire.request import Parcel, Request

CHINA = timezone(timedelta(hours=8))


@dataclass(frozen=True, slots=True)
class Carrier:
    """A carrier's codes at Kuaidi100 and KDNiao, and the words that name it."""

    kuaidi100: str
    kdniao: str
    words: tuple[str, ...]


#: The codes are those that the two services publish.
CARRIERS: dict[str, Carrier] = {
    "SF": Carrier("shunfeng", "SF", ("顺丰",)),
    "JD": Carrier("jd", "JD", ("京东",)),
    "YTO": Carrier("yuantong", "YTO", ("圆通",)),
    "ZTO": Carrier("zhongtong", "ZTO", ("中通",)),
    "STO": Carrier("shentong", "STO", ("申通",)),
    "YD": Carrier("yunda", "YD", ("韵达", "yunda")),
    "JT": Carrier("jtexpress", "JTSD", ("极兔", "j&t")),
    "EMS": Carrier("ems", "EMS", ("邮政特快",)),
    "POST": Carrier("youzhengguonei", "YZPY", ("邮政",)),
    "DB": Carrier("debangwuliu", "DBL", ("德邦", "deppon")),
}


def code_of(name: str) -> str | None:
    """The carrier that a name in the books means.

    >>> code_of("顺丰速运"), code_of("SF Express"), code_of("圆通"), code_of("Uncle Li's van")
    ('SF', 'SF', 'YTO', None)
    """
    plain = name.strip().casefold()
    first = plain.replace("-", " ").split(" ")[0]
    for code, carrier in CARRIERS.items():
        if first == code.casefold() or any(word in plain for word in carrier.words):
            return code
    return None


def service_of(carrier: str, told: Carriers) -> str | None:
    """The service that is asked: the carrier's own when its key is set, else one that knows all."""
    code = code_of(carrier)
    if code == "SF" and told.sf.partner_id and told.sf.check_word:
        return "sf"
    if code == "JD" and _jd_keys(told) is not None:
        return "jd"
    if code and told.kuaidi100.customer and told.kuaidi100.key:
        return "kuaidi100"
    if code and told.kdniao.business_id and told.kdniao.app_key:
        return "kdniao"
    return None


def has_keys(told: Carriers) -> bool:
    """Whether any service can be asked at all."""
    return any(service_of(carrier, told) for carrier in CARRIERS)


def events(parcel: Parcel, told: Carriers, moment: Moment) -> list[TrackingEvent]:
    """What the carrier tells of a parcel.

    Raises:
        ScmError: no service with a key knows the carrier, or it does not answer.
    """
    request = _request(parcel, told, moment)
    patience = http.Patience(told.timeout_seconds, told.retries)
    found = http.answer(request, patience)
    try:
        return _READERS[request.service](found, parcel)
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise refused(request.service, "the answer has another shape than documented") from error


def _request(parcel: Parcel, told: Carriers, moment: Moment) -> Request:
    service = service_of(parcel.carrier, told)
    code = code_of(parcel.carrier)
    if service is None or code is None:
        raise ScmError(
            "no tracking service is set up for {carrier}",
            hint="Write its keys into scm.toml under [carriers], or enter arrivals with `scm order deliver`.",
            carrier=parcel.carrier,
        )
    if service == "sf":
        return sf.request(
            parcel, (str(told.sf.partner_id), _open(told.sf.check_word)), told.sf.url, moment
        )
    if service == "jd":
        china = Moment(moment.at.astimezone(CHINA), moment.nonce)  # JD reads its own clock
        return jd.request(parcel, _jd_keys(told) or ("", "", "", ""), told.jd.url, china)
    if service == "kuaidi100":
        mine = told.kuaidi100
        keys = (str(mine.customer), _open(mine.key))
        return kuaidi100.request(parcel, CARRIERS[code].kuaidi100, keys, mine.url)
    bird = told.kdniao
    three = (str(bird.business_id), _open(bird.app_key), bird.request_type)
    return kdniao.request(parcel, CARRIERS[code].kdniao, three, bird.url)


def _jd_keys(told: Carriers) -> tuple[str, str, str, str] | None:
    mine = told.jd
    if not (mine.app_key and mine.app_secret and mine.access_token and mine.customer_code):
        return None
    return mine.app_key, _open(mine.app_secret), _open(mine.access_token), mine.customer_code


def _open(secret: SecretStr | None) -> str:
    return secret.get_secret_value() if secret else ""


_READERS: dict[str, Callable[[dict[str, Any], Parcel], list[TrackingEvent]]] = {
    "SF": sf.events,
    "JD": jd.events,
    "Kuaidi100": kuaidi100.events,
    "KDNiao": kdniao.events,
}
