-- The range of API versions that the version which is listed asks for, to list what runs here. Null where it asks for none;
-- also where it was listed before this column was there, until its next change.
ALTER TABLE mkt_extension ADD COLUMN api_range varchar(128);
