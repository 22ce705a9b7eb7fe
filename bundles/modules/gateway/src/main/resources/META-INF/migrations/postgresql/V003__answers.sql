-- How applications answered, since their first request; in as many parts as there were gateways that counted.
CREATE TABLE gw_answers (
    tenant_id  varchar(64) NOT NULL,
    backend    varchar(64) NOT NULL,
    part       varchar(64) NOT NULL,
    requests   bigint      NOT NULL,
    errors     bigint      NOT NULL,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, backend, part)
);
CREATE INDEX gw_answers_updated ON gw_answers (updated_at);
