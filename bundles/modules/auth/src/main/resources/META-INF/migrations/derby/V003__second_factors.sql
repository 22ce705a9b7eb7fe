-- How the person of a session proved who they are (amr), and when they last did.
ALTER TABLE auth_session ADD COLUMN methods varchar(64) DEFAULT 'pwd' NOT NULL;
ALTER TABLE auth_session ADD COLUMN authenticated_at timestamp;

-- Wrong codes since the last right one, over all factors of a user.
ALTER TABLE auth_user ADD COLUMN code_failures integer DEFAULT 0 NOT NULL;
ALTER TABLE auth_user ADD COLUMN codes_refused_until timestamp;

CREATE TABLE auth_factor (
    tenant_id   varchar(64)  NOT NULL,
    id          varchar(64)  NOT NULL,
    user_id     varchar(64)  NOT NULL,
    method      varchar(16)  NOT NULL,
    status      varchar(16)  NOT NULL,
    secret      varchar(512),
    target      varchar(254),
    last_step   bigint       NOT NULL,
    created_at  timestamp    NOT NULL,
    verified_at timestamp,
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX auth_factor_method ON auth_factor (tenant_id, user_id, method);

-- The id is a keyed digest over the user and the code.
CREATE TABLE auth_backup_code (
    tenant_id  varchar(64) NOT NULL,
    id         varchar(64) NOT NULL,
    user_id    varchar(64) NOT NULL,
    created_at timestamp   NOT NULL,
    used_at    timestamp,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX auth_backup_code_user ON auth_backup_code (tenant_id, user_id);
