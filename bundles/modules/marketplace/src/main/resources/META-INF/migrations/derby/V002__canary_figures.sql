-- Answers of the two releases of a canary, one row for each life of a node, so that none is lost or counted twice when a
-- node restarts. Gone with the canary; what they came to stays in the history.
CREATE TABLE mkt_canary_figure (
    tenant_id       varchar(64) NOT NULL,
    installation_id varchar(64) NOT NULL,
    sha256          varchar(64) NOT NULL,
    -- a life of a node
    run_id          varchar(64) NOT NULL,
    release_no      varchar(64) NOT NULL,
    calls           bigint      NOT NULL,
    errors          bigint      NOT NULL,
    nanos           bigint      NOT NULL,
    PRIMARY KEY (tenant_id, installation_id, sha256, run_id)
);
