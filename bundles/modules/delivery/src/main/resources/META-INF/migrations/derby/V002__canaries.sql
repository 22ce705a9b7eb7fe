-- What came of a canary at each of its weights: what was counted when the stage began, and what has come since.
CREATE TABLE dlv_canary (
    tenant_id             varchar(64)   NOT NULL,
    release_id            varchar(64)   NOT NULL,
    number                integer       NOT NULL,
    weight                integer       NOT NULL,
    started_at            timestamp     NOT NULL,
    measured_at           timestamp     NOT NULL,
    canary_start_requests bigint        NOT NULL,
    canary_start_errors   bigint        NOT NULL,
    stable_start_requests bigint        NOT NULL,
    stable_start_errors   bigint        NOT NULL,
    canary_requests       bigint        NOT NULL,
    canary_errors         bigint        NOT NULL,
    stable_requests       bigint        NOT NULL,
    stable_errors         bigint        NOT NULL,
    verdict               varchar(16)   NOT NULL,
    reason                varchar(1000) NOT NULL,
    PRIMARY KEY (tenant_id, release_id, number)
);
