"""A delivery note as a paper: what is in the parcel, to be signed by who receives it."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from scm_cli.core.advise.notices import number
from scm_cli.errors import Say
from scm_cli.locale import put
from scm_cli.paper.pdf import Fields, Paper, Signatures, Table, Text, Title

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    Row = Mapping[str, Any]

TITLE = "Delivery note"
FIELDS = (
    ("Delivery no.", "shipment_no"),
    ("Shipped on", "shipped_on"),
    ("Customer name", "customer_name"),
    ("Contact", "contact"),
    ("Telephone", "phone"),
    ("Order no.", "order_no"),
    ("Ship to", "address"),
    ("City", "city"),
    ("Carrier", "carrier"),
    ("Tracking no.", "tracking_no"),
    ("Warehouse", "warehouse"),
    ("Note", "note"),
)
COLUMNS = (
    ("No.", "no"),
    ("SKU", "sku"),
    ("Name", "name"),
    ("Specification", "spec"),
    ("Lot", "lot"),
    ("Expiry date", "expiry_on"),
    ("Quantity", "qty"),
    ("Unit", "unit"),
)
PRICED = (("Unit price", "unit_price"), ("Amount", "amount"))
RIGHT = frozenset({"no", "qty", "unit_price", "amount"})
OPTIONAL = frozenset({"spec", "lot", "expiry_on"})


def paper(
    head: Row, lines: Sequence[Row], firm: tuple[str, str], lang: str, *, prices: bool = False
) -> Paper:
    """The delivery note as blocks; `firm` is our name and address.

    Columns that no line fills are left out; `prices` adds price and amount.
    """
    columns = [
        (label, name)
        for label, name in (*COLUMNS, *(PRICED if prices else ()))
        if name not in OPTIONAL or any(line.get(name) for line in lines)
    ]
    told = {**head, "order_no": ", ".join(orders(lines))}
    total = [""] * len(columns)
    total[1] = put("Total", lang)
    for at, (_, name) in enumerate(columns):
        if name in ("qty", "amount"):
            total[at] = _cell(name, sum((line[name] or Decimal(0) for line in lines), Decimal(0)))
    numbered = [{**line, "no": n} for n, line in enumerate(lines, 1)]
    blank = "____________________"
    blocks = (
        Title(put(TITLE, lang)),
        Text("\n".join(filter(None, firm)), quiet=True),
        Fields([(put(label, lang), _text(told.get(name))) for label, name in FIELDS]),
        Table(
            [put(label, lang) for label, _ in columns],
            [[_cell(name, line.get(name)) for _, name in columns] for line in numbered],
            right=frozenset(i for i, (_, name) in enumerate(columns) if name in RIGHT),
            total=total,
        ),
        Text(put("Please check the goods on receipt and tell us of any difference the same day.", lang)),
        Signatures(
            [
                [put(Say("Sent by: {blank}", blank=blank), lang)],
                [put(Say("Received by: {blank}", blank=blank), lang), put(Say("Date: {blank}", blank=blank), lang)],
            ]
        ),
    )  # fmt: skip
    title = f"{put(TITLE, lang)} {head['shipment_no']}"
    return Paper(blocks, title=title, author=firm[0], footer=title)


def orders(lines: Sequence[Row]) -> list[str]:
    """The orders that a delivery answers, each once."""
    return list(dict.fromkeys(line["order_no"] for line in lines if line["order_no"]))


def _text(value: Any) -> str:  # noqa: ANN401 -- a field of any kind
    return "" if value is None else str(value)


def _cell(name: str, value: Any) -> str:  # noqa: ANN401
    if value is None:
        return ""
    if name == "amount":
        return f"{value:,.2f}"
    return number(value) if isinstance(value, Decimal) else str(value)
