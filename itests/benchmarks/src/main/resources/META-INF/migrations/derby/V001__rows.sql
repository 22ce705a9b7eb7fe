-- What a peer inserts into: about as wide as a record of the audit log.
CREATE TABLE bench_row (
    tenant_id  VARCHAR(64)  NOT NULL,
    id         VARCHAR(64)  NOT NULL,
    written_at TIMESTAMP    NOT NULL,
    text       VARCHAR(512) NOT NULL,
    CONSTRAINT bench_row_pk PRIMARY KEY (tenant_id, id)
);
