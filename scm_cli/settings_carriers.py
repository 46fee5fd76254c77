"""How customers are served and by which carriers; and what every section of the settings is."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr

#: The firm's own van, and customers who fetch their goods.
OWN = ("自送", "自提", "上门自提", "送货上门", "own", "own van", "pick-up", "pickup")
CLOCK = r"^([01]\d|2[0-3]):[0-5]\d$"


class Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class SfKeys(Section):
    """SF Express: the customer code and check word of its open platform."""

    partner_id: str | None = None
    check_word: SecretStr | None = None
    url: str = Field("https://bspgw.sf-express.com/std/service", pattern=r"^https?://")


class JdKeys(Section):
    """JD Logistics: the application's keys and the sender's code."""

    app_key: str | None = None
    app_secret: SecretStr | None = None
    access_token: SecretStr | None = None
    customer_code: str | None = None
    url: str = Field("https://api.jd.com/routerjson", pattern=r"^https?://")


class Kuaidi100Keys(Section):
    """Kuaidi100: asks nearly every Chinese carrier."""

    customer: str | None = None
    key: SecretStr | None = None
    url: str = Field("https://poll.kuaidi100.com/poll/query.do", pattern=r"^https?://")


class KdniaoKeys(Section):
    """KDNiao: likewise. `request_type` is that of the contract: 1002, 8001 or 8002."""

    business_id: str | None = None
    app_key: SecretStr | None = None
    request_type: Literal["1002", "8001", "8002"] = "8001"
    url: str = Field(
        "https://api.kdniao.com/Ebusiness/EbusinessOrderHandle.aspx", pattern=r"^https?://"
    )


class Carriers(Section):
    """Tracking services and their keys, and when a parcel is worth a word."""

    timeout_seconds: float = Field(10.0, gt=0, le=120)
    retries: int = Field(2, ge=0, le=10)
    at_once: int = Field(8, ge=1, le=64)  # parcels asked for at the same time
    at_once_each: int = Field(4, ge=1, le=64)  # of them of one service
    waybill_days: int = Field(14, ge=1, le=365)  # older parcels are not in the list of waybills
    own: tuple[str, ...] = OWN  # ways of delivery that have no tracking number
    give_up_days: int = Field(45, ge=1, le=365)  # older parcels are not asked for any more
    give_up_failures: int = Field(3, ge=1, le=100)  # in a row, then the service rests this time
    silent_days: int = Field(3, ge=1, le=60)
    cutoffs: dict[
        str, Annotated[str, Field(pattern=CLOCK)]
    ] = {}  # carrier = "18:00"; else orders.cutoff
    sf: SfKeys = SfKeys()
    jd: JdKeys = JdKeys()
    kuaidi100: Kuaidi100Keys = Kuaidi100Keys()
    kdniao: KdniaoKeys = KdniaoKeys()


class Orders(Section):
    """How customers are served: ranks, promises, the way to their door."""

    class_rank: tuple[str, ...] = ()
    cutoff: str = Field("16:00", pattern=CLOCK)
    lane_days: int = Field(2, ge=0, le=60)
    lane_slow_days: int = Field(4, ge=0, le=60)
    unknown_late_days: int = Field(5, ge=0, le=120)
    parcel_amount: float = Field(10.0, ge=0)
    figures_days: int = Field(30, ge=1, le=1000)  # what `scm order figures` looks back
