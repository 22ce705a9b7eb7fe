-- What an extension brings has its id before its name.
ALTER TABLE prov_provision ALTER COLUMN template SET DATA TYPE varchar(160);
ALTER TABLE prov_resource ALTER COLUMN type SET DATA TYPE varchar(160);
ALTER TABLE prov_resource ALTER COLUMN engine SET DATA TYPE varchar(160);
ALTER TABLE prov_claim ALTER COLUMN kind SET DATA TYPE varchar(512);
