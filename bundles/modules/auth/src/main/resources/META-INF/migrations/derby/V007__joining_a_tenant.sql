-- Who may join a tenant without an invitation; no row: nobody. Domains and roles are separated by single spaces.
CREATE TABLE auth_join_policy (
    tenant_id  varchar(64)   NOT NULL,
    policy     varchar(16)   NOT NULL,
    domains    varchar(2048) NOT NULL,
    roles      varchar(255)  NOT NULL,
    updated_at timestamp     NOT NULL,
    PRIMARY KEY (tenant_id)
);

CREATE TABLE auth_invitation (
    tenant_id  varchar(64)  NOT NULL,
    id         varchar(64)  NOT NULL,
    email      varchar(254) NOT NULL,
    roles      varchar(255) NOT NULL,
    digest     varchar(64)  NOT NULL,
    status     varchar(16)  NOT NULL,
    created_by varchar(64)  NOT NULL,
    created_at timestamp    NOT NULL,
    expires_at timestamp    NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX auth_invitation_digest ON auth_invitation (digest);
CREATE INDEX auth_invitation_email ON auth_invitation (tenant_id, email);
