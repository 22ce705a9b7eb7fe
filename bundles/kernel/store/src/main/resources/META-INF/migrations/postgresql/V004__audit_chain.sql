-- contracts: nothing; no older version writes the column sequence, and nulls are not held to be equal
-- Each record's number among its tenant's, the hash of the one before, and its own digests. Null in records that are older
-- than the chain, until they are taken into it.
ALTER TABLE store_audit ADD COLUMN sequence BIGINT;
ALTER TABLE store_audit ADD COLUMN key_id VARCHAR(32);
ALTER TABLE store_audit ADD COLUMN previous_hash VARCHAR(64);
ALTER TABLE store_audit ADD COLUMN hash VARCHAR(64);
ALTER TABLE store_audit ADD COLUMN mac VARCHAR(64);
ALTER TABLE store_audit ADD CONSTRAINT store_audit_sequence UNIQUE (tenant_id, sequence);
CREATE INDEX store_audit_actor ON store_audit (tenant_id, actor, sequence);

-- The end of each tenant's chain, locked by a transaction that appends until it ends; and its beginning, which moves when
-- retention removes records.
CREATE TABLE store_audit_chain (
    tenant_id      VARCHAR(64) NOT NULL,
    last_sequence  BIGINT      NOT NULL,
    last_hash      VARCHAR(64) NOT NULL,
    first_sequence BIGINT      NOT NULL,
    first_previous VARCHAR(64) NOT NULL,
    CONSTRAINT store_audit_chain_pk PRIMARY KEY (tenant_id)
);

-- The keys, sealed with the platform's secret key: 'digest' makes the records' MACs, 'checkpoint' signs. The highest number
-- is in use, the others verify.
CREATE TABLE store_audit_key (
    tenant_id  VARCHAR(64)  NOT NULL,
    purpose    VARCHAR(16)  NOT NULL,
    serial     INTEGER      NOT NULL,
    public_key VARCHAR(64),
    sealed_key VARCHAR(512) NOT NULL,
    created_at timestamptz NOT NULL,
    CONSTRAINT store_audit_key_pk PRIMARY KEY (tenant_id, purpose, serial)
);

-- Signed states of the chains.
CREATE TABLE store_audit_checkpoint (
    tenant_id  VARCHAR(64)  NOT NULL,
    sequence   BIGINT       NOT NULL,
    hash       VARCHAR(64)  NOT NULL,
    signed_at  timestamptz NOT NULL,
    public_key VARCHAR(64)  NOT NULL,
    signature  VARCHAR(128) NOT NULL,
    CONSTRAINT store_audit_checkpoint_pk PRIMARY KEY (tenant_id, sequence)
);
