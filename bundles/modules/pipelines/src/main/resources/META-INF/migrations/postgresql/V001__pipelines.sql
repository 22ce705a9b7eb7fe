CREATE TABLE pip_pipeline (
    tenant_id    varchar(64)   NOT NULL,
    id           varchar(64)   NOT NULL,
    service      varchar(63)   NOT NULL,
    repository   varchar(1000) NOT NULL,
    -- names in the order of promotion
    environments text          NOT NULL,
    settings     text          NOT NULL,
    -- token of the repository and secret variables
    sealed       text,
    -- what push webhooks are signed with
    hook_secret  text          NOT NULL,
    last_number  integer       NOT NULL,
    -- the run that has begun and has not ended: one at a time
    active_run   varchar(64),
    -- when its schedule is due, null without one
    next_run_at  timestamptz,
    created_by   varchar(255)  NOT NULL,
    created_at   timestamptz     NOT NULL,
    updated_at   timestamptz     NOT NULL,
    PRIMARY KEY (tenant_id, id)
);

CREATE INDEX pip_pipeline_id ON pip_pipeline (id);

CREATE INDEX pip_pipeline_due ON pip_pipeline (next_run_at);

CREATE TABLE pip_run (
    tenant_id    varchar(64)  NOT NULL,
    id           varchar(64)  NOT NULL,
    pipeline_id  varchar(64)  NOT NULL,
    number       integer      NOT NULL,
    status       varchar(16)  NOT NULL,
    -- branch, what is fetched of it, trigger, parameters, how far it goes
    cause        text         NOT NULL,
    -- found out by the checkout
    commit_id    varchar(64),
    source       varchar(80),
    -- what is deployed, in all environments the same
    artifact     varchar(80),
    -- the release whose end it waits for
    waits_for    varchar(64),
    -- operations whose logs make up its log, in their order
    operations   text         NOT NULL,
    cancelled_by varchar(255),
    error        text,
    created_by   varchar(255) NOT NULL,
    created_at   timestamptz    NOT NULL,
    started_at   timestamptz,
    finished_at  timestamptz,
    PRIMARY KEY (tenant_id, id)
);

CREATE UNIQUE INDEX pip_run_number ON pip_run (tenant_id, pipeline_id, number);

CREATE INDEX pip_run_waits ON pip_run (waits_for);

CREATE TABLE pip_stage (
    tenant_id    varchar(64)  NOT NULL,
    run_id       varchar(64)  NOT NULL,
    position     integer      NOT NULL,
    name         varchar(128) NOT NULL,
    kind         varchar(16)  NOT NULL,
    environment  varchar(63),
    status       varchar(16)  NOT NULL,
    -- as the repository's definition has it
    spec         text         NOT NULL,
    resource_id  varchar(64)  NOT NULL,
    attempts     integer      NOT NULL,
    -- who let it go on or refused it, and why
    decision     text,
    release_id   varchar(64),
    artifact     varchar(80),
    artifact_size bigint,
    report       text,
    error        text,
    started_at   timestamptz,
    finished_at  timestamptz,
    PRIMARY KEY (tenant_id, run_id, position)
);

-- Webhooks that were taken, by their delivery's id and by what their body says. Kept as long as the pipeline: a body that was
-- signed once stays signed for ever.
CREATE TABLE pip_hook (
    tenant_id    varchar(64)  NOT NULL,
    pipeline_id  varchar(64)  NOT NULL,
    fingerprint  varchar(200) NOT NULL,
    run_id       varchar(64),
    received_at  timestamptz    NOT NULL,
    PRIMARY KEY (tenant_id, pipeline_id, fingerprint)
);
