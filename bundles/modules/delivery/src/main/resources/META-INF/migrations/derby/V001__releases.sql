-- A service in an environment. running_release is the lock: one release is rolled out at a time.
CREATE TABLE dlv_target (
    tenant_id       varchar(64)  NOT NULL,
    service         varchar(64)  NOT NULL,
    environment     varchar(64)  NOT NULL,
    id              varchar(64)  NOT NULL,
    -- the host name without the gateway's suffix, and the resource that makes it
    host            varchar(63)  NOT NULL,
    route_id        varchar(64)  NOT NULL,
    last_number     integer      NOT NULL,
    current_release varchar(64),
    running_release varchar(64),
    PRIMARY KEY (tenant_id, service, environment)
);
CREATE UNIQUE INDEX dlv_target_id ON dlv_target (id);

-- Releases: what was asked for is never changed.
CREATE TABLE dlv_release (
    tenant_id     varchar(64)   NOT NULL,
    id            varchar(64)   NOT NULL,
    service       varchar(64)   NOT NULL,
    environment   varchar(64)   NOT NULL,
    number        integer       NOT NULL,
    version       varchar(255)  NOT NULL,
    repository    varchar(1000),
    ref           varchar(255),
    commit_id     varchar(64),
    -- digest of the files as they were fetched, and of what was built of them
    source        varchar(80),
    artifact      varchar(80),
    build_spec    clob          NOT NULL,
    -- without secrets; they are in sealed
    run_spec      clob          NOT NULL,
    scale_spec    clob          NOT NULL,
    rollout_spec  clob          NOT NULL,
    sealed        clob,
    build_id      varchar(64)   NOT NULL,
    instances     clob          NOT NULL,
    status        varchar(16)   NOT NULL,
    rollback_of   integer,
    operation_id  varchar(64)   NOT NULL,
    error_code    varchar(64),
    error_message varchar(2000),
    created_by    varchar(255)  NOT NULL,
    created_at    timestamp     NOT NULL,
    finished_at   timestamp,
    -- 1 when the engines hold nothing of it any more and it will not run again
    cleaned       smallint      NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX dlv_release_id ON dlv_release (id);
CREATE UNIQUE INDEX dlv_release_number ON dlv_release (tenant_id, service, environment, number);
CREATE INDEX dlv_release_service ON dlv_release (tenant_id, service, id);
CREATE INDEX dlv_release_cleaned ON dlv_release (cleaned, status);
