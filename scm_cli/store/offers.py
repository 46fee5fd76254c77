"""What comparing offers reads of the shop: standing prices, demand, suggested quantities."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scm_cli.store.gateway import rows
from scm_cli.store.price_lists import OFFERED

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    import duckdb

    Connection = duckdb.DuckDBPyConnection

#: Prices of quotes that were neither declined nor replaced, and of the price lists (no source).
STANDING = f"""
SELECT l.sku, q.supplier, q.quote_no AS source, q.quoted_on, q.valid_until_on, q.currency, q.tax_included,
    q.tax_rate_pct::DOUBLE AS tax_rate_pct, q.payment_days, q.freight_amount::DOUBLE AS freight_amount,
    l.from_qty::DOUBLE AS from_qty, l.unit_price::DOUBLE AS unit_price, l.factor::DOUBLE AS factor,
    l.moq_qty::DOUBLE AS moq_qty, l.order_multiple_qty::DOUBLE AS order_multiple_qty, l.lead_time_days,
    l.freight_price::DOUBLE AS freight_price, l.duty_pct::DOUBLE AS duty_pct
FROM quote q JOIN quote_line l USING (quote_no)
WHERE q.status IN ('open', 'accepted') AND list_contains($skus, l.sku) AND ($rfq IS NULL OR q.rfq_no = $rfq)
UNION ALL
SELECT p.sku, p.supplier, '', NULL, p.valid_until_on, p.currency, p.tax_included, p.tax_rate_pct::DOUBLE, NULL,
    0, p.from_qty::DOUBLE, p.unit_price::DOUBLE, p.factor::DOUBLE, p.moq_qty::DOUBLE,
    p.order_multiple_qty::DOUBLE, p.lead_time_days, 0, 0
FROM {OFFERED} p
WHERE list_contains($skus, p.sku) AND (p.valid_from_on IS NULL OR p.valid_from_on <= $today)
ORDER BY ALL
"""
DEMAND = """
WITH told AS (
    SELECT sku, sum(daily) AS daily FROM (
        SELECT sku, warehouse, sum(mean_qty) / sum(bucket_days) AS daily FROM forecast
        WHERE list_contains($skus, sku) GROUP BY ALL
    ) GROUP BY sku
), sold AS (
    SELECT sku, sum(qty - cancelled_qty) / 180 AS daily FROM order_line
    WHERE list_contains($skus, sku) AND ordered_on BETWEEN $today - INTERVAL 180 DAY AND $today
        AND status <> 'cancelled' GROUP BY sku
)
SELECT sku, coalesce(told.daily, sold.daily)::DOUBLE AS daily FROM told FULL JOIN sold USING (sku)
"""


def standing(
    con: Connection, skus: Sequence[str], rfq: str | None, today: date
) -> list[dict[str, Any]]:
    """Every price at which the items may be bought, one row per break."""
    return rows(con, STANDING, {"skus": list(skus), "rfq": rfq, "today": today})


def daily_demand(con: Connection, skus: Sequence[str], today: date) -> dict[str, float]:
    """Expected demand per day by the night's forecast, else what was asked for in half a year."""
    found = rows(con, DEMAND, {"skus": list(skus), "today": today})
    return {row["sku"]: max(row["daily"], 0.0) for row in found}


def suggested(con: Connection, skus: Sequence[str]) -> dict[str, Any]:
    """What the plan would buy now, over all warehouses; for the others the last ordered quantity."""
    planned = rows(
        con, "SELECT sku, sum(order_qty) AS qty FROM suggestion WHERE kind = 'buy' AND list_contains($skus, sku) "
        "GROUP BY sku", {"skus": list(skus)},
    )  # fmt: skip
    last = rows(
        con, "SELECT sku, max_by(qty, (ordered_on, purchase_no)) AS qty FROM purchase_line "
        "WHERE list_contains($skus, sku) GROUP BY sku", {"skus": list(skus)},
    )  # fmt: skip
    return {row["sku"]: row["qty"] for row in [*last, *planned]}
