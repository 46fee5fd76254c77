-- What dealers tell of their own stock and sales.

CREATE TABLE dealer_stock (
    customer VARCHAR NOT NULL,
    sku VARCHAR NOT NULL,
    from_on DATE,
    until_on DATE NOT NULL,
    on_hand_qty DECIMAL(18,4),
    sold_qty DECIMAL(18,4),
    warehouse VARCHAR,
    note VARCHAR,
    entry BIGINT NOT NULL,
    PRIMARY KEY (customer, sku, until_on)
);

-- The days that a sheet speaks of, without those that an earlier one has told, and the units a day.
CREATE VIEW dealer_sale AS
    SELECT customer, sku, warehouse, greatest(begun_on, coalesce(before_on + 1, begun_on)) AS from_on, until_on,
        sold_qty::DOUBLE / (until_on - begun_on + 1) AS daily_qty
    FROM (
        SELECT *, lag(until_on) OVER mine AS before_on, coalesce(from_on, lag(until_on) OVER mine + 1) AS begun_on
        FROM dealer_stock WINDOW mine AS (PARTITION BY customer, sku ORDER BY until_on)
    )
    WHERE sold_qty IS NOT NULL AND begun_on <= until_on;
