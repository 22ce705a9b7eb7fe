-- Devices on which a code was shown and that stand in for one; the digest is a keyed one of the cookie's value.
CREATE TABLE auth_device (
    tenant_id      varchar(64)  NOT NULL,
    id             varchar(64)  NOT NULL,
    user_id        varchar(64)  NOT NULL,
    digest         varchar(64)  NOT NULL,
    session_id     varchar(64)  NOT NULL,
    remote_address varchar(64),
    user_agent     varchar(255),
    created_at     timestamp(6)    NOT NULL,
    last_used_at   timestamp(6)    NOT NULL,
    expires_at     timestamp(6)    NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX auth_device_digest ON auth_device (digest);
CREATE INDEX auth_device_user ON auth_device (tenant_id, user_id);
CREATE INDEX auth_device_end ON auth_device (expires_at);
