-- Events a listener was given up on after too many failures, with their data: they outlive the events' retention. Whoever
-- has dealt with one deletes its row.
CREATE TABLE store_dead_letter (
    tenant_id   VARCHAR(64)  NOT NULL,
    listener    VARCHAR(128) NOT NULL,
    sequence    BIGINT       NOT NULL,
    event_id    VARCHAR(64)  NOT NULL,
    type        VARCHAR(128) NOT NULL,
    failures    INTEGER      NOT NULL,
    error       VARCHAR(512) NOT NULL,
    given_up_at timestamptz  NOT NULL,
    data        text         NOT NULL,
    CONSTRAINT store_dead_letter_pk PRIMARY KEY (tenant_id, listener, sequence)
);
