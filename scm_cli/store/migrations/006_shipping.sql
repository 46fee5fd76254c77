-- What carriers tell of shipments on their way.

CREATE TABLE shipment_event (
    shipment_no VARCHAR NOT NULL,
    event_no BIGINT NOT NULL,
    carrier VARCHAR NOT NULL,
    tracking_no VARCHAR NOT NULL,
    happened_at VARCHAR NOT NULL,
    status VARCHAR NOT NULL,
    place VARCHAR,
    text VARCHAR NOT NULL,
    entry BIGINT NOT NULL,
    PRIMARY KEY (shipment_no, event_no)
);
