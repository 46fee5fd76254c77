"""Rejects of a receipt are of one line, in its unit or in one that is named."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from scm_cli.run import Run
from scm_cli.store.gateway import reading

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Ran


@pytest.mark.parametrize(
    ("rejected", "stored"),
    [("1", 5), ("1box", 5), ("3pack", 3), ("0", 0)],
    ids=["unit of the line", "the pack", "the item's own unit", "none"],
)
@pytest.mark.parametrize(
    "command", [("purchase", "receive", "PO-1"), ("stock", "receive", "--supplier", "S-001")]
)
def test_rejects_in_their_unit(
    shop: Path, scm: Callable[..., Ran], command: tuple[str, ...], rejected: str, stored: int
) -> None:
    """The item is counted in packs, a box holds five."""
    ran = scm(*command, "A4-80=5box", "--rejected", rejected, "--json")
    assert ran.code == 0, ran.out
    with reading(Run(datetime(2026, 3, 31), date(2026, 3, 31), shop)) as con:
        found = con.execute(
            "SELECT accepted_qty, rejected_qty FROM receipt_line WHERE receipt_no <> 'GR-1'"
        ).fetchall()
    assert found == [(Decimal(25), Decimal(stored))]


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["A4-80=5", "--rejected", "1crate"], "item A4-80 has no unit crate"),
        (["A4-80=5", "PEN-R=2", "--rejected", "1"], "--rejected is said of one line; there are 2"),
        (["A4-80=5", "--rejected", "few"], "few is no quantity"),
    ],
)
def test_rejects_that_say_too_little_are_refused(
    scm: Callable[..., Ran], words: list[str], why: str
) -> None:
    ran = scm("stock", "receive", "--supplier", "S-001", *words)
    assert ran.code in (2, 3)
    assert why in ran.err
