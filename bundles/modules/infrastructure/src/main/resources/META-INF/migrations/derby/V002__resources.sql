-- Resources that somebody asked for by type. What their engines hold of them is known to the platform's resources.
CREATE TABLE inf_resource (
    tenant_id    varchar(64)   NOT NULL,
    id           varchar(64)   NOT NULL,
    type         varchar(64)   NOT NULL,
    provider     varchar(64),
    region       varchar(255),
    environment  varchar(63)   NOT NULL,
    specs        clob          NOT NULL,
    tags         clob          NOT NULL,
    status       varchar(16)   NOT NULL,
    operation_id varchar(64),
    problem      varchar(2000),
    created_by   varchar(255)  NOT NULL,
    created_at   timestamp     NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
