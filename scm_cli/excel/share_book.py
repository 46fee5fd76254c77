"""A supplier's need of the coming weeks as a workbook, in which it confirms the open orders."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from scm_cli.errors import Say
from scm_cli.excel import own_book
from scm_cli.excel.own_book import Answer
from scm_cli.excel.plan_lists import Shown, headers, shown_value
from scm_cli.excel.saving import saved
from scm_cli.excel.style import Styles, printed, sheet_name, workbook
from scm_cli.locale import put

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from pathlib import Path

    from scm_cli.excel.rows import Body

__all__ = ["Answer", "Need", "Shared", "read_answer", "write_plan"]

KIND = "share"
KINDS = ("firm", "planned", "forecast")
_ORDERED = (
    Shown("purchase_no", "Purchase order no.", "code", 14),
    Shown("line_no", "Line", "number", 7),
    Shown("sku", "Our SKU", "code", 13),
    Shown("supplier_sku", "Your SKU", "code", 13),
    Shown("name", "Name", "text", 30),
    Shown("open_qty", "Open", "qty", 11),
    Shown("unit", "Unit", "text", 8),
    Shown("requested_on", "Requested date", "day", 13),
    Shown("promised_on", "Promised date", "day", 13),
)
_FILLED = (Shown("confirmed_on", "You confirm", "day", 14), Shown("remark", "Remark", "text", 26))
_ITEM = (
    Shown("sku", "Our SKU", "code", 13),
    Shown("name", "Name", "text", 28),
    Shown("kind", "Need", "text", 11),
)
_TOP, _WEEK_CHARS = 4, 9


@dataclass(frozen=True, slots=True)
class Need:
    """An item's quantities per week, by kind (firm, planned, forecast)."""

    sku: str
    name: str
    unit: str
    weeks: Mapping[str, list[float]]


@dataclass(frozen=True, slots=True)
class Shared:
    """What is shared with one supplier."""

    supplier: str
    supplier_name: str
    firm: str
    shared_on: date
    first_on: date
    weeks: int
    orders: tuple[Mapping[str, Any], ...]
    needs: tuple[Need, ...]


def write_plan(path: Path, shared: Shared, lang: str) -> Path:
    """Write the workbook; the path that it got.

    Raises:
        OSError: the folder cannot be written, the disk is full.
    """

    def fill(book: Any, styles: Styles) -> list[Body]:  # noqa: ANN401 -- xlsxwriter ships no types
        orders = book.add_worksheet(sheet_name(put("Orders to confirm", lang)))
        need = book.add_worksheet(sheet_name(put(_need_title(shared), lang)))
        _orders_page(orders, styles, shared, lang)
        _need_page(need, styles, shared, lang)
        about = {
            "kind": KIND,
            "supplier": shared.supplier,
            "shared_on": shared.shared_on.isoformat(),
            "version": "1",
        }
        own_book.hidden_page(book, KIND, about)
        return []

    return saved(path, lambda target: workbook(target, lang, fill))


def _need_title(shared: Shared) -> Say:
    return Say("Need of {n} weeks", n=shared.weeks)


def _title(page: Any, styles: Styles, title: Say | str, told: tuple[str, Say], lang: str) -> None:  # noqa: ANN401
    page.hide_gridlines(2)
    page.set_default_row(20)
    page.set_row(0, 34)
    page.write_string(0, 0, put(title, lang), styles.of("title"))
    page.write_string(1, 0, told[0], styles.of("muted"))
    page.write_string(2, 0, put(told[1], lang), styles.of("bold"))


def _orders_page(page: Any, styles: Styles, shared: Shared, lang: str) -> None:  # noqa: ANN401
    who = f"{shared.firm} → {shared.supplier_name} ({shared.supplier}) · {shared.shared_on.isoformat()}"
    told = Say(
        "Please enter the day that you confirm into the yellow cells and send the file back."
    )
    _title(page, styles, "Orders to confirm", (who, told), lang)
    columns = [*((shown, False) for shown in _ORDERED), *((shown, True) for shown in _FILLED)]
    own_book.table(page, styles, columns, shared.orders, (_TOP, lang))
    if not shared.orders:
        page.write_string(_TOP + 1, 0, put("No order is open.", lang), styles.of("muted"))
    page.freeze_panes(_TOP + 1, 3)
    page.ignore_errors({"number_stored_as_text": f"A1:D{_TOP + len(shared.orders) + 2}"})
    own_book.locked(page)
    printed(page, header_row=_TOP)


def _need_page(page: Any, styles: Styles, shared: Shared, lang: str) -> None:  # noqa: ANN401
    who = f"{shared.firm} → {shared.supplier_name} ({shared.supplier}) · {shared.shared_on.isoformat()}"
    told = Say("Firm is ordered; planned will be ordered soon; forecast is expected, not ordered.")
    _title(page, styles, _need_title(shared), (who, told), lang)
    headers(page, styles, _TOP, _ITEM, lang)
    for at, shown in enumerate(_ITEM):
        page.set_column(at, at, shown.chars)
    first = len(_ITEM)
    page.set_column(first, first + shared.weeks, _WEEK_CHARS)
    for week in range(shared.weeks):
        day = shared.first_on + timedelta(days=7 * week)
        page.write_string(
            _TOP, first + week, f"{day.month}/{day.day}", styles.of("header", "right")
        )
    page.write_string(_TOP, first + shared.weeks, put("Total", lang), styles.of("header", "right"))
    row = _TOP + 1
    for need in shared.needs:
        for kind in KINDS:
            _need_row(page, styles, (row, first), need, (kind, lang))
            row += 1
    page.freeze_panes(_TOP + 1, first)
    page.ignore_errors({"number_stored_as_text": f"A1:A{row + 1}"})
    own_book.locked(page)
    printed(page, header_row=_TOP)


def _need_row(
    page: Any,  # noqa: ANN401
    styles: Styles,
    place: tuple[int, int],
    need: Need,
    said: tuple[str, str],
) -> None:
    (row, first), (kind, lang) = place, said
    start = kind == KINDS[0]
    looks = ("parted",) if start else ()
    for at, text in enumerate((need.sku, f"{need.name} ({need.unit})", put(kind, lang))):
        look = styles.of("cell", "text", *looks, *(() if start or at == 2 else ("muted",)))
        page.write_string(row, at, text if start or at == 2 else "", look)
    quantities = need.weeks[kind]
    for at, qty in enumerate((*quantities, sum(quantities))):
        total = ("bold",) if at == len(quantities) else ()
        look = styles.of("cell", "qty", *looks, *total)
        shown_value(page, (row, first + at), round(qty) or None, look)


def read_answer(path: Path) -> Answer:
    """The days that the supplier confirmed.

    Raises:
        ScmError: the file cannot be read, or has lost its header.
    """
    return own_book.read_answer(path, KIND, (*_ORDERED, *_FILLED), ())
