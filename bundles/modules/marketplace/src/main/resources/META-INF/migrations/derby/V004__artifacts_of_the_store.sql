-- Artifacts are kept by the kernel's store. The old table stays for the version before this one; nothing reads it any more.
INSERT INTO store_artifact_chunk (tenant_id, sha256, position, content)
    SELECT tenant_id, sha256, position, content FROM mkt_artifact_chunk;
