-- When a node last looked for records of the tenant that are past their retention; null before the first time.
ALTER TABLE store_audit_chain ADD COLUMN retained_at timestamptz;
