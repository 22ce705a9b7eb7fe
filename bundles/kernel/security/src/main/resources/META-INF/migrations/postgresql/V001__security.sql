CREATE TABLE sec_tenant (
    tenant_id VARCHAR(64) NOT NULL,
    name VARCHAR(200) NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT sec_tenant_pk PRIMARY KEY (tenant_id)
);

INSERT INTO sec_tenant (tenant_id, name, created_at) VALUES ('platform', 'Platform', CURRENT_TIMESTAMP);

CREATE TABLE sec_api_key (
    tenant_id VARCHAR(64) NOT NULL,
    id VARCHAR(64) NOT NULL,
    lookup VARCHAR(32) NOT NULL,
    digest VARCHAR(64) NOT NULL,
    type VARCHAR(10) NOT NULL,
    name VARCHAR(200) NOT NULL,
    prefix VARCHAR(32) NOT NULL,
    plan VARCHAR(20) NOT NULL,
    roles VARCHAR(2000) NOT NULL,
    scopes VARCHAR(8000) NOT NULL,
    created_by VARCHAR(128) NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    expires_at TIMESTAMP WITH TIME ZONE,
    last_used_at TIMESTAMP WITH TIME ZONE,
    revoked_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT sec_api_key_pk PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX sec_api_key_lookup ON sec_api_key (lookup);
CREATE INDEX sec_api_key_revoked ON sec_api_key (revoked_at);

CREATE TABLE sec_signing_key (
    tenant_id VARCHAR(64) NOT NULL,
    serial INTEGER NOT NULL,
    kid VARCHAR(64) NOT NULL,
    public_key VARCHAR(64) NOT NULL,
    private_key VARCHAR(400) NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    signs_from TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT sec_signing_key_pk PRIMARY KEY (tenant_id, serial)
);

CREATE TABLE sec_revoked_session (
    tenant_id VARCHAR(64) NOT NULL,
    session_id VARCHAR(128) NOT NULL,
    revoked_at TIMESTAMP WITH TIME ZONE NOT NULL,
    expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT sec_revoked_session_pk PRIMARY KEY (tenant_id, session_id)
);
CREATE INDEX sec_revoked_session_at ON sec_revoked_session (revoked_at);
CREATE INDEX sec_revoked_session_end ON sec_revoked_session (expires_at);

CREATE TABLE sec_idempotency (
    tenant_id VARCHAR(64) NOT NULL,
    key_hash VARCHAR(64) NOT NULL,
    token BIGINT NOT NULL,
    fingerprint VARCHAR(64) NOT NULL,
    state VARCHAR(10) NOT NULL,
    lease_until TIMESTAMP WITH TIME ZONE NOT NULL,
    response TEXT,
    expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT sec_idempotency_pk PRIMARY KEY (tenant_id, key_hash)
);
CREATE INDEX sec_idempotency_end ON sec_idempotency (expires_at);
