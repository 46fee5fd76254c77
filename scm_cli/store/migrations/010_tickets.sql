-- After-sales: tickets with their moments and their ratings, and each step that was taken.

CREATE TABLE ticket (
    ticket_no VARCHAR NOT NULL,
    opened_on DATE NOT NULL,
    opened_clock VARCHAR,
    customer VARCHAR NOT NULL,
    subject VARCHAR NOT NULL,
    category VARCHAR NOT NULL,
    priority VARCHAR NOT NULL,
    channel VARCHAR,
    order_no VARCHAR,
    sku VARCHAR,
    lot VARCHAR,
    qty DECIMAL(18,4),
    supplier VARCHAR,
    owner VARCHAR,
    status VARCHAR NOT NULL,
    replied_on DATE,
    replied_clock VARCHAR,
    resolved_on DATE,
    resolved_clock VARCHAR,
    reopened BIGINT NOT NULL,
    claim_amount DECIMAL(18,2),
    surveyed_on DATE,
    rating BIGINT,
    rated_on DATE,
    comment VARCHAR,
    note VARCHAR,
    entry BIGINT NOT NULL,
    PRIMARY KEY (ticket_no)
);

CREATE TABLE ticket_event (
    ticket_no VARCHAR NOT NULL,
    event_no BIGINT NOT NULL,
    step VARCHAR NOT NULL,
    happened_on DATE NOT NULL,
    clock VARCHAR,
    person VARCHAR,
    note VARCHAR,
    entry BIGINT NOT NULL,
    PRIMARY KEY (ticket_no, event_no)
);
