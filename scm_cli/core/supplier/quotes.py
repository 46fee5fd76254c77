"""Quotes: prices from quantities on, validity, currencies, and what an accepted one changes."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from scm_cli.errors import Exit, Problem, Say, ScmError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    Row = Mapping[str, Any]

#: Quotes that may still be bought from.
STANDING = ("open", "accepted")
#: Suppliers from whom nothing is asked or bought.
BARRED = ("suspended", "ended")
_OPEN: tuple[Decimal, Decimal | None, Decimal] = (Decimal("Infinity"), None, Decimal(0))


def price_breaks(texts: Sequence[str]) -> list[tuple[Decimal, Decimal]]:
    """Prices as typed: 3.2 alone, 100=3.0 (from 100 on), 100-499=3.0; lowest quantity first.

    Raises:
        ScmError: a text is no price, a price is negative, quantities overlap or leave a gap.

    >>> [(float(qty), float(price)) for qty, price in price_breaks(["3.2", "100=3.0"])]
    [(0.0, 3.2), (100.0, 3.0)]
    """
    found = []
    for text in texts:
        span, sign, price = text.rpartition("=")
        low, dash, high = span.partition("-")
        start = _number(low, text) if sign else Decimal(0)
        end = _number(high, text) if dash else None
        found.append((start, end, _number(price, text)))
    found.sort(key=lambda each: each[0])
    for (start, end, _), (following, _, _) in pairwise(found):
        if start == following or (end is not None and end >= following):
            raise ScmError(
                "price breaks overlap at {qty}",
                hint="Give each price the quantity from which it holds: 3.2 100=3.0 500=2.8.",
                qty=f"{following.normalize():f}",
            )
    ends = [(end, following) for (_, end, _), (following, _, _) in pairwise([*found, _OPEN])]
    for end, following in ends:
        if end is not None and following > end + 1:
            raise ScmError(
                "no price holds above {qty}",
                hint="Give each price the quantity from which it holds: 3.2 100=3.0 500=2.8.",
                qty=f"{end.normalize():f}",
            )
    return [(start, price) for start, _, price in found]


def _number(text: str, whole: str) -> Decimal:
    from scm_cli.core.cell import CellKind, CellRule, parse_cell

    cell = parse_cell(text, CellRule(CellKind.PRICE, 6))
    if cell.reason or cell.value is None or cell.unit:
        raise ScmError(
            "{text} is no price",
            hint="Write 3.2, or 100=3.0 for the price from 100 on.",
            exit_code=Exit.USAGE,
            text=whole,
        )
    number: Decimal = cell.value  # type: ignore[assignment]
    if number < 0:
        raise ScmError("{text}: a price or quantity cannot be negative", text=whole)
    return number


def overlapping(lines: Iterable[Row]) -> list[Problem]:
    """Prices of one item that hold from the same quantity on.

    >>> [p.what.english for p in overlapping([{"sku": "A", "from_qty": 1}, {"sku": "A", "from_qty": 1}])]
    ['two prices hold from 1 on']
    """
    seen: set[tuple[str, Decimal]] = set()
    found = []
    for line in lines:
        key = (line["sku"], line["from_qty"])
        if key in seen:
            qty = f"{Decimal(line['from_qty']).normalize():f}"
            found.append(Problem(line["sku"], Say("two prices hold from {qty} on", qty=qty)))
        seen.add(key)
    return found


def is_valid(quote: Row, today: date) -> bool:
    """Whether a quote's day has not passed; one without a day holds until it is replaced.

    >>> from datetime import date
    >>> is_valid({"valid_until_on": date(2026, 1, 31)}, date(2026, 1, 31))
    True
    """
    return quote["valid_until_on"] is None or quote["valid_until_on"] >= today


def require_standing(quote: Row, today: date) -> None:
    """Refuse to accept a quote that is over.

    Raises:
        ScmError: it is declined, replaced, or its day has passed.
    """
    if quote["status"] not in STANDING:
        raise ScmError(
            "quote {number} is {status}; it cannot be accepted",
            hint="See `scm supplier quote list`.",
            number=quote["quote_no"],
            status=Say(quote["status"]),
        )
    if not is_valid(quote, today):
        raise ScmError(
            "quote {number} expired on {day}; it cannot be accepted",
            hint="Ask {supplier} for a new one: scm supplier rfq.",
            number=quote["quote_no"],
            day=quote["valid_until_on"],
            supplier=quote["supplier"],
        )


def require_open_to(supplier: Row) -> None:
    """Refuse to ask or buy from a supplier that is suspended or ended.

    Raises:
        ScmError: it is.
    """
    if supplier["state"] in BARRED:
        raise ScmError(
            "supplier {supplier} is {state}; it is not asked for quotes",
            hint="Approve it again, or choose another.",
            supplier=supplier["supplier"],
            state=Say(supplier["state"]),
        )


def exchange_rate(rates: Iterable[Row], currency: str | None, own: str, on: date) -> Decimal:
    """What one unit of a currency costs in our own, by the newest rate of that day or before.

    Raises:
        ScmError: there is no rate yet.

    >>> from datetime import date
    >>> known = [{"currency": "USD", "rate_on": date(2026, 1, 1), "rate_price": Decimal("7.1")}]
    >>> exchange_rate(known, "USD", "CNY", date(2026, 2, 1)), exchange_rate([], None, "CNY", date(2026, 2, 1))
    (Decimal('7.1'), Decimal('1'))
    """
    if currency is None or currency == own:
        return Decimal(1)
    before = [r for r in rates if r["currency"] == currency and r["rate_on"] <= on]
    if not before:
        raise ScmError(
            "there is no exchange rate for {currency}",
            hint="Enter one: scm supplier rate {currency} 7.1.",
            currency=currency,
        )
    newest = max(before, key=lambda r: r["rate_on"])
    return Decimal(newest["rate_price"])


_QUANTITIES = ("from_qty", "moq_qty", "order_multiple_qty")


def _in_unit(line: Row, name: str) -> Decimal | None:
    """A quantity of a quote's line in the unit of the line."""
    qty: Decimal | None = line[name]
    return None if qty is None else round(qty / line["factor"], 4)


def price_rows(
    quote: Row, lines: Sequence[Row], old: Sequence[Row], today: date
) -> dict[str, list[dict[str, Any]]]:
    """What accepting a quote makes of the supplier's prices: rows to insert, update and delete.

    Args:
        quote: the head; its validity and tax go into each price.
        lines: the accepted `quote_line` rows.
        old: the present `supplier_item` rows of that supplier and those items.
        today: prices are valid from this day.

    The item's rank, the supplier's own code and the maker stay; breaks that are not offered
    any more go. A price list speaks in its row's unit, a quote's quantities are in stock units.
    """
    lines = [{**line, **{n: _in_unit(line, n) for n in _QUANTITIES}} for line in lines]
    kept = {r["sku"]: r for r in sorted(old, key=lambda r: -r["from_qty"])}
    present = {(r["sku"], r["from_qty"]): r for r in old}
    found: dict[str, list[dict[str, Any]]] = {"insert": [], "update": [], "delete": []}
    for line in lines:
        known = kept.get(line["sku"])
        row = {
            "supplier": quote["supplier"], "sku": line["sku"], "from_qty": line["from_qty"],
            "unit_price": line["unit_price"], "unit": line["unit"], "currency": quote["currency"],
            "tax_included": quote["tax_included"], "tax_rate_pct": quote["tax_rate_pct"],
            "moq_qty": line["moq_qty"], "order_multiple_qty": line["order_multiple_qty"],
            "lead_time_days": line["lead_time_days"] if line["lead_time_days"] is not None
            else known and known["lead_time_days"],
            "valid_from_on": today, "valid_until_on": quote["valid_until_on"],
            "rank": known["rank"] if known else 1,
            "supplier_sku": known and known["supplier_sku"], "made_by": known and known["made_by"],
        }  # fmt: skip
        now = present.get((line["sku"], line["from_qty"]))
        if now is None:
            found["insert"].append(row)
        elif any(now[n] != value for n, value in row.items() if n != "valid_from_on"):
            found["update"].append(row)
    said = {(line["sku"], line["from_qty"]) for line in lines}
    found["delete"] = [
        {"supplier": quote["supplier"], "sku": sku, "from_qty": qty}
        for sku, qty in sorted(present.keys() - said)
    ]
    return found
