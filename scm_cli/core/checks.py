"""The invariants of a shop, each with its sentence; `scm check` and every restore run them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from scm_cli.errors import Say

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that does not add up."""

    check: str
    where: str
    what: Say
    mend: Say = Say("")


#: check → (what is wrong, how to mend). Values: want, have, other.
SAYINGS: dict[str, tuple[str, str]] = {
    "reference": (
        "the {child} names a {parent} that is not there",
        "Enter it, or undo what names it.",
    ),
    "twice": (
        "this line is there more than once",
        "Restore the newest backup: scm restore.",
    ),
    "ledger": (
        "the document says {want}, the ledger moved {have}",
        "Undo the entry that touched it and enter it again.",
    ),
    "place": ("a move names the place {other}, which is no warehouse", "Import that warehouse."),
    "stock": (
        "stock is {have} in a warehouse that has been counted",
        "Count it again, or enter what is missing.",
    ),
    "reserved": ("{have} is reserved, {want} is usable", "Release some: scm order allocate."),
    "pegged": (
        "{have} is promised from an order that has {want} open",
        "Promise anew: scm order allocate.",
    ),
    "held": ("{have} is held for a line that has {want} open", "Release some: scm order allocate."),
    "received": (
        "{have} was received of {want} ordered",
        "Enter the rest as a receipt without order.",
    ),
    "shipped": (
        "{have} was shipped of {want} ordered",
        "Enter the rest as a delivery without order.",
    ),
    "journal": (
        "the entry does not follow from the one before",
        "Restore the newest backup: scm restore.",
    ),
    "mark": (
        "the file ends at entry {have}, entry {want} was saved",
        "Restore the newest backup: scm restore.",
    ),
    "trigger": (
        "the guard {other} of the ledger is missing",
        "Restore the newest backup: scm restore.",
    ),
    "digest": (
        "the moves of the entry are not those that were written",
        "Restore the newest backup: scm restore.",
    ),
}


def finding(check: str, where: str, **values: Any) -> Finding:  # noqa: ANN401 -- values of a sentence
    """A finding in the words of its check.

    >>> finding("shipped", "SO-1/1", have=5, want=4).what.english
    '5 was shipped of 4 ordered'
    """
    what, mend = SAYINGS[check]
    told = {name: _plain(value) for name, value in values.items()}
    return Finding(check, where, Say(what, **told), Say(mend))


def _plain(value: Any) -> Any:  # noqa: ANN401 -- decimals as people write them
    return f"{value:f}".rstrip("0").rstrip(".") if hasattr(value, "quantize") and value else value


def listed(findings: Iterable[Finding]) -> list[dict[str, Any]]:
    """Findings as rows."""
    return [{"check": f.check, "where": f.where, "what": f.what, "mend": f.mend} for f in findings]
