-- The newest runs of a template are read newest first, and only as far as needed.
CREATE INDEX prov_provision_template ON prov_provision (tenant_id, template, created_at DESC);
