-- When the event was published, and since when an operator wants it delivered once more; null when nobody does.
ALTER TABLE store_dead_letter ADD COLUMN created_at TIMESTAMP;
ALTER TABLE store_dead_letter ADD COLUMN retry_requested_at TIMESTAMP;
