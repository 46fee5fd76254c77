"""What was saved on orders: against the last price before a period, and against the budget."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from scm_cli.errors import Exit, Problem, ScmError
from scm_cli.store import lookup
from scm_cli.store.currency import tax_pct
from scm_cli.store.gateway import reading, rows

if TYPE_CHECKING:
    from datetime import date

    from scm_cli.run import Run

BOUGHT = f"""
SELECT l.supplier, l.sku, l.ordered_on, (l.qty - l.cancelled_qty)::DECIMAL(18,4) AS qty,
    l.unit_price / l.factor AS price,
    coalesce(h.currency, s.currency) AS currency, l.tax_included,
    {tax_pct("coalesce(l.tax_rate_pct, s.tax_rate_pct)", "coalesce(h.currency, s.currency)")} AS tax_rate_pct
FROM purchase_line l JOIN purchase_order h USING (purchase_no) JOIN item i ON i.sku = l.sku
    JOIN supplier s ON s.supplier = l.supplier
WHERE l.unit_price IS NOT NULL AND l.status <> 'cancelled' AND l.status <> 'draft' AND l.ordered_on <= $last
    AND l.qty > l.cancelled_qty
ORDER BY l.ordered_on, l.purchase_no, l.line_no
"""
BUDGET = """
SELECT sku, budget_price AS price, coalesce(tax_rate_pct, 0) AS tax_rate_pct FROM item
WHERE budget_price IS NOT NULL
"""


def savings(
    run: Run, first: date, last: date, supplier: str | None
) -> tuple[list[dict[str, Any]], list[Problem]]:
    """What was ordered in a period against the last price before it, and against the budget.

    Raises:
        ScmError: the period is turned round.
    """
    from scm_cli.core.supplier import savings as rules
    from scm_cli.core.supplier.landed_cost import cost_price
    from scm_cli.core.supplier.quotes import exchange_rate
    from scm_cli.jobs.rates import exchange_rates

    if first > last:
        raise ScmError("{first} is after {last}", exit_code=Exit.USAGE, first=first, last=last)
    deducts, own = run.settings.purchasing.deducts_tax, run.settings.currency
    with reading(run) as con:
        if supplier is not None:
            lookup.one(con, "supplier", "supplier", supplier)
        bought, budgets, rates = (
            rows(con, BOUGHT, {"last": last}),
            rows(con, BUDGET),
            exchange_rates(con),
        )
    lines, before, left_out = [], {}, {}
    for row in bought:
        try:
            rate = exchange_rate(rates, row["currency"], own, row["ordered_on"])
        except ScmError as error:
            left_out[row["currency"]] = Problem(row["currency"], error.say)
            continue
        price = cost_price(
            float(row["price"]) * float(rate),
            float(row["tax_rate_pct"]),
            included=row["tax_included"],
            deducts=deducts,
        )
        told = {**row, "price": Decimal(str(round(price, 6)))}
        if row["ordered_on"] < first:
            before[row["sku"]] = told["price"]
        elif supplier in (None, row["supplier"]):
            lines.append(told)
    budget = {
        r["sku"]: Decimal(
            str(
                round(
                    cost_price(
                        float(r["price"]), float(r["tax_rate_pct"]), included=True, deducts=deducts
                    ),
                    6,
                )
            )
        )
        for r in budgets
    }
    return rules.savings(lines, before, budget), list(left_out.values())
