"""Suppliers' price lists: they speak in the unit of their row, everything else in the item's own."""

from __future__ import annotations

from scm_cli.store.currency import own_rate, tax_pct

#: The rows of price lists, quantities in stock units; `factor`: stock units in the unit of the price.
#: Without a currency or a tax rate of its own, a price has the supplier's.
OFFERED = """(
SELECT p.* REPLACE (
        (p.from_qty * coalesce(u.factor, 1))::DECIMAL(18,4) AS from_qty,
        (p.moq_qty * coalesce(u.factor, 1))::DECIMAL(18,4) AS moq_qty,
        (p.order_multiple_qty * coalesce(u.factor, 1))::DECIMAL(18,4) AS order_multiple_qty,
        coalesce(p.currency, s.currency) AS currency,
        coalesce(p.tax_rate_pct, s.tax_rate_pct) AS tax_rate_pct
    ), coalesce(u.factor, 1)::DECIMAL(18,4) AS factor
FROM supplier_item p JOIN supplier s USING (supplier) LEFT JOIN item_unit u ON u.sku = p.sku AND u.unit = p.unit
)"""
#: What `p` of `OFFERED` asks for a stock unit in the firm's currency, ex tax; `i` is its item.
NET = (
    f"p.unit_price * {own_rate('p.currency', '$today')} / p.factor / (1 + CASE WHEN p.tax_included "
    f"THEN {tax_pct('p.tax_rate_pct', 'p.currency')} / 100 ELSE 0 END)"
)
#: Of these rows, those whose price holds on a day.
VALID = (
    "(p.valid_from_on IS NULL OR p.valid_from_on <= $today) "
    "AND (p.valid_until_on IS NULL OR p.valid_until_on >= $today)"
)
