-- A route may lead to several applications; null in rows of an earlier version, which have one.
ALTER TABLE gw_route ADD COLUMN upstreams varchar(16000);
