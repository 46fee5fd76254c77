"""A request is posted and answered with JSON: time-outs, few retries, one sentence on failure.

What is told of a failure names the service and what went wrong, never the form that was sent.
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from http.client import HTTPException
from typing import TYPE_CHECKING, Any
from urllib.error import HTTPError, URLError
from urllib.request import Request as Post
from urllib.request import urlopen

from scm_cli.core.order.carriers import refused

if TYPE_CHECKING:
    from scm_cli.errors import ScmError
    from scm_cli.wire.request import Request

MOST_BYTES = 4_000_000
BUSY = frozenset({429, 500, 502, 503, 504})  # worth another try
FORM = "application/x-www-form-urlencoded; charset=UTF-8"


@dataclass(frozen=True, slots=True)
class Patience:
    """How long an answer is waited for, and how often it is asked again."""

    timeout_seconds: float = 10.0
    retries: int = 2
    pause_seconds: float = 0.5  # doubled from try to try


def answer(request: Request, patience: Patience) -> dict[str, Any]:
    """The JSON object with which the service answers.

    Raises:
        ScmError: no answer in time, an HTTP error, or something that is no JSON object.
    """
    why = ""
    for attempt in range(patience.retries + 1):
        if attempt:
            time.sleep(patience.pause_seconds * 2 ** (attempt - 1))
        try:
            return _parsed(request.service, _posted(request, patience.timeout_seconds))
        except HTTPError as error:
            why = f"HTTP {error.code}"
            error.close()
            if error.code not in BUSY:
                break
        except TimeoutError:
            why = _late(patience)
        except URLError as error:
            late = isinstance(error.reason, TimeoutError)
            why = _late(patience) if late else str(error.reason)
        except (HTTPException, OSError) as error:
            why = str(error) or type(error).__name__
    raise refused(request.service, why)


def _posted(request: Request, timeout_seconds: float) -> bytes:
    post = Post(request.url, data=request.body(), headers={"Content-Type": FORM}, method="POST")  # noqa: S310 -- the settings allow http and https alone
    with urlopen(post, timeout=timeout_seconds) as reply:  # noqa: S310 -- likewise
        return bytes(reply.read(MOST_BYTES))


def _parsed(service: str, body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body)
    except ValueError as error:
        raise _odd(service) from error
    if not isinstance(found, dict):
        raise _odd(service)
    return found


def _odd(service: str) -> ScmError:
    return refused(service, "the answer is no JSON object")


def _late(patience: Patience) -> str:
    return f"no answer within {patience.timeout_seconds:g} s"
