-- Services as their owners describe them. What runs of them is not kept here: the releases know it.
CREATE TABLE cat_service (
    tenant_id    varchar(64)   NOT NULL,
    id           varchar(63)   NOT NULL,
    name         varchar(255)  NOT NULL,
    description  varchar(4000) NOT NULL,
    owner        varchar(255)  NOT NULL,
    repository   varchar(1000),
    endpoints    clob          NOT NULL,
    dependencies clob          NOT NULL,
    build_spec   clob          NOT NULL,
    -- without secrets; they are in sealed
    run_spec     clob          NOT NULL,
    sealed       clob,
    -- the import that keeps it up to date, null for one that was made by hand
    origin       varchar(1000),
    created_at   timestamp     NOT NULL,
    updated_at   timestamp     NOT NULL,
    PRIMARY KEY (tenant_id, id)
);

CREATE TABLE cat_environment (
    tenant_id    varchar(64)  NOT NULL,
    name         varchar(63)  NOT NULL,
    type         varchar(16)  NOT NULL,
    cluster      varchar(255),
    namespace    varchar(255),
    auto_deploy  smallint     NOT NULL,
    -- quantities as they were written, null for no limit
    cpu_limit    varchar(64),
    memory_limit varchar(64),
    created_at   timestamp    NOT NULL,
    updated_at   timestamp    NOT NULL,
    PRIMARY KEY (tenant_id, name)
);
