-- Segments of customers, campaigns to them, and who was contacted or kept apart.

CREATE TABLE segment (
    segment VARCHAR NOT NULL,
    rule VARCHAR NOT NULL,
    made_on DATE,
    note VARCHAR,
    entry BIGINT NOT NULL,
    PRIMARY KEY (segment)
);

CREATE TABLE campaign (
    campaign_no VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    segment VARCHAR,
    rule VARCHAR,
    made_on DATE NOT NULL,
    from_on DATE NOT NULL,
    until_on DATE NOT NULL,
    sku VARCHAR,
    offer_price DECIMAL(18,6),
    message VARCHAR,
    control_pct DECIMAL(18,2) NOT NULL,
    seed BIGINT NOT NULL,
    note VARCHAR,
    entry BIGINT NOT NULL,
    PRIMARY KEY (campaign_no)
);

CREATE TABLE campaign_member (
    campaign_no VARCHAR NOT NULL,
    customer VARCHAR NOT NULL,
    arm VARCHAR NOT NULL,
    stratum VARCHAR,
    reason VARCHAR,
    entry BIGINT NOT NULL,
    PRIMARY KEY (campaign_no, customer)
);
