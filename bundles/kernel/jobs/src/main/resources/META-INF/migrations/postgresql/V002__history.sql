-- How long the newest operations of a kind ran is read newest first, and only as far as needed.
CREATE INDEX jobs_operation_history ON jobs_operation (tenant_id, kind, status, finished_at DESC, id DESC);
