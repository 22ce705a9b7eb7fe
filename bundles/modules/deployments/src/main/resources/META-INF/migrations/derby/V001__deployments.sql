-- Deployments of document 003. What runs of them and its releases are not kept here: delivery knows it. Engine, address and the
-- like are what the engine said last.
CREATE TABLE dep_deployment (
    tenant_id     varchar(64)   NOT NULL,
    id            varchar(36)   NOT NULL,
    -- the name under which delivery has it
    service       varchar(63)   NOT NULL,
    name          varchar(50)   NOT NULL,
    machine       varchar(8)    NOT NULL,
    framework     varchar(200)  NOT NULL,
    repository    varchar(500)  NOT NULL,
    ref           varchar(200),
    cores         int           NOT NULL,
    memory_mb     int           NOT NULL,
    disk_gb       int           NOT NULL,
    probe_path    varchar(1000),
    run_env       clob          NOT NULL,
    build_env     clob          NOT NULL,
    -- what the framework adds to both
    plan_env      clob          NOT NULL,
    -- repository token and secret variables
    sealed        clob,
    status        varchar(16)   NOT NULL,
    wanted        varchar(16)   NOT NULL,
    -- something is on its way, and somebody has to look what became of it
    busy          smallint      NOT NULL,
    operation_id  varchar(64),
    release_id    varchar(64),
    removal_id    varchar(64),
    -- resources that are being removed
    leaving       clob          NOT NULL,
    error_code    varchar(100),
    error_message varchar(2000),
    engine        varchar(100),
    url           varchar(1000),
    ip_address    varchar(64),
    vm_id         varchar(64),
    log_sequence  bigint        NOT NULL,
    revision      int           NOT NULL,
    created_by    varchar(255)  NOT NULL,
    created_at    timestamp     NOT NULL,
    requested_at  timestamp     NOT NULL,
    updated_at    timestamp     NOT NULL,
    deployed_at   timestamp,
    deleted_at    timestamp,
    lead_millis   bigint,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX dep_deployment_busy ON dep_deployment (busy, status);
CREATE INDEX dep_deployment_created ON dep_deployment (tenant_id, created_at, id);
CREATE INDEX dep_deployment_service ON dep_deployment (tenant_id, service);

CREATE TABLE dep_status (
    tenant_id     varchar(64)   NOT NULL,
    deployment_id varchar(36)   NOT NULL,
    number        int           NOT NULL,
    status        varchar(16)   NOT NULL,
    entered_at      timestamp     NOT NULL,
    PRIMARY KEY (tenant_id, deployment_id, number)
);

CREATE TABLE dep_log (
    tenant_id     varchar(64)   NOT NULL,
    deployment_id varchar(36)   NOT NULL,
    sequence      bigint        NOT NULL,
    written_at      timestamp     NOT NULL,
    stage         varchar(16)   NOT NULL,
    source        varchar(64)   NOT NULL,
    line          varchar(4000) NOT NULL,
    PRIMARY KEY (tenant_id, deployment_id, sequence)
);

-- How far each source of a log was read.
CREATE TABLE dep_log_source (
    tenant_id     varchar(64)   NOT NULL,
    deployment_id varchar(36)   NOT NULL,
    source        varchar(64)   NOT NULL,
    read_to       bigint        NOT NULL,
    -- the last lines that were read, to find them again
    known         clob          NOT NULL,
    PRIMARY KEY (tenant_id, deployment_id, source)
);
