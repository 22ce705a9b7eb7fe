package org.platformforge.marketplace.store;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.persistence.TypedQuery;
import org.osgi.service.component.annotations.Component;
import org.platformforge.kernel.api.Page;
import org.platformforge.kernel.api.PageRequest;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.store.Transaction;
import org.platformforge.marketplace.domain.Advisory;
import org.platformforge.marketplace.domain.CatalogueSort;
import org.platformforge.marketplace.domain.Extension;
import org.platformforge.marketplace.domain.Json;
import org.platformforge.marketplace.domain.Release;

/**
 * Extensions, releases and advisories: those of the transaction's tenant, or everybody's in a cross-tenant one.
 * Who may see a draft is the domain's business. Thread-safe.
 */
@Component(service = CatalogueRepository.class)
public final class CatalogueRepository {
    private static final int LONGEST_CURSOR = 400;
    private static final Pattern ID = Pattern.compile("[a-z0-9.-]{1,128}");

    private final Json json = new Json();

    /**
     * What a list is narrowed to; null is any.
     *
     * @param viewer the tenant whose own extensions are shown even when none of their releases is published
     * @param apiRanges ranges of API versions, of which one has to be asked for, or none at all
     */
    public record Filter(
            String category,
            String search,
            CatalogueSort sort,
            String viewer,
            boolean ownOnly,
            Collection<String> apiRanges) {}

    /** Every range of API versions that something in the catalogue asks for: a handful. */
    public List<String> apiRanges(Transaction tx) {
        return tx.em()
                .createQuery("SELECT DISTINCT e.apiRange FROM Extension e WHERE e.apiRange IS NOT NULL", String.class)
                .getResultList();
    }

    public Page<Extension> list(Transaction tx, Filter filter, PageRequest page) {
        Map<String, Object> values = new LinkedHashMap<>();
        StringBuilder where = new StringBuilder();
        values.put("viewer", filter.viewer());
        if (filter.ownOnly()) {
            where.append("e.tenantId = :viewer");
        } else {
            where.append("(e.latestVersion IS NOT NULL OR e.tenantId = :viewer)");
        }
        if (filter.category() != null) {
            where.append(" AND e.category = :category");
            values.put("category", filter.category());
        }
        if (filter.apiRanges() != null) {
            where.append(
                    filter.apiRanges().isEmpty()
                            ? " AND e.apiRange IS NULL"
                            : " AND (e.apiRange IS NULL OR e.apiRange IN :apis)");
            if (!filter.apiRanges().isEmpty()) {
                values.put("apis", filter.apiRanges());
            }
        }
        words(filter.search(), where, values);
        long total = bind(tx.em().createQuery("SELECT COUNT(e) FROM Extension e WHERE " + where, Long.class), values)
                .getSingleResult();
        List<ExtensionEntity> rows = rows(tx, where, values, filter.sort(), page);
        boolean more = rows.size() > page.limit();
        List<ExtensionEntity> shown = more ? rows.subList(0, page.limit()) : rows;
        return new Page<>(
                shown.stream().map(ExtensionEntity::toExtension).toList(),
                total,
                more ? Optional.of(cursor(shown.get(shown.size() - 1), filter.sort())) : Optional.empty());
    }

    private static List<ExtensionEntity> rows(
            Transaction tx, StringBuilder where, Map<String, Object> values, CatalogueSort sort, PageRequest page) {
        String key = "e." + attribute(sort);
        StringBuilder conditions = new StringBuilder(where);
        Map<String, Object> bound = new LinkedHashMap<>(values);
        if (page.cursor() != null) {
            String[] last = parse(page.cursor(), sort);
            conditions.append(" AND (" + key + " < :last OR (" + key + " = :last AND e.id > :lastId))");
            bound.put("last", Long.valueOf(last[0]));
            bound.put("lastId", last[1]);
        }
        TypedQuery<ExtensionEntity> query = bind(
                tx.em()
                        .createQuery(
                                "SELECT e FROM Extension e WHERE " + conditions + " ORDER BY " + key + " DESC, e.id",
                                ExtensionEntity.class),
                bound);
        if (page.cursor() == null) {
            query.setFirstResult(page.offset());
        }
        return new ArrayList<>(query.setMaxResults(page.limit() + 1).getResultList());
    }

    private static String attribute(CatalogueSort sort) {
        return switch (sort) {
            case POPULAR -> "popularity";
            case NEWEST -> "newest";
            case RATING -> "ratingScore";
        };
    }

    /** Every word has to be there, wherever. */
    private static void words(String search, StringBuilder where, Map<String, Object> values) {
        if (search == null || search.isBlank()) {
            return;
        }
        String[] words = search.strip().toLowerCase(Locale.ROOT).split("\\s+");
        for (int i = 0; i < Math.min(words.length, 8); i++) {
            where.append(" AND e.searchText LIKE :word").append(i).append(" ESCAPE '!'");
            String literal = words[i].replace("!", "!!").replace("%", "!%").replace("_", "!_");
            values.put("word" + i, "%" + literal + "%");
        }
    }

    private static String cursor(ExtensionEntity last, CatalogueSort sort) {
        String plain = sort + "|" + last.sortKey(sort) + "|" + last.id();
        return Base64.getUrlEncoder().withoutPadding().encodeToString(plain.getBytes(StandardCharsets.UTF_8));
    }

    private static String[] parse(String cursor, CatalogueSort sort) {
        try {
            String plain = new String(
                    Base64.getUrlDecoder().decode(cursor.substring(0, Math.min(LONGEST_CURSOR, cursor.length()))),
                    StandardCharsets.UTF_8);
            String[] parts = plain.split("\\|", 3);
            if (parts.length == 3
                    && parts[0].equals(sort.name())
                    && ID.matcher(parts[2]).matches()) {
                Long.parseLong(parts[1]);
                return new String[] {parts[1], parts[2]};
            }
        } catch (IllegalArgumentException e) {
            // told below, as for every other text that is none
        }
        throw PlatformException.invalid("cursor", "is not a cursor of this list");
    }

    private static <T> TypedQuery<T> bind(TypedQuery<T> query, Map<String, Object> values) {
        values.forEach(query::setParameter);
        return query;
    }

    public Optional<Extension> find(Transaction tx, String id) {
        return entity(tx, id).map(ExtensionEntity::toExtension);
    }

    /** Makes it, or takes over what the release's manifest says. */
    public void describe(Transaction tx, Release release, String namespace) {
        Optional<ExtensionEntity> there = entity(tx, release.extensionId());
        if (there.isPresent()) {
            there.get().describe(release, tx.now());
        } else {
            tx.em().persist(new ExtensionEntity(release, namespace, tx.now()));
        }
    }

    /** Brings what the catalogue shows of an extension in line with its releases. */
    public void relist(Transaction tx, String id, boolean publishedNow) {
        tx.em().flush();
        List<Release> published = releases(tx, id).stream()
                .filter(release -> release.state() == Release.State.PUBLISHED)
                .toList();
        entity(tx, id).ifPresent(entity -> {
            entity.list(published.isEmpty() ? null : published.get(0).version(), tx.now());
            if (publishedNow) {
                entity.published(tx.now());
            }
            published.stream().findFirst().ifPresent(latest -> entity.describe(latest, tx.now()));
        });
    }

    public void downloads(Transaction tx, String id, long count) {
        entity(tx, id).ifPresent(entity -> entity.downloads(count));
    }

    public void ratings(Transaction tx, String id, long sum, long count) {
        entity(tx, id).ifPresent(entity -> entity.ratings(sum, count));
    }

    public void insert(Transaction tx, Release release) {
        tx.em().persist(new ReleaseEntity(release, json));
        tx.em().flush();
    }

    public void update(Transaction tx, Release release) {
        tx.em().find(ReleaseEntity.class, release.id()).update(release, json);
        tx.em().flush();
    }

    public Optional<Release> release(Transaction tx, String releaseId) {
        return Optional.ofNullable(tx.em().find(ReleaseEntity.class, releaseId)).map(e -> e.toRelease(json));
    }

    public Optional<Release> release(Transaction tx, String extensionId, String version) {
        return tx.em()
                .createQuery(
                        "SELECT e FROM Release e WHERE e.extensionId = :id AND e.releaseNo = :version",
                        ReleaseEntity.class)
                .setParameter("id", extensionId)
                .setParameter("version", version)
                .getResultStream()
                .findFirst()
                .map(e -> e.toRelease(json));
    }

    /** Highest version first. */
    public List<Release> releases(Transaction tx, String extensionId) {
        return tx.em()
                .createQuery(
                        "SELECT e FROM Release e WHERE e.extensionId = :id ORDER BY e.versionRank DESC",
                        ReleaseEntity.class)
                .setParameter("id", extensionId)
                .getResultStream()
                .map(e -> e.toRelease(json))
                .toList();
    }

    public void insert(Transaction tx, Advisory advisory) {
        tx.em().persist(new AdvisoryEntity(advisory));
    }

    /** @return what it was; empty when there is none of the transaction's tenant */
    public Optional<Advisory> removeAdvisory(Transaction tx, String id) {
        Optional<AdvisoryEntity> found = Optional.ofNullable(tx.em().find(AdvisoryEntity.class, id))
                .filter(entity -> Reach.covers(tx, entity.toAdvisory().tenantId()));
        found.ifPresent(tx.em()::remove);
        return found.map(AdvisoryEntity::toAdvisory);
    }

    /** Newest first. */
    public List<Advisory> advisories(Transaction tx, String extensionId) {
        return tx.em()
                .createQuery(
                        "SELECT e FROM Advisory e WHERE e.extensionId = :id ORDER BY e.createdAt DESC, e.id DESC",
                        AdvisoryEntity.class)
                .setParameter("id", extensionId)
                .getResultStream()
                .map(AdvisoryEntity::toAdvisory)
                .toList();
    }

    private static Optional<ExtensionEntity> entity(Transaction tx, String id) {
        return Optional.ofNullable(tx.em().find(ExtensionEntity.class, id)).filter(e -> Reach.covers(tx, e.tenantId()));
    }
}
