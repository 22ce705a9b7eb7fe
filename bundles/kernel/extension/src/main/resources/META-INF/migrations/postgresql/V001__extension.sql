-- What each extension has stored in each tenant. Every write locks this row first: quotas hold exactly, and positions are
-- given in the order of commits.
CREATE TABLE ext_usage (
    tenant_id     VARCHAR(64)             NOT NULL,
    extension_id  VARCHAR(100)            NOT NULL,
    entries       BIGINT                  NOT NULL,
    bytes         BIGINT                  NOT NULL,
    last_position BIGINT                  NOT NULL,
    CONSTRAINT ext_usage_pk PRIMARY KEY (tenant_id, extension_id)
);

CREATE TABLE ext_value (
    tenant_id     VARCHAR(64)             NOT NULL,
    extension_id  VARCHAR(100)            NOT NULL,
    entry_key     VARCHAR(255) COLLATE "C" NOT NULL,
    version       BIGINT                  NOT NULL,
    entry_value   text                    NOT NULL,
    size_bytes    INTEGER                 NOT NULL,
    CONSTRAINT ext_value_pk PRIMARY KEY (tenant_id, extension_id, entry_key)
);

CREATE TABLE ext_document (
    tenant_id     VARCHAR(64)             NOT NULL,
    extension_id  VARCHAR(100)            NOT NULL,
    collection    VARCHAR(64)             NOT NULL,
    id            VARCHAR(128)            NOT NULL,
    position      BIGINT                  NOT NULL,
    version       BIGINT                  NOT NULL,
    created_at    timestamptz             NOT NULL,
    updated_at    timestamptz             NOT NULL,
    data          text                    NOT NULL,
    size_bytes    INTEGER                 NOT NULL,
    CONSTRAINT ext_document_pk PRIMARY KEY (tenant_id, extension_id, collection, id)
);

CREATE UNIQUE INDEX ext_document_position ON ext_document (tenant_id, extension_id, collection, position);

-- Fields that have been asked for once: from then on every write keeps their rows in ext_index, whatever version writes.
CREATE TABLE ext_indexed_field (
    tenant_id     VARCHAR(64)             NOT NULL,
    extension_id  VARCHAR(100)            NOT NULL,
    collection    VARCHAR(64)             NOT NULL,
    field         VARCHAR(64)             NOT NULL,
    CONSTRAINT ext_indexed_field_pk PRIMARY KEY (tenant_id, extension_id, collection, field)
);

CREATE TABLE ext_index (
    tenant_id     VARCHAR(64)             NOT NULL,
    extension_id  VARCHAR(100)            NOT NULL,
    collection    VARCHAR(64)             NOT NULL,
    field         VARCHAR(64)             NOT NULL,
    field_value   VARCHAR(210)            NOT NULL,
    position      BIGINT                  NOT NULL,
    CONSTRAINT ext_index_pk PRIMARY KEY (tenant_id, extension_id, collection, field, field_value, position)
);

CREATE INDEX ext_index_position ON ext_index (tenant_id, extension_id, collection, position);

-- Since when a tenant has an extension: it gets no events from before, and none is passed over while a node starts.
CREATE TABLE ext_subscription (
    tenant_id     VARCHAR(64)             NOT NULL,
    extension_id  VARCHAR(100)            NOT NULL,
    since         timestamptz             NOT NULL,
    CONSTRAINT ext_subscription_pk PRIMARY KEY (tenant_id, extension_id)
);

CREATE TABLE ext_job (
    tenant_id     VARCHAR(64)             NOT NULL,
    extension_id  VARCHAR(100)            NOT NULL,
    name          VARCHAR(64)             NOT NULL,
    next_at       timestamptz             NOT NULL,
    owner         VARCHAR(64),
    lease_until   timestamptz,
    failures      INTEGER                 NOT NULL,
    last_error    VARCHAR(500),
    CONSTRAINT ext_job_pk PRIMARY KEY (tenant_id, extension_id, name)
);

CREATE INDEX ext_job_next_at ON ext_job (next_at);
