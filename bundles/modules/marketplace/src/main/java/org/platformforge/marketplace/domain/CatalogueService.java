package org.platformforge.marketplace.domain;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.osgi.framework.VersionRange;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.extension.verifier.ExtensionManifest;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.Page;
import org.platformforge.kernel.api.PageRequest;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.store.Store;
import org.platformforge.kernel.api.store.Transaction;
import org.platformforge.marketplace.store.CatalogueRepository;
import org.platformforge.marketplace.store.PublisherRepository;
import org.platformforge.marketplace.store.UsageTable;

/** What there is to install. Drafts are their publisher's alone. Thread-safe. */
@Component(service = CatalogueService.class)
public final class CatalogueService {
    private final Store store;
    private final CatalogueRepository catalogue;
    private final PublisherRepository publishers;
    private final UsageTable usage;
    private final PlatformApi api;
    private final Trail trail;

    /** @param compatible whether it runs on this platform */
    public record Version(Release release, Release.Signature signature, boolean compatible) {}

    /** @param latest the highest published version, or the publisher's own newest draft */
    public record Listing(Extension extension, Publisher publisher, Version latest) {}

    /** @param ownRating the caller's, null without one */
    public record Detail(
            Extension extension,
            Publisher publisher,
            List<Version> versions,
            List<Advisory> advisories,
            UsageTable.Rating ownRating) {}

    @Activate
    public CatalogueService(
            @Reference Store store,
            @Reference CatalogueRepository catalogue,
            @Reference PublisherRepository publishers,
            @Reference UsageTable usage,
            @Reference PlatformApi api,
            @Reference Trail trail) {
        this.store = store;
        this.catalogue = catalogue;
        this.publishers = publishers;
        this.usage = usage;
        this.api = api;
        this.trail = trail;
    }

    /**
     * What is looked for.
     *
     * @param category null for any
     * @param search words, or null
     * @param own whether only the tenant's own are wanted
     * @param compatible whether only those are wanted whose listed version runs on this platform
     */
    public record Query(String category, String search, CatalogueSort sort, boolean own, boolean compatible) {
        public static Query by(CatalogueSort sort) {
            return new Query(null, null, sort, false, false);
        }
    }

    /** @throws PlatformException {@code VALIDATION} for a category there is not, with those there are */
    public Page<Listing> list(Caller caller, Query query, PageRequest page) {
        if (query.category() != null && !ExtensionManifest.CATEGORIES.contains(query.category())) {
            throw PlatformException.invalid(
                    "category",
                    "must be one of "
                            + ExtensionManifest.CATEGORIES.stream().sorted().collect(Collectors.joining(", ")));
        }
        return store.call(Store.ALL_TENANTS, tx -> {
            CatalogueRepository.Filter filter = new CatalogueRepository.Filter(
                    query.category(),
                    query.search(),
                    query.sort(),
                    caller.tenantId(),
                    query.own(),
                    query.compatible()
                            ? catalogue.apiRanges(tx).stream()
                                    .filter(api::satisfies)
                                    .toList()
                            : null);
            return catalogue.list(tx, filter, page).map(found -> listing(tx, found));
        });
    }

    private Listing listing(Transaction tx, Extension extension) {
        Release latest = extension.latestVersion() == null
                ? catalogue.releases(tx, extension.id()).stream().findFirst().orElseThrow()
                : catalogue
                        .release(tx, extension.id(), extension.latestVersion())
                        .orElseThrow();
        return new Listing(extension, publishers.find(tx, extension.namespace()).orElseThrow(), version(tx, latest));
    }

    private Version version(Transaction tx, Release release) {
        return new Version(release, signature(tx, release), api.satisfies(release.manifest()));
    }

    Release.Signature signature(Transaction tx, Release release) {
        return publishers
                .key(tx, release.keyId())
                .map(key -> key.revoked() ? Release.Signature.REVOKED_KEY : Release.Signature.SIGNED)
                .orElse(Release.Signature.UNSIGNED);
    }

    public Detail get(Caller caller, String id) {
        UsageTable.Rating own = store.call(
                caller.tenantId(), tx -> usage.rating(tx, id, caller.subject()).orElse(null));
        return store.call(Store.ALL_TENANTS, tx -> {
            Extension extension = visible(tx, caller, id);
            return new Detail(
                    extension,
                    publishers.find(tx, extension.namespace()).orElseThrow(),
                    versions(tx, caller, extension),
                    catalogue.advisories(tx, id),
                    own);
        });
    }

    private List<Version> versions(Transaction tx, Caller caller, Extension extension) {
        return catalogue.releases(tx, extension.id()).stream()
                .filter(release -> seen(caller.tenantId(), release))
                .map(release -> version(tx, release))
                .toList();
    }

    public Version version(Caller caller, String id, String version) {
        return store.call(Store.ALL_TENANTS, tx -> {
            visible(tx, caller, id);
            return catalogue
                    .release(tx, id, version)
                    .filter(release -> seen(caller.tenantId(), release))
                    .map(release -> version(tx, release))
                    .orElseThrow(() -> PlatformException.notFound("Version", version));
        });
    }

    private static boolean seen(String tenantId, Release release) {
        return release.state() != Release.State.DRAFT || release.tenantId().equals(tenantId);
    }

    /** The answer for what is not listed is the one for what is not there. */
    private Extension visible(Transaction tx, Caller caller, String id) {
        return catalogue
                .find(tx, id)
                .filter(extension -> extension.tenantId().equals(caller.tenantId())
                        || catalogue.releases(tx, id).stream()
                                .anyMatch(release -> release.state() != Release.State.DRAFT))
                .orElseThrow(() -> PlatformException.notFound("Extension", id));
    }

    /**
     * What a tenant can ask for in the range, highest first: published versions, and a draft of its own that has an artifact and
     * is named exactly.
     */
    List<Release> candidates(Transaction tx, String tenantId, String extensionId, VersionRange range) {
        return catalogue.releases(tx, extensionId).stream()
                .filter(release -> release.sha256() != null)
                .filter(release -> release.state() == Release.State.PUBLISHED
                        || release.state() == Release.State.DRAFT
                                && release.tenantId().equals(tenantId)
                                && range != null
                                && range.isExact())
                .filter(release -> range == null || range.includes(Versions.of(release.version())))
                .toList();
    }

    /**
     * One rating for each user; rating again replaces it.
     *
     * @throws PlatformException {@code CONFLICT} unless the tenant has installed it, and did not publish it
     */
    public Detail rate(Caller caller, String id, int stars, String remark) {
        if (stars < 1 || stars > 5) {
            throw PlatformException.invalid("stars", "must be 1 to 5");
        }
        if (remark != null && remark.length() > 2000) {
            throw PlatformException.invalid("comment", "must have at most 2000 characters");
        }
        Extension extension = get(caller, id).extension();
        if (extension.tenantId().equals(caller.tenantId())) {
            throw PlatformException.of(ErrorKind.CONFLICT, "A publisher does not rate its own extensions");
        }
        store.run(caller.tenantId(), tx -> {
            if (!usage.used(tx, id)) {
                throw PlatformException.of(ErrorKind.CONFLICT, "Only who has installed the extension can rate it");
            }
            usage.rate(tx, id, new UsageTable.Rating(caller.subject(), stars, remark, tx.now()));
            trail.note(tx, caller, "extension.rate", id, Map.of("stars", stars));
        });
        count(id);
        return get(caller, id);
    }

    /** Takes the caller's rating back. @throws PlatformException {@code NOT_FOUND} when there is none */
    public Detail unrate(Caller caller, String id) {
        store.run(caller.tenantId(), tx -> {
            if (!usage.unrate(tx, id, caller.subject())) {
                throw PlatformException.notFound("Rating", id);
            }
            trail.note(tx, caller, "extension.unrate", id, Map.of());
        });
        count(id);
        return get(caller, id);
    }

    private void count(String id) {
        store.run(Store.ALL_TENANTS, tx -> {
            UsageTable.Sum sum = usage.ratings(tx, id);
            catalogue.ratings(tx, id, sum.sum(), sum.count());
        });
    }

    /** Everybody's, newest first. Who gave them is nobody else's business. */
    public Page<UsageTable.Rating> ratings(Caller caller, String id, PageRequest page) {
        int offset = page.cursor() == null ? page.offset() : place(page.cursor());
        return store.call(Store.ALL_TENANTS, tx -> {
            visible(tx, caller, id);
            List<UsageTable.Rating> found = usage.ratings(tx, id, offset, page.limit() + 1);
            boolean more = found.size() > page.limit();
            return new Page<>(
                    more ? found.subList(0, page.limit()) : found,
                    usage.ratings(tx, id).count(),
                    more ? Optional.of(Integer.toString(offset + page.limit())) : Optional.empty());
        });
    }

    /** A cursor that named the last rating would name its author. */
    private static int place(String cursor) {
        if (!cursor.matches("[0-9]{1,9}")) {
            throw PlatformException.invalid("cursor", "is not a cursor of this list");
        }
        return Integer.parseInt(cursor);
    }

    /** Counts that the tenant has installed a release; the same one counts once. */
    void installed(String tenantId, Release release) {
        if (store.call(tenantId, tx -> usage.downloaded(tx, release.extensionId(), release.id()))) {
            store.run(
                    Store.ALL_TENANTS,
                    tx -> catalogue.downloads(tx, release.extensionId(), usage.downloads(tx, release.extensionId())));
        }
    }
}
