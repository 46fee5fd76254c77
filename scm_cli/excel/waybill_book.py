"""The workbook of waybills: every parcel without a number, with cells for carrier and number."""

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

KIND = "waybills"
_SENT = (
    Shown("shipment_no", "Delivery no.", "code", 14),
    Shown("shipped_on", "Shipped on", "day", 13),
    Shown("orders", "Order no.", "text", 16),
    Shown("customer_name", "Customer name", "text", 24),
    Shown("contact", "Contact", "text", 12),
    Shown("phone", "Telephone", "code", 15),
    Shown("city", "City", "text", 10),
    Shown("address", "Ship to", "text", 32),
    Shown("goods", "Goods", "text", 30),
)
_FILLED = (
    Shown("carrier", "Carrier", "text", 16),
    Shown("tracking_no", "Tracking no.", "code", 20),
)
_HEADER_ROW = 3


def write_waybills(
    path: Path, parcels: Sequence[Mapping[str, Any]], about: tuple[str, date], lang: str
) -> Path:
    """Write the parcels that wait for a number; `about` is our name and the day.

    Raises:
        OSError: the folder cannot be written, the disk is full.
    """
    firm, on = about

    def fill(book: Any, styles: Styles) -> list[Body]:  # noqa: ANN401 -- xlsxwriter ships no types
        page = book.add_worksheet(sheet_name(put("Waybills", lang)))
        page.hide_gridlines(2)
        page.set_default_row(20)
        page.set_row(0, 32)
        page.write_string(0, 0, put("Waybills", lang), styles.of("title"))
        page.write_string(1, 0, f"{firm}  {on.isoformat()}", styles.of("muted"))
        told = "Fill in the yellow cells and import the file, or put it into the inbox."
        page.write_string(2, 0, put(told, lang), styles.of("bold"))
        columns = [*((shown, False) for shown in _SENT), *((shown, True) for shown in _FILLED)]
        own_book.table(page, styles, columns, parcels, (_HEADER_ROW, lang))
        page.freeze_panes(_HEADER_ROW + 1, 1)
        page.ignore_errors({"number_stored_as_text": f"A1:K{_HEADER_ROW + len(parcels) + 1}"})
        own_book.locked(page)
        printed(page, header_row=_HEADER_ROW)
        own_book.hidden_page(book, KIND, {"kind": KIND, "version": "1"})
        return []

    return saved(path, lambda target: workbook(target, lang, fill))


def read_answer(path: Path) -> Answer:
    """What was filled in, a line per parcel.

    Raises:
        ScmError: the file cannot be read, or has lost its header.
    """
    return own_book.read_answer(path, KIND, (*_SENT, *_FILLED), (), key="shipment_no")
