"""The books: what was delivered, received, returned and paid, as debts and credits per partner."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from scm_cli.core.money.balance import Balance, Credit, Debt, balance
from scm_cli.core.money.terms import due_on, line_amount
from scm_cli.jobs.rates import exchange_rates, rate_or_none
from scm_cli.store.gateway import rows

if TYPE_CHECKING:
    from scm_cli.run import Run

    Partner = tuple[str, str]  # (customer or supplier, code)

ONE = Decimal(1)
#: Delivered and returned lines; `{own}` is the line's own price, else that of what it came from,
#: `currency` that of the document where it names one, else the partner's.
SOLD = """
SELECT h.shipment_no AS number, h.customer AS partner, h.shipped_on AS day, l.qty, 1 AS sign,
    coalesce(o.kind, 'normal') AS kind, NULL AS currency, {own}
FROM shipment h JOIN shipment_line l USING (shipment_no)
LEFT JOIN sales_order_line o ON o.order_no = l.order_no AND o.line_no = l.order_line_no
UNION ALL
SELECT h.return_no, h.customer, h.returned_on, l.qty, -1, coalesce(o.kind, 'normal'), NULL, {own_return}
FROM sales_return h JOIN sales_return_line l USING (return_no)
LEFT JOIN sales_order_line o ON o.order_no = l.order_no AND o.line_no = l.order_line_no
"""
BOUGHT = """
SELECT h.receipt_no AS number, h.supplier AS partner, h.received_on AS day, l.accepted_qty AS qty,
    1 AS sign, 'normal' AS kind, p.currency, {own}
FROM receipt h JOIN receipt_line l USING (receipt_no)
LEFT JOIN purchase_order p ON p.purchase_no = l.purchase_no
LEFT JOIN purchase_order_line o
    ON o.purchase_no = l.purchase_no AND o.line_no = l.purchase_line_no
UNION ALL
SELECT h.return_no, h.supplier, h.returned_on, l.qty, -1, 'normal', o.currency, {own_return}
FROM purchase_return h JOIN purchase_return_line l USING (return_no)
LEFT JOIN (
    SELECT receipt_no, sku, any_value(factor) AS factor, any_value(unit_price) AS unit_price,
        any_value(tax_included) AS tax_included, any_value(tax_rate_pct) AS tax_rate_pct,
        any_value(currency) AS currency
    FROM receipt_line LEFT JOIN purchase_order USING (purchase_no) GROUP BY ALL
) o ON o.receipt_no = l.receipt_no AND o.sku = l.sku
"""
_OWN = "if(l.unit_price IS NULL, o.{0}, l.{0}) AS {0}"
_PRICE = {
    "own": ", ".join(
        _OWN.format(n) for n in ("factor", "unit_price", "tax_included", "tax_rate_pct")
    ),
    "own_return": ", ".join(
        (
            _OWN.format("factor"),
            _OWN.format("unit_price"),
            "coalesce(o.tax_included, true) AS tax_included",
            "o.tax_rate_pct",
        )
    ),
}
LINES = {"customer": SOLD.format(**_PRICE), "supplier": BOUGHT.format(**_PRICE)}
SIDES = {"receivable": "customer", "payable": "supplier"}


@dataclass(slots=True)
class Books:
    """Debts and credits per partner, in its currency; how many lines have no price in it."""

    names: dict[Partner, str] = field(default_factory=dict)
    payment_days: dict[Partner, int | None] = field(default_factory=dict)
    currency: dict[Partner, str] = field(default_factory=dict)
    debts: dict[Partner, list[Debt]] = field(default_factory=lambda: defaultdict(list))
    credits: dict[Partner, list[Credit]] = field(default_factory=lambda: defaultdict(list))
    own: str = ""
    rates: list[dict[str, Any]] = field(default_factory=list)
    unpriced: int = 0

    def rate(self, partner: Partner, currency: str | None, day: date) -> Decimal | None:
        """What a unit of a document's currency is in its partner's; None without a rate."""
        theirs = self.currency.get(partner, self.own)
        if currency in (None, theirs):
            return ONE
        told, asked = (rate_or_none(self.rates, c, self.own, day) for c in (currency, theirs))
        return None if told is None or asked is None else told / asked

    def balances(self) -> dict[Partner, Balance]:
        """Every partner's balance that is not nothing, customers first, by code."""
        found = {
            p: balance(self.debts[p], self.credits[p]) for p in sorted({*self.debts, *self.credits})
        }
        return {p: b for p, b in found.items() if b.debts or b.advance_amount}


def loaded(con: Any, run: Run) -> Books:  # noqa: ANN401 -- the store's connection
    """The books from their opening up to today; older history is in the opening balances."""
    own = run.setting("currency")
    books = Books(own=own, rates=exchange_rates(con))
    for kind in SIDES.values():
        theirs = "currency" if kind == "supplier" else "NULL"  # customers owe in the firm's
        asked = f"SELECT {kind} AS code, name, payment_days, {theirs} AS currency FROM {kind}"
        for r in rows(con, asked):
            books.names[kind, r["code"]] = r["name"]
            books.payment_days[kind, r["code"]] = r["payment_days"]
            books.currency[kind, r["code"]] = r["currency"] or own
    told = rows(con, "SELECT value FROM shop_fact WHERE name = 'start_on'")
    start = date.fromisoformat(told[0]["value"]) if told else date.min
    _opening(con, books, start)
    for kind in SIDES.values():
        _documents(con, books, kind, (start, run.today))
    _payments(con, books, (start, run.today))
    return books


def _opening(con: Any, books: Books, start: date) -> None:  # noqa: ANN401
    for r in rows(con, "SELECT * FROM opening_balance ORDER BY kind, partner, document_no"):
        kind = "customer" if r["kind"] in ("receivable", "advance_received") else "supplier"
        partner = (kind, r["partner"])
        if r["kind"] in ("advance_received", "advance_paid"):
            books.credits[partner].append(Credit(r["amount"]))
            continue
        since = r["balance_on"] or start
        last = r["due_on"] or due_on(since, books.payment_days.get(partner))
        books.debts[partner].append(Debt(r["document_no"], since, last, r["amount"]))


def _documents(con: Any, books: Books, kind: str, period: tuple[date, date]) -> None:  # noqa: ANN401
    """Deliveries or receipts become debts, returns become credits."""
    worth: dict[tuple[str, str, date, int], Decimal] = defaultdict(Decimal)
    for r in rows(con, f"SELECT * FROM ({LINES[kind]}) WHERE day BETWEEN ? AND ?", list(period)):
        if r["unit_price"] is None:
            books.unpriced += r["kind"] == "normal" and r["qty"] > 0
            continue
        rate = books.rate((kind, r["partner"]), r["currency"], r["day"])
        if rate is None:
            books.unpriced += 1
            continue
        added = None if r["tax_included"] else r["tax_rate_pct"]
        amount = line_amount(r["qty"], r["factor"], r["unit_price"] * rate, added)
        worth[r["number"], r["partner"], r["day"], r["sign"]] += amount
    for (number, code, day, sign), amount in sorted(worth.items()):
        partner = (kind, code)
        if sign < 0 and amount:
            books.credits[partner].append(Credit(amount))
        elif amount:
            last = due_on(day, books.payment_days.get(partner))
            books.debts[partner].append(Debt(number, day, last, amount))


def _payments(con: Any, books: Books, period: tuple[date, date]) -> None:  # noqa: ANN401
    """Money from a customer or to a supplier is a credit; the other way it is a refund."""
    for r in rows(
        con, "SELECT * FROM payment WHERE paid_on BETWEEN ? AND ? ORDER BY payment_no", list(period)
    ):
        natural, other = (
            ("customer", "supplier") if r["direction"] == "in" else ("supplier", "customer")
        )
        if (natural, r["partner"]) in books.names or (other, r["partner"]) not in books.names:
            books.credits[natural, r["partner"]].append(Credit(r["amount"], r["document_no"]))
        else:
            refund = Debt(r["payment_no"], r["paid_on"], r["paid_on"], r["amount"])
            books.debts[other, r["partner"]].append(refund)
