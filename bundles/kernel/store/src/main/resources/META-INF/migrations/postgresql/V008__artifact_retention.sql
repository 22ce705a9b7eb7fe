-- When artifacts were last put there or read. One without a row gets it when somebody looks for what nobody needs.
CREATE TABLE store_artifact (
    tenant_id varchar(64) NOT NULL,
    sha256    varchar(64) NOT NULL,
    used_at   timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, sha256)
);
CREATE INDEX store_artifact_used ON store_artifact (used_at);
CREATE INDEX store_artifact_sha256 ON store_artifact (sha256);

-- Modules that hold artifacts, of all tenants together: nothing is removed while one of them cannot be asked.
CREATE TABLE store_artifact_holder (
    tenant_id varchar(64) NOT NULL,
    name      varchar(64) NOT NULL,
    PRIMARY KEY (tenant_id, name)
);

-- Those that have kept artifacts before there was this table, and may be stopped now.
INSERT INTO store_artifact_holder (tenant_id, name)
    -- shorter literals are filled up with blanks to the longest one's length
    SELECT '*', RTRIM(former.name)
      FROM (VALUES ('delivery'), ('marketplace'), ('pipelines'), ('provisioning')) AS former (name)
     WHERE EXISTS (SELECT 1 FROM store_artifact_chunk);
