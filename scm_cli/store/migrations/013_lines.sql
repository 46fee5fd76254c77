-- Lines of orders are many, and always asked for by order: an index of their key was never read
-- and cost a twentieth of an import. `commit` holds the key instead, as it holds references.

CREATE TABLE sales_order_line_anew (
    order_no VARCHAR NOT NULL,
    line_no BIGINT NOT NULL,
    sku VARCHAR NOT NULL,
    qty DECIMAL(18,4) NOT NULL,
    unit VARCHAR,
    factor DECIMAL(18,4) NOT NULL,
    unit_price DECIMAL(18,6),
    tax_included BOOLEAN NOT NULL,
    tax_rate_pct DECIMAL(18,2),
    kind VARCHAR NOT NULL,
    promised_on DATE,
    cancelled_qty DECIMAL(18,4) NOT NULL,
    shipped_before_qty DECIMAL(18,4) NOT NULL,
    line_note VARCHAR,
    entry BIGINT NOT NULL,
    list_price DECIMAL(18,6),
    discount_pct DECIMAL(18,2),
    price_source VARCHAR
);
INSERT INTO sales_order_line_anew SELECT * FROM sales_order_line;
DROP TABLE sales_order_line;
ALTER TABLE sales_order_line_anew RENAME TO sales_order_line;
