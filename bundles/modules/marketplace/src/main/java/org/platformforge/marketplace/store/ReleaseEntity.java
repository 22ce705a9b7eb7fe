package org.platformforge.marketplace.store;

import java.time.Instant;
import javax.persistence.Column;
import javax.persistence.Convert;
import javax.persistence.Entity;
import javax.persistence.Id;
import javax.persistence.Lob;
import javax.persistence.Table;
import javax.persistence.Version;
import org.platformforge.kernel.api.store.InstantConverter;
import org.platformforge.marketplace.domain.Finding;
import org.platformforge.marketplace.domain.Json;
import org.platformforge.marketplace.domain.Manifest;
import org.platformforge.marketplace.domain.Release;
import org.platformforge.marketplace.domain.Versions;

/**
 * A row of {@code mkt_release}. Fields are changed in this class only: the weaver sees changes nowhere else, and what it does not
 * see is not written.
 */
@Entity(name = "Release")
@Table(name = "mkt_release")
public class ReleaseEntity {
    @Column(name = "tenant_id", nullable = false, updatable = false)
    private String tenantId;

    @Id
    private String id;

    @Column(name = "extension_id")
    private String extensionId;

    @Column(name = "release_no")
    private String releaseNo;

    @Column(name = "version_rank")
    private long versionRank;

    private String state;
    private String sha256;

    @Column(name = "size_bytes")
    private long sizeBytes;

    @Lob
    private String manifest;

    @Lob
    private String changelog;

    private String signature;

    @Column(name = "key_id")
    private String keyId;

    @Lob
    private String findings;

    @Column(name = "yank_reason")
    private String yankReason;

    @Column(name = "created_by")
    private String createdBy;

    @Column(name = "created_at")
    @Convert(converter = InstantConverter.class)
    private Instant createdAt;

    @Column(name = "published_at")
    @Convert(converter = InstantConverter.class)
    private Instant publishedAt;

    @Column(name = "yanked_at")
    @Convert(converter = InstantConverter.class)
    private Instant yankedAt;

    @Version
    private long version;

    protected ReleaseEntity() {}

    ReleaseEntity(Release release, Json json) {
        tenantId = release.tenantId();
        id = release.id();
        extensionId = release.extensionId();
        releaseNo = release.version();
        versionRank = Versions.rank(release.version());
        createdBy = release.createdBy();
        createdAt = release.createdAt();
        update(release, json);
    }

    /** Takes over everything that can change. */
    final void update(Release release, Json json) {
        state = release.state().name();
        sha256 = release.sha256();
        sizeBytes = release.size();
        manifest = json.write(release.manifest().json());
        changelog = release.changelog();
        signature = release.signature();
        keyId = release.keyId();
        findings = json.write(release.findings().stream().map(Finding::toMap).toList());
        yankReason = release.yankReason();
        publishedAt = release.publishedAt();
        yankedAt = release.yankedAt();
    }

    Release toRelease(Json json) {
        return new Release(
                tenantId,
                id,
                extensionId,
                releaseNo,
                Release.State.valueOf(state),
                sha256,
                sizeBytes,
                new Manifest(json.readMap(manifest)),
                changelog,
                signature,
                keyId,
                json.readMaps(findings).stream().map(Finding::of).toList(),
                yankReason,
                createdBy,
                createdAt,
                publishedAt,
                yankedAt);
    }
}
