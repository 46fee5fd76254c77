"""Deliveries that share a tracking number: one parcel may hold both, or a number was copied."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scm_cli.errors import Problem, Say
from scm_cli.store.gateway import rows

if TYPE_CHECKING:
    from collections.abc import Sequence

_TWINS = """
SELECT a.shipment_no, a.tracking_no, min(b.shipment_no) AS other
FROM shipment a JOIN shipment b ON b.tracking_no = a.tracking_no AND b.shipment_no <> a.shipment_no
    AND coalesce(a.carrier, b.carrier, '') = coalesce(b.carrier, a.carrier, '')
WHERE a.shipment_no IN (SELECT unnest($numbers))
    AND (b.shipment_no < a.shipment_no OR b.shipment_no NOT IN (SELECT unnest($numbers))) -- a pair once
GROUP BY ALL ORDER BY a.shipment_no
"""


def doubts(con: Any, numbers: Sequence[str]) -> list[Problem]:  # noqa: ANN401
    """Which of these deliveries have the tracking number of another one."""
    found = rows(con, _TWINS, {"numbers": list(numbers)}) if numbers else []
    return [_doubt(row["shipment_no"], row["tracking_no"], row["other"]) for row in found]


def _doubt(number: str, tracking_no: str, other: str) -> Problem:
    told = Say(
        "{tracking_no} is the tracking number of {other} too", tracking_no=tracking_no, other=other
    )
    return Problem(number, told, Say("If it is a mistake, undo it with `scm undo`."))
