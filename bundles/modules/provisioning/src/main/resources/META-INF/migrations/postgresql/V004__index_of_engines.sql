-- Without the status: Derby misses a row whose index entry moves while it reads, and every resource of an engine counts.
DROP INDEX prov_resource_engine;
CREATE INDEX prov_resource_engine ON prov_resource (engine, tenant_id);
