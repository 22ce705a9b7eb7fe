-- People whose credentials are not accepted. A row that was lifted stays for a day, so that other nodes learn of it.
CREATE TABLE sec_suspension (
    tenant_id  VARCHAR(64) NOT NULL,
    user_id    VARCHAR(64) NOT NULL,
    suspended  BOOLEAN     NOT NULL,
    changed_at timestamptz NOT NULL,
    CONSTRAINT sec_suspension_pk PRIMARY KEY (tenant_id, user_id)
);
CREATE INDEX sec_suspension_changed ON sec_suspension (changed_at);
