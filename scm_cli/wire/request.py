"""One question to a service, ready to be sent: made by pure functions, sent by `wire.http`."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import urlencode

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Parcel:
    """What is tracked: a delivery, its carrier as we call it, its number, digits of the phone."""

    shipment_no: str
    carrier: str
    tracking_no: str
    phone_digits: str = ""


@dataclass(frozen=True, slots=True)
class Moment:
    """When a question is asked, and a number used once; both are given, never made here."""

    at: datetime
    nonce: str

    @property
    def milliseconds(self) -> str:
        """Since 1970, as `at` with its time zone says."""
        return str(int(self.at.timestamp() * 1000))


@dataclass(frozen=True, slots=True)
class Request:
    """A form to be posted. It holds signatures, never the keys they were made with."""

    service: str
    url: str
    form: Mapping[str, str] = field(default_factory=dict)

    def body(self) -> bytes:
        """The form as it goes over the wire."""
        return urlencode(self.form).encode("ascii")


def md5_base64(text: str) -> str:
    """MD5 of the text (UTF-8), its 16 bytes in base64."""
    return base64.b64encode(_md5(text).digest()).decode("ascii")


def md5_hex(text: str) -> str:
    """MD5 of the text (UTF-8) in lower-case hexadecimal."""
    return _md5(text).hexdigest()


def _md5(text: str) -> hashlib._Hash:
    return hashlib.md5(text.encode("utf-8"), usedforsecurity=False)  # the carriers' own choice
