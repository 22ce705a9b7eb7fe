-- The newest code that was sent for a factor: a keyed digest, null when it was used.
ALTER TABLE auth_factor ADD COLUMN code_digest varchar(64);
ALTER TABLE auth_factor ADD COLUMN code_sent_at timestamp(6);
ALTER TABLE auth_factor ADD COLUMN code_expires_at timestamp(6);
