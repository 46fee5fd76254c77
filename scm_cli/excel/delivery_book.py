"""Workbooks of the warehouse: the pick list of a day, and the delivery note of a parcel."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from typing import TYPE_CHECKING, Any

from scm_cli.errors import Say
from scm_cli.excel.plan_lists import Shown, headers, shown_value
from scm_cli.excel.saving import saved
from scm_cli.excel.style import Styles, lines, printed, sheet_name, workbook
from scm_cli.locale import put

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date
    from pathlib import Path

    from scm_cli.excel.rows import Body

    Row = Mapping[str, Any]

ZERO = Decimal(0)
_PICKS = (
    Shown("done", "Done", "text", 7),
    Shown("sku", "SKU", "code", 14),
    Shown("name", "Name", "text", 30),
    Shown("spec", "Specification", "text", 16),
    Shown("lot", "Lot", "code", 14),
    Shown("expiry_on", "Expiry date", "day", 13),
    Shown("qty", "Quantity", "qty", 12),
    Shown("unit", "Unit", "text", 8),
    Shown("note", "Note", "text", 22),
)
_LOTS = (
    Shown("done", "Done", "text", 7),
    Shown("sku", "SKU", "code", 14),
    Shown("name", "Name", "text", 34),
    Shown("lot", "Lot", "code", 14),
    Shown("expiry_on", "Expiry date", "day", 13),
    Shown("qty", "Quantity", "qty", 12),
    Shown("unit", "Unit", "text", 8),
    Shown("orders", "Orders", "number", 9),
)
_LINES = (
    Shown("no", "No.", "number", 6),
    Shown("sku", "SKU", "code", 14),
    Shown("name", "Name", "text", 30),
    Shown("spec", "Specification", "text", 16),
    Shown("lot", "Lot", "code", 14),
    Shown("expiry_on", "Expiry date", "day", 13),
    Shown("qty", "Quantity", "qty", 12),
    Shown("unit", "Unit", "text", 8),
)
_PRICED = (Shown("unit_price", "Unit price", "price", 12), Shown("amount", "Amount", "amount", 14))
_FACTS = (
    ("Customer name", "customer_name", "Delivery no.", "shipment_no"),
    ("Contact", "contact", "Shipped on", "shipped_on"),
    ("Telephone", "phone", "Order no.", "order_no"),
    ("Ship to", "address", "Carrier", "carrier"),
    ("City", "city", "Tracking no.", "tracking_no"),
)
_TOP = 4
#: Services as a picker reads them.
SERVICE_WORDS = {
    "overdue": "overdue",
    "same_day": "same day",
    "next_day": "next day",
    "two_days": "two days",
    "standard": "standard",
}


@dataclass(frozen=True, slots=True)
class PickList:
    """The picks of one warehouse on one day, in order; the same by item and lot."""

    firm: str
    warehouse: str
    on: date
    picks: tuple[Row, ...]
    by_lot: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Note:
    """A delivery with its lines; `prices` shows what they cost the customer."""

    firm: str
    firm_address: str
    head: Row
    lines: tuple[Row, ...]
    prices: bool = False


def write_pick_list(path: Path, told: PickList, lang: str) -> Path:
    """Write the pick list: a page by order, a page by item and lot; the path that it got.

    Raises:
        OSError: the folder cannot be written, the disk is full.
    """

    def fill(book: Any, styles: Styles) -> list[Body]:  # noqa: ANN401 -- xlsxwriter ships no types
        page = book.add_worksheet(sheet_name(put("Pick list", lang)))
        _begun(page, styles, (told, "Pick list", _PICKS), lang)
        _by_order(page, styles, told, lang)
        page = book.add_worksheet(sheet_name(put("By item", lang)))
        _begun(page, styles, (told, "By item", _LOTS), lang)
        headers(page, styles, _TOP - 1, _LOTS, lang)
        for row, each in enumerate(told.by_lot, _TOP):
            _line(page, styles, (row, _LOTS), {**each, "done": "☐"})
        page.freeze_panes(_TOP, 0)
        return []

    return saved(path, lambda target: workbook(target, lang, fill))


def _begun(
    page: Any,  # noqa: ANN401
    styles: Styles,
    about: tuple[PickList, str, Sequence[Shown]],
    lang: str,
) -> None:
    told, title, columns = about
    page.hide_gridlines(2)
    page.set_default_row(20)
    page.set_row(0, 32)
    page.write_string(0, 0, put(title, lang), styles.of("title"))
    n = len({row["order_no"] for row in told.picks})
    said = Say(
        "{warehouse}, {day}: {n} {n:order|orders}, the most pressing first",
        warehouse=told.warehouse,
        day=told.on.isoformat(),
        n=n,
    )
    page.write_string(1, 0, put(said, lang), styles.of("muted"))
    for index, shown in enumerate(columns):
        page.set_column(index, index, shown.chars)
    page.ignore_errors({"number_stored_as_text": "A1:I5000"})
    printed(page)


def _by_order(page: Any, styles: Styles, told: PickList, lang: str) -> None:  # noqa: ANN401
    """A block per order: who, how soon, by which cut-off; below it what to take."""
    row = _TOP - 1
    if not told.picks:
        page.write_string(row, 0, put("Nothing today.", lang), styles.of("muted"))
    headers(page, styles, row, _PICKS, lang)
    page.repeat_rows(row)
    page.freeze_panes(_TOP, 0)
    row += 1
    for number, group in groupby(told.picks, key=lambda each: each["order_no"]):
        mine = list(group)
        first = mine[0]
        pressing = first["service"] in ("overdue", "same_day", "next_day")
        look = styles.of("bold", "grey", "middle", *(("bad",) if pressing else ()))
        for column in range(len(_PICKS)):
            page.write_blank(row, column, None, look)
        page.write_string(row, 0, _heading(number, first, lang), look)
        page.set_row(row, 22)
        for each in mine:
            row += 1
            _line(page, styles, (row, _PICKS), {**each, "done": "☐"})
        row += 1


def _heading(number: str, first: Row, lang: str) -> str:
    service = put(SERVICE_WORDS[first["service"]], lang)
    parts = [
        f"{first['cutoff']} {first['carrier'] or ''}".strip(),
        service if first["due_on"] is None else f"{service} ({first['due_on'].isoformat()})",
        number,
        first["customer_name"] or first["customer"],
        first["city"] or "",
    ]
    return "   ".join(filter(None, parts))


def _line(page: Any, styles: Styles, place: tuple[int, Sequence[Shown]], each: Row) -> None:  # noqa: ANN401
    row, columns = place
    tall = 1
    for at, shown in enumerate(columns):
        value = each.get(shown.name)
        part = shown.kind == "qty" and value is not None and value % 1
        wrap = ("wrap", "middle", "left") if shown.kind == "text" else ()
        shown_value(
            page, (row, at), value, styles.of("cell", "qty_part" if part else shown.kind, *wrap)
        )
        if shown.kind == "text":
            tall = max(tall, lines(str(value or ""), shown.chars - 2))
    page.set_row(row, max(20, 14 * tall + 4))


def write_note(path: Path, note: Note, lang: str) -> Path:
    """Write the delivery note as a workbook to print; the path that it got.

    Raises:
        OSError: the folder cannot be written, the disk is full.
    """

    def fill(book: Any, styles: Styles) -> list[Body]:  # noqa: ANN401
        _note(book.add_worksheet(sheet_name(put("Delivery note", lang))), styles, note, lang)
        return []

    return saved(path, lambda target: workbook(target, lang, fill))


def _note(page: Any, styles: Styles, note: Note, lang: str) -> None:  # noqa: ANN401
    columns = (*_LINES, *(_PRICED if note.prices else ()))
    page.hide_gridlines(2)
    page.set_default_row(20)
    for index, shown in enumerate(columns):
        page.set_column(index, index, shown.chars)
    page.set_row(0, 34)
    page.write_string(0, 0, put("Delivery note", lang), styles.of("title"))
    page.write_string(
        1, 0, "  ".join(filter(None, (note.firm, note.firm_address))), styles.of("muted")
    )
    numbers = dict.fromkeys(line["order_no"] for line in note.lines if line["order_no"])
    told = {**note.head, "order_no": ", ".join(numbers)}
    for row, (left, left_name, right, right_name) in enumerate(_FACTS, 3):
        # the number's column is narrow: on the left the label runs into the next one
        for column, at, label, name in ((0, 2, left, left_name), (4, 5, right, right_name)):
            page.write_string(row, column, put(label, lang), styles.of("muted"))
            value = told.get(name)
            page.write_string(row, at, "" if value is None else str(value), styles.of("text"))
    top = 4 + len(_FACTS)
    headers(page, styles, top, columns, lang)
    for n, each in enumerate(note.lines, 1):
        _line(page, styles, (top + n, columns), {**each, "no": n})
    _foot(page, styles, note, (top + len(note.lines) + 1, columns), lang)
    page.ignore_errors({"number_stored_as_text": f"A1:J{top + len(note.lines) + 3}"})
    printed(page, header_row=top)


def _foot(
    page: Any,  # noqa: ANN401
    styles: Styles,
    note: Note,
    place: tuple[int, Sequence[Shown]],
    lang: str,
) -> None:
    row, columns = place
    for at, shown in enumerate(columns):
        page.write_blank(row, at, None, styles.of("total"))
        if shown.name in ("qty", "amount"):
            total = sum((line[shown.name] or ZERO for line in note.lines), ZERO)
            part = "qty_part" if shown.kind == "qty" and total % 1 else shown.kind
            page.write_number(row, at, total, styles.of("total", part))
    page.write_string(row, 1, put("Total", lang), styles.of("total"))
    told = "Please check the goods on receipt and tell us of any difference the same day."
    page.write_string(row + 1, 0, put(told, lang), styles.of("muted"))
    blank = "____________"
    for column, said in (
        (0, "Sent by: {blank}"),
        (3, "Received by: {blank}"),
        (6, "Date: {blank}"),
    ):
        page.write_string(row + 3, column, put(Say(said, blank=blank), lang), styles.of("muted"))
