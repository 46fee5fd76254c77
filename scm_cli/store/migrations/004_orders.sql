-- Customers' orders: terms and approval, discounts and where a price came from, price lists,
-- substitutes, deliveries by day and city.

ALTER TABLE warehouse ADD COLUMN kind VARCHAR DEFAULT 'normal';
ALTER TABLE warehouse ALTER COLUMN kind SET NOT NULL;

ALTER TABLE customer ADD COLUMN payment_terms VARCHAR;
ALTER TABLE customer ADD COLUMN deposit_pct DECIMAL(18,2);

ALTER TABLE sales_order ADD COLUMN city VARCHAR;
ALTER TABLE sales_order ADD COLUMN is_pinned BOOLEAN DEFAULT false;
ALTER TABLE sales_order ALTER COLUMN is_pinned SET NOT NULL;
ALTER TABLE sales_order ADD COLUMN payment_terms VARCHAR;
ALTER TABLE sales_order ADD COLUMN deposit_pct DECIMAL(18,2);
ALTER TABLE sales_order ADD COLUMN deposit_holds VARCHAR DEFAULT 'confirming';
ALTER TABLE sales_order ALTER COLUMN deposit_holds SET NOT NULL;
ALTER TABLE sales_order ADD COLUMN waits_for VARCHAR;
ALTER TABLE sales_order ADD COLUMN approved_by VARCHAR;
ALTER TABLE sales_order ADD COLUMN approved_on DATE;

ALTER TABLE sales_order_line ADD COLUMN list_price DECIMAL(18,6);
ALTER TABLE sales_order_line ADD COLUMN discount_pct DECIMAL(18,2);
ALTER TABLE sales_order_line ADD COLUMN price_source VARCHAR;

ALTER TABLE shipment ADD COLUMN city VARCHAR;
ALTER TABLE shipment ADD COLUMN delivered_on DATE;

CREATE TABLE price_list (
    scope VARCHAR NOT NULL,
    party VARCHAR NOT NULL,
    sku VARCHAR NOT NULL,
    from_qty DECIMAL(18,4) NOT NULL,
    unit_price DECIMAL(18,6) NOT NULL,
    unit VARCHAR,
    tax_included BOOLEAN NOT NULL,
    tax_rate_pct DECIMAL(18,2),
    valid_from_on DATE,
    valid_until_on DATE,
    contract_no VARCHAR,
    entry BIGINT NOT NULL,
    PRIMARY KEY (scope, party, sku, from_qty)
);

CREATE TABLE item_substitute (
    sku VARCHAR NOT NULL,
    substitute VARCHAR NOT NULL,
    factor DECIMAL(18,4) NOT NULL,
    rank BIGINT NOT NULL,
    note VARCHAR,
    entry BIGINT NOT NULL,
    PRIMARY KEY (sku, substitute)
);

-- What customers may be promised from: lots in warehouses of the normal kind.
CREATE VIEW sellable_lot AS
    SELECT l.sku, l.warehouse, l.lot, l.expiry_on, l.qty
    FROM on_hand_lot l JOIN warehouse w ON w.warehouse = l.warehouse WHERE w.kind = 'normal' AND l.qty > 0;

-- The day on which 95 % of a purchase line had come.
CREATE VIEW purchase_usable AS
    WITH daily AS (
        SELECT l.purchase_no, l.purchase_line_no AS line_no, h.received_on, sum(l.accepted_qty) AS qty
        FROM receipt_line l JOIN receipt h USING (receipt_no) WHERE l.purchase_no IS NOT NULL GROUP BY ALL
    ), came AS (
        SELECT purchase_no, line_no, received_on,
            sum(qty) OVER (PARTITION BY purchase_no, line_no ORDER BY received_on) AS so_far
        FROM daily
    )
    SELECT c.purchase_no, c.line_no, min(c.received_on) AS usable_on
    FROM came c JOIN purchase_order_line p ON p.purchase_no = c.purchase_no AND p.line_no = c.line_no
    WHERE c.so_far >= 0.95 * (p.qty - p.cancelled_qty) GROUP BY ALL;

-- How many days each delivery took to its customer's door.
CREATE VIEW lane AS
    SELECT warehouse, city, carrier, delivered_on - shipped_on AS days, delivered_on
    FROM shipment WHERE delivered_on >= shipped_on;
