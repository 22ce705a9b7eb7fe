-- Wrong passwords by account, by address and by both; the id is a keyed digest of what is counted. Nobody is signed in
-- yet, so they belong to the platform and to no tenant.
CREATE TABLE auth_attempt (
    tenant_id     varchar(64) NOT NULL,
    id            varchar(64) NOT NULL,
    failures      integer     NOT NULL,
    refused_until timestamp   NOT NULL,
    updated_at    timestamp   NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX auth_attempt_updated ON auth_attempt (updated_at);
