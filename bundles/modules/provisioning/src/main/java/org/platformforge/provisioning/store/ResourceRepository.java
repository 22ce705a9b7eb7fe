package org.platformforge.provisioning.store;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import org.osgi.service.component.annotations.Component;
import org.platformforge.kernel.api.Page;
import org.platformforge.kernel.api.PageRequest;
import org.platformforge.kernel.api.delivery.Resources.InUse;
import org.platformforge.kernel.api.store.Transaction;
import org.platformforge.provisioning.domain.DriverRegistry.Post;
import org.platformforge.provisioning.domain.Fault;
import org.platformforge.provisioning.domain.Json;
import org.platformforge.provisioning.domain.Resource;
import org.platformforge.provisioning.domain.ResourceStatus;

/** The resources of the transaction's tenant. Thread-safe. */
@Component(service = ResourceRepository.class)
public final class ResourceRepository {
    /** What a list is narrowed to; null is any. */
    public record Filter(String environment, String service, String type, ResourceStatus status, String provisionId) {
        public static final Filter NONE = new Filter(null, null, null, null, null);
    }

    private final Json json = new Json();
    private final RecentRows recent = new RecentRows();

    /** Inserts it, or takes over everything of it that can change. */
    public void save(Transaction tx, Resource resource) {
        Optional<ResourceEntity> there = entity(tx, resource.id());
        if (there.isPresent()) {
            there.get().update(resource, json);
        } else {
            tx.em().persist(new ResourceEntity(resource, json));
        }
    }

    /**
     * For work that reads and does no more: cheaper than {@link #find}, because no entity is made and watched. It does not
     * see what the transaction has changed and not flushed yet.
     */
    public Optional<Resource> read(Transaction tx, String id) throws SQLException {
        OptionalLong version = ResourceRow.version(tx, id);
        if (version.isEmpty()) {
            return Optional.empty();
        }
        Optional<Resource> known = recent.find(tx.tenantId(), id, version.getAsLong());
        if (known.isPresent()) {
            return known;
        }
        Optional<RecentRows.Row> row = ResourceRow.read(tx, id, json);
        row.ifPresent(recent::keep);
        return row.map(RecentRows.Row::resource);
    }

    /** As the transaction sees it, its own changes included. */
    public Optional<Resource> find(Transaction tx, String id) {
        return entity(tx, id).map(entity -> entity.toResource(json));
    }

    public Page<Resource> list(Transaction tx, Filter filter, PageRequest page) {
        return new PagedQuery<>(ResourceEntity.class, "Resource", tx.tenantId())
                .with("environment", filter.environment())
                .with("service", filter.service())
                .with("type", filter.type())
                .with("status", filter.status() == null ? null : filter.status().name())
                .with("provisionId", filter.provisionId())
                .run(tx, page, e -> e.toResource(json), ResourceEntity::cursor);
    }

    /** Oldest first. */
    public List<Resource> ofProvision(Transaction tx, String provisionId) {
        return tx.em()
                .createQuery(
                        "SELECT e FROM Resource e WHERE e.tenantId = :tenant AND e.provisionId = :provision"
                                + " ORDER BY e.createdAt, e.id",
                        ResourceEntity.class)
                .setParameter("tenant", tx.tenantId())
                .setParameter("provision", provisionId)
                .getResultStream()
                .map(e -> e.toResource(json))
                .toList();
    }

    /** Does nothing when it is gone. */
    public void fault(Transaction tx, String id, Fault fault) {
        entity(tx, id).ifPresent(entity -> entity.fail(fault, tx.now()));
    }

    /** Marks it for removal. Does nothing when it is gone. */
    public void deleting(Transaction tx, String id, String operationId) {
        entity(tx, id).ifPresent(entity -> entity.deleting(operationId, tx.now()));
    }

    /** @return false when it was gone already */
    public boolean remove(Transaction tx, String id) {
        Optional<ResourceEntity> there = entity(tx, id);
        there.ifPresent(tx.em()::remove);
        return there.isPresent();
    }

    /**
     * Those marked for removal of which nothing was heard since then; of all tenants, in a cross-tenant transaction.
     */
    public List<Resource> stuckDeletions(Transaction tx, Instant since, int most) {
        return tx.em()
                .createQuery(
                        "SELECT e FROM Resource e WHERE e.status = 'DELETING' AND e.updatedAt < :since"
                                + " ORDER BY e.updatedAt",
                        ResourceEntity.class)
                .setParameter("since", since)
                .setMaxResults(most)
                .getResultStream()
                .map(e -> e.toResource(json))
                .toList();
    }

    /** Those of these types that are in use, of all tenants, in a cross-tenant transaction. */
    public List<InUse> inUse(Transaction tx, Set<String> types) {
        return tx.em()
                .createQuery(
                        "SELECT e.tenantId, e.id, e.name, e.service, e.environment FROM Resource e"
                                + " WHERE e.status = 'ACTIVE' AND e.type IN :types ORDER BY e.tenantId, e.id",
                        Object[].class)
                .setParameter("types", types)
                .getResultStream()
                .map(row ->
                        new InUse((String) row[0], (String) row[1], (String) row[2], (String) row[3], (String) row[4]))
                .toList();
    }

    /** All that an engine is to hold, of all tenants, in a cross-tenant transaction. */
    public List<Resource> ofEngine(Transaction tx, String engine) {
        return tx.em()
                .createQuery("SELECT e FROM Resource e WHERE e.engine = :engine", ResourceEntity.class)
                .setParameter("engine", engine)
                .getResultStream()
                .map(e -> e.toResource(json))
                .toList();
    }

    /** All that an engine is to hold for the transaction's tenant. */
    public List<Resource> ofEngineInTenant(Transaction tx, String engine) {
        return tx.em()
                .createQuery(
                        "SELECT e FROM Resource e WHERE e.tenantId = :tenant AND e.engine = :engine ORDER BY e.createdAt, e.id",
                        ResourceEntity.class)
                .setParameter("tenant", tx.tenantId())
                .setParameter("engine", engine)
                .getResultStream()
                .map(e -> e.toResource(json))
                .toList();
    }

    /** Whether {@link #ofExtension} would find any, in a transaction that has changed none. */
    public boolean anyOfExtension(Transaction tx, String extensionId) throws SQLException {
        String sql = "SELECT 1 FROM prov_resource WHERE tenant_id = ? AND (engine = ? OR engine LIKE ?)"
                + " FETCH FIRST 1 ROWS ONLY";
        try (PreparedStatement query = tx.connection().prepareStatement(sql)) {
            query.setString(1, tx.tenantId());
            query.setString(2, extensionId);
            query.setString(3, extensionId + ".%");
            try (ResultSet row = query.executeQuery()) {
                return row.next();
            }
        }
    }

    /** Of the transaction's tenant, on engines of the extension; oldest first. */
    public List<Resource> ofExtension(Transaction tx, String extensionId) {
        return tx.em()
                .createQuery(
                        "SELECT e FROM Resource e WHERE e.tenantId = :tenant"
                                + " AND (e.engine = :extension OR e.engine LIKE :engines) ORDER BY e.createdAt, e.id",
                        ResourceEntity.class)
                .setParameter("tenant", tx.tenantId())
                .setParameter("extension", extensionId)
                .setParameter("engines", extensionId + ".%")
                .getResultStream()
                .map(e -> e.toResource(json))
                .toList();
    }

    /** Which engines of extensions hold how much in which tenant, of all tenants, in a cross-tenant transaction. */
    public Map<Post, Long> countOfExtensions(Transaction tx) {
        Map<Post, Long> counts = new HashMap<>();
        tx.em()
                .createQuery(
                        "SELECT e.engine, e.tenantId, COUNT(e) FROM Resource e WHERE e.engine LIKE '%.%'"
                                + " GROUP BY e.engine, e.tenantId",
                        Object[].class)
                .getResultList()
                .forEach(row -> counts.put(new Post((String) row[0], (String) row[1]), (Long) row[2]));
        return counts;
    }

    /** The ids of the oldest resources of an engine, of all tenants, in a cross-tenant transaction. */
    public List<String> idsOfEngine(Transaction tx, String engine, int most) {
        return tx.em()
                .createQuery(
                        "SELECT e.id FROM Resource e WHERE e.engine = :engine ORDER BY e.createdAt, e.id", String.class)
                .setParameter("engine", engine)
                .setMaxResults(most)
                .getResultList();
    }

    /** How many resources each engine holds, of all tenants, in a cross-tenant transaction. */
    public Map<String, Long> countByEngine(Transaction tx) {
        Map<String, Long> counts = new TreeMap<>();
        tx.em()
                .createQuery("SELECT e.engine, COUNT(e) FROM Resource e GROUP BY e.engine", Object[].class)
                .getResultList()
                .forEach(row -> counts.put((String) row[0], (Long) row[1]));
        return counts;
    }

    /** The key does not hold the tenant, so it is compared here. */
    private static Optional<ResourceEntity> entity(Transaction tx, String id) {
        return Optional.ofNullable(tx.em().find(ResourceEntity.class, id))
                .filter(entity -> entity.tenantId().equals(tx.tenantId()));
    }
}
