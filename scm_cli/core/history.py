"""What undo may take back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scm_cli.core.records.naming import record_name
from scm_cli.errors import ScmError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from scm_cli.errors import Say


def cancelled_entries(undone_by: Mapping[int, int]) -> frozenset[int]:
    """Entries without effect today: undone ones, and the undo entries that undid them.

    `undone_by` maps an entry to the entry that undid it. Undoing an undo gives the first
    entry its effect back.

    >>> sorted(cancelled_entries({3: 5}))
    [3, 5]
    >>> sorted(cancelled_entries({3: 5, 5: 6}))
    [5, 6]
    """
    cancelled: set[int] = set()
    for entry in sorted(undone_by, reverse=True):
        if undone_by[entry] not in cancelled:
            cancelled |= {entry, undone_by[entry]}
    return frozenset(cancelled)


def is_undone(entry: int, undone_by: Mapping[int, int]) -> bool:
    """Whether an entry is without effect; an undo that was itself undone does not count.

    >>> is_undone(3, {3: 5}), is_undone(3, {3: 5, 5: 6}), is_undone(5, {3: 5})
    (True, False, False)
    """
    return entry in undone_by and not is_undone(undone_by[entry], undone_by)


def require_untouched(
    table: str, entry: int, later: Sequence[tuple[int, list[str]]], neutral: frozenset[int]
) -> None:
    """Refuse to undo rows that later entries changed; `later` is (entry, key) of each.

    Raises:
        ScmError: names the latest such entry and an example.
    """
    blocking = [(number, key) for number, key in later if number not in neutral]
    if blocking:
        number, key = max(blocking)
        raise ScmError(
            "entry {entry} cannot be undone: entry {number} changed the same {record} later",
            hint="Undo entry {number} first.",
            entry=entry,
            number=number,
            record=record_name(table, key),
        )


def require_unused(entry: int, users: Sequence[tuple[int, Say, Say]]) -> None:
    """Refuse to undo new records that those of later entries name.

    `users` is (entry, the record that names, the record that is named) of each.

    Raises:
        ScmError: names the latest such entry and both records.
    """
    if users:
        number, child, parent = max(users, key=lambda user: user[0])
        raise ScmError(
            "entry {entry} cannot be undone: {child} of entry {number} builds on {parent}",
            hint="Undo entry {number} first.",
            entry=entry,
            number=number,
            child=child,
            parent=parent,
        )
