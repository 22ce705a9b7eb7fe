-- Up to where each tenant's records and signed states have been pushed to the syslog receiver.
CREATE TABLE store_audit_push (
    tenant_id       VARCHAR(64) NOT NULL,
    last_record     BIGINT      NOT NULL,
    last_checkpoint BIGINT      NOT NULL,
    CONSTRAINT store_audit_push_pk PRIMARY KEY (tenant_id)
);
