"""Quotes: entered by hand, accepted, declined."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scm_cli.core.changes import Changes
from scm_cli.core.supplier import quotes as rules
from scm_cli.errors import Problem, Say, ScmError
from scm_cli.jobs import documents, rates
from scm_cli.jobs.documents import Entered
from scm_cli.store import lookup
from scm_cli.store.commit import Committed, commit
from scm_cli.store.gateway import reading, rows, writing

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from scm_cli.run import Run

LIST = """
SELECT q.quote_no AS quote, q.supplier, s.name, q.rfq_no AS rfq, q.quoted_on, q.valid_until_on, q.status,
    q.currency, count(DISTINCT l.sku) AS items,
    CASE WHEN i.invited_on IS NOT NULL THEN q.quoted_on - i.invited_on END AS response_days
FROM quote q JOIN supplier s USING (supplier) JOIN quote_line l USING (quote_no)
LEFT JOIN rfq_invite i ON i.rfq_no = q.rfq_no AND i.supplier = q.supplier
WHERE ($rfq IS NULL OR q.rfq_no = $rfq) AND ($supplier IS NULL OR q.supplier = $supplier)
GROUP BY ALL ORDER BY q.quoted_on DESC, q.quote_no DESC
"""


def listed(run: Run, rfq: str | None, supplier: str | None) -> list[dict[str, Any]]:
    """Quotes, the newest first, with the days each took to answer a request."""
    with reading(run) as con:
        found = rows(con, LIST, {"rfq": rfq, "supplier": supplier})
    return [{**row, "expired": not rules.is_valid(row, run.today)} for row in found]


def card(run: Run, number: str) -> list[dict[str, Any]]:
    """One quote, price by price."""
    with reading(run) as con:
        lookup.one(con, "quote", "quote_no", number)
        return rows(
            con, "SELECT * EXCLUDE (quote_no, entry) FROM quote_line WHERE quote_no = ? ORDER BY line_no", [number]
        )  # fmt: skip


def add(
    run: Run, supplier: str, sku: str, prices: Sequence[str], texts: Mapping[str, str]
) -> tuple[Entered, list[Problem]]:
    """Enter what a supplier offers for one item; what looks wrong is told, and taken.

    Raises:
        ScmError: an unknown code, a negative price, overlapping breaks, a currency without a rate.
    """
    from scm_cli.core import master

    breaks = rules.price_breaks(prices)
    head = master.values("quote", {n: t for n, t in texts.items() if n in HEAD})
    line = master.values("quote_line", {n: t for n, t in texts.items() if n not in HEAD})
    with writing(run) as con:
        changes = Changes()
        seller = lookup.one(con, "supplier", "supplier", supplier)
        rules.require_open_to(seller)
        item = lookup.item(con, sku)
        unit = line.pop("unit", None) or item["unit"]
        factor = documents.factor_of(con, item, unit)
        quoted = {
            "currency": seller["currency"], "payment_days": seller["payment_days"],
            "tax_rate_pct": seller["tax_rate_pct"],
            "quoted_on": run.today, "person": run.who, **head, "supplier": supplier,
        }  # fmt: skip
        number = documents.number(con, run, changes, "quote")
        least = {n: line[n] * factor for n in ("moq_qty", "order_multiple_qty") if line.get(n)}
        lines = [
            {**line, **least, "sku": sku, "unit": unit, "factor": factor, "from_qty": qty * factor,
             "unit_price": price}
            for qty, price in breaks
        ]  # fmt: skip
        doubts = put(con, run, changes, {**quoted, "quote_no": number}, lines)
        return Entered(number, commit(con, run, changes)), doubts


HEAD = frozenset(
    {"valid_until_on", "currency", "tax_included", "tax_rate_pct", "payment_days", "freight_amount",
     "rfq_no", "quoted_on", "note"}
)  # fmt: skip


def put(
    con: Any,  # noqa: ANN401 -- the store's connection
    run: Run,
    changes: Changes,
    head: dict[str, Any],
    lines: Sequence[dict[str, Any]],
) -> list[Problem]:
    """Add one quote to `changes`; an earlier open one for the same request is replaced by it.

    Raises:
        ScmError: overlapping breaks, a currency without a rate.
    """
    from scm_cli.core import master

    require_apart(head["supplier"], lines)
    rates.of_today(con, run)(head.get("currency"))
    number = head["quote_no"]
    changes.insert("quote", [master.row("quote", head)])
    ordered = sorted(lines, key=lambda line: (line["sku"], line["from_qty"]))
    changes.insert(
        "quote_line",
        [master.row("quote_line", {**line, "quote_no": number, "line_no": n}) for n, line in enumerate(ordered, 1)],
    )  # fmt: skip
    if head.get("rfq_no"):
        earlier = rows(
            con, "SELECT quote_no FROM quote WHERE rfq_no = ? AND supplier = ? AND status = 'open'",
            [head["rfq_no"], head["supplier"]],
        )  # fmt: skip
        changes.update("quote", [{**old, "status": "replaced"} for old in earlier])
    return _doubts(head, run.today)


def require_apart(
    supplier: str, lines: Sequence[dict[str, Any]], places: Mapping[str, str] | None = None
) -> None:
    """Refuse two prices of one item from the same quantity on; `places`: where each item stands."""
    wrong = rules.overlapping(lines)
    if wrong:
        known = places or {}
        raise ScmError(
            "price breaks overlap in the quote of {supplier}",
            hint="Correct them; nothing was written.",
            where=known.get(wrong[0].where, ""),
            problems=tuple(Problem(known.get(p.where, p.where), p.what) for p in wrong),
            supplier=supplier,
        )


def _doubts(head: Mapping[str, Any], today: date) -> list[Problem]:
    until = head.get("valid_until_on")
    if until is None or until >= today:
        return []
    what = Say("{day} has passed: the quote is not compared", day=until)
    return [Problem("valid_until_on", what)]


def accept(run: Run, number: str, skus: Sequence[str]) -> Committed:
    """Buy by a quote from now on: its prices become the supplier's, its terms are kept.

    Raises:
        ScmError: it has expired, was declined or replaced; an item is not in it.
    """
    with writing(run) as con:
        quote = lookup.one(con, "quote", "quote_no", number)
        rules.require_standing(quote, run.today)
        rules.require_open_to(lookup.one(con, "supplier", "supplier", quote["supplier"]))
        lines = rows(con, "SELECT * EXCLUDE (entry) FROM quote_line WHERE quote_no = ?", [number])
        for sku in skus:
            if sku not in {line["sku"] for line in lines}:
                raise ScmError("quote {number} has no price for {sku}", number=number, sku=sku)
        chosen = [line for line in lines if not skus or line["sku"] in skus]
        marks = ", ".join("?" * len(chosen))
        old = rows(
            con,
            f"SELECT * EXCLUDE (entry) FROM supplier_item WHERE supplier = ? AND sku IN ({marks})",
            [quote["supplier"], *(line["sku"] for line in chosen)],
        )
        made = rules.price_rows(quote, chosen, old, run.today)
        changes = Changes()
        changes.insert("supplier_item", made["insert"])
        changes.update("supplier_item", made["update"])
        changes.delete("supplier_item", made["delete"])
        if quote["status"] != "accepted":
            changes.update("quote", [{"quote_no": number, "status": "accepted"}])
        return commit(con, run, changes)


def decline(run: Run, number: str) -> Committed:
    """A quote that will not be bought by."""
    with writing(run) as con:
        quote = lookup.one(con, "quote", "quote_no", number)
        changes = Changes()
        if quote["status"] != "declined":
            changes.update("quote", [{"quote_no": number, "status": "declined"}])
        return commit(con, run, changes)
