"""The list of whom to ask how it went: a row per solved ticket, cells for rating and comment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scm_cli.excel import own_book
from scm_cli.excel.plan_lists import Shown
from scm_cli.excel.saving import saved
from scm_cli.excel.style import Styles, printed, sheet_name, workbook
from scm_cli.locale import put

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date
    from pathlib import Path

    from scm_cli.excel.own_book import Answer
    from scm_cli.excel.rows import Body

KIND = "survey"
_ASKED = (
    Shown("ticket", "Ticket no.", "code", 14),
    Shown("customer_name", "Customer name", "text", 24),
    Shown("contact", "Contact", "text", 12),
    Shown("phone", "Telephone", "code", 16),
    Shown("subject", "What is wrong", "text", 34),
    Shown("resolved_on", "Resolved on", "day", 13),
    Shown("owner", "Ticket owner", "text", 14),
)
_FILLED = (
    Shown("rating", "Satisfaction", "rating", 14),
    Shown("comment", "Comment of the customer", "text", 40),
)
_HEADER_ROW = 4


def write_survey(
    path: Path, asked: Sequence[Mapping[str, Any]], about: tuple[str, date], lang: str
) -> Path:
    """Write the list; only its answer cells can be changed. `about` is our name and the day.

    Raises:
        OSError: the folder cannot be written, the disk is full.
    """
    firm, on = about

    def fill(book: Any, styles: Styles) -> list[Body]:  # noqa: ANN401 -- xlsxwriter ships no types
        page = book.add_worksheet(sheet_name(put("Satisfaction survey", lang)))
        page.hide_gridlines(2)
        page.set_default_row(20)
        page.set_row(0, 32)
        page.write_string(0, 0, put("Satisfaction survey", lang), styles.of("title"))
        page.write_string(1, 0, f"{firm}  {on.isoformat()}", styles.of("muted"))
        told = "Fill in the yellow cells and import the file, or put it into the inbox."
        page.write_string(2, 0, put(told, lang), styles.of("bold"))
        scale = "Satisfaction: 1 very bad, 2 bad, 3 fair, 4 good, 5 very good; blank when nobody answered."
        page.write_string(3, 0, put(scale, lang), styles.of("muted"))
        columns = [*((shown, False) for shown in _ASKED), *((shown, True) for shown in _FILLED)]
        own_book.table(page, styles, columns, asked, (_HEADER_ROW, lang))
        page.freeze_panes(_HEADER_ROW + 1, 2)
        page.ignore_errors({"number_stored_as_text": f"A1:I{_HEADER_ROW + len(asked) + 1}"})
        own_book.locked(page)
        printed(page, header_row=_HEADER_ROW)
        own_book.hidden_page(book, KIND, {"kind": KIND, "version": "1"})
        return []

    return saved(path, lambda target: workbook(target, lang, fill))


def read_answer(path: Path) -> Answer:
    """What was filled in, a line per ticket.

    Raises:
        ScmError: the file cannot be read, or has lost its header.
    """
    return own_book.read_answer(path, KIND, (*_ASKED, *_FILLED), (), key="ticket")
