"""Lines of a customer's order as they are typed: `A1=10`, `A1=2箱@96-5%`; and as they are stored."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

from scm_cli.core.order.pricing import Priced, discounted
from scm_cli.core.stock.entry import Typed
from scm_cli.core.stock.entry import lines as plain_lines
from scm_cli.errors import Exit, ScmError

if TYPE_CHECKING:
    from datetime import date

_DISCOUNT = re.compile(r"^(.*?)-(\d+(?:\.\d+)?)%$")
KINDS = ("normal", "gift", "sample", "replacement")
ZERO = Decimal(0)


class Wanted(NamedTuple):
    """One line as it was typed: what, of which kind, with which discount [%]."""

    typed: Typed
    kind: str = "normal"
    discount_pct: Decimal | None = None


def wanted(words: Mapping[str, Sequence[str]], discount_pct: Decimal | None) -> list[Wanted]:
    """Lines from words by line kind; `discount_pct` is for normal lines that state none.

    Raises:
        ScmError: a quantity, price or discount cannot be read, or there is no line.

    >>> [(w.typed.sku, w.kind, w.discount_pct) for w in wanted({"normal": ["A=2@9-5%"], "gift": ["B=1"]}, None)]
    [('A', 'normal', Decimal('5')), ('B', 'gift', None)]
    """
    found = []
    for kind in KINDS:
        for word in words.get(kind, ()):
            stated = _DISCOUNT.match(word)
            typed = plain_lines([stated[1] if stated else word])[0]
            off = Decimal(stated[2]) if stated else discount_pct if kind == "normal" else None
            if off is not None and off > 100:
                raise ScmError(
                    "{sku}: a discount is at most 100 %", exit_code=Exit.USAGE, sku=typed.sku
                )
            found.append(Wanted(typed, kind, off or None))
    if not found:
        raise ScmError(
            "no line was given", hint="Write lines as --line SKU=10.", exit_code=Exit.USAGE
        )
    return found


class Taxed(NamedTuple):
    """What the order says of tax for prices that are typed."""

    included: bool = True
    rate_pct: Decimal | None = None


def line(resolved: Mapping[str, Any], asked: Wanted, priced: Priced, tax: Taxed) -> dict[str, Any]:
    """The stored fields of a line but its order, number and promise.

    Typed prices count before all others; gifts, samples and replacements cost nothing unless a
    price is typed. `unit_price` is what is paid, `list_price` what it was before the discount.

    >>> typed = Typed("A", Decimal(2), None, Decimal(10))
    >>> row = line({"sku": "A", "qty": Decimal(2), "unit": "pcs", "factor": Decimal(1)},
    ...     Wanted(typed, discount_pct=Decimal(5)), Priced(None, None), Taxed())
    >>> row["unit_price"], row["list_price"], row["price_source"]
    (Decimal('9.500000'), Decimal('10'), 'typed')
    """
    price, source, included, rate = asked.typed.price, "typed", tax.included, tax.rate_pct
    if price is None and asked.kind != "normal":
        price, source = ZERO, asked.kind
    elif price is None:
        price, source = priced.unit_price, priced.source or ""
        included, rate = priced.tax_included, priced.tax_rate_pct
    off = asked.discount_pct
    return {
        "sku": resolved["sku"], "qty": resolved["qty"], "unit": resolved["unit"],
        "factor": resolved["factor"],
        "unit_price": price if price is None or off is None else discounted(price, off),
        "list_price": price if off is not None else None, "discount_pct": off,
        "price_source": source or None, "tax_included": included, "tax_rate_pct": rate,
        "kind": asked.kind, "cancelled_qty": ZERO, "shipped_before_qty": ZERO, "line_note": None,
    }  # fmt: skip


def head(values: Mapping[str, Any]) -> dict[str, Any]:
    """An order's stored fields; what is not given takes its default.

    >>> head({"order_no": "SO-1", "customer": "C"})["priority"]
    5
    """
    return {**HEAD, **values}


#: Every field of `sales_order` with its default, without pydantic; a test holds it to the record.
HEAD: dict[str, Any] = {
    "order_no": None, "customer": None, "ordered_on": None, "requested_on": None, "warehouse": None,
    "status": "confirmed", "channel": None, "priority": 5, "ship_to": None, "city": None,
    "is_pinned": False, "payment_terms": None, "deposit_pct": None, "deposit_holds": "confirming",
    "waits_for": None, "approved_by": None, "approved_on": None, "person": None, "note": None,
}  # fmt: skip


def require_future(day: date | None, today: date) -> None:
    """Refuse a requested day that has passed.

    Raises:
        ScmError: it lies before today.
    """
    if day is not None and day < today:
        raise ScmError(
            "the requested day {day} has passed",
            hint="Leave it out, or give a day from {today} on.",
            exit_code=Exit.USAGE,
            day=day.isoformat(),
            today=today.isoformat(),
        )
