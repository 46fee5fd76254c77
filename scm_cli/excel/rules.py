"""Drop-downs, checks and warning colours on the cells of our sheets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scm_cli.core.cell import FIRST_DATE, LAST_DATE
from scm_cli.excel import readme
from scm_cli.excel.cellname import column_letters

if TYPE_CHECKING:
    from scm_cli.core.records.base import Column
    from scm_cli.excel.style import Styles

Ranges = dict[str, str]
Place = tuple[int, int, int]  # first row, column, last row

_NUMBERS = ("qty", "price", "amount", "pct", "number")
_BETWEEN = {"criteria": "between"}
_LIMIT = 10**14
_OVER = ("ended", "cancelled", "suspended")


def validated(page: Any, place: Place, column: Column, ranges: Ranges, lang: str) -> None:  # noqa: ANN401
    """The drop-down or check of one column, over the rows of `place`."""
    first, index, last = place
    check = _check(column, ranges, lang)
    if not check:
        return
    told = {
        "error_title": (column.zh if lang == "zh" else column.en)[:32],
        "error_message": readme.rule("", column, lang)[:255],
    }
    page.data_validation(first, index, last, index, {**check, **told})


def _check(column: Column, ranges: Ranges, lang: str) -> dict[str, Any]:
    if column.choices:
        words = [readme.choice_word(column, each, lang) for each in column.choices]
        return {"validate": "list", "source": words}
    if column.kind == "flag":
        return {"validate": "list", "source": list(readme.YES_NO[lang])}
    if column.kind == "code" and column.refers in ranges:
        # a name, or a code that is new today, may be right as well: warn, do not stop
        return {"validate": "list", "source": ranges[column.refers], "error_type": "warning"}
    if column.kind == "day":
        return {**_BETWEEN, "validate": "date", "minimum": FIRST_DATE, "maximum": LAST_DATE}
    return _number_check(column) if column.kind in _NUMBERS else {}


def _number_check(column: Column) -> dict[str, Any]:
    low = -_LIMIT if column.low is None else float(column.low)
    high = _LIMIT if column.high is None else float(column.high)
    if column.kind == "number":
        low, high = max(low, -(2**31)), min(high, 2**31 - 1)
        return {**_BETWEEN, "validate": "integer", "minimum": int(low), "maximum": int(high)}
    # a pack may be named in the cell (3箱), so text in a quantity is questioned, not stopped
    strength = "warning" if column.kind == "qty" else "stop"
    check = {"validate": "decimal", "minimum": low, "maximum": high, "error_type": strength}
    return {**_BETWEEN, **check}


def warned(page: Any, styles: Styles, place: Place, column: Column, lang: str) -> None:  # noqa: ANN401
    """Colours where they say something: what has ended is grey, what expires soon is amber."""
    first, index, last = place
    cell = f"{column_letters(index)}{first + 1}"
    looks: list[tuple[str, str]] = []
    if column.choices and column.name in ("status", "state"):
        over = [c for c in _OVER if c in column.choices]
        words = [readme.choice_word(column, choice, lang) for choice in over]
        looks += [(f'={cell}="{word}"', "grey") for word in words]
    if column.name in ("expiry_on", "valid_until_on"):
        looks += [(f"=AND(ISNUMBER({cell}),{cell}<TODAY())", "bad")]
        looks += [(f"=AND(ISNUMBER({cell}),{cell}<TODAY()+30)", "warn")]
    if column.kind == "qty":  # so that 1.5 typed into a cell for whole numbers is not shown as 2
        looks += [(f"=AND(ISNUMBER({cell}),{cell}<>INT({cell}))", "qty_part")]
    for formula, look in looks:
        shown = {"type": "formula", "criteria": formula, "format": styles.of(look)}
        page.conditional_format(first, index, last, index, {**shown, "stop_if_true": True})
