"""Many parcels asked for at once: a bounded pool, no service asked by more than its share of it.

What one service does, late answers and refusals, costs the others nothing but their turn in the
pool; a service that fails several times in a row rests for this time.
"""

from __future__ import annotations

from collections import deque
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING

from scm_cli.errors import ScmError
from scm_cli.wire import carriers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from scm_cli.core.order.tracking import TrackingEvent
    from scm_cli.settings_carriers import Carriers
    from scm_cli.wire.request import Moment, Parcel


@dataclass(slots=True)
class Answers:
    """Events by delivery, failures by delivery in the order of asking, and who was given up."""

    events: dict[str, list[TrackingEvent]] = field(default_factory=dict)
    failures: dict[str, ScmError] = field(default_factory=dict)
    rested: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Service:
    """The parcels that one service is asked for, and how it has answered so far."""

    name: str
    waiting: deque[Parcel] = field(default_factory=deque)
    answered: list[tuple[Parcel, list[TrackingEvent] | ScmError]] = field(default_factory=list)
    failed: int = 0  # in a row
    lock: Lock = field(default_factory=Lock)

    def next(self, give_up: int) -> Parcel | None:
        """The parcel whose turn it is; None when all are asked, or the service rests."""
        with self.lock:
            return self.waiting.popleft() if self.waiting and self.failed < give_up else None

    def keep(self, parcel: Parcel, answer: list[TrackingEvent] | ScmError) -> None:
        with self.lock:
            self.answered.append((parcel, answer))
            self.failed = self.failed + 1 if isinstance(answer, ScmError) else 0


def asked(parcels: Sequence[Parcel], told: Carriers, moment: Callable[[], Moment]) -> Answers:
    """Ask for all parcels; every answer is kept, whatever became of the others.

    Args:
        parcels: what is asked for; `shipment_no` is different for each.
        told: keys, time-outs, and how many are asked at once: in all, and each service.
        moment: makes the moment of one question, from any thread.
    """
    services: dict[str, _Service] = {}
    for parcel in parcels:
        name = carriers.service_of(parcel.carrier, told) or parcel.carrier
        services.setdefault(name, _Service(name)).waiting.append(parcel)
    lanes = [
        service for turn in range(told.at_once_each) for service in services.values()
        if turn < len(service.waiting)
    ]  # fmt: skip
    if not lanes:
        return Answers()
    with ThreadPoolExecutor(min(told.at_once, len(lanes))) as pool:
        for done in [pool.submit(_lane, service, told, moment) for service in lanes]:
            done.result()
    return _sorted(parcels, services.values(), told)


def _lane(service: _Service, told: Carriers, moment: Callable[[], Moment]) -> None:
    """One after the other, until none waits."""
    while (parcel := service.next(told.give_up_failures)) is not None:
        try:
            service.keep(parcel, carriers.events(parcel, told, moment()))
        except ScmError as error:
            service.keep(parcel, error)


def _sorted(parcels: Sequence[Parcel], services: Iterable[_Service], told: Carriers) -> Answers:
    """The answers in the order in which they were asked for, whoever was first."""
    answers, found = {}, Answers()
    for service in services:
        answers.update({parcel.shipment_no: answer for parcel, answer in service.answered})
        if service.failed >= told.give_up_failures > 1:
            found.rested.append(service.name)
    for parcel in parcels:
        answer = answers.get(parcel.shipment_no)
        if isinstance(answer, ScmError):
            found.failures[parcel.shipment_no] = answer
        elif answer is not None:
            found.events[parcel.shipment_no] = answer
    return found
