CREATE TABLE auth_user (
    tenant_id     varchar(64)  NOT NULL,
    id            varchar(64)  NOT NULL,
    email         varchar(254) NOT NULL,
    name          varchar(200) NOT NULL,
    password_hash varchar(255) NOT NULL,
    roles         varchar(255) NOT NULL,
    status        varchar(16)  NOT NULL,
    created_at    timestamp    NOT NULL,
    version       bigint       NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
-- An address signs in without naming its tenant, so it is unique on the whole platform.
CREATE UNIQUE INDEX auth_user_email ON auth_user (email);

CREATE TABLE auth_session (
    tenant_id      varchar(64) NOT NULL,
    id             varchar(64) NOT NULL,
    user_id        varchar(64) NOT NULL,
    generation     bigint      NOT NULL,
    created_at     timestamp   NOT NULL,
    rotated_at     timestamp   NOT NULL,
    expires_at     timestamp   NOT NULL,
    revoked_at     timestamp,
    remote_address varchar(64),
    user_agent     varchar(256),
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX auth_session_id ON auth_session (id);
CREATE INDEX auth_session_user ON auth_session (tenant_id, user_id);
