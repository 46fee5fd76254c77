"""How our workbooks look: colours, fonts, number formats, widths, print set-up.

A format is asked for by the names of its parts: `styles.of("cell", "qty")`.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import polars as pl
import xlsxwriter
from xlsxwriter.exceptions import FileCreateError

from scm_cli.excel.rows import filled

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from scm_cli.excel.rows import Body

INK, MUTED, LINE, PAPER = "#1F2937", "#6B7280", "#D9DEE5", "#FFFFFF"
DEEP, SOFT, EDIT, HINT = "#1F4E5F", "#DCE9EE", "#FFF8DC", "#F3F6F8"
RED, AMBER, GREEN = "#B3261E", "#8A5A00", "#1B6E3C"
RED_FILL, AMBER_FILL, GREEN_FILL, GREY_FILL = "#FBE3E1", "#FFF0CC", "#DDF3E4", "#EEF0F2"

NUMBERS = {
    "code": "@",
    "text": "@",
    "choice": "General",
    "flag": "General",
    "number": "0",
    "rating": "0",
    "qty": "#,##0",
    "qty_part": "#,##0.0###",
    "price": "#,##0.00####",
    "amount": "#,##0.00",
    "money": "#,##0",
    "pct": "0.00",
    "day": "yyyy-mm-dd",
}

_RIGHT = {"align": "right", "indent": 1}
SIDES: dict[str, dict[str, Any]] = {
    "day": {"align": "center"},
    "flag": {"align": "center"},
    "rating": {"align": "center"},
    **dict.fromkeys(("number", "qty", "qty_part", "price", "amount", "money", "pct"), _RIGHT),
}

PARTS: dict[str, dict[str, Any]] = {
    **{
        kind: {"num_format": form, **SIDES.get(kind, {"indent": 1})}
        for kind, form in NUMBERS.items()
    },
    "cell": {"bottom": 1, "bottom_color": LINE, "valign": "vcenter"},
    "header": {
        "bold": True,
        "valign": "vcenter",
        "align": "left",
        "indent": 1,
        "text_wrap": True,
        "bg_color": SOFT,
        "font_color": DEEP,
        "bottom": 2,
        "bottom_color": DEEP,
        "right": 1,
        "right_color": PAPER,
    },
    "needed": {"bg_color": DEEP, "font_color": PAPER},
    "edit": {"bg_color": EDIT, "locked": False},
    "edit_header": {"bg_color": "#F2C94C", "font_color": INK},
    "open": {"locked": False, "bg_color": HINT},
    "title": {"bold": True, "font_size": 18, "font_color": DEEP, "valign": "vcenter"},
    "section": {
        "bold": True,
        "font_size": 12,
        "font_color": DEEP,
        "bottom": 2,
        "bottom_color": DEEP,
    },
    "muted": {"font_color": MUTED},
    "bold": {"bold": True},
    "wrap": {"text_wrap": True, "valign": "top"},
    "top": {"valign": "top"},
    "middle": {"valign": "vcenter"},
    "right": _RIGHT,
    "left": {"align": "left", "indent": 1},
    "center": {"align": "center", "indent": 0},
    "red": {"font_color": RED},
    "bad": {"bg_color": RED_FILL, "font_color": RED},
    "warn": {"bg_color": AMBER_FILL, "font_color": AMBER},
    "good": {"bg_color": GREEN_FILL, "font_color": GREEN},
    "grey": {"bg_color": GREY_FILL, "font_color": MUTED},
    "changed": {"bold": True, "font_color": "#1D4ED8"},
    "parted": {"top": 1, "top_color": DEEP},
    "total": {"bold": True, "top": 1, "top_color": DEEP},
    "tile": {"bg_color": HINT, "left": 5, "left_color": DEEP, "indent": 1},
    "small": {"font_color": MUTED, "font_size": 9},
    "large": {"bold": True, "font_size": 16},
}

#: A file says nothing of the moment it was written, so that the same content is the same bytes.
UNDATED = datetime(2000, 1, 1, tzinfo=UTC)
OPTIONS = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "nan_inf_to_errors": True,
}
A4 = 9


class Styles:
    """The formats of one workbook, each made once."""

    def __init__(self, book: Any) -> None:  # noqa: ANN401 -- xlsxwriter ships no types
        self._book = book
        self._made: dict[tuple[str, ...], Any] = {}

    def of(self, *parts: str) -> Any:  # noqa: ANN401
        """The format made of these parts; later parts win."""
        if parts not in self._made:
            whole: dict[str, Any] = {}
            for part in parts:
                whole |= PARTS[part]
            self._made[parts] = self._book.add_format(whole)
        return self._made[parts]


def workbook(path: Path, lang: str, fill: Callable[[Any, Styles], Sequence[Body]]) -> None:
    """Make a workbook at `path` and let `fill` fill it; it answers the rows still to be put in.

    Raises:
        OSError: the file cannot be written.
    """
    font = {"font_name": "Microsoft YaHei", "font_size": 10}
    if lang != "zh":
        font = {"font_name": "Calibri", "font_size": 11}
    empty = path.with_name(path.name + ".0")
    options = {**OPTIONS, "default_format_properties": {**font, "font_color": INK}}
    book = xlsxwriter.Workbook(str(empty), options)
    try:
        book.set_properties({"created": UNDATED})
        bodies = fill(book, Styles(book))
        for body in bodies:
            body.sampled()
        book.close()
        filled(empty, path, bodies)
    except FileCreateError as error:
        cause = error.args[0] if error.args else None
        raise (cause if isinstance(cause, OSError) else OSError(str(error))) from error
    finally:
        empty.unlink(missing_ok=True)


#: Signs as wide as two: the wide and full-width blocks of Unicode's East Asian Width (UAX 11).
_WIDE = re.compile(
    "[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff"
    "\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\U0001f300-\U0001faff\U00020000-\U0003fffd]"
)


def width(text: str) -> int:
    """Columns that a text takes; a Chinese character takes two.

    >>> width("SKU 商品")
    8
    """
    if text.isascii() and "\n" not in text:  # most texts, and there are many
        return len(text)
    return max(len(line) + len(_WIDE.findall(line)) for line in text.split("\n"))


def column_width(header: str, cells: Iterable[str], low: int = 9, high: int = 42) -> int:
    """A width in which the header and most cells can be read."""
    widest = max((width(cell) for cell in cells), default=0)
    return max(low, min(high, max(width(header) + 3, widest + 2)))


def lines(text: str, chars: int) -> int:
    """Lines that a text takes in a column of `chars`.

    >>> lines("two words", 5), lines("商品编码", 8), lines("", 8)
    (2, 1, 1)
    """
    if 2 * len(text) <= chars and "\n" not in text:  # fits whatever its signs
        return 1
    return sum(max(1, -(-width(line) // max(1, chars))) for line in text.split("\n"))


def heights(*texts: tuple[pl.Series, int], points: int = 14) -> pl.Series:
    """Heights of rows [points] in which every text can be read; each with its column's `chars`.

    >>> heights((pl.Series(["two words", "商品编码", None]), 5)).to_list()
    [32, 32, 20]
    """
    told = pl.select(
        pl.max_horizontal(
            pl.Series(_lines_of(column.fill_null(""), chars)) for column, chars in texts
        )
    ).to_series()
    return (points * told + 4).clip(20).cast(pl.Int64)


def _lines_of(column: pl.Series, chars: int) -> pl.Series:
    """`lines` of many texts at one stroke."""
    if column.str.contains("\n", literal=True).any():
        return pl.Series([lines(text, chars) for text in column], dtype=pl.Int64)
    wide = column.str.len_chars() + column.str.count_matches(_WIDE.pattern)
    return ((wide.cast(pl.Int64) + chars - 1) // chars).clip(1)


def side(kind: str) -> str:
    """Where the header over cells of a kind stands."""
    return {"right": "right", "center": "center"}.get(SIDES.get(kind, {}).get("align", ""), "left")


def printed(sheet: Any, *, header_row: int | None = None, portrait: bool = False) -> None:  # noqa: ANN401
    """A4, as wide as the page, header on each page, page x of y."""
    sheet.set_paper(A4)
    if portrait:
        sheet.set_portrait()
    else:
        sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    sheet.set_footer("&L&9&F · &A&R&9&P / &N")
    if header_row is not None:
        sheet.repeat_rows(header_row)


def sheet_name(text: str, taken: Iterable[str] = ()) -> str:
    r"""A name that Excel allows (31 characters, no []:*?/\\) and that is not taken.

    >>> sheet_name("a/b"), sheet_name("a", ["A"])
    ('a b', 'a 2')
    """
    plain = "".join(" " if sign in "[]:*?/\\" or sign < " " else sign for sign in text)
    plain = plain.strip("' ")[:31] or "Sheet1"
    used = {name.lower() for name in taken}
    number, name = 1, plain
    while name.lower() in used or name.lower() == "history":  # a name that Excel keeps
        number += 1
        name = f"{plain[: 30 - len(str(number))]} {number}"
    return name
