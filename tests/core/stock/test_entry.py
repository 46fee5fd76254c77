"""Lines typed on the command line."""

from __future__ import annotations

from decimal import Decimal

import pytest

from scm_cli.core.stock.entry import Typed, lines, quantity
from scm_cli.errors import ScmError


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["A1=10"], [Typed("A1", Decimal(10))]),
        (["A1", "10"], [Typed("A1", Decimal(10))]),
        (["A1=2箱@28.8"], [Typed("A1", Decimal(2), "箱", Decimal("28.8"))]),
        (["A=B=3"], [Typed("A=B", Decimal(3))]),  # a code may hold the sign
        (["A1=1,200", "B2", "7"], [Typed("A1", Decimal(1200)), Typed("B2", Decimal(7))]),
        (["A1=１２"], [Typed("A1", Decimal(12))]),  # full-width digits
    ],
)
def test_lines(words: list[str], expected: list[Typed]) -> None:
    assert lines(words) == expected


@pytest.mark.parametrize(
    "words", [[], ["A1"], ["A1=abc"], ["A1=-5"], ["A1=0"], ["A1=3@x"], ["A1=1e400"]]
)
def test_refused(words: list[str]) -> None:
    with pytest.raises(ScmError):
        lines(words)


def test_a_count_may_be_nothing() -> None:
    assert lines(["A1=0"], zero=True)[0].qty == 0


def test_quantity() -> None:
    assert quantity("3.5") == Decimal("3.5")
    with pytest.raises(ScmError):
        quantity("-1")


def test_a_unit_where_stock_units_are_meant_is_refused():
    """2 boxes taken as 2 pieces would be a wrong number that nobody sees."""
    with pytest.raises(ScmError) as refused:
        quantity("2箱")
    assert refused.value.hint.english == "Write the number alone, without 箱."
    assert quantity("1,200") == 1200
