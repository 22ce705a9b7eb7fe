-- Times in which nothing is deployed; null for none.
ALTER TABLE cat_environment ADD COLUMN freeze_windows text;
