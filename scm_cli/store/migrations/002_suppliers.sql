-- Suppliers: their papers and states, contracts; quotes and requests; scores and shared plans.
-- Each part stands under its own heading.

-- ── Files and onboarding, contracts ──────────────────────────────────────────────────────────

ALTER TABLE supplier ADD COLUMN made_by VARCHAR;

CREATE TABLE qualification (
    supplier VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    number VARCHAR NOT NULL,
    issuer VARCHAR,
    valid_from_on DATE,
    valid_until_on DATE NOT NULL,
    file VARCHAR,
    sha256 VARCHAR,
    entered_on DATE,
    person VARCHAR,
    note VARCHAR,
    entry BIGINT NOT NULL,
    PRIMARY KEY (supplier, kind, number)
);

-- Every change of a supplier's state: who, when, why, and what was overridden.
CREATE TABLE supplier_state (
    supplier VARCHAR NOT NULL,
    step_no BIGINT NOT NULL,
    from_state VARCHAR,
    state VARCHAR NOT NULL,
    changed_on DATE NOT NULL,
    person VARCHAR NOT NULL,
    reason VARCHAR,
    overridden VARCHAR,
    entry BIGINT NOT NULL,
    PRIMARY KEY (supplier, step_no)
);

CREATE TABLE contract (
    contract_no VARCHAR NOT NULL,
    supplier VARCHAR NOT NULL,
    title VARCHAR,
    status VARCHAR NOT NULL,
    signed_on DATE,
    valid_from_on DATE NOT NULL,
    valid_until_on DATE NOT NULL,
    currency VARCHAR,
    payment_days BIGINT,
    payment_terms VARCHAR,
    delivery_terms VARCHAR,
    quality_terms VARCHAR,
    min_amount DECIMAL(18,2),
    max_amount DECIMAL(18,2),
    ended_on DATE,
    end_reason VARCHAR,
    file VARCHAR,
    sha256 VARCHAR,
    person VARCHAR,
    note VARCHAR,
    entry BIGINT NOT NULL,
    PRIMARY KEY (contract_no)
);

CREATE TABLE contract_line (
    contract_no VARCHAR NOT NULL,
    line_no BIGINT NOT NULL,
    sku VARCHAR NOT NULL,
    unit VARCHAR,
    factor DECIMAL(18,4) NOT NULL,
    unit_price DECIMAL(18,6) NOT NULL,
    tax_included BOOLEAN NOT NULL,
    tax_rate_pct DECIMAL(18,2),
    min_qty DECIMAL(18,4),
    max_qty DECIMAL(18,4),
    line_note VARCHAR,
    entry BIGINT NOT NULL,
    PRIMARY KEY (contract_no, line_no)
);

-- ── Quotes, shipment notices ─────────────────────────────────────────────────────────────────

ALTER TABLE item ADD COLUMN budget_price DECIMAL(18,6);
ALTER TABLE supplier ADD COLUMN language VARCHAR;
ALTER TABLE supplier_item ADD COLUMN made_by VARCHAR;

CREATE TABLE exchange_rate (
    currency VARCHAR NOT NULL,
    rate_on DATE NOT NULL,
    rate_price DECIMAL(18,6) NOT NULL,
    entry BIGINT NOT NULL,
    PRIMARY KEY (currency, rate_on)
);

CREATE TABLE rfq (
    rfq_no VARCHAR NOT NULL,
    asked_on DATE NOT NULL,
    reply_by_on DATE,
    warehouse VARCHAR,
    person VARCHAR,
    note VARCHAR,
    entry BIGINT NOT NULL,
    PRIMARY KEY (rfq_no)
);

CREATE TABLE rfq_line (
    rfq_no VARCHAR NOT NULL,
    line_no BIGINT NOT NULL,
    sku VARCHAR NOT NULL,
    qty DECIMAL(18,4) NOT NULL,
    unit VARCHAR,
    factor DECIMAL(18,4) NOT NULL,
    need_by_on DATE,
    line_note VARCHAR,
    entry BIGINT NOT NULL,
    PRIMARY KEY (rfq_no, line_no)
);

-- Who was asked, when, by whom; the answer is a quote that names the request.
CREATE TABLE rfq_invite (
    rfq_no VARCHAR NOT NULL,
    supplier VARCHAR NOT NULL,
    invited_on DATE NOT NULL,
    person VARCHAR,
    entry BIGINT NOT NULL,
    PRIMARY KEY (rfq_no, supplier)
);

CREATE TABLE quote (
    quote_no VARCHAR NOT NULL,
    supplier VARCHAR NOT NULL,
    rfq_no VARCHAR,
    quoted_on DATE NOT NULL,
    valid_until_on DATE,
    status VARCHAR NOT NULL,
    currency VARCHAR,
    tax_included BOOLEAN NOT NULL,
    tax_rate_pct DECIMAL(18,2),
    payment_days BIGINT,
    freight_amount DECIMAL(18,2) NOT NULL,
    person VARCHAR,
    note VARCHAR,
    entry BIGINT NOT NULL,
    PRIMARY KEY (quote_no)
);

CREATE TABLE quote_line (
    quote_no VARCHAR NOT NULL,
    line_no BIGINT NOT NULL,
    sku VARCHAR NOT NULL,
    from_qty DECIMAL(18,4) NOT NULL,
    unit_price DECIMAL(18,6) NOT NULL,
    unit VARCHAR,
    factor DECIMAL(18,4) NOT NULL,
    moq_qty DECIMAL(18,4),
    order_multiple_qty DECIMAL(18,4),
    lead_time_days BIGINT,
    freight_price DECIMAL(18,6) NOT NULL,
    duty_pct DECIMAL(18,2) NOT NULL,
    line_note VARCHAR,
    entry BIGINT NOT NULL,
    PRIMARY KEY (quote_no, line_no)
);

CREATE TABLE supplier_shipment (
    notice_no VARCHAR NOT NULL,
    supplier VARCHAR NOT NULL,
    shipped_on DATE NOT NULL,
    expected_on DATE,
    carrier VARCHAR,
    tracking_no VARCHAR,
    person VARCHAR,
    note VARCHAR,
    entry BIGINT NOT NULL,
    PRIMARY KEY (notice_no)
);

CREATE TABLE supplier_shipment_line (
    notice_no VARCHAR NOT NULL,
    line_no BIGINT NOT NULL,
    purchase_no VARCHAR NOT NULL,
    purchase_line_no BIGINT NOT NULL,
    sku VARCHAR NOT NULL,
    qty DECIMAL(18,4) NOT NULL,
    unit VARCHAR,
    factor DECIMAL(18,4) NOT NULL,
    lot VARCHAR,
    entry BIGINT NOT NULL,
    PRIMARY KEY (notice_no, line_no)
);

-- What was shipped to us and has not come: receipts from the first notice on use it up in order.
CREATE VIEW in_transit AS
    WITH told AS (
        SELECT l.purchase_no, l.purchase_line_no AS line_no, l.notice_no, l.sku, l.qty, h.shipped_on,
            h.expected_on, h.carrier, h.tracking_no,
            sum(l.qty) OVER (PARTITION BY l.purchase_no, l.purchase_line_no
                ORDER BY h.shipped_on, l.notice_no, l.line_no) AS upto_qty,
            min(h.shipped_on) OVER (PARTITION BY l.purchase_no, l.purchase_line_no) AS first_on
        FROM supplier_shipment_line l JOIN supplier_shipment h USING (notice_no)
    ), came AS (
        SELECT t.purchase_no, t.line_no, sum(r.accepted_qty + r.rejected_qty) AS qty
        FROM (SELECT DISTINCT purchase_no, line_no, first_on FROM told) t
        JOIN receipt_line r ON r.purchase_no = t.purchase_no AND r.purchase_line_no = t.line_no
        JOIN receipt h ON h.receipt_no = r.receipt_no AND h.received_on >= t.first_on
        GROUP BY ALL
    )
    SELECT t.purchase_no, t.line_no, t.notice_no, t.sku, t.shipped_on, t.expected_on, t.carrier, t.tracking_no,
        least(t.qty, greatest(t.upto_qty - coalesce(c.qty, 0), 0))::DECIMAL(18,4) AS qty
    FROM told t LEFT JOIN came c USING (purchase_no, line_no)
    WHERE t.upto_qty > coalesce(c.qty, 0);

-- As before, and what is on the way: how much, when all of it is expected, when the first goods are.
CREATE OR REPLACE VIEW purchase_line AS
    SELECT h.purchase_no, l.line_no, h.supplier, h.warehouse, h.status, h.ordered_on, l.sku, l.qty, l.unit,
        l.factor, l.unit_price, l.tax_included, l.tax_rate_pct, l.requested_on, l.promised_on,
        l.first_promised_on, l.cancelled_qty, l.cancelled_by, l.changed_by_us, l.received_before_qty,
        coalesce(r.accepted_qty, 0)::DECIMAL(18,4) AS accepted_qty,
        coalesce(r.rejected_qty, 0)::DECIMAL(18,4) AS rejected_qty,
        r.last_received_on,
        CASE WHEN h.status IN ('approved', 'confirmed')
            THEN greatest(l.qty - l.cancelled_qty - l.received_before_qty - coalesce(r.accepted_qty, 0), 0)
            ELSE 0 END::DECIMAL(18,4) AS open_qty,
        least(coalesce(t.qty, 0), open_qty)::DECIMAL(18,4) AS in_transit_qty,
        coalesce(t.last_on, l.promised_on, l.requested_on) AS transit_on,
        CASE WHEN in_transit_qty < open_qty THEN least(t.first_on, coalesce(l.promised_on, l.requested_on))
            ELSE coalesce(t.first_on, l.promised_on, l.requested_on) END AS expected_on
    FROM purchase_order_line l JOIN purchase_order h USING (purchase_no)
    LEFT JOIN (
        SELECT purchase_no, purchase_line_no AS line_no, sum(accepted_qty) AS accepted_qty,
            sum(rejected_qty) AS rejected_qty, max(received_on) AS last_received_on
        FROM receipt_line JOIN receipt USING (receipt_no)
        WHERE purchase_no IS NOT NULL GROUP BY ALL
    ) r USING (purchase_no, line_no)
    LEFT JOIN (
        SELECT purchase_no, line_no, sum(qty) AS qty, min(expected_on) AS first_on, max(expected_on) AS last_on
        FROM in_transit GROUP BY ALL
    ) t USING (purchase_no, line_no);

-- What is to come, day by day: what is on its way, and what is only promised or asked for.
CREATE VIEW inbound AS
    SELECT purchase_no, line_no, supplier, sku, warehouse, part.qty AS qty, part.expected_on AS expected_on,
        part.is_shipped AS is_shipped
    FROM (
        SELECT *, unnest([
            {'qty': in_transit_qty, 'expected_on': transit_on, 'is_shipped': true},
            {'qty': (open_qty - in_transit_qty)::DECIMAL(18,4),
             'expected_on': coalesce(promised_on, requested_on), 'is_shipped': false}
        ]) AS part
        FROM purchase_line WHERE open_qty > 0
    ) WHERE part.qty > 0;

-- ── Scores ───────────────────────────────────────────────────────────────────────────────────

CREATE TABLE inspection (
    inspection_no VARCHAR NOT NULL,
    inspected_on DATE NOT NULL,
    supplier VARCHAR NOT NULL,
    receipt_no VARCHAR,
    sku VARCHAR NOT NULL,
    lot VARCHAR,
    inspected_qty DECIMAL(18,4) NOT NULL,
    failed_qty DECIMAL(18,4) NOT NULL,
    is_safety BOOLEAN NOT NULL,
    finding VARCHAR,
    person VARCHAR,
    entry BIGINT NOT NULL,
    PRIMARY KEY (inspection_no)
);

CREATE TABLE supplier_score (
    supplier VARCHAR NOT NULL,
    period VARCHAR NOT NULL,
    from_on DATE NOT NULL,
    until_on DATE NOT NULL,
    lines BIGINT NOT NULL,
    assumed_lines BIGINT NOT NULL,
    on_time_lines BIGINT NOT NULL,
    in_full_lines BIGINT NOT NULL,
    on_time_pct DECIMAL(18,2),
    delivered_pct DECIMAL(18,2),
    on_time_in_full_pct DECIMAL(18,2),
    on_time_low_pct DECIMAL(18,2),
    on_time_high_pct DECIMAL(18,2),
    late_days_p90 BIGINT,
    received_lines BIGINT NOT NULL,
    quality_pct DECIMAL(18,2),
    price_index_pct DECIMAL(18,2),
    price_coverage_pct DECIMAL(18,2),
    price_trend_pct DECIMAL(18,2),
    asked BIGINT NOT NULL,
    answered_pct DECIMAL(18,2),
    documents_pct DECIMAL(18,2),
    spend_amount DECIMAL(18,2),
    score_pct DECIMAL(18,2),
    score_low_pct DECIMAL(18,2),
    score_high_pct DECIMAL(18,2),
    grade VARCHAR NOT NULL,
    tier VARCHAR NOT NULL,
    cause VARCHAR,
    role VARCHAR,
    advice VARCHAR,
    entry BIGINT NOT NULL,
    PRIMARY KEY (supplier, period)
);
