"""The rules for one cell of text: what it means, or why it means nothing.

Everything from outside is read as text and parsed here, never by a spreadsheet library, since
those turn 00123 into 123 and #N/A into nothing. The same rules run over whole columns in
`scm_cli.core.cells`; this module imports no frame library, for commands on one document.

Source of the cases: exports of Excel, WPS and the shop platforms; [ECMA-376] 18.17.4 for serial
dates and 18.17.2.2 for error texts.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_EVEN, Decimal, localcontext
from enum import StrEnum
from typing import NamedTuple

from scm_cli.errors import Say


class CellKind(StrEnum):
    """What a cell should hold; the numbers differ in what may stand beside the digits."""

    TEXT = "text"
    CODE = "code"
    QTY = "qty"
    PRICE = "price"
    AMOUNT = "amount"
    PCT = "pct"
    DATE = "date"
    BOOL = "bool"


NUMBERS = frozenset({CellKind.QTY, CellKind.PRICE, CellKind.AMOUNT, CellKind.PCT})
DIGITS = 18  # of a stored decimal, places included
FIRST_DATE, LAST_DATE = date(1990, 1, 1), date(2100, 12, 31)


@dataclass(frozen=True, slots=True)
class CellRule:
    """What one field accepts: its kind, decimal places, bounds (inclusive), choices.

    `date_format` is a `strptime` format for dates that are otherwise ambiguous (03/04/2026).
    """

    kind: CellKind
    places: int = 0
    low: Decimal | date | None = None
    high: Decimal | date | None = None
    choices: tuple[str, ...] = ()
    date_format: str = ""


class Cell(NamedTuple):
    """The value of a cell, or the reason (a key of `REASONS`) why it has none.

    An empty cell has neither. `unit` is what stood behind a quantity: 箱 of 12箱.
    """

    value: str | Decimal | date | bool | None
    reason: str = ""
    unit: str | None = None


REASONS = {
    "error": ("the cell shows the error {text}", "mend its formula, or type the value"),
    "uncalculated": (
        "the formula in the cell was never calculated",
        "open the file in Excel and save it, or type the value",
    ),
    "rounded": (
        "{text} was a long code, but Excel has made a number of it and its last digits are lost",
        "format the column as text and enter the codes again from their source",
    ),
    "number": ("{text} is not a number", "write it like 1234.50"),
    "unit": ("{text} carries a unit that does not belong here", "write the number alone"),
    "places": (
        "{text} has more than {places} decimal places",
        "round it to {places} decimal places",
    ),
    "large": ("{text} is too large to be stored", "check the number and its unit"),
    "low": ("{text} is below {low}", "enter {low} or more"),
    "high": ("{text} is above {high}", "enter {high} or less"),
    "date": ("{text} is not a date", "write it like 2026-01-05"),
    "date_order": (
        "{text} can be read as two different dates",
        "write it like 2026-01-05, or name the format of the dates",
    ),
    "date_range": ("{text} is not between 1990 and 2100", "check the year"),
    "bool": ("{text} is neither yes nor no", "write yes or no"),
    "choice": ("{text} is none of the choices", "write one of: {choices}"),
}

_ERROR_NAMES = "DIV/0! N/A NAME? NULL! NUM! REF! VALUE! GETTING_DATA SPILL! CALC! FIELD! BLOCKED!"
ERROR_TEXTS = frozenset(f"#{name}" for name in _ERROR_NAMES.split())
UNCALCULATED = "#UNCALCULATED!"  # what the reader puts where a formula has no value

# joiners, direction marks and byte order marks: they show nothing and come with copied text
_UNSEEN = re.compile(r"[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
_BLANK = re.compile(r"[\s\x00-\x1f\x7f-\x9f]+")
_LOST_DIGITS = re.compile(r"[0-9](\.[0-9]+)?E\+[0-9]{2,3}")
_FLOAT_CODE = re.compile(r"([1-9][0-9]{3,14})\.0")
_NUMBER = re.compile(
    r"(?P<sign>[+-]?)(?P<money>[¥$€£]|RMB|CNY)?\s?(?P<sign2>[+-]?)"
    r"(?P<digits>[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]*)?|[0-9]+(?:\.[0-9]*)?|\.[0-9]+)"
    r"(?P<power>[Ee][+-]?[0-9]{1,3})?(?P<minus>-?)\s?(?P<unit>%|[^\s0-9.,%()+-][^\s0-9.,%()+]{0,9})?",
)
_CURRENCY_UNITS = {"元", "圆", "RMB", "CNY"}
_DATE = re.compile(
    r"(?P<y>[0-9]{4})(?:-(?P<m>[0-9]{1,2})-|/(?P<m2>[0-9]{1,2})/|\.(?P<m3>[0-9]{1,2})\.|"
    r"年(?P<m4>[0-9]{1,2})月|(?P<m5>[0-9]{2})(?=[0-9]{2}\b))(?P<d>[0-9]{1,2})[日号]?"
)
_TIME = re.compile(
    r"(?:[ T]|(?<=日))[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?"
    r"(?: ?(?:Z|[+-][0-9]{2}:?[0-9]{2}))?$"
)
_TWO_ORDERS = re.compile(r"[0-9]{1,2}([/.-])[0-9]{1,2}\1([0-9]{4}|[0-9]{2})")
_EITHER_ORDER = ("%d/%m/%Y", "%m/%d/%Y", "%d/%m/%y", "%m/%d/%y")
_SERIAL = re.compile(r"[0-9]{5}(\.[0-9]+)?")
_MONTH_NAMES = ("%d-%b-%y", "%d-%b-%Y", "%d %b %Y", "%d %B %Y", "%b %d, %Y", "%B %d, %Y")
_TRUE = frozenset({"是", "对", "yes", "y", "true", "1", "√", "✓", "✔"})
_FALSE = frozenset({"否", "不", "no", "n", "false", "0", "×", "✗", "✘"})


def parse_cell(text: str | None, rule: CellRule) -> Cell:
    """The meaning of one cell of text under a rule.

    >>> parse_cell("12箱", CellRule(CellKind.QTY))
    Cell(value=Decimal('12'), reason='', unit='箱')
    >>> parse_cell("6.90E+12", CellRule(CellKind.CODE)).reason
    'rounded'
    """
    plain = tidy(text or "")
    if plain in ERROR_TEXTS or plain == UNCALCULATED:
        return Cell(None, "error" if plain in ERROR_TEXTS else "uncalculated")
    if rule.kind is not CellKind.TEXT:
        plain = tidy(unicodedata.normalize("NFKC", plain)).removeprefix("'").strip()
    return _MEANINGS[rule.kind](plain, rule) if plain else Cell(None)


def tidy(text: str) -> str:
    r"""The text without what cannot be seen: blanks around, doubled blanks, joiners, controls.

    >>> tidy(" A\u00a0 1\u200b ")
    'A 1'
    """
    return _BLANK.sub(" ", _UNSEEN.sub("", text)).strip()


def reason_say(reason: str, text: str, rule: CellRule) -> tuple[Say, Say]:
    """What is wrong with a cell, and how to mend it.

    >>> reason_say("places", "1.234", CellRule(CellKind.AMOUNT, places=2))[0].english
    '1.234 has more than 2 decimal places'
    """
    values = {
        "text": tidy(text),
        "places": rule.places,
        "low": rule.low,
        "high": rule.high,
        "choices": ", ".join(rule.choices),
    }
    what, mend = REASONS[reason]
    return Say(what, **values), Say(mend, **values)


def _text(plain: str, rule: CellRule) -> Cell:
    if rule.kind is CellKind.CODE:
        if _LOST_DIGITS.fullmatch(plain):
            return Cell(None, "rounded")
        whole = _FLOAT_CODE.fullmatch(plain)  # 22423.0: a number on its way through a program
        plain = whole[1] if whole else plain
    if not rule.choices:
        return Cell(plain)
    folded = fold(plain)
    for choice in rule.choices:
        if fold(choice) == folded:
            return Cell(choice)
    return Cell(None, "choice")


def fold(text: str) -> str:
    """The text as it is compared with choices: width and case do not matter.

    >>> fold("ＹＥＳ")
    'yes'
    """
    return unicodedata.normalize("NFKC", text).casefold()


def _number(plain: str, rule: CellRule) -> Cell:
    bracketed = plain.startswith("(") and plain.endswith(")")
    found = _NUMBER.fullmatch(plain[1:-1].strip() if bracketed else plain)
    signs = [found[name] for name in ("sign", "sign2", "minus") if found[name]] if found else []
    if not found or len(signs) + bracketed > 1:
        return Cell(None, "number")
    if not _beside(rule.kind, found["money"], found["unit"]):
        return Cell(None, "unit")
    value = Decimal(found["digits"].replace(",", "") + (found["power"] or ""))
    if bracketed or "-" in signs:
        value = -value
    if rule.kind is CellKind.PCT and not found["unit"] and abs(value) < 1:
        value *= 100  # 0.13 is the cell behind 13%
    return _bounded(value, found["unit"] if rule.kind is CellKind.QTY else None, rule)


def _beside(kind: CellKind, money: str | None, unit: str | None) -> bool:
    """Whether the currency sign and the unit may stand beside a number of this kind."""
    if kind is CellKind.QTY:
        return not money and unit != "%"
    if kind is CellKind.PCT:
        return not money and unit in {None, "%"}
    return unit is None or unit.upper() in _CURRENCY_UNITS


def _bounded(value: Decimal, unit: str | None, rule: CellRule) -> Cell:
    """The value at the field's places, within the field's bounds."""
    if value.adjusted() >= DIGITS - rule.places:
        return Cell(None, "large")
    with localcontext() as context:
        context.prec = 60
        rounded = round(value, rule.places) if rule.places else value.to_integral(ROUND_HALF_EVEN)
        rounded = rounded.quantize(Decimal(1).scaleb(-rule.places))
        # 0.30000000000000004 is what binary arithmetic makes of 0.3; 15 digits are exact
        noise = abs(value) * Decimal("1e-13") if len(value.as_tuple().digits) > 15 else Decimal(0)
        if abs(value - rounded) > noise:
            return Cell(None, "places")
    if rounded.adjusted() >= DIGITS - rule.places:
        return Cell(None, "large")
    rounded = rounded or abs(rounded)  # no negative zero
    if isinstance(rule.low, Decimal) and rounded < rule.low:
        return Cell(None, "low")
    if isinstance(rule.high, Decimal) and rounded > rule.high:
        return Cell(None, "high")
    return Cell(rounded, unit=unit)


def _date(plain: str, rule: CellRule) -> Cell:
    reason, value = "", None
    day = _TIME.sub("", plain)
    found = _DATE.fullmatch(day)
    if rule.date_format:
        value = _strptime(plain, (rule.date_format,)) or _strptime(day, (rule.date_format,))
    if value is None and found:
        month = next(found[name] for name in ("m", "m2", "m3", "m4", "m5") if found[name])
        value = _calendar_day(int(found["y"]), int(month), int(found["d"]))
    elif value is None and _SERIAL.fullmatch(day):
        value = date(1899, 12, 30) + timedelta(days=int(day[:5]))
    elif value is None and _TWO_ORDERS.fullmatch(day):
        either = _strptime(re.sub("[.-]", "/", day), _EITHER_ORDER)  # 31.02.2026 is in none
        reason = "date_order" if either else "date"
    elif value is None:
        value = _strptime(day, _MONTH_NAMES)
    if value is None:
        return Cell(None, reason or "date")
    if not FIRST_DATE <= value <= LAST_DATE:
        return Cell(None, "date_range")
    if isinstance(rule.low, date) and value < rule.low:
        return Cell(None, "low")
    if isinstance(rule.high, date) and value > rule.high:
        return Cell(None, "high")
    return Cell(value)


def _calendar_day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _strptime(text: str, formats: tuple[str, ...]) -> date | None:
    for form in formats:
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007 - a calendar day, no instant
        except ValueError:
            continue
    return None


def _bool(plain: str, _: CellRule) -> Cell:
    folded = plain.casefold()
    if folded in _TRUE:
        return Cell(True)
    return Cell(False) if folded in _FALSE else Cell(None, "bool")


_MEANINGS = {
    CellKind.TEXT: _text,
    CellKind.CODE: _text,
    CellKind.QTY: _number,
    CellKind.PRICE: _number,
    CellKind.AMOUNT: _number,
    CellKind.PCT: _number,
    CellKind.DATE: _date,
    CellKind.BOOL: _bool,
}
