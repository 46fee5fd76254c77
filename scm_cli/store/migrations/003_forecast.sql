-- What forecasts of past runs said, and what then came: one row per run, item and warehouse.
-- No primary key: rows are written by the hundred thousand and only ever read by run.

CREATE TABLE forecast_accuracy (
    made_on DATE NOT NULL,
    sku VARCHAR NOT NULL,
    warehouse VARCHAR NOT NULL,
    abc_class VARCHAR NOT NULL,
    pattern VARCHAR NOT NULL,
    from_on DATE NOT NULL,
    until_on DATE NOT NULL,
    forecast_qty DECIMAL(18,4) NOT NULL,
    naive_qty DECIMAL(18,4) NOT NULL,
    actual_qty DECIMAL(18,4),
    interval_until_on DATE NOT NULL,
    interval_p05_qty DECIMAL(18,4) NOT NULL,
    interval_p95_qty DECIMAL(18,4) NOT NULL,
    interval_actual_qty DECIMAL(18,4),
    entry BIGINT NOT NULL
);
