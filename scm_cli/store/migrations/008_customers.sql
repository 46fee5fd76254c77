-- Leads, deals and what was said to whom; what channels cost; tags that people put on customers.

CREATE TABLE salesperson (
    person VARCHAR NOT NULL,
    manager VARCHAR,
    region VARCHAR,
    category VARCHAR,
    most_leads BIGINT,
    works_from VARCHAR,
    works_until VARCHAR,
    status VARCHAR NOT NULL,
    entry BIGINT NOT NULL,
    PRIMARY KEY (person)
);

CREATE TABLE lead (
    lead_no VARCHAR NOT NULL,
    came_on DATE NOT NULL,
    came_clock VARCHAR,
    name VARCHAR,
    company VARCHAR,
    mobile VARCHAR,
    phone VARCHAR,
    email VARCHAR,
    uscc VARCHAR,
    region VARCHAR,
    category VARCHAR,
    source VARCHAR,
    channel VARCHAR,
    campaign VARCHAR,
    owner VARCHAR,
    status VARCHAR NOT NULL,
    customer VARCHAR,
    lost_reason VARCHAR,
    assigned_why VARCHAR,
    note VARCHAR,
    entry BIGINT NOT NULL,
    PRIMARY KEY (lead_no)
);

CREATE TABLE lead_spend (
    channel VARCHAR NOT NULL,
    campaign VARCHAR NOT NULL,
    from_on DATE NOT NULL,
    until_on DATE NOT NULL,
    spend_amount DECIMAL(18,2) NOT NULL,
    note VARCHAR,
    entry BIGINT NOT NULL,
    PRIMARY KEY (channel, campaign, from_on)
);

CREATE TABLE deal (
    deal_no VARCHAR NOT NULL,
    name VARCHAR,
    customer VARCHAR,
    lead_no VARCHAR,
    owner VARCHAR,
    source VARCHAR,
    stage VARCHAR NOT NULL,
    opened_on DATE,
    closed_on DATE,
    value_amount DECIMAL(18,2),
    expected_close_on DATE,
    next_step VARCHAR,
    next_step_on DATE,
    lost_reason VARCHAR,
    note VARCHAR,
    entry BIGINT NOT NULL,
    PRIMARY KEY (deal_no)
);

CREATE TABLE deal_line (
    deal_no VARCHAR NOT NULL,
    line_no BIGINT NOT NULL,
    sku VARCHAR NOT NULL,
    qty DECIMAL(18,4) NOT NULL,
    unit VARCHAR,
    factor DECIMAL(18,4) NOT NULL,
    unit_price DECIMAL(18,6),
    entry BIGINT NOT NULL,
    PRIMARY KEY (deal_no, line_no)
);

CREATE TABLE deal_event (
    deal_no VARCHAR NOT NULL,
    event_no BIGINT NOT NULL,
    stage VARCHAR NOT NULL,
    from_stage VARCHAR,
    changed_on DATE,
    person VARCHAR,
    note VARCHAR,
    entry BIGINT NOT NULL,
    PRIMARY KEY (deal_no, event_no)
);

CREATE TABLE interaction (
    interaction_no VARCHAR NOT NULL,
    happened_on DATE NOT NULL,
    clock VARCHAR,
    kind VARCHAR NOT NULL,
    customer VARCHAR,
    lead_no VARCHAR,
    deal_no VARCHAR,
    person VARCHAR,
    note VARCHAR,
    entry BIGINT NOT NULL,
    PRIMARY KEY (interaction_no)
);

CREATE TABLE customer_tag (
    customer VARCHAR NOT NULL,
    tag VARCHAR NOT NULL,
    tagged_on DATE,
    note VARCHAR,
    entry BIGINT NOT NULL,
    PRIMARY KEY (customer, tag)
);
