"""Lists that people fill in and send back: a row each for what is asked about, yellow cells beside it."""

from __future__ import annotations

from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class FillIn:
    """Such a list: what it is called, what stands in it (the key first), what is to be filled in.

    `frozen` columns stay in sight when it is scrolled; `note` stands above the table.
    """

    kind: str
    title: str
    given: tuple[Shown, ...]
    filled: tuple[Shown, ...]
    frozen: int = 1
    note: str | None = None

    @property
    def header_row(self) -> int:
        return 3 if self.note is None else 4


#: Every parcel without a number, with cells for carrier and number.
WAYBILLS = FillIn(
    "waybills",
    "Waybills",
    (
        Shown("shipment_no", "Delivery no.", "code", 14),
        Shown("shipped_on", "Shipped on", "day", 13),
        Shown("orders", "Order no.", "text", 16),
        Shown("customer_name", "Customer name", "text", 24),
        Shown("contact", "Contact", "text", 12),
        Shown("phone", "Telephone", "code", 15),
        Shown("city", "City", "text", 10),
        Shown("address", "Ship to", "text", 32),
        Shown("goods", "Goods", "text", 30),
    ),
    (Shown("carrier", "Carrier", "text", 16), Shown("tracking_no", "Tracking no.", "code", 20)),
)
#: Whom to ask how it went: every solved ticket, with cells for rating and comment.
SURVEY = FillIn(
    "survey",
    "Satisfaction survey",
    (
        Shown("ticket", "Ticket no.", "code", 14),
        Shown("customer_name", "Customer name", "text", 24),
        Shown("contact", "Contact", "text", 12),
        Shown("phone", "Telephone", "code", 16),
        Shown("subject", "What is wrong", "text", 34),
        Shown("resolved_on", "Resolved on", "day", 13),
        Shown("owner", "Ticket owner", "text", 14),
    ),
    (
        Shown("rating", "Satisfaction", "rating", 14),
        Shown("comment", "Comment of the customer", "text", 40),
    ),
    frozen=2,
    note="Satisfaction: 1 very bad, 2 bad, 3 fair, 4 good, 5 very good; blank when nobody answered.",
)


def write_fill_in(
    path: Path,
    form: FillIn,
    rows: Sequence[Mapping[str, Any]],
    about: tuple[str, date],
    lang: str,
) -> Path:
    """Write the list; only the cells to fill in can be changed. `about` is our name and the day.

    Raises:
        OSError: the folder cannot be written, the disk is full.
    """
    firm, on = about
    columns = [*((shown, False) for shown in form.given), *((shown, True) for shown in form.filled)]

    def fill(book: Any, styles: Styles) -> list[Body]:  # noqa: ANN401 -- xlsxwriter ships no types
        page, top = book.add_worksheet(sheet_name(put(form.title, lang))), form.header_row
        page.hide_gridlines(2)
        page.set_default_row(20)
        page.set_row(0, 32)
        page.write_string(0, 0, put(form.title, lang), styles.of("title"))
        page.write_string(1, 0, f"{firm}  {on.isoformat()}", styles.of("muted"))
        told = "Fill in the yellow cells and import the file, or put it into the inbox."
        page.write_string(2, 0, put(told, lang), styles.of("bold"))
        if form.note is not None:
            page.write_string(3, 0, put(form.note, lang), styles.of("muted"))
        own_book.table(page, styles, columns, rows, (top, lang))
        page.freeze_panes(top + 1, form.frozen)
        last = chr(ord("A") + len(columns) - 1)
        page.ignore_errors({"number_stored_as_text": f"A1:{last}{top + len(rows) + 1}"})
        own_book.locked(page)
        printed(page, header_row=top)
        own_book.hidden_page(book, form.kind, {"kind": form.kind, "version": "1"})
        return []

    return saved(path, lambda target: workbook(target, lang, fill))


def read_fill_in(path: Path, form: FillIn) -> Answer:
    """What was filled in, a line per row of the list.

    Raises:
        ScmError: the file cannot be read, or has lost its header.
    """
    columns = (*form.given, *form.filled)
    return own_book.read_answer(path, form.kind, columns, (), key=form.given[0].name)
