"""A request for quotation as a workbook: what we ask for, and the cells for the supplier's answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from scm_cli.errors import Say
from scm_cli.excel import own_book
from scm_cli.excel.own_book import Answer
from scm_cli.excel.plan_lists import Shown
from scm_cli.excel.saving import saved
from scm_cli.excel.style import Styles, printed, sheet_name, workbook
from scm_cli.locale import put

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from pathlib import Path

    from scm_cli.excel.rows import Body

__all__ = ["Answer", "Request", "read_answer", "write_request"]

KIND = "rfq"
_ASKED = (
    Shown("line_no", "No.", "number", 6),
    Shown("sku", "Our SKU", "code", 14),
    Shown("supplier_sku", "Your SKU", "code", 12),
    Shown("name", "Name", "text", 26),
    Shown("spec", "Specification", "text", 14),
    Shown("qty", "Quantity", "qty", 11),
    Shown("unit", "Unit", "text", 8),
    Shown("need_by_on", "Need by", "day", 12),
)
_FILLED = (
    Shown("unit_price", "Your price", "price", 11),
    Shown("from_2_qty", "From quantity 2", "qty", 12),
    Shown("price_2", "Price 2", "price", 10),
    Shown("from_3_qty", "From quantity 3", "qty", 12),
    Shown("price_3", "Price 3", "price", 10),
    Shown("moq_qty", "Minimum order", "qty", 11),
    Shown("order_multiple_qty", "Order multiple", "qty", 11),
    Shown("lead_time_days", "Lead time (days)", "number", 11),
    Shown("freight_price", "Freight per unit", "price", 11),
    Shown("line_note", "Remark", "text", 18),
)
_DUTY = Shown("duty_pct", "Duty %", "pct", 9)
TERMS = (
    Shown("valid_until_on", "Valid until", "day", 0),
    Shown("currency", "Currency", "code", 0),
    Shown("tax_included", "Tax included", "flag", 0),
    Shown("tax_rate_pct", "Tax rate %", "pct", 0),
    Shown("payment_days", "Payment days", "number", 0),
    Shown("freight_amount", "Freight per order", "amount", 0),
    Shown("note", "Note", "text", 0),
)
_TERMS_ROW, _LINES_ROW, _TERMS_COLUMN = 5, 13, 8


@dataclass(frozen=True, slots=True)
class Request:
    """One request to one supplier. `terms` are what is known of the supplier, to be corrected."""

    rfq_no: str
    supplier: str
    supplier_name: str
    firm: str
    asked_on: date
    reply_by_on: date | None
    deliver_to: str
    person: str
    note: str
    lines: tuple[Mapping[str, Any], ...]
    terms: Mapping[str, Any]
    with_duty: bool = False


def write_request(path: Path, request: Request, lang: str) -> Path:
    """Write the workbook for one supplier; the path that it got.

    Raises:
        OSError: the folder cannot be written, the disk is full.
    """

    def fill(book: Any, styles: Styles) -> list[Body]:  # noqa: ANN401 -- xlsxwriter ships no types
        page = book.add_worksheet(sheet_name(put("Request for quotation", lang)))
        _page(page, styles, request, lang)
        about = {
            "kind": KIND,
            "rfq_no": request.rfq_no,
            "supplier": request.supplier,
            "version": "1",
        }
        own_book.hidden_page(book, KIND, about)
        return []

    return saved(path, lambda target: workbook(target, lang, fill))


def _page(page: Any, styles: Styles, request: Request, lang: str) -> None:  # noqa: ANN401
    page.hide_gridlines(2)
    page.set_default_row(20)
    page.set_row(0, 36)
    page.write_string(0, 0, put("Request for quotation", lang), styles.of("title"))
    page.write_string(0, _TERMS_COLUMN, request.rfq_no, styles.of("large"))
    page.write_string(1, 0, request.firm, styles.of("muted"))
    asked = Say("Please fill in the yellow cells and send the file back.")
    if request.reply_by_on:
        asked = Say(
            "Please fill in the yellow cells and send the file back by {day}.",
            day=request.reply_by_on,
        )
    page.write_string(2, 0, put(asked, lang), styles.of("bold"))
    _about(page, styles, request, lang)
    page.write_string(_TERMS_ROW - 1, _TERMS_COLUMN, put("Your terms", lang), styles.of("section"))
    for column in range(_TERMS_COLUMN + 1, _TERMS_COLUMN + 4):
        page.write_blank(_TERMS_ROW - 1, column, None, styles.of("section"))
    for row, shown in enumerate(TERMS, _TERMS_ROW):
        own_book.term(
            page, styles, (row, _TERMS_COLUMN), (shown, request.terms.get(shown.name)), lang
        )
    filled = (*_FILLED[:-1], *((_DUTY,) if request.with_duty else ()), _FILLED[-1])
    columns = [*((shown, False) for shown in _ASKED), *((shown, True) for shown in filled)]
    own_book.table(page, styles, columns, request.lines, (_LINES_ROW, lang))
    page.set_row(_LINES_ROW, 34)
    page.freeze_panes(_LINES_ROW + 1, 4)
    last = _LINES_ROW + len(request.lines) + 2
    told = "Prices are per unit of the row; leave a price blank for what you do not offer."
    page.write_string(last, 0, put(told, lang), styles.of("muted"))
    page.ignore_errors({"number_stored_as_text": f"A1:S{last}"})
    own_book.locked(page)
    printed(page, header_row=_LINES_ROW)


def _about(page: Any, styles: Styles, request: Request, lang: str) -> None:  # noqa: ANN401
    facts = (
        ("To", f"{request.supplier_name} ({request.supplier})"),
        ("Asked on", request.asked_on.isoformat()),
        ("Reply by", request.reply_by_on.isoformat() if request.reply_by_on else ""),
        ("Deliver to", request.deliver_to),
        ("Buyer", request.person),
        ("Note", request.note),
    )
    page.write_string(_TERMS_ROW - 1, 0, put("The request", lang), styles.of("section"))
    for column in range(1, 5):
        page.write_blank(_TERMS_ROW - 1, column, None, styles.of("section"))
    for row, (label, value) in enumerate((f for f in facts if f[1]), _TERMS_ROW):
        page.write_string(row, 0, put(label, lang), styles.of("muted"))
        page.write_string(row, 2, value, styles.of("text"))


def read_answer(path: Path) -> Answer:
    """What the supplier filled in; lines without a price are left out.

    Raises:
        ScmError: the file cannot be read, or has lost its header.
    """
    return own_book.read_answer(path, KIND, (*_ASKED, *_FILLED, _DUTY), TERMS)
