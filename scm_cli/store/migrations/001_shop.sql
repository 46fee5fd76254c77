-- The shop's file, as first laid down. One table per record of core/records (a test
-- holds them together) plus the program's own bookkeeping. Foreign keys are left to
-- core (they would block migrations); every row carries the entry that inserted it.

CREATE TABLE schema_version (version BIGINT PRIMARY KEY, name VARCHAR NOT NULL, applied_at TIMESTAMP NOT NULL);

CREATE TABLE shop_fact (name VARCHAR PRIMARY KEY, value VARCHAR, entry BIGINT NOT NULL);

CREATE TABLE journal (
    entry BIGINT PRIMARY KEY,
    made_at TIMESTAMP NOT NULL,
    today DATE NOT NULL,
    who VARCHAR NOT NULL,
    pid BIGINT NOT NULL,
    version VARCHAR NOT NULL,
    command VARCHAR NOT NULL,
    reason VARCHAR,
    undoes BIGINT,
    based_on BIGINT,
    counts VARCHAR NOT NULL,
    digest VARCHAR NOT NULL,
    prev_hash VARCHAR NOT NULL,
    hash VARCHAR NOT NULL
);

-- The image of each row before an entry changed or deleted it.
CREATE TABLE journal_row (
    entry BIGINT NOT NULL,
    table_name VARCHAR NOT NULL,
    op VARCHAR NOT NULL,
    key VARCHAR NOT NULL,
    before VARCHAR NOT NULL
);

CREATE TABLE derived_run (
    table_name VARCHAR PRIMARY KEY,
    made_at TIMESTAMP NOT NULL,
    today DATE NOT NULL,
    based_on BIGINT NOT NULL,
    rows BIGINT NOT NULL,
    digest VARCHAR NOT NULL
);

-- Last number given per series; outside undo, so that no number is used twice.
CREATE TABLE number_series (series VARCHAR PRIMARY KEY, last_no BIGINT NOT NULL);

CREATE TABLE import_batch (
    batch_no BIGINT NOT NULL,
    file VARCHAR NOT NULL,
    sha256 VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    imported_at TIMESTAMP NOT NULL,
    summary VARCHAR NOT NULL,
    entry BIGINT NOT NULL,
    PRIMARY KEY (batch_no)
);

-- The columns that were accepted for a file of this shape.
CREATE TABLE file_mapping (
    fingerprint VARCHAR PRIMARY KEY,
    kind VARCHAR NOT NULL,
    mapping VARCHAR NOT NULL,
    entry BIGINT NOT NULL
);

-- Never filled: the append-only triggers aim their error at it.
CREATE TABLE append_only (refusal VARCHAR);

CREATE TABLE item (
    sku VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    spec VARCHAR,
    unit VARCHAR NOT NULL,
    barcode VARCHAR,
    category VARCHAR,
    brand VARCHAR,
    purchase_price DECIMAL(18,6),
    sale_price DECIMAL(18,6),
    floor_price DECIMAL(18,6),
    tax_rate_pct DECIMAL(18,2),
    shelf_life_days BIGINT,
    min_qty DECIMAL(18,4),
    max_qty DECIMAL(18,4),
    daily_guess_qty DECIMAL(18,4),
    supplier VARCHAR,
    status VARCHAR NOT NULL,
    mnemonic VARCHAR,
    note VARCHAR,
    entry BIGINT NOT NULL,
    PRIMARY KEY (sku)
);

CREATE TABLE item_unit (
    sku VARCHAR NOT NULL,
    unit VARCHAR NOT NULL,
    factor DECIMAL(18,4) NOT NULL,
    barcode VARCHAR,
    for_buying BOOLEAN NOT NULL,
    for_selling BOOLEAN NOT NULL,
    entry BIGINT NOT NULL,
    PRIMARY KEY (sku, unit)
);

CREATE TABLE warehouse (
    warehouse VARCHAR NOT NULL,
    name VARCHAR,
    city VARCHAR,
    priority BIGINT NOT NULL,
    note VARCHAR,
    entry BIGINT NOT NULL,
    PRIMARY KEY (warehouse)
);

CREATE TABLE supplier (
    supplier VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    short_name VARCHAR,
    category VARCHAR,
    state VARCHAR NOT NULL,
    contact VARCHAR,
    mobile VARCHAR,
    phone VARCHAR,
    email VARCHAR,
    im VARCHAR,
    region VARCHAR,
    address VARCHAR,
    uscc VARCHAR,
    tax_rate_pct DECIMAL(18,2),
    bank VARCHAR,
    bank_account_name VARCHAR,
    bank_account VARCHAR,
    payment_days BIGINT,
    lead_time_days BIGINT,
    min_order_amount DECIMAL(18,2),
    currency VARCHAR,
    is_internal BOOLEAN NOT NULL,
    mnemonic VARCHAR,
    note VARCHAR,
    entry BIGINT NOT NULL,
    PRIMARY KEY (supplier)
);

CREATE TABLE supplier_item (
    supplier VARCHAR NOT NULL,
    sku VARCHAR NOT NULL,
    from_qty DECIMAL(18,4) NOT NULL,
    unit_price DECIMAL(18,6) NOT NULL,
    unit VARCHAR,
    currency VARCHAR,
    tax_included BOOLEAN NOT NULL,
    tax_rate_pct DECIMAL(18,2),
    moq_qty DECIMAL(18,4),
    order_multiple_qty DECIMAL(18,4),
    lead_time_days BIGINT,
    valid_from_on DATE,
    valid_until_on DATE,
    rank BIGINT NOT NULL,
    supplier_sku VARCHAR,
    entry BIGINT NOT NULL,
    PRIMARY KEY (supplier, sku, from_qty)
);

CREATE TABLE customer (
    customer VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    customer_class VARCHAR,
    contact VARCHAR,
    mobile VARCHAR,
    phone VARCHAR,
    email VARCHAR,
    region VARCHAR,
    city VARCHAR,
    address VARCHAR,
    uscc VARCHAR,
    payment_days BIGINT,
    credit_limit_amount DECIMAL(18,2),
    owner VARCHAR,
    opted_out BOOLEAN NOT NULL,
    mnemonic VARCHAR,
    note VARCHAR,
    entry BIGINT NOT NULL,
    PRIMARY KEY (customer)
);

CREATE TABLE closure (
    party_kind VARCHAR NOT NULL,
    party VARCHAR NOT NULL,
    from_on DATE NOT NULL,
    until_on DATE NOT NULL,
    name VARCHAR,
    entry BIGINT NOT NULL,
    PRIMARY KEY (party_kind, party, from_on)
);

CREATE TABLE event (
    event VARCHAR NOT NULL,
    from_on DATE NOT NULL,
    until_on DATE NOT NULL,
    kind VARCHAR NOT NULL,
    category VARCHAR,
    uplift_pct DECIMAL(18,2),
    note VARCHAR,
    entry BIGINT NOT NULL,
    PRIMARY KEY (event, from_on)
);

CREATE TABLE replenish_policy (
    sku VARCHAR NOT NULL,
    warehouse VARCHAR NOT NULL,
    min_qty DECIMAL(18,4),
    max_qty DECIMAL(18,4),
    rule VARCHAR NOT NULL,
    service_pct DECIMAL(18,2),
    snooze_until_on DATE,
    note VARCHAR,
    entry BIGINT NOT NULL,
    PRIMARY KEY (sku, warehouse)
);

CREATE TABLE sales_order (
    order_no VARCHAR NOT NULL,
    customer VARCHAR NOT NULL,
    ordered_on DATE NOT NULL,
    requested_on DATE,
    warehouse VARCHAR,
    status VARCHAR NOT NULL,
    channel VARCHAR,
    priority BIGINT NOT NULL,
    ship_to VARCHAR,
    person VARCHAR,
    note VARCHAR,
    entry BIGINT NOT NULL,
    PRIMARY KEY (order_no)
);

CREATE TABLE sales_order_line (
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
    PRIMARY KEY (order_no, line_no)
);

CREATE TABLE charge (
    document_no VARCHAR NOT NULL,
    line_no BIGINT NOT NULL,
    charged_on DATE,
    code VARCHAR,
    text VARCHAR,
    partner VARCHAR,
    qty DECIMAL(18,4) NOT NULL,
    amount DECIMAL(18,2) NOT NULL,
    reason VARCHAR NOT NULL,
    entry BIGINT NOT NULL,
    PRIMARY KEY (document_no, line_no)
);

CREATE TABLE purchase_order (
    purchase_no VARCHAR NOT NULL,
    supplier VARCHAR NOT NULL,
    ordered_on DATE NOT NULL,
    warehouse VARCHAR,
    status VARCHAR NOT NULL,
    currency VARCHAR,
    person VARCHAR,
    note VARCHAR,
    entry BIGINT NOT NULL,
    PRIMARY KEY (purchase_no)
);

CREATE TABLE purchase_order_line (
    purchase_no VARCHAR NOT NULL,
    line_no BIGINT NOT NULL,
    sku VARCHAR NOT NULL,
    qty DECIMAL(18,4) NOT NULL,
    unit VARCHAR,
    factor DECIMAL(18,4) NOT NULL,
    unit_price DECIMAL(18,6),
    tax_included BOOLEAN NOT NULL,
    tax_rate_pct DECIMAL(18,2),
    requested_on DATE,
    promised_on DATE,
    first_promised_on DATE,
    cancelled_qty DECIMAL(18,4) NOT NULL,
    cancelled_by VARCHAR,
    changed_by_us BOOLEAN NOT NULL,
    received_before_qty DECIMAL(18,4) NOT NULL,
    line_note VARCHAR,
    entry BIGINT NOT NULL,
    PRIMARY KEY (purchase_no, line_no)
);

CREATE TABLE receipt (
    receipt_no VARCHAR NOT NULL,
    supplier VARCHAR NOT NULL,
    warehouse VARCHAR NOT NULL,
    received_on DATE NOT NULL,
    person VARCHAR,
    note VARCHAR,
    entry BIGINT NOT NULL,
    PRIMARY KEY (receipt_no)
);

CREATE TABLE receipt_line (
    receipt_no VARCHAR NOT NULL,
    line_no BIGINT NOT NULL,
    purchase_no VARCHAR,
    purchase_line_no BIGINT,
    sku VARCHAR NOT NULL,
    accepted_qty DECIMAL(18,4) NOT NULL,
    rejected_qty DECIMAL(18,4) NOT NULL,
    reject_reason VARCHAR,
    unit VARCHAR,
    factor DECIMAL(18,4) NOT NULL,
    unit_price DECIMAL(18,6),
    tax_included BOOLEAN NOT NULL,
    tax_rate_pct DECIMAL(18,2),
    lot VARCHAR,
    expiry_on DATE,
    entry BIGINT NOT NULL,
    PRIMARY KEY (receipt_no, line_no)
);

CREATE TABLE shipment (
    shipment_no VARCHAR NOT NULL,
    customer VARCHAR NOT NULL,
    warehouse VARCHAR NOT NULL,
    shipped_on DATE NOT NULL,
    carrier VARCHAR,
    tracking_no VARCHAR,
    person VARCHAR,
    note VARCHAR,
    entry BIGINT NOT NULL,
    PRIMARY KEY (shipment_no)
);

CREATE TABLE shipment_line (
    shipment_no VARCHAR NOT NULL,
    line_no BIGINT NOT NULL,
    order_no VARCHAR,
    order_line_no BIGINT,
    sku VARCHAR NOT NULL,
    qty DECIMAL(18,4) NOT NULL,
    unit VARCHAR,
    factor DECIMAL(18,4) NOT NULL,
    unit_price DECIMAL(18,6),
    tax_included BOOLEAN NOT NULL,
    tax_rate_pct DECIMAL(18,2),
    lot VARCHAR,
    entry BIGINT NOT NULL,
    PRIMARY KEY (shipment_no, line_no)
);

CREATE TABLE sales_return (
    return_no VARCHAR NOT NULL,
    customer VARCHAR NOT NULL,
    warehouse VARCHAR,
    returned_on DATE NOT NULL,
    reason VARCHAR,
    note VARCHAR,
    entry BIGINT NOT NULL,
    PRIMARY KEY (return_no)
);

CREATE TABLE sales_return_line (
    return_no VARCHAR NOT NULL,
    line_no BIGINT NOT NULL,
    order_no VARCHAR,
    order_line_no BIGINT,
    sku VARCHAR NOT NULL,
    qty DECIMAL(18,4) NOT NULL,
    unit VARCHAR,
    factor DECIMAL(18,4) NOT NULL,
    unit_price DECIMAL(18,6),
    disposition VARCHAR NOT NULL,
    lot VARCHAR,
    entry BIGINT NOT NULL,
    PRIMARY KEY (return_no, line_no)
);

CREATE TABLE purchase_return (
    return_no VARCHAR NOT NULL,
    supplier VARCHAR NOT NULL,
    warehouse VARCHAR NOT NULL,
    returned_on DATE NOT NULL,
    reason VARCHAR,
    note VARCHAR,
    entry BIGINT NOT NULL,
    PRIMARY KEY (return_no)
);

CREATE TABLE purchase_return_line (
    return_no VARCHAR NOT NULL,
    line_no BIGINT NOT NULL,
    receipt_no VARCHAR,
    sku VARCHAR NOT NULL,
    qty DECIMAL(18,4) NOT NULL,
    unit VARCHAR,
    factor DECIMAL(18,4) NOT NULL,
    unit_price DECIMAL(18,6),
    lot VARCHAR,
    entry BIGINT NOT NULL,
    PRIMARY KEY (return_no, line_no)
);

CREATE TABLE transfer (
    transfer_no VARCHAR NOT NULL,
    from_warehouse VARCHAR NOT NULL,
    to_warehouse VARCHAR NOT NULL,
    moved_on DATE NOT NULL,
    person VARCHAR,
    note VARCHAR,
    entry BIGINT NOT NULL,
    PRIMARY KEY (transfer_no)
);

CREATE TABLE transfer_line (
    transfer_no VARCHAR NOT NULL,
    line_no BIGINT NOT NULL,
    sku VARCHAR NOT NULL,
    qty DECIMAL(18,4) NOT NULL,
    unit VARCHAR,
    factor DECIMAL(18,4) NOT NULL,
    lot VARCHAR,
    entry BIGINT NOT NULL,
    PRIMARY KEY (transfer_no, line_no)
);

CREATE TABLE stock_count (
    count_no VARCHAR NOT NULL,
    warehouse VARCHAR NOT NULL,
    counted_on DATE NOT NULL,
    is_full BOOLEAN NOT NULL,
    person VARCHAR,
    note VARCHAR,
    entry BIGINT NOT NULL,
    PRIMARY KEY (count_no)
);

CREATE TABLE stock_count_line (
    count_no VARCHAR NOT NULL,
    line_no BIGINT NOT NULL,
    sku VARCHAR NOT NULL,
    lot VARCHAR,
    counted_qty DECIMAL(18,4) NOT NULL,
    unit VARCHAR,
    factor DECIMAL(18,4) NOT NULL,
    book_qty DECIMAL(18,4),
    reason VARCHAR,
    entry BIGINT NOT NULL,
    PRIMARY KEY (count_no, line_no)
);

CREATE TABLE opening_stock (
    warehouse VARCHAR NOT NULL,
    sku VARCHAR NOT NULL,
    lot VARCHAR NOT NULL,
    qty DECIMAL(18,4) NOT NULL,
    unit VARCHAR,
    factor DECIMAL(18,4) NOT NULL,
    unit_cost DECIMAL(18,6),
    expiry_on DATE,
    entry BIGINT NOT NULL,
    PRIMARY KEY (warehouse, sku, lot)
);

CREATE TABLE opening_balance (
    kind VARCHAR NOT NULL,
    partner VARCHAR NOT NULL,
    document_no VARCHAR NOT NULL,
    balance_on DATE,
    due_on DATE,
    amount DECIMAL(18,2) NOT NULL,
    entry BIGINT NOT NULL,
    PRIMARY KEY (kind, partner, document_no)
);

CREATE TABLE payment (
    payment_no VARCHAR NOT NULL,
    direction VARCHAR NOT NULL,
    partner VARCHAR NOT NULL,
    paid_on DATE NOT NULL,
    amount DECIMAL(18,2) NOT NULL,
    document_no VARCHAR,
    method VARCHAR,
    person VARCHAR,
    note VARCHAR,
    entry BIGINT NOT NULL,
    PRIMARY KEY (payment_no)
);

CREATE TABLE stock_move (
    move_no BIGINT NOT NULL,
    moved_on DATE NOT NULL,
    sku VARCHAR NOT NULL,
    lot VARCHAR,
    expiry_on DATE,
    qty DECIMAL(18,4) NOT NULL,
    from_place VARCHAR NOT NULL,
    to_place VARCHAR NOT NULL,
    unit_cost DECIMAL(18,6),
    document_kind VARCHAR NOT NULL,
    document_no VARCHAR NOT NULL,
    line_no BIGINT NOT NULL,
    reverses BIGINT,
    entry BIGINT NOT NULL,
    PRIMARY KEY (move_no)
);

CREATE TABLE reservation (
    reservation_no BIGINT NOT NULL,
    order_no VARCHAR NOT NULL,
    line_no BIGINT NOT NULL,
    sku VARCHAR NOT NULL,
    source VARCHAR NOT NULL,
    warehouse VARCHAR NOT NULL,
    lot VARCHAR,
    purchase_no VARCHAR,
    purchase_line_no BIGINT,
    qty DECIMAL(18,4) NOT NULL,
    is_pinned BOOLEAN NOT NULL,
    entry BIGINT NOT NULL,
    PRIMARY KEY (reservation_no)
);

CREATE TABLE plan_acceptance (
    plan_key VARCHAR NOT NULL,
    answer VARCHAR NOT NULL,
    sku VARCHAR NOT NULL,
    warehouse VARCHAR NOT NULL,
    purchase_no VARCHAR,
    answered_on DATE NOT NULL,
    entry BIGINT NOT NULL,
    PRIMARY KEY (plan_key)
);

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
    entry BIGINT NOT NULL,
    PRIMARY KEY (sku, warehouse, bucket_on)
);

CREATE TABLE suggestion (
    sku VARCHAR NOT NULL,
    warehouse VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    document VARCHAR NOT NULL,
    supplier VARCHAR,
    from_warehouse VARCHAR,
    order_qty DECIMAL(18,4) NOT NULL,
    unit VARCHAR,
    order_by_on DATE,
    need_by_on DATE,
    on_hand_qty DECIMAL(18,4) NOT NULL,
    inbound_qty DECIMAL(18,4) NOT NULL,
    reserved_qty DECIMAL(18,4) NOT NULL,
    reorder_point_qty DECIMAL(18,4) NOT NULL,
    target_qty DECIMAL(18,4) NOT NULL,
    unit_price DECIMAL(18,6),
    amount DECIMAL(18,2),
    reason VARCHAR NOT NULL,
    entry BIGINT NOT NULL,
    PRIMARY KEY (sku, warehouse, kind, document)
);

CREATE TRIGGER stock_move_no_update BEFORE UPDATE ON stock_move FOR EACH STATEMENT
    INSERT INTO append_only SELECT error('stock_move is append-only');
CREATE TRIGGER stock_move_no_delete BEFORE DELETE ON stock_move FOR EACH STATEMENT
    INSERT INTO append_only SELECT error('stock_move is append-only');
CREATE TRIGGER journal_no_update BEFORE UPDATE ON journal FOR EACH STATEMENT
    INSERT INTO append_only SELECT error('journal is append-only');
CREATE TRIGGER journal_no_delete BEFORE DELETE ON journal FOR EACH STATEMENT
    INSERT INTO append_only SELECT error('journal is append-only');

-- What follows shapes rows for reading: joins and sums, no rules.

CREATE VIEW stock_entry AS
    SELECT sku, to_place AS place, lot, expiry_on, qty, moved_on, unit_cost, move_no, entry FROM stock_move
    UNION ALL
    SELECT sku, from_place, lot, expiry_on, -qty, moved_on, unit_cost, move_no, entry FROM stock_move;

CREATE VIEW on_hand_lot AS
    SELECT e.sku, e.place AS warehouse, e.lot, any_value(x.expiry_on) AS expiry_on, sum(e.qty)::DECIMAL(18,4) AS qty
    FROM stock_entry e LEFT JOIN (
        SELECT sku, lot, max(expiry_on) AS expiry_on FROM stock_move WHERE expiry_on IS NOT NULL GROUP BY ALL
    ) x ON x.sku = e.sku AND x.lot IS NOT DISTINCT FROM e.lot
    WHERE e.place NOT LIKE '@%' GROUP BY e.sku, e.place, e.lot;

CREATE VIEW purchase_line AS
    SELECT h.purchase_no, l.line_no, h.supplier, h.warehouse, h.status, h.ordered_on, l.sku, l.qty, l.unit,
        l.factor, l.unit_price, l.tax_included, l.tax_rate_pct, l.requested_on, l.promised_on,
        l.first_promised_on, l.cancelled_qty, l.cancelled_by, l.changed_by_us, l.received_before_qty,
        coalesce(r.accepted_qty, 0)::DECIMAL(18,4) AS accepted_qty,
        coalesce(r.rejected_qty, 0)::DECIMAL(18,4) AS rejected_qty,
        r.last_received_on,
        CASE WHEN h.status IN ('approved', 'confirmed')
            THEN greatest(l.qty - l.cancelled_qty - l.received_before_qty - coalesce(r.accepted_qty, 0), 0)
            ELSE 0 END::DECIMAL(18,4) AS open_qty
    FROM purchase_order_line l JOIN purchase_order h USING (purchase_no)
    LEFT JOIN (
        SELECT purchase_no, purchase_line_no AS line_no, sum(accepted_qty) AS accepted_qty,
            sum(rejected_qty) AS rejected_qty, max(received_on) AS last_received_on
        FROM receipt_line JOIN receipt USING (receipt_no)
        WHERE purchase_no IS NOT NULL GROUP BY ALL
    ) r USING (purchase_no, line_no);

CREATE VIEW order_line AS
    SELECT h.order_no, l.line_no, h.customer, h.warehouse, h.status, h.ordered_on, h.requested_on, h.channel,
        h.priority, l.sku, l.qty, l.unit, l.factor, l.unit_price, l.tax_included, l.tax_rate_pct, l.kind,
        l.promised_on, l.cancelled_qty, l.shipped_before_qty,
        coalesce(s.shipped_qty, 0)::DECIMAL(18,4) AS shipped_qty, s.last_shipped_on,
        CASE WHEN h.status = 'confirmed'
            THEN greatest(l.qty - l.cancelled_qty - l.shipped_before_qty - coalesce(s.shipped_qty, 0), 0)
            ELSE 0 END::DECIMAL(18,4) AS open_qty
    FROM sales_order_line l JOIN sales_order h USING (order_no)
    LEFT JOIN (
        SELECT order_no, order_line_no AS line_no, sum(qty) AS shipped_qty, max(shipped_on) AS last_shipped_on
        FROM shipment_line JOIN shipment USING (shipment_no)
        WHERE order_no IS NOT NULL GROUP BY ALL
    ) s USING (order_no, line_no);

-- The documented views of `scm sql`.

CREATE VIEW stock AS
    SELECT s.sku, i.name, s.warehouse, s.lot, s.expiry_on, s.qty AS on_hand_qty, i.unit, i.category
    FROM on_hand_lot s LEFT JOIN item i USING (sku) WHERE s.qty <> 0;

CREATE VIEW sales AS
    SELECT l.order_no, l.line_no, l.ordered_on, l.customer, c.name AS customer_name, l.sku, i.name, l.qty,
        l.unit, l.unit_price, round(l.qty / l.factor * l.unit_price, 2) AS amount, l.kind, l.status, l.channel
    FROM order_line l LEFT JOIN item i USING (sku) LEFT JOIN customer c USING (customer);

CREATE VIEW purchases AS
    SELECT l.purchase_no, l.line_no, l.ordered_on, l.supplier, s.name AS supplier_name, l.sku, i.name, l.qty,
        l.unit, l.unit_price, round(l.qty / l.factor * l.unit_price, 2) AS amount, l.accepted_qty,
        l.rejected_qty, l.open_qty, l.promised_on, l.status
    FROM purchase_line l LEFT JOIN item i USING (sku) LEFT JOIN supplier s ON s.supplier = l.supplier;

CREATE VIEW plan AS
    SELECT g.* EXCLUDE (entry), i.name FROM suggestion g LEFT JOIN item i USING (sku);

CREATE VIEW moves AS
    SELECT move_no, moved_on, sku, qty, from_place, to_place, lot, unit_cost, document_kind, document_no
    FROM stock_move;
