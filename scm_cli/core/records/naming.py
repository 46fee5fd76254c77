"""Records in words: the kind of a record, and one record by its key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scm_cli.errors import Say

if TYPE_CHECKING:
    from collections.abc import Iterable


def record_word(table: str) -> Say:
    """The word for a kind of record; the lines of a document are called as it is.

    >>> record_word("purchase_order_line").english
    'purchase order'
    """
    return Say(table.removesuffix("_line").replace("_", " "))


def record_name(table: str, key: Iterable[object]) -> Say:
    """One record in words; a line is said with its document.

    >>> record_name("purchase_order", ["PO-0012"]).english
    'purchase order PO-0012'
    >>> record_name("receipt_line", ["GR-1", 2]).english
    'receipt GR-1/2'
    """
    parts = [str(part) for part in key if part not in (None, "")]
    return Say("{record} {key}", record=record_word(table), key="/".join(parts))
