-- The key that took the place of one.
ALTER TABLE sec_api_key ADD COLUMN rotated_to VARCHAR(64);
