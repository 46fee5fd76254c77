"""Lines typed on the command line: `A1=10`, `A1=2箱@3.50`, or `A1 10`."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from scm_cli.core.cell import CellKind, CellRule, parse_cell, reason_say
from scm_cli.errors import Exit, ScmError

if TYPE_CHECKING:
    from collections.abc import Sequence

QTY = CellRule(CellKind.QTY, places=4)
AMOUNT = CellRule(CellKind.AMOUNT, places=2, low=Decimal(0))
PRICE = CellRule(CellKind.PRICE, places=6, low=Decimal(0))


@dataclass(frozen=True, slots=True)
class Typed:
    """One line as it was typed: code, quantity, unit and price where given."""

    sku: str
    qty: Decimal
    unit: str | None = None
    price: Decimal | None = None


def lines(words: Sequence[str], *, zero: bool = False) -> list[Typed]:
    """Lines from words, in either form.

    Raises:
        ScmError: a quantity or price cannot be read, is negative, or (unless `zero`) nothing.

    >>> [(line.sku, line.unit, line.price == 3.5) for line in lines(["A1=2箱@3.50", "B2", "7"])]
    [('A1', '箱', True), ('B2', None, False)]
    """
    found, rest = [], list(words)
    while rest:
        word = rest.pop(0)
        if "=" in word:
            sku, _, amount = word.rpartition("=")
        elif rest:
            sku, amount = word, rest.pop(0)
        else:
            raise ScmError(
                "{word} has no quantity",
                hint="Write it as {word}=10.",
                exit_code=Exit.USAGE,
                word=word,
            )
        found.append(_line(sku.strip(), amount, zero=zero))
    if not found:
        raise ScmError("no line was given", hint="Write lines as SKU=10.", exit_code=Exit.USAGE)
    return found


def quantity(text: str) -> Decimal:
    """One quantity from the command line, where only stock units are meant.

    Raises:
        ScmError: it is no number of at least 0, or carries a unit (exit 2).
    """
    qty, unit = _quantity(text)
    if unit:  # 2箱 taken as 2 would be a wrong number that nobody sees
        raise ScmError(
            "{text} carries a unit that does not belong here",
            hint="Write the number alone, without {unit}.",
            exit_code=Exit.USAGE,
            text=text,
            unit=unit,
        )
    return qty


def rejected(text: str, lines: int) -> tuple[Decimal, str | None]:
    """What came and was refused: quantity, and its unit where one is named; of one line only.

    Raises:
        ScmError: it is no number of at least 0, or several lines were given (exit 2).

    >>> rejected("3个", 1)
    (Decimal('3.0000'), '个')
    """
    qty, unit = _quantity(text)
    if qty and lines != 1:  # the same number of each of them is hardly ever meant
        raise ScmError(
            "--rejected is said of one line; there are {n}",
            hint="Receive the line with rejects by itself.",
            exit_code=Exit.USAGE,
            n=lines,
        )
    return qty, unit


def _quantity(text: str) -> tuple[Decimal, str | None]:
    cell = parse_cell(text, QTY)
    if cell.reason or not isinstance(cell.value, Decimal) or cell.value < 0:
        raise ScmError("{text} is no quantity", exit_code=Exit.USAGE, text=text)
    return cell.value, cell.unit


def _line(sku: str, amount: str, *, zero: bool) -> Typed:
    quantity, _, priced = amount.partition("@")
    cell = parse_cell(quantity, QTY)
    if cell.reason or not isinstance(cell.value, Decimal):
        what, mend = reason_say(cell.reason or "number", quantity, QTY)
        raise ScmError("{sku}: {what}", hint="{mend}", sku=sku, what=what, mend=mend)
    if cell.value < 0 or (cell.value == 0 and not zero):
        raise ScmError("{sku}: the quantity must be above 0", sku=sku)
    price = None
    if priced:
        told = parse_cell(priced, PRICE)
        if told.reason or not isinstance(told.value, Decimal):
            what, mend = reason_say(told.reason or "number", priced, PRICE)
            raise ScmError("{sku}: {what}", hint="{mend}", sku=sku, what=what, mend=mend)
        price = told.value
    return Typed(sku, cell.value, cell.unit, price)


def amount(text: str | None, flag: str) -> Decimal | None:
    """An amount of money from the command line.

    Raises:
        ScmError: it is none, or below 0 (exit 2).

    >>> amount("1,234.5", "--value")
    Decimal('1234.50')
    """
    if text is None:
        return None
    cell = parse_cell(text, AMOUNT)
    if cell.reason or not isinstance(cell.value, Decimal):
        raise ScmError(
            "{text} is no amount ({flag})",
            hint="Write it as 1234.50.",
            exit_code=Exit.USAGE,
            text=text,
            flag=flag,
        )
    return cell.value
