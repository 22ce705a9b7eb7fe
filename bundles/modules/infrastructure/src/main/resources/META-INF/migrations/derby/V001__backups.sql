-- Backups of the platform's database; their files are in the backup folder.
CREATE TABLE inf_backup (
    tenant_id     varchar(64)   NOT NULL,
    id            varchar(64)   NOT NULL,
    name          varchar(100)  NOT NULL,
    description   varchar(1000) NOT NULL,
    status        varchar(16)   NOT NULL,
    origin        varchar(16)   NOT NULL,
    database_kind varchar(16)   NOT NULL,
    operation_id  varchar(64),
    size          bigint,
    table_count   integer,
    compared      integer,
    created_by    varchar(255)  NOT NULL,
    created_at    timestamp     NOT NULL,
    completed_at  timestamp,
    -- when it was last restored and compared
    proven_at     timestamp,
    -- when that was last tried
    checked_at    timestamp,
    problem       varchar(2000),
    PRIMARY KEY (tenant_id, id),
    CONSTRAINT inf_backup_name UNIQUE (tenant_id, name)
);
