-- The last event number each tenant was given; locked by a publishing transaction until it ends, so that numbers
-- become visible in their order and without gaps.
CREATE TABLE store_sequence (
    tenant_id     VARCHAR(64) NOT NULL,
    last_sequence BIGINT      NOT NULL,
    CONSTRAINT store_sequence_pk PRIMARY KEY (tenant_id)
);

CREATE TABLE store_event (
    tenant_id  VARCHAR(64)  NOT NULL,
    sequence   BIGINT       NOT NULL,
    id         VARCHAR(64)  NOT NULL,
    type       VARCHAR(128) NOT NULL,
    created_at timestamptz  NOT NULL,
    data       text         NOT NULL,
    CONSTRAINT store_event_pk PRIMARY KEY (tenant_id, sequence)
);

CREATE INDEX store_event_created_at ON store_event (created_at);

-- Up to where a listener has had a tenant's events, and when it is tried again after it failed.
CREATE TABLE store_delivery (
    tenant_id VARCHAR(64)  NOT NULL,
    listener  VARCHAR(128) NOT NULL,
    position  BIGINT       NOT NULL,
    failures  INTEGER      NOT NULL,
    retry_at  timestamptz,
    CONSTRAINT store_delivery_pk PRIMARY KEY (tenant_id, listener)
);

-- Which node delivers to a listener. Listeners belong to the platform: tenant_id is always '*'.
CREATE TABLE store_listener (
    tenant_id   VARCHAR(64)  NOT NULL,
    listener    VARCHAR(128) NOT NULL,
    owner       VARCHAR(64)  NOT NULL,
    lease_until timestamptz  NOT NULL,
    CONSTRAINT store_listener_pk PRIMARY KEY (tenant_id, listener)
);

CREATE TABLE store_audit (
    tenant_id    VARCHAR(64)  NOT NULL,
    id           VARCHAR(64)  NOT NULL,
    recorded_at  timestamptz  NOT NULL,
    actor        VARCHAR(128) NOT NULL,
    on_behalf_of VARCHAR(128),
    scheme       VARCHAR(32)  NOT NULL,
    action       VARCHAR(128) NOT NULL,
    target       VARCHAR(256),
    result       VARCHAR(32)  NOT NULL,
    request_id   VARCHAR(128) NOT NULL,
    address      VARCHAR(64),
    user_agent   VARCHAR(512),
    details      text         NOT NULL,
    CONSTRAINT store_audit_pk PRIMARY KEY (tenant_id, id)
);

CREATE INDEX store_audit_at ON store_audit (tenant_id, recorded_at);
CREATE INDEX store_audit_target ON store_audit (tenant_id, target);
