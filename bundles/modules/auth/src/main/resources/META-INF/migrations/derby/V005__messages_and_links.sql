ALTER TABLE auth_user ADD COLUMN email_verified_at timestamp;

-- What waits to be sent; the content is sealed and the row is removed once it was.
CREATE TABLE auth_message (
    tenant_id  varchar(64)   NOT NULL,
    id         varchar(64)   NOT NULL,
    channel    varchar(16)   NOT NULL,
    content    varchar(8192) NOT NULL,
    attempts   integer       NOT NULL,
    due_at     timestamp     NOT NULL,
    created_at timestamp     NOT NULL,
    expires_at timestamp     NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX auth_message_due ON auth_message (due_at);

-- What a mail asked somebody to send back; the id is a keyed digest of it, the subject one of the address.
CREATE TABLE auth_link (
    tenant_id  varchar(64)  NOT NULL,
    id         varchar(64)  NOT NULL,
    user_id    varchar(64)  NOT NULL,
    purpose    varchar(32)  NOT NULL,
    subject    varchar(64)  NOT NULL,
    target     varchar(254),
    status     varchar(16)  NOT NULL,
    created_at timestamp    NOT NULL,
    expires_at timestamp    NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX auth_link_id ON auth_link (id);
CREATE INDEX auth_link_subject ON auth_link (subject, purpose, created_at);
CREATE INDEX auth_link_user ON auth_link (tenant_id, user_id);
CREATE INDEX auth_link_end ON auth_link (expires_at);
