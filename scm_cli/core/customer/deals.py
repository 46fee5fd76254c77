"""Deals: the stages a firm has, and what a change of stage must satisfy.

Plain Python over one deal, for the commands; the figures over all deals are in `funnel`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from scm_cli.core.search import nearest
from scm_cli.errors import Exit, Say, ScmError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from decimal import Decimal

UNKNOWN_STAGE = "there is no stage {stage}"
CLOSED_EARLY = "deal {number} was opened on {opened} and cannot be closed on {closed}"
NO_VALUE = "deal {number} cannot be won without a value"


@dataclass(frozen=True, slots=True)
class Stages:
    """The open stages in their order, and the two that close a deal.

    >>> stages = Stages(("Talk", "Quote"), "Won", "Lost")
    >>> stages.every, stages.rank("Quote"), stages.rank("Won"), stages.rank("Lost")
    (('Talk', 'Quote', 'Won', 'Lost'), 1, 2, -1)
    """

    open: tuple[str, ...]
    won: str
    lost: str
    shown: tuple[tuple[str, str], ...] = ()  # as each is called in another language → the stage

    @property
    def every(self) -> tuple[str, ...]:
        return (*self.open, self.won, self.lost)

    def rank(self, stage: str) -> int:
        """The place of a stage: open ones from 0, won behind them all, lost and unknown -1."""
        ladder = (*self.open, self.won)
        return ladder.index(stage) if stage in ladder else -1

    def closes(self, stage: str) -> bool:
        return stage in (self.won, self.lost)

    def known(self, text: str) -> str:
        """The stage that is meant, in its own spelling.

        Raises:
            ScmError: there is none of that name (exit 4).

        >>> Stages(("Talk",), "Won", "Lost").known("won")
        'Won'
        """
        for name, stage in (*((stage, stage) for stage in self.every), *self.shown):
            if name.casefold() == text.strip().casefold():
                return stage
        near = nearest(text, self.every)
        raise ScmError(
            UNKNOWN_STAGE,
            hint="Did you mean {near}?" if near else "The stages are: {stages}.",
            exit_code=Exit.NOT_FOUND,
            stage=text,
            near=near or "",
            stages=", ".join(self.every),
        )


@dataclass(frozen=True, slots=True)
class Change:
    """A change of stage as it is asked for."""

    stage: str
    on: date
    person: str = ""
    value_amount: Decimal | None = None
    lost_reason: str | None = None
    note: str | None = None


def moved(
    deal: Mapping[str, Any], last: Mapping[str, Any] | None, asked: Change, stages: Stages
) -> tuple[dict[str, Any], dict[str, Any] | None]:
    """The fields of the deal that change, and the event that is logged (None when it stays).

    `last` is the newest event of the deal. A deal that is closed again open loses its day of
    closing; a lost deal keeps its value, which counts nowhere.

    Raises:
        ScmError: the deal would be closed before it was opened, won without value, lost without
            a reason, or changed before its last change.
    """
    number = deal["deal_no"]
    stage = stages.known(asked.stage)
    new: dict[str, Any] = {}
    if asked.value_amount is not None and asked.value_amount != deal["value_amount"]:
        new["value_amount"] = asked.value_amount
    if asked.lost_reason and asked.lost_reason != deal["lost_reason"]:
        new["lost_reason"] = asked.lost_reason
    if stage == deal["stage"]:
        return new, None
    _require({**deal, **new}, stage, asked, stages)
    if last and last["changed_on"] and asked.on < last["changed_on"]:
        raise ScmError(
            "deal {number} came to {stage} on {last}; a change on {on} would be before it",
            hint="Give the day with --on, not before {last}.",
            number=number, stage=last["stage"], last=last["changed_on"], on=asked.on,
        )  # fmt: skip
    closes = stages.closes(stage)
    new |= {"stage": stage}
    if closes or deal["closed_on"] is not None:
        new["closed_on"] = asked.on if closes else None
    event = {
        "deal_no": number,
        "event_no": (last["event_no"] if last else 0) + 1,
        "stage": stage,
        "from_stage": deal["stage"],
        "changed_on": asked.on,
        "person": asked.person or None,
        "note": asked.note,
    }
    return new, event


def _require(deal: Mapping[str, Any], stage: str, asked: Change, stages: Stages) -> None:
    number = deal["deal_no"]
    if deal["opened_on"] and stages.closes(stage) and asked.on < deal["opened_on"]:
        raise ScmError(
            CLOSED_EARLY,
            hint="Give the day of closing with --on DATE.",
            number=number,
            opened=deal["opened_on"],
            closed=asked.on,
        )
    if stage == stages.won and not deal["value_amount"]:
        raise ScmError(NO_VALUE, hint="Say what it is worth with --value.", number=number)
    if stage == stages.lost and not deal["lost_reason"]:
        raise ScmError(
            "deal {number} is lost without a reason",
            hint="Say why with --because, so that the next one can be won.",
            number=number,
        )


def amiss(row: Mapping[str, Any], stages: Stages) -> Say | None:
    """What forbids to take a deal from a sheet; a lost one may lack its reason.

    >>> from datetime import date
    >>> row = {"deal_no": "D1", "stage": "Won", "opened_on": date(2026, 3, 2),
    ...        "closed_on": date(2026, 3, 1), "value_amount": 5}
    >>> amiss(row, Stages(("Talk",), "Won", "Lost")).english
    'deal D1 was opened on 2026-03-02 and cannot be closed on 2026-03-01'
    """
    number, opened, closed = row["deal_no"], row["opened_on"], row["closed_on"]
    if row["stage"] not in stages.every:
        told = "there is no stage {stage}; the stages are: {stages}"
        return Say(told, stage=row["stage"], stages=", ".join(stages.every))
    if opened and closed and closed < opened:
        return Say(CLOSED_EARLY, number=number, opened=opened, closed=closed)
    if row["stage"] == stages.won and not row["value_amount"]:
        return Say(NO_VALUE, number=number)
    if closed and not stages.closes(row["stage"]):
        told = "deal {number} has a day of closing and stands in {stage}"
        return Say(told, number=number, stage=row["stage"])
    return None


def followed(
    deal: Mapping[str, Any],
    last: Mapping[str, Any] | None,
    opened_stage: str | None,
    stages: Stages,
) -> list[dict[str, Any]]:
    """The events that a deal taken over from elsewhere still lacks, without `person` and `note`.

    A new deal began in `opened_stage` (else in the first stage, but never behind where it stands)
    on the day it was opened, and came to where it stands on the day it was closed; days of which
    nobody knows anything stay empty. A known deal that stands elsewhere now has one more event.

    >>> stages = Stages(("Talk", "Quote"), "Won", "Lost")
    >>> deal = {"deal_no": "D1", "stage": "Won", "opened_on": 1, "closed_on": 9}
    >>> [(e["stage"], e["changed_on"]) for e in followed(deal, None, "Quote", stages)]
    [('Quote', 1), ('Won', 9)]
    >>> followed(deal, {"stage": "Won", "event_no": 2}, None, stages)
    []
    """
    stage, found = deal["stage"], []
    if last is None:
        began = opened_stage or stages.open[0]
        if not stages.closes(stage) and stages.rank(stage) < stages.rank(began):
            began = stage
        first = {"stage": began, "from_stage": None, "changed_on": deal["opened_on"]}
        found.append(first | {"deal_no": deal["deal_no"], "event_no": 1})
        last = {"stage": began, "event_no": 1}
    if last["stage"] != stage:
        on = deal["closed_on"] if stages.closes(stage) else None
        step = {"stage": stage, "from_stage": last["stage"], "changed_on": on}
        found.append(step | {"deal_no": deal["deal_no"], "event_no": last["event_no"] + 1})
    return found
