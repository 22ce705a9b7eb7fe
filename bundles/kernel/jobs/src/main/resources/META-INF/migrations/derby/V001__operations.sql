-- Durable operations, their steps and their logs.
CREATE TABLE jobs_operation (
    tenant_id        varchar(64)  NOT NULL,
    id               varchar(64)  NOT NULL,
    kind             varchar(64)  NOT NULL,
    target           varchar(255) NOT NULL,
    created_by       varchar(255) NOT NULL,
    status           varchar(16)  NOT NULL,
    -- FAILED or CANCELLED, the end a compensating operation is on its way to
    outcome          varchar(16),
    cancel_requested boolean      NOT NULL,
    -- Grows by one whenever an executor takes the operation over: a write under an older lease is refused
    lease            bigint       NOT NULL,
    node             varchar(64),
    input_json       clob NOT NULL,
    output_json      clob,
    error_json       clob,
    created_at       timestamp NOT NULL,
    started_at       timestamp,
    finished_at      timestamp,
    touched_at       timestamp NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX jobs_operation_id ON jobs_operation (id);
CREATE INDEX jobs_operation_created ON jobs_operation (tenant_id, created_at, id);
CREATE INDEX jobs_operation_target ON jobs_operation (tenant_id, kind, target);
CREATE INDEX jobs_operation_finished ON jobs_operation (finished_at);

CREATE TABLE jobs_step (
    tenant_id    varchar(64)  NOT NULL,
    operation_id varchar(64)  NOT NULL,
    ordinal      int          NOT NULL,
    name         varchar(128) NOT NULL,
    title        varchar(255) NOT NULL,
    status       varchar(24)  NOT NULL,
    attempts     int          NOT NULL,
    -- Transient failures since it last went forward
    failures     int          NOT NULL,
    -- It may have left something behind that has to be undone
    begun        boolean      NOT NULL,
    checkpoint_json clob,
    message      varchar(2000),
    started_at   timestamp,
    finished_at  timestamp,
    PRIMARY KEY (tenant_id, operation_id, ordinal)
);
CREATE UNIQUE INDEX jobs_step_name ON jobs_step (operation_id, name);

CREATE TABLE jobs_log (
    tenant_id    varchar(64)   NOT NULL,
    operation_id varchar(64)   NOT NULL,
    sequence     bigint        NOT NULL,
    logged_at    timestamp NOT NULL,
    step         varchar(128),
    text         varchar(4000) NOT NULL,
    PRIMARY KEY (tenant_id, operation_id, sequence)
);

-- db-scheduler's own table with its standard columns; it holds ids and node names only, no tenant's data. The kind is
-- ours: a node picks only what it has a handler for.
CREATE TABLE scheduled_tasks (
    task_name            varchar(100) NOT NULL,
    task_instance        varchar(100) NOT NULL,
    task_data            blob,
    execution_time       timestamp NOT NULL,
    picked               boolean NOT NULL,
    picked_by            varchar(50),
    last_success         timestamp,
    last_failure         timestamp,
    consecutive_failures int,
    last_heartbeat       timestamp,
    version              bigint NOT NULL,
    kind                 varchar(64) NOT NULL,
    PRIMARY KEY (task_name, task_instance)
);
CREATE INDEX scheduled_tasks_execution_time ON scheduled_tasks (execution_time);
CREATE INDEX scheduled_tasks_last_heartbeat ON scheduled_tasks (last_heartbeat);
