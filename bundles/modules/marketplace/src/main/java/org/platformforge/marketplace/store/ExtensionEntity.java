package org.platformforge.marketplace.store;

import java.time.Instant;
import java.util.Locale;
import javax.persistence.Column;
import javax.persistence.Convert;
import javax.persistence.Entity;
import javax.persistence.Id;
import javax.persistence.Table;
import javax.persistence.Version;
import org.platformforge.kernel.api.store.InstantConverter;
import org.platformforge.marketplace.domain.CatalogueSort;
import org.platformforge.marketplace.domain.Extension;
import org.platformforge.marketplace.domain.Manifest;
import org.platformforge.marketplace.domain.Release;

/**
 * A row of {@code mkt_extension}. Fields are changed in this class only: the weaver sees changes nowhere else, and what it does not
 * see is not written.
 */
@Entity(name = "Extension")
@Table(name = "mkt_extension")
public class ExtensionEntity {
    @Column(name = "tenant_id", nullable = false, updatable = false)
    private String tenantId;

    @Id
    private String id;

    private String namespace;
    private String name;
    private String description;
    private String category;
    private String license;
    private String homepage;

    @Column(name = "search_text")
    private String searchText;

    @Column(name = "latest_version")
    private String latestVersion;

    @Column(name = "api_range")
    private String apiRange;

    private long popularity;
    private long newest;

    @Column(name = "rating_sum")
    private long ratingSum;

    @Column(name = "rating_count")
    private long ratingCount;

    @Column(name = "rating_score")
    private long ratingScore;

    @Column(name = "created_at")
    @Convert(converter = InstantConverter.class)
    private Instant createdAt;

    @Column(name = "updated_at")
    @Convert(converter = InstantConverter.class)
    private Instant updatedAt;

    @Version
    private long version;

    protected ExtensionEntity() {}

    ExtensionEntity(Release release, String namespace, Instant at) {
        tenantId = release.tenantId();
        id = release.extensionId();
        this.namespace = namespace;
        createdAt = at;
        ratingScore = score(0, 0);
        describe(release, at);
    }

    /** Takes over what the release's manifest says. */
    final void describe(Release release, Instant at) {
        Manifest manifest = release.manifest();
        name = cut(manifest.name() == null ? id : manifest.name(), 128);
        description = cut(manifest.description(), 2000);
        category = cut(manifest.category(), 64);
        license = cut(manifest.license(), 128);
        homepage = cut(manifest.homepage(), 512);
        apiRange = cut(manifest.api(), 128);
        searchText = (id + " " + name + " " + description).toLowerCase(Locale.ROOT);
        updatedAt = at;
    }

    /** A draft's manifest is anybody's text. */
    private static String cut(String text, int longest) {
        return text == null || text.length() <= longest ? text : text.substring(0, longest);
    }

    /** @param latest the highest published version, null when none is left */
    void list(String latest, Instant at) {
        latestVersion = latest;
        updatedAt = at;
    }

    void published(Instant at) {
        newest = at.getEpochSecond() * 1_000_000 + at.getNano() / 1000;
    }

    void downloads(long count) {
        popularity = count;
    }

    void ratings(long sum, long count) {
        ratingSum = sum;
        ratingCount = count;
        ratingScore = score(sum, count);
    }

    /** The mean in millionths, drawn towards 3 by five ratings nobody gave: one enthusiast does not lead the list. */
    private static long score(long sum, long count) {
        return (sum + 15) * 1_000_000 / (count + 5);
    }

    String tenantId() {
        return tenantId;
    }

    String id() {
        return id;
    }

    long sortKey(CatalogueSort sort) {
        return switch (sort) {
            case POPULAR -> popularity;
            case NEWEST -> newest;
            case RATING -> ratingScore;
        };
    }

    Extension toExtension() {
        return new Extension(
                tenantId,
                id,
                namespace,
                name,
                description,
                category,
                license,
                homepage,
                latestVersion != null,
                latestVersion,
                popularity,
                ratingSum,
                ratingCount,
                createdAt,
                updatedAt);
    }
}
