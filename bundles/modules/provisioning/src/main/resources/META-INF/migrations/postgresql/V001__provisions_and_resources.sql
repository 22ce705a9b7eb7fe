-- Provisions: what was asked for, and what became of it.
CREATE TABLE prov_provision (
    tenant_id         varchar(64)  NOT NULL,
    id                varchar(64)  NOT NULL,
    template          varchar(64)  NOT NULL,
    template_version  varchar(64)  NOT NULL,
    service           varchar(255) NOT NULL,
    environment       varchar(255) NOT NULL,
    status            varchar(16)  NOT NULL,
    -- secrets masked; the values themselves are in sealed_parameters until the provision is completed
    parameters        text NOT NULL,
    sealed_parameters text,
    -- the template as it was when the provision began, and the ids its resources have by their names
    definition        text NOT NULL,
    resource_ids      text NOT NULL,
    engines           text NOT NULL,
    outputs           text NOT NULL,
    sealed_outputs    text,
    operation_id      varchar(64)  NOT NULL,
    estimated_seconds bigint       NOT NULL,
    error_code        varchar(64),
    error_message     varchar(2000),
    created_by        varchar(255) NOT NULL,
    created_at        timestamptz  NOT NULL,
    finished_at       timestamptz,
    version           bigint       NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX prov_provision_id ON prov_provision (id);
CREATE INDEX prov_provision_created ON prov_provision (tenant_id, created_at, id);

-- Resources: written before an engine is asked for anything, gone when the engine confirmed that it holds nothing.
CREATE TABLE prov_resource (
    tenant_id           varchar(64)  NOT NULL,
    id                  varchar(64)  NOT NULL,
    provision_id        varchar(64)  NOT NULL,
    name                varchar(64)  NOT NULL,
    type                varchar(64)  NOT NULL,
    engine              varchar(64)  NOT NULL,
    service             varchar(255) NOT NULL,
    environment         varchar(255) NOT NULL,
    status              varchar(16)  NOT NULL,
    -- ids of the resources it needs
    depends_on          text NOT NULL,
    -- secrets masked
    properties          text NOT NULL,
    outputs             text NOT NULL,
    sealed_outputs      text,
    facts               text NOT NULL,
    -- the operation that deletes it
    delete_operation_id varchar(64),
    error_code          varchar(64),
    error_message       varchar(2000),
    created_at          timestamptz  NOT NULL,
    updated_at          timestamptz  NOT NULL,
    version             bigint       NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX prov_resource_id ON prov_resource (id);
CREATE INDEX prov_resource_provision ON prov_resource (tenant_id, provision_id);
CREATE INDEX prov_resource_created ON prov_resource (tenant_id, created_at, id);
CREATE INDEX prov_resource_engine ON prov_resource (engine, status);

-- Names that only one provision may have: of a service in an environment within the tenant (scope: the tenant's id), of a
-- host on the whole platform (scope: *). The key decides between two who ask at the same moment.
CREATE TABLE prov_claim (
    tenant_id    varchar(64)  NOT NULL,
    scope        varchar(64)  NOT NULL,
    kind         varchar(128) NOT NULL,
    name         varchar(512) NOT NULL,
    provision_id varchar(64)  NOT NULL,
    resource_id  varchar(64),
    PRIMARY KEY (scope, kind, name)
);
CREATE UNIQUE INDEX prov_claim_tenant ON prov_claim (tenant_id, scope, kind, name);
CREATE INDEX prov_claim_provision ON prov_claim (tenant_id, provision_id);

-- One row for each tenant, locked while a provision is admitted, so that two at once cannot pass the quota together.
CREATE TABLE prov_admission (
    tenant_id varchar(64) NOT NULL,
    admitted  bigint      NOT NULL,
    PRIMARY KEY (tenant_id)
);
