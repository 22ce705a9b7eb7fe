-- Routes: which application answers under a host name. A name is taken once on the whole platform.
CREATE TABLE gw_route (
    tenant_id    varchar(64)  NOT NULL,
    resource_id  varchar(64)  NOT NULL,
    provision_id varchar(64)  NOT NULL,
    label        varchar(63)  NOT NULL,
    upstream     varchar(300) NOT NULL,
    backend      varchar(64)  NOT NULL,
    service      varchar(255) NOT NULL,
    environment  varchar(255) NOT NULL,
    PRIMARY KEY (tenant_id, resource_id)
);
CREATE UNIQUE INDEX gw_route_label ON gw_route (label);
CREATE UNIQUE INDEX gw_route_resource ON gw_route (resource_id);

-- Measurements of one minute, in as many parts as were written: one for each gateway that measured.
CREATE TABLE gw_metric (
    tenant_id    varchar(64)  NOT NULL,
    service      varchar(255) NOT NULL,
    environment  varchar(255) NOT NULL,
    -- minutes since 1970-01-01T00:00Z
    epoch_minute bigint       NOT NULL,
    part         varchar(64)  NOT NULL,
    requests     bigint       NOT NULL,
    errors       bigint       NOT NULL,
    -- HdrHistogram of microseconds, compressed V2
    latency      blob NOT NULL,
    PRIMARY KEY (tenant_id, service, environment, epoch_minute, part)
);
CREATE INDEX gw_metric_minute ON gw_metric (epoch_minute);
