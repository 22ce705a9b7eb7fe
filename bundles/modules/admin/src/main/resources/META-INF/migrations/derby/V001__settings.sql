-- Every state of a tenant's settings; the highest version is in force. Those of the tenant platform are the whole
-- platform's, those of other tenants override them.
CREATE TABLE admin_settings (
    tenant_id    VARCHAR(64)  NOT NULL,
    version      BIGINT       NOT NULL,
    settings     CLOB NOT NULL,
    changed_at   TIMESTAMP NOT NULL,
    changed_by   VARCHAR(128) NOT NULL,
    remark       VARCHAR(500),
    CONSTRAINT admin_settings_pk PRIMARY KEY (tenant_id, version)
);
CREATE INDEX admin_settings_changed ON admin_settings (changed_at);
