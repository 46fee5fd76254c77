-- The forecast without a primary key: a night replaces it whole, by the million rows at once, and
-- keeping the index cost more than writing them. Rows stand in the order of item and warehouse.

CREATE TABLE forecast_plain AS SELECT * FROM forecast ORDER BY sku, warehouse, bucket_on;
DROP TABLE forecast;

CREATE TABLE forecast (
    sku VARCHAR NOT NULL,
    warehouse VARCHAR NOT NULL,
    bucket_on DATE NOT NULL,
    bucket_days BIGINT NOT NULL,
    mean_qty DECIMAL(18,4) NOT NULL,
    p50_qty DECIMAL(18,4) NOT NULL,
    p90_qty DECIMAL(18,4) NOT NULL,
    p95_qty DECIMAL(18,4) NOT NULL,
    method VARCHAR NOT NULL,
    entry BIGINT NOT NULL
);

INSERT INTO forecast SELECT * FROM forecast_plain;
DROP TABLE forecast_plain;
