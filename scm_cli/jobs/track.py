"""Tracking: open parcels are asked for, what is new is kept, arrivals are set."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from scm_cli.core.advise.notices import Notice
from scm_cli.core.changes import Changes
from scm_cli.core.order import tracking
from scm_cli.errors import Exit, Problem, Say, ScmError
from scm_cli.jobs import order
from scm_cli.store.commit import Committed, commit
from scm_cli.store.gateway import reading, rows, writing
from scm_cli.wire import carriers, pool
from scm_cli.wire.request import Moment, Parcel

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scm_cli.core.order.tracking import TrackingEvent
    from scm_cli.run import Run

PHONE_DIGITS = 4  # what SF and Kuaidi100 ask for


@dataclass(slots=True)
class Tracked:
    """What asking brought: parcels asked, events kept, arrivals set, and who did not answer."""

    asked: int = 0
    events: int = 0
    delivered: list[str] = field(default_factory=list)
    failures: list[tuple[str, Say]] = field(default_factory=list)
    first_error: ScmError | None = None
    committed: Committed = field(default_factory=lambda: Committed(None))

    def as_json(self) -> dict[str, Any]:
        """Counts, and each failure with its delivery or service."""
        return {
            "asked": self.asked, "events": self.events, "delivered": self.delivered,
            "failures": [{"document": name, "why": why.english} for name, why in self.failures],
        }  # fmt: skip

    def problems(self) -> list[Problem]:
        """The failures as warnings."""
        return [Problem(name, why) for name, why in self.failures]

    def notices(self) -> list[Notice]:
        """The failures as notices of the night."""
        return [Notice("tracking", "", name, why) for name, why in self.failures]


def one(run: Run, number: str) -> tuple[Tracked, list[dict[str, Any]]]:
    """Ask for a delivery, or for all of an order; the answer and the parcels as they stand.

    Raises:
        ScmError: there is no such document, it has no tracking number, its carrier does not answer.
    """
    with reading(run) as con:
        found = rows(con, _NAMED, [number, number])
        if not found:
            order.head_of(con, number)
            raise ScmError(
                "nothing of {number} has left yet",
                hint="Ship it: scm order ship {number}",
                exit_code=Exit.REFUSED,
                number=number,
            )
    numbered = [row for row in found if row["tracking_no"] and row["carrier"]]
    if not numbered:
        raise ScmError(
            "{number} has no carrier and tracking number",
            hint="Fill them in: scm order waybills",
            exit_code=Exit.REFUSED,
            number=found[0]["shipment_no"],
        )
    waiting = [row for row in numbered if row["delivered_on"] is None]
    done = _asked(run, waiting)
    if done.first_error is not None and len(done.failures) >= len(waiting):
        raise done.first_error
    return done, standing(run, [row["shipment_no"] for row in numbered])


_NAMED = """
SELECT DISTINCT h.shipment_no, h.carrier, h.tracking_no, h.shipped_on, h.delivered_on,
    coalesce(c.mobile, c.phone) AS phone
FROM shipment h JOIN customer c USING (customer) LEFT JOIN shipment_line l USING (shipment_no)
WHERE h.shipment_no = ? OR l.order_no = ? ORDER BY h.shipment_no
"""


def all_open(run: Run) -> tuple[Tracked, list[dict[str, Any]]]:
    """Ask for every parcel on its way; failures are named, none stops the rest."""
    with reading(run) as con:
        found = on_way(con, run)
    done = _asked(run, found)
    return done, standing(run, [row["shipment_no"] for row in found])


def night(run: Run) -> Tracked:
    """The nightly step: nothing without a key, never an error."""
    if not carriers.has_keys(run.settings.carriers):
        return Tracked()
    try:
        return all_open(run)[0]
    except ScmError as error:
        return Tracked(failures=[("tracking", error.say)])


def on_way(con: Any, run: Run, *, returned: bool = False) -> list[dict[str, Any]]:  # noqa: ANN401
    """Deliveries with a number that have not arrived and are not too old.

    Those that went back are left out unless `returned` asks for them.
    """
    first = run.today - timedelta(days=run.settings.carriers.give_up_days)
    found = rows(con, _ON_WAY, [first])
    return [row for row in found if returned or row["status"] != "returned"]


_ON_WAY = """
SELECT h.shipment_no, h.customer, h.carrier, h.tracking_no, h.shipped_on, h.delivered_on,
    coalesce(c.mobile, c.phone) AS phone, e.happened_at AS last_at, e.status, e.text
FROM shipment h JOIN customer c USING (customer)
LEFT JOIN (SELECT shipment_no, max(happened_at) AS happened_at,
    arg_max(status, (happened_at, event_no)) AS status, arg_max(text, (happened_at, event_no)) AS text
    FROM shipment_event GROUP BY ALL) e USING (shipment_no)
WHERE h.tracking_no IS NOT NULL AND h.carrier IS NOT NULL AND h.delivered_on IS NULL
    AND h.shipped_on >= ? ORDER BY h.shipment_no
"""


def _asked(run: Run, found: Sequence[dict[str, Any]]) -> Tracked:
    """Ask outside the lock, all at once, then keep what is new in one entry."""
    done = Tracked(asked=len(found))
    at = run.now.replace(tzinfo=ZoneInfo(run.settings.time_zone))
    parcels = [
        Parcel(
            row["shipment_no"], row["carrier"], row["tracking_no"],
            re.sub(r"\D", "", row["phone"] or "")[-PHONE_DIGITS:],
        )
        for row in found
    ]  # fmt: skip
    answers = pool.asked(parcels, run.settings.carriers, lambda: Moment(at, uuid4().hex))
    done.failures += [(number, error.say) for number, error in answers.failures.items()]
    done.failures += [(name, Say("not asked any more this time")) for name in answers.rested]
    done.first_error = next(iter(answers.failures.values()), None)
    if answers.events:
        _keep(run, answers.events, done)
    return done


def _keep(run: Run, answers: dict[str, list[TrackingEvent]], done: Tracked) -> None:
    with writing(run) as con:
        changes = Changes()
        marks = ", ".join("?" * len(answers))
        known: dict[str, list[dict[str, Any]]] = {number: [] for number in answers}
        for row in rows(
            con,
            "SELECT shipment_no, event_no, happened_at, text FROM shipment_event "
            f"WHERE shipment_no IN ({marks})",
            list(answers),
        ):
            known[row["shipment_no"]].append(row)
        left = rows(
            con,
            "SELECT shipment_no, shipped_on FROM shipment "
            f"WHERE delivered_on IS NULL AND shipment_no IN ({marks})",
            list(answers),
        )
        fresh: list[dict[str, Any]] = []
        arrived: list[dict[str, Any]] = []
        for row in left:  # what arrived or was taken back meanwhile is left alone
            number = row["shipment_no"]
            fresh += tracking.news(number, answers[number], known[number])
            on = tracking.delivered_on(answers[number])
            if on is not None:
                last = max(on, row["shipped_on"])
                arrived.append({"shipment_no": number, "delivered_on": last})
        changes.insert("shipment_event", fresh)
        changes.update("shipment", arrived)
        done.events, done.delivered = len(fresh), [row["shipment_no"] for row in arrived]
        done.committed = commit(con, run, changes)


def standing(run: Run, numbers: Sequence[str]) -> list[dict[str, Any]]:
    """Each parcel with the last that is known of it."""
    if not numbers:
        return []
    marks = ", ".join("?" * len(numbers))
    with reading(run) as con:
        return rows(con, _STANDING.replace("{marks}", marks), list(numbers))


_STANDING = """
SELECT h.shipment_no AS shipment, h.carrier, h.tracking_no, e.status, e.happened_at, e.place, e.text,
    h.shipped_on, h.delivered_on
FROM shipment h LEFT JOIN (SELECT shipment_no, max(happened_at) AS happened_at,
    arg_max(status, (happened_at, event_no)) AS status, arg_max(place, (happened_at, event_no)) AS place,
    arg_max(text, (happened_at, event_no)) AS text FROM shipment_event GROUP BY ALL) e USING (shipment_no)
WHERE h.shipment_no IN ({marks}) ORDER BY h.shipment_no
"""


def events(run: Run, numbers: Sequence[str]) -> list[dict[str, Any]]:
    """All that is known of these parcels, oldest first."""
    if not numbers:
        return []
    marks = ", ".join("?" * len(numbers))
    with reading(run) as con:
        return rows(
            con,
            "SELECT shipment_no AS shipment, happened_at, status, place, text FROM shipment_event "
            f"WHERE shipment_no IN ({marks}) ORDER BY shipment_no, happened_at, event_no",
            list(numbers),
        )
