"""A purchase order for a supplier: a sheet to print or send, and a text to paste into a chat."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any

import polars as pl

from scm_cli.core.money.capitals import capitals
from scm_cli.errors import Say
from scm_cli.excel.cells import cells_of
from scm_cli.excel.plan_lists import Shown, headers
from scm_cli.excel.rows import Body
from scm_cli.excel.saving import saved
from scm_cli.excel.style import Styles, heights, printed, sheet_name, workbook
from scm_cli.locale import put

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Party:
    """A firm on an order: its name and how to reach it."""

    name: str
    contact: str = ""
    phone: str = ""
    address: str = ""
    tax_no: str = ""


@dataclass(frozen=True, slots=True)
class OrderLine:
    """One line; quantity and price are in `unit`, the amount as the order carries it."""

    sku: str
    name: str
    qty: Decimal
    unit: str
    unit_price: Decimal | None = None
    amount: Decimal | None = None
    spec: str = ""
    supplier_sku: str = ""
    need_by_on: date | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class SupplierOrder:
    """What we order from one supplier for one warehouse."""

    order_no: str
    ordered_on: date
    firm: Party
    supplier: Party
    supplier_code: str
    lines: tuple[OrderLine, ...]
    deliver_to: str = ""
    currency: str = "CNY"
    tax_included: bool = True
    payment_days: int | None = None
    buyer: str = ""
    note: str = ""

    @property
    def total_amount(self) -> Decimal:
        """The sum of the lines, to the cent."""
        found = (line.amount for line in self.lines if line.amount is not None)
        return sum(found, Decimal(0)).quantize(CENT, ROUND_HALF_UP)


_COLUMNS = (
    Shown("no", "No.", "number", 6),
    Shown("sku", "Our SKU", "code", 14),
    Shown("supplier_sku", "Your SKU", "code", 14),
    Shown("name", "Name", "text", 30),
    Shown("spec", "Specification", "text", 16),
    Shown("qty", "Quantity", "qty", 11),
    Shown("unit", "Unit", "text", 8),
    Shown("unit_price", "Unit price", "price", 12),
    Shown("amount", "Amount", "amount", 14),
    Shown("need_by_on", "Need by", "day", 13),
    Shown("note", "Note", "text", 18),
)
_LAST = len(_COLUMNS) - 1
_AMOUNT = next(i for i, shown in enumerate(_COLUMNS) if shown.name == "amount")
CHAT_LINES = 200  # more would not be read, nor taken by most chats
_LINES_ROW = 9


def write_order(path: Path, order: SupplierOrder, lang: str) -> Path:
    """Write the order as a workbook; the path that it got (another when Excel holds it open).

    Raises:
        OSError: the folder cannot be written, the disk is full.
    """

    def fill(book: Any, styles: Styles) -> list[Body]:  # noqa: ANN401 -- xlsxwriter ships no types
        page = book.add_worksheet(sheet_name(put("Purchase order", lang)))
        _form(page, styles, order, lang)
        chat = book.add_worksheet(sheet_name(put("Text for a chat", lang)))
        body = _text(chat, styles, order, lang)
        return [_rows(page, styles, order), body] if order.lines else [body]

    return saved(path, lambda target: workbook(target, lang, fill))


def chat_text(order: SupplierOrder, lang: str) -> str:
    """The order as plain text, one line per item, ready to paste into a chat.

    Of an order that no chat would take whole the first lines are told, and how many follow.
    """
    said = [
        Say("Purchase order {no}", no=order.order_no),
        Say("To: {name}", name=order.supplier.name),
        Say("Date: {day}", day=order.ordered_on.isoformat()),
        *([Say("Deliver to: {place}", place=order.deliver_to)] if order.deliver_to else []),
    ]
    told = [put(each, lang) for each in said]
    spoken = enumerate(order.lines[:CHAT_LINES], 1)
    told += ["", *(_spoken(number, line, lang) for number, line in spoken)]
    if (more := len(order.lines) - CHAT_LINES) > 0:
        told.append(put(Say("... and {n} more {n:line|lines}, all in the workbook", n=more), lang))
    told.append("")
    told.append(put(_total(order), lang))
    if order.note:
        told.append(put(Say("Note: {note}", note=order.note), lang))
    told.append(put("Please confirm quantities, prices and dates. Thank you!", lang))
    told.append(" ".join(filter(None, ("—", order.firm.name, order.buyer, order.firm.phone))))
    return "\n".join(told) + "\n"


def _spoken(number: int, line: OrderLine, lang: str) -> str:
    code = f"{line.sku} / {line.supplier_sku}" if line.supplier_sku else line.sku
    parts = [f"{number}. {code} {line.name} {line.spec}".rstrip()]
    parts.append(f"{_plain(line.qty)} {line.unit}".rstrip())
    if line.unit_price is not None and line.amount is not None:
        parts.append(f"× {_plain(line.unit_price)} = {line.amount:,.2f}")
    if line.need_by_on is not None:
        parts.append(put(Say("by {day}", day=line.need_by_on.isoformat()), lang))
    return "  ".join(parts)


def _plain(number: Decimal) -> str:
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _total(order: SupplierOrder) -> Say:
    tax = Say("tax included") if order.tax_included else Say("before tax")
    amount = f"{order.total_amount:,.2f}"
    return Say(
        "Total: {n} {n:line|lines}, {currency} {amount} ({tax})",
        n=len(order.lines),
        currency=order.currency,
        amount=amount,
        tax=tax,
    )


def _form(page: Any, styles: Styles, order: SupplierOrder, lang: str) -> None:  # noqa: ANN401
    """The printed form: who orders what from whom, the lines, the total, signatures."""
    page.hide_gridlines(2)
    page.set_default_row(20)
    for index, shown in enumerate(_COLUMNS):
        page.set_column(index, index, shown.chars)
    page.set_row(0, 36)
    page.write_string(0, 0, put("Purchase order", lang), styles.of("title"))
    page.write_string(0, 7, order.order_no, styles.of("large"))
    page.write_string(1, 0, order.firm.name, styles.of("muted"))
    _parties(page, styles, order, lang)
    headers(page, styles, _LINES_ROW, _COLUMNS, lang)
    _foot(page, styles, order, lang)
    page.ignore_errors({"number_stored_as_text": f"A1:K{_LINES_ROW + len(order.lines) + 1}"})
    printed(page, header_row=_LINES_ROW)


def _parties(page: Any, styles: Styles, order: SupplierOrder, lang: str) -> None:  # noqa: ANN401
    """Three blocks side by side: supplier, ourselves, terms."""
    days = order.payment_days
    terms = (
        ("Order date", order.ordered_on.isoformat()),
        ("Deliver to", order.deliver_to),
        ("Payment", "" if days is None else put(Say("{n} days", n=days), lang)),
        ("Currency", order.currency),
    )
    blocks = (
        (0, 2, Say("Supplier {code}", code=order.supplier_code), _about(order.supplier)),
        (4, 5, Say("Ordered by"), _about(order.firm)),
        (7, 8, Say("Terms"), terms),
    )
    for column, value_column, title, facts in blocks:
        last = {0: 3, 4: 6, 7: _LAST}[column]
        for index in range(column, last + 1):
            page.write_blank(3, index, None, styles.of("section"))
        page.write_string(3, column, put(title, lang), styles.of("section"))
        for row, (label, value) in enumerate(facts, 4):
            page.write_string(row, column, put(label, lang), styles.of("muted"))
            page.write_string(row, value_column, value, styles.of("text"))


def _about(party: Party) -> tuple[tuple[str, str], ...]:
    person = " ".join(filter(None, (party.contact, party.phone)))
    return (
        ("Company", party.name),
        ("Contact", person),
        ("Address", party.address),
        ("Tax no.", party.tax_no),
    )


def _rows(page: Any, styles: Styles, order: SupplierOrder) -> Body:  # noqa: ANN401
    """The lines, to be put in afterwards."""
    frame = pl.DataFrame(
        {
            shown.name: [
                number if shown.name == "no" else getattr(line, shown.name)
                for number, line in enumerate(order.lines, 1)
            ]
            for shown in _COLUMNS
        },
        infer_schema_length=None,
    )
    looks = [
        [styles.of("cell", _kind(shown, part), *_wrapped(shown)) for shown in _COLUMNS]
        for part in (False, True)
    ]
    texts = [
        (pl.Series([getattr(line, name) for line in order.lines], dtype=pl.String), chars)
        for name, chars in (("name", 28), ("spec", 14), ("note", 16))
    ]
    found = [cells_of(frame[shown.name], shown.kind) for shown in _COLUMNS]
    return Body(page, _LINES_ROW + 1, found, looks, heights(*texts))


def _kind(shown: Shown, part: bool) -> str:
    return "qty_part" if part and shown.kind == "qty" else shown.kind


def _wrapped(shown: Shown) -> tuple[str, ...]:
    return ("wrap", "middle", "left") if shown.kind == "text" else ()


def _foot(page: Any, styles: Styles, order: SupplierOrder, lang: str) -> None:  # noqa: ANN401
    row = _LINES_ROW + 1 + max(2, len(order.lines))  # two samples stand where the lines will
    for index in range(_LAST + 1):
        page.write_blank(row, index, None, styles.of("total"))
    page.write_string(row, 1, put("Total", lang), styles.of("total"))
    money = styles.of("total", "amount")
    span = f"I{_LINES_ROW + 2}:I{max(row, _LINES_ROW + 2)}"
    page.write_formula(row, _AMOUNT, f"=SUM({span})", money, float(order.total_amount))
    if lang == "zh" and order.currency == "CNY":
        page.write_string(
            row + 1, 1, f"合计金额(大写)：{capitals(order.total_amount)}", styles.of("bold")
        )
    tax = "All prices include tax." if order.tax_included else "All prices are before tax."
    page.write_string(row + 2, 1, put(tax, lang), styles.of("muted"))
    if order.note:
        page.write_string(row + 3, 1, put(Say("Note: {note}", note=order.note), lang))
    for column, label in ((1, "Buyer"), (4, "Approved"), (7, "Confirmed by the supplier")):
        page.write_string(row + 5, column, put(label, lang) + ": ____________", styles.of("muted"))


def _text(page: Any, styles: Styles, order: SupplierOrder, lang: str) -> Body:  # noqa: ANN401
    page.hide_gridlines(2)
    page.set_column(0, 0, 100)
    printed(page, portrait=True)
    said = chat_text(order, lang).splitlines()
    texts = pl.Series("text", said, dtype=pl.String)
    tall = heights((texts, 100), points=16)
    return Body(page, 0, [cells_of(texts, "text")], [[styles.of("text", "wrap", "left")]], tall)
