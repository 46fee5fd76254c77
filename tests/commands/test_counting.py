"""Counting by command: a part of a warehouse, or all of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Ran

    Scm = Callable[..., Ran]


def on_hand(scm: Scm) -> dict[str, float]:
    return {r["sku"]: r["on_hand_qty"] for r in scm("stock", "list", "--json").rows}


def test_what_a_full_count_does_not_name_was_not_there(scm: Scm) -> None:
    assert on_hand(scm) == {"A4-80": 82, "PEN-R": 9}
    done = scm("stock", "count", "A4-80=80", "--full")
    told = "Count CT-000001 is entered; 1 line that it does not name counts as nothing.\n"
    assert done.out.startswith(told)
    assert {sku: qty for sku, qty in on_hand(scm).items() if qty} == {"A4-80": 80}
    assert scm("check", "--deep").code == 0
    assert scm("undo").code == 0
    assert on_hand(scm) == {"A4-80": 82, "PEN-R": 9}


def test_a_part_of_a_warehouse_leaves_the_rest_alone(scm: Scm) -> None:
    done = scm("stock", "count", "A4-80=80", "--json").json
    assert (done["count"], done["left_out"]) == ("CT-000001", 0)
    assert on_hand(scm) == {"A4-80": 80, "PEN-R": 9}


@pytest.mark.parametrize(("full", "code"), [(["--full"], 3), ([], 0)])
def test_after_the_first_full_count_stock_may_not_go_below_zero(
    scm: Scm, full: list[str], code: int
) -> None:
    assert scm("stock", "count", "A4-80=80", "PEN-R=9", *full).code == 0
    done = scm("stock", "issue", "PEN-R=10", "--customer", "C-001")
    assert done.code == code
    assert "PEN-R @ MAIN: stock would be -1" in done.err


def test_an_item_is_counted_once(scm: Scm) -> None:
    done = scm("stock", "count", "A4-80=40", "A4-80=42")
    assert (done.code, done.err.splitlines()[0]) == (2, "Error: A4-80 is counted twice")
