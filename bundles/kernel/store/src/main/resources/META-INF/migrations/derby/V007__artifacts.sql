-- Artifacts by the digest of their content, in pieces, for nodes that do not have the file.
CREATE TABLE store_artifact_chunk (
    tenant_id varchar(64) NOT NULL,
    sha256    varchar(64) NOT NULL,
    position  integer     NOT NULL,
    content   blob        NOT NULL,
    PRIMARY KEY (tenant_id, sha256, position)
);
