"""What a person reads about a sheet: the rule of each column, an example, the read-me sheet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scm_cli.core.intake.kinds import DOCUMENTS
from scm_cli.core.records.catalog import SHEETS, sheet
from scm_cli.core.records.words import CHOICE_WORDS, shown, synonyms
from scm_cli.errors import Say
from scm_cli.excel.style import lines
from scm_cli.locale import put

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scm_cli.core.records.base import Column
    from scm_cli.excel.style import Styles

README = {"en": "Read me", "zh": "说明"}
YES_NO = {"en": ("yes", "no"), "zh": ("是", "否")}

#: Columns that a sheet may show beside its own: name of the record behind a code.
BESIDE = {
    "item_name": ("Item name", "商品名称"),
    "customer_name": ("Customer name", "客户名称"),
    "supplier_name": ("Supplier name", "供应商名称"),
}

_RULES = {
    "code": Say("a code; it is kept as text, so leading zeros stay"),
    "text": Say("text"),
    "qty": Say("a number, up to 4 decimal places"),
    "price": Say("a price, up to 6 decimal places"),
    "amount": Say("an amount of money, 2 decimal places"),
    "pct": Say("a percentage: 13 means 13 %"),
    "number": Say("a whole number"),
    "day": Say("a date, written like 2026-01-05"),
    "flag": Say("yes or no"),
    "choice": Say("one of the choices"),
}

#: What the header alone does not say.
_NOTES = {
    "from_qty": "the price holds from this quantity on",
    "factor": "how many of the item's own unit one pack holds, such as 24 bottles in a carton",
    "unit": "blank means the item's own unit",
    "min_qty": "your own minimum; it is shown beside the calculated one",
    "max_qty": "your own maximum; it is shown beside the calculated one",
    "daily_guess_qty": "your guess of a day's sales; used until there is a history",
    "line_no": "blank: lines are numbered in order",
    "rank": "1 is asked first",
    "mnemonic": "initials by which it is found",
    "is_full": "yes when everything in the warehouse was counted",
    "shipped_before_qty": "what had left before the books were opened",
    "received_before_qty": "what had arrived before the books were opened",
    "order_multiple_qty": "what one pack holds; orders are rounded up to it",
    "moq_qty": "the least that the supplier sells at once, in the unit of the row",
    "rejected_qty": "what was refused at the door; it does not enter stock",
    "accepted_qty": "what was good; it enters stock",
    "counted_qty": "what you counted; write 0 where nothing lies",
    "floor_price": "nobody may sell below it",
    "lead_time_days": "days from the order until the goods can be used",
    "payment_days": "days from the delivery until the money is due",
    "party": "the code of who is closed; * means all",
    "direction": "money that came in, or that went out",
    "snooze_until_on": "no suggestion before this day",
}

_OWN_UNIT = (("items", "unit"), ("item_units", "unit"))

_EXAMPLES = {
    "sku": ("A-1001", "A-1001"),
    "name": ("Gel pen 0.5 mm black", "中性笔 0.5mm 黑"),
    "spec": ("12 per box", "12支/盒"),
    "unit": ("pcs", "支"),
    "barcode": ("6901234567892", "6901234567892"),
    "warehouse": ("WH1", "WH1"),
    "from_warehouse": ("WH1", "WH1"),
    "to_warehouse": ("WH2", "WH2"),
    "supplier": ("S001", "S001"),
    "customer": ("C001", "C001"),
    "partner": ("C001", "C001"),
    "party": ("S001", "S001"),
    "category": ("Pens", "书写工具"),
    "factor": ("24", "24"),
    "tax_rate_pct": ("13", "13"),
    "service_pct": ("95", "95"),
    "mobile": ("13800000000", "13800000000"),
    "email": ("li@example.com", "li@example.com"),
    "lot": ("20260105A", "20260105A"),
    "line_no": ("1", "1"),
    "rank": ("1", "1"),
    "priority": ("1", "1"),
    "event": ("Double eleven", "双十一"),
    "person": ("Li Lei", "李雷"),
}
_BY_KIND = {
    "qty": "24",
    "price": "12.5",
    "amount": "1234.50",
    "pct": "13",
    "number": "7",
    "day": "2026-01-05",
}


_CHARS = (24, 10, 58, 24, 36)  # widths of the columns of the read-me page


def label(kind: str, name: str, lang: str) -> str:
    """The header of a column, without its star."""
    column = sheet(kind).columns.get(name)
    if column is not None:
        return column.zh if lang == "zh" else column.en
    return BESIDE[name][lang == "zh"] if name in BESIDE else name


def needed(kind: str, column: Column) -> bool:
    """Whether a person must fill the column: what the program numbers by itself may be blank."""
    document = DOCUMENTS.get(kind)
    numbered = column.name == "line_no" or (document and column.name == document.number)
    walk_in = kind == "sales_orders" and column.name == "customer"
    return column.required and not numbered and not walk_in


def choice_word(column: Column, choice: str, lang: str) -> str:
    """The word for a choice that is read back as this choice and no other of the column."""
    back = synonyms(column.choices)
    words = (shown(choice, lang), *(CHOICE_WORDS.get(choice, ()) if lang == "zh" else ()), choice)
    return next(word for word in words if back.get(word) == choice)


def example(column: Column, lang: str) -> str:
    """An example of what the column holds, as a person types it; empty for free text."""
    if column.choices:
        return choice_word(column, column.choices[0], lang)
    if column.kind == "flag":
        return YES_NO[lang][0]
    if column.name in _EXAMPLES:
        return _EXAMPLES[column.name][lang == "zh"]
    return _BY_KIND.get(column.kind, "")


def rule(kind: str, column: Column, lang: str) -> str:
    """What may stand in the column, in one line."""
    parts = [put(_RULES[column.kind], lang)]
    if column.refers:
        source = next((s for s in SHEETS if s.head.table == column.refers), None)
        if source is not None:
            parts = [
                put(Say("the code of one of the {sheet}", sheet=_title(source.kind, lang)), lang)
            ]
    parts += [put(bound, lang) for bound in _bounds(column)]
    document = DOCUMENTS.get(kind)
    if document and column.name == document.number:
        parts.append(put(Say("blank: the program gives a number"), lang))
    elif column.name in _NOTES and (kind, column.name) not in _OWN_UNIT:
        parts.append(put(_NOTES[column.name], lang))
    elif not column.required and column.default not in (None, ""):
        parts.append(put(Say("blank means {default}", default=_default(column, lang)), lang))
    return put(Say("; "), lang).join(parts)


def _bounds(column: Column) -> list[Say]:
    if column.low is None:
        return []
    if column.high is not None:
        return [Say("{low} to {high}", low=_plain(column.low), high=_plain(column.high))]
    if 0 < column.low < 1:
        return [Say("more than 0")]
    return [Say("{low} or more", low=_plain(column.low))]


def _title(kind: str, lang: str) -> str:
    return sheet(kind).zh if lang == "zh" else sheet(kind).en.lower()


def _default(column: Column, lang: str) -> str:
    if column.choices:
        return choice_word(column, str(column.default), lang)
    if column.kind == "flag":
        return YES_NO[lang][0 if column.default else 1]
    return str(column.default)


def _plain(number: object) -> str:
    text = str(number)
    return text.removesuffix(".0")


def write_readme(
    page: Any,  # noqa: ANN401 -- xlsxwriter ships no types
    styles: Styles,
    parts: Sequence[tuple[str, str, Sequence[str]]],
    lang: str,
    *,
    template: bool,
) -> None:
    """The read-me page. `parts` are (kind, sheet name, column names)."""
    page.hide_gridlines(2)
    page.set_default_row(18)
    for index, chars in enumerate(_CHARS):
        page.set_column(index, index, chars)
    page.set_row(0, 34)
    page.write_string(0, 0, put("How to fill in this workbook", lang), styles.of("title"))
    row = 1
    for line in _intro(template):
        page.write_string(row, 0, "· " + put(line, lang), styles.of("muted"))
        row += 1
    for kind, name, columns in parts:
        row = _part(page, styles, (row + 1, kind, name, columns), lang)
    page.set_paper(9)
    page.set_landscape()
    page.fit_to_pages(1, 0)


def _intro(template: bool) -> list[str]:
    first = (
        "Fill in the sheet behind this one, save it, and put it into the inbox folder."
        if template
        else "Change cells or add rows, save, and import the file; rows left alone change nothing."
    )
    return [
        first,
        "Columns with a star are needed; the others may stay blank.",
        "Keep the header row. Columns may stand in any order; those not needed may go.",
        "Many cells have a drop-down list; each header carries a note with its rule.",
    ]


def _part(
    page: Any,  # noqa: ANN401
    styles: Styles,
    part: tuple[int, str, str, Sequence[str]],
    lang: str,
) -> int:
    """One table of columns; the row after it."""
    row, kind, name, columns = part
    page.set_row(row, 24)
    page.write_string(row, 0, name, styles.of("section"))
    for index in range(1, 5):
        page.write_blank(row, index, None, styles.of("section"))
    heads = ("Column", "Needed", "What to write", "Example", "Choices")
    page.write_row(row + 1, 0, [put(head, lang) for head in heads], styles.of("header"))
    known = sheet(kind).columns
    look = styles.of("cell", "text", "wrap", "left")
    for line, field in enumerate(columns, row + 2):
        column = known.get(field)
        star = put("yes", lang) if column and needed(kind, column) else ""
        told = _told(kind, column, lang) if column else [put("for reading only", lang), "", ""]
        page.write_string(
            line, 0, label(kind, field, lang), styles.of("cell", "bold", "wrap", "left")
        )
        page.write_string(line, 1, star, styles.of("cell", "red", "bold", "wrap", "left"))
        page.write_row(line, 2, told, look)
        tall = max(lines(text, chars) for text, chars in zip(told, _CHARS[2:], strict=True))
        page.set_row(line, 15 * tall + 3)
    return row + 2 + len(columns)


def _told(kind: str, column: Column, lang: str) -> list[str]:
    """Rule, example and choices of a column."""
    words = [choice_word(column, each, lang) for each in column.choices]
    if column.kind == "flag":
        words = list(YES_NO[lang])
    return [rule(kind, column, lang), example(column, lang), " / ".join(words)]
