-- What an extension brings has its id before its name.
ALTER TABLE prov_provision ALTER COLUMN template TYPE varchar(160);
ALTER TABLE prov_resource ALTER COLUMN type TYPE varchar(160);
ALTER TABLE prov_resource ALTER COLUMN engine TYPE varchar(160);
ALTER TABLE prov_claim ALTER COLUMN kind TYPE varchar(512);
