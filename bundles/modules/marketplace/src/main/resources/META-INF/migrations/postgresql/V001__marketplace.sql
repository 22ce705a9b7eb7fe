-- Publishers: who owns a namespace, the first part of extension ids. The skeleton is the name without what makes names
-- look alike; its index decides between two who ask at the same moment.
CREATE TABLE mkt_publisher (
    tenant_id   varchar(64)   NOT NULL,
    namespace   varchar(64)   NOT NULL,
    skeleton    varchar(64)   NOT NULL,
    name        varchar(128)  NOT NULL,
    homepage    varchar(512),
    -- a name that was there before and looks alike, for people who decide about trust
    similar_to  varchar(64),
    trusted     boolean       NOT NULL,
    trusted_by  varchar(255),
    trusted_at  timestamptz,
    created_by  varchar(255)  NOT NULL,
    created_at  timestamptz   NOT NULL,
    version     bigint        NOT NULL,
    PRIMARY KEY (tenant_id, namespace)
);
CREATE UNIQUE INDEX mkt_publisher_namespace ON mkt_publisher (namespace);
CREATE UNIQUE INDEX mkt_publisher_skeleton ON mkt_publisher (skeleton);

-- Public keys (X.509 SPKI, PEM) that a publisher's signatures are checked with.
CREATE TABLE mkt_publisher_key (
    tenant_id   varchar(64)   NOT NULL,
    id          varchar(64)   NOT NULL,
    namespace   varchar(64)   NOT NULL,
    name        varchar(128)  NOT NULL,
    public_key  varchar(2000) NOT NULL,
    fingerprint varchar(64)   NOT NULL,
    created_by  varchar(255)  NOT NULL,
    created_at  timestamptz   NOT NULL,
    revoked_by  varchar(255),
    revoked_at  timestamptz,
    version     bigint        NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX mkt_publisher_key_id ON mkt_publisher_key (id);
CREATE UNIQUE INDEX mkt_publisher_key_print ON mkt_publisher_key (fingerprint);
CREATE INDEX mkt_publisher_key_namespace ON mkt_publisher_key (namespace, created_at);

-- Extensions as the catalogue lists them. What it sorts by is kept ready: ties are broken by id.
CREATE TABLE mkt_extension (
    tenant_id      varchar(64)   NOT NULL,
    id             varchar(128)  NOT NULL,
    namespace      varchar(64)   NOT NULL,
    name           varchar(128)  NOT NULL,
    description    varchar(2000) NOT NULL,
    category       varchar(64)   NOT NULL,
    license        varchar(128),
    homepage       varchar(512),
    -- lower case: id, name and description
    search_text    varchar(2400) NOT NULL,
    -- the highest published one; nobody but the publisher sees an extension without
    latest_version varchar(64),
    popularity     bigint        NOT NULL,
    newest         bigint        NOT NULL,
    rating_sum     bigint        NOT NULL,
    rating_count   bigint        NOT NULL,
    rating_score   bigint        NOT NULL,
    created_at     timestamptz   NOT NULL,
    updated_at     timestamptz   NOT NULL,
    version        bigint        NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX mkt_extension_id ON mkt_extension (id);
CREATE INDEX mkt_extension_popularity ON mkt_extension (popularity, id);
CREATE INDEX mkt_extension_newest ON mkt_extension (newest, id);
CREATE INDEX mkt_extension_rating ON mkt_extension (rating_score, id);

-- Releases: one version of an extension, and the content it stands for.
CREATE TABLE mkt_release (
    tenant_id     varchar(64)  NOT NULL,
    id            varchar(64)  NOT NULL,
    extension_id  varchar(128) NOT NULL,
    release_no    varchar(64)  NOT NULL,
    -- orders versions: six digits each for major, minor and patch
    version_rank  bigint       NOT NULL,
    state         varchar(16)  NOT NULL,
    -- null while it is a draft without an artifact
    sha256        varchar(64),
    size_bytes    bigint       NOT NULL,
    manifest      text         NOT NULL,
    changelog     text,
    signature     varchar(512),
    key_id        varchar(64),
    findings      text         NOT NULL,
    yank_reason   varchar(2000),
    created_by    varchar(255) NOT NULL,
    created_at    timestamptz  NOT NULL,
    published_at  timestamptz,
    yanked_at     timestamptz,
    version       bigint       NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX mkt_release_id ON mkt_release (id);
CREATE UNIQUE INDEX mkt_release_version ON mkt_release (extension_id, release_no);
CREATE INDEX mkt_release_rank ON mkt_release (extension_id, version_rank);

CREATE TABLE mkt_advisory (
    tenant_id     varchar(64)   NOT NULL,
    id            varchar(64)   NOT NULL,
    extension_id  varchar(128)  NOT NULL,
    affected      varchar(128)  NOT NULL,
    severity      varchar(16)   NOT NULL,
    summary       varchar(2000) NOT NULL,
    created_by    varchar(255)  NOT NULL,
    created_at    timestamptz   NOT NULL,
    version       bigint        NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX mkt_advisory_id ON mkt_advisory (id);
CREATE INDEX mkt_advisory_extension ON mkt_advisory (extension_id, created_at);

-- Artifacts in pieces, for nodes that do not have the file.
CREATE TABLE mkt_artifact_chunk (
    tenant_id varchar(64) NOT NULL,
    sha256    varchar(64) NOT NULL,
    position  integer     NOT NULL,
    content  bytea        NOT NULL,
    PRIMARY KEY (tenant_id, sha256, position)
);

-- One row for each user who rated an extension; the tenant is the rater's.
CREATE TABLE mkt_rating (
    tenant_id    varchar(64)   NOT NULL,
    extension_id varchar(128)  NOT NULL,
    user_id      varchar(255)  NOT NULL,
    stars        integer       NOT NULL,
    remark       varchar(2000),
    rated_at     timestamptz   NOT NULL,
    PRIMARY KEY (tenant_id, extension_id, user_id)
);
CREATE INDEX mkt_rating_extension ON mkt_rating (extension_id);

-- One row for each release a tenant ever installed: counted, and never removed.
CREATE TABLE mkt_download (
    tenant_id    varchar(64)  NOT NULL,
    extension_id varchar(128) NOT NULL,
    release_id   varchar(64)  NOT NULL,
    at_time      timestamptz  NOT NULL,
    PRIMARY KEY (tenant_id, release_id)
);
CREATE INDEX mkt_download_extension ON mkt_download (extension_id);

-- Installations: the truth about which release serves a tenant. Setups are JSON: release, settings, sealed secrets,
-- accepted permissions. The pending one is what the operation under way wants.
CREATE TABLE mkt_installation (
    tenant_id      varchar(64)  NOT NULL,
    id             varchar(64)  NOT NULL,
    extension_id   varchar(128) NOT NULL,
    state          varchar(16)  NOT NULL,
    current_setup  text,
    previous_setup text,
    canary_setup   text,
    pending_setup  text,
    canary_percent integer      NOT NULL,
    canary_policy  text,
    pinned         boolean      NOT NULL,
    auto_patch     boolean      NOT NULL,
    operation_id   varchar(64),
    error_code     varchar(64),
    error_message  varchar(2000),
    -- why a node cannot serve what this row says
    problem        varchar(2000),
    created_by     varchar(255) NOT NULL,
    created_at     timestamptz  NOT NULL,
    updated_at     timestamptz  NOT NULL,
    version        bigint       NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX mkt_installation_id ON mkt_installation (id);
CREATE UNIQUE INDEX mkt_installation_extension ON mkt_installation (tenant_id, extension_id);
CREATE INDEX mkt_installation_of ON mkt_installation (extension_id);
CREATE INDEX mkt_installation_created ON mkt_installation (tenant_id, created_at, id);

CREATE TABLE mkt_history (
    tenant_id       varchar(64)  NOT NULL,
    id              varchar(64)  NOT NULL,
    installation_id varchar(64)  NOT NULL,
    extension_id    varchar(128) NOT NULL,
    action          varchar(32)  NOT NULL,
    result          varchar(16)  NOT NULL,
    from_version    varchar(64),
    to_version      varchar(64),
    message         varchar(2000),
    figures         text,
    operation_id    varchar(64),
    actor           varchar(255) NOT NULL,
    at_time         timestamptz  NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX mkt_history_extension ON mkt_history (tenant_id, extension_id, at_time);

-- Which installations changed, for the other nodes; outlives the installation.
CREATE TABLE mkt_revision (
    tenant_id    varchar(64)  NOT NULL,
    extension_id varchar(128) NOT NULL,
    revision     bigint       NOT NULL,
    changed_at   timestamptz  NOT NULL,
    PRIMARY KEY (tenant_id, extension_id)
);
CREATE INDEX mkt_revision_changed ON mkt_revision (changed_at);
