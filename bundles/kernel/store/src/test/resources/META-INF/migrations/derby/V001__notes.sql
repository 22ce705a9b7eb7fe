CREATE TABLE sample_note (
    tenant_id  VARCHAR(64) NOT NULL,
    id         VARCHAR(64) NOT NULL,
    text       CLOB,
    amount     BIGINT NOT NULL,
    created_at TIMESTAMP,
    version    BIGINT NOT NULL,
    CONSTRAINT sample_note_pk PRIMARY KEY (tenant_id, id)
);
CREATE TABLE sample_line (
    tenant_id VARCHAR(64) NOT NULL,
    id        VARCHAR(64) NOT NULL,
    note_id   VARCHAR(64) NOT NULL,
    text      VARCHAR(200),
    CONSTRAINT sample_line_pk PRIMARY KEY (tenant_id, id)
);
