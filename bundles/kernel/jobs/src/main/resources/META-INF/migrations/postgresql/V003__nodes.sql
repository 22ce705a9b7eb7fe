-- The nodes that run under a licence which limits how many may; names only, no tenant's data.
CREATE TABLE jobs_node (
    name    varchar(64) NOT NULL,
    seen_at timestamptz NOT NULL,
    PRIMARY KEY (name)
);
