package org.platformforge.provisioning.store;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.osgi.service.component.annotations.Component;
import org.platformforge.kernel.api.Page;
import org.platformforge.kernel.api.PageRequest;
import org.platformforge.kernel.api.store.Transaction;
import org.platformforge.provisioning.domain.Json;
import org.platformforge.provisioning.domain.Provision;
import org.platformforge.provisioning.domain.ProvisionStatus;

/** The provisions of the transaction's tenant. Thread-safe. */
@Component(service = ProvisionRepository.class)
public final class ProvisionRepository {
    /** What a list is narrowed to; null is any. */
    public record Filter(String environment, ProvisionStatus status, String template, String service) {
        public static final Filter NONE = new Filter(null, null, null, null);
    }

    /** How long a run was expected to take, and took. */
    public record Run(Duration estimated, Duration taken) {}

    private static final String COMPLETED_RUNS = "SELECT estimated_seconds, created_at, finished_at FROM prov_provision"
            + " WHERE tenant_id = ? AND template = ? AND status IN ('COMPLETED', 'DELETED')"
            + " ORDER BY created_at DESC FETCH FIRST 50 ROWS ONLY";

    private final Json json = new Json();

    public void insert(Transaction tx, Provision provision) {
        tx.em().persist(new ProvisionEntity(provision, json));
    }

    public Optional<Provision> find(Transaction tx, String id) {
        return entity(tx, id).map(entity -> entity.toProvision(json));
    }

    public Page<Provision> list(Transaction tx, Filter filter, PageRequest page) {
        return new PagedQuery<>(ProvisionEntity.class, "Provision", tx.tenantId())
                .with("environment", filter.environment())
                .with("status", filter.status() == null ? null : filter.status().name())
                .with("template", filter.template())
                .with("service", filter.service())
                .run(tx, page, e -> e.toProvision(json), ProvisionEntity::cursor);
    }

    /** The newest completed runs of a template, at most 50. Plain SQL: a provision is large, and two times are asked for. */
    public List<Run> completedRuns(Transaction tx, String template) throws SQLException {
        try (PreparedStatement query = tx.connection().prepareStatement(COMPLETED_RUNS)) {
            query.setString(1, tx.tenantId());
            query.setString(2, template);
            try (ResultSet rows = query.executeQuery()) {
                List<Run> runs = new ArrayList<>();
                while (rows.next()) {
                    Instant createdAt = rows.getTimestamp(2).toInstant();
                    Instant finishedAt = rows.getTimestamp(3).toInstant();
                    runs.add(new Run(Duration.ofSeconds(rows.getLong(1)), Duration.between(createdAt, finishedAt)));
                }
                return runs;
            }
        }
    }

    /** Of the transaction's tenant, those whose operation is under way. */
    public List<Provision> running(Transaction tx) {
        return tx.em()
                .createQuery(
                        "SELECT e FROM Provision e WHERE e.tenantId = :tenant"
                                + " AND e.status IN ('IN_PROGRESS', 'ROLLING_BACK') ORDER BY e.createdAt, e.id",
                        ProvisionEntity.class)
                .setParameter("tenant", tx.tenantId())
                .getResultStream()
                .map(e -> e.toProvision(json))
                .toList();
    }

    /** Whether {@link #running} would find any, in a transaction that has changed none. */
    public boolean anyRunning(Transaction tx) throws SQLException {
        String sql = "SELECT 1 FROM prov_provision WHERE tenant_id = ? AND status IN ('IN_PROGRESS', 'ROLLING_BACK')"
                + " FETCH FIRST 1 ROWS ONLY";
        try (PreparedStatement query = tx.connection().prepareStatement(sql)) {
            query.setString(1, tx.tenantId());
            try (ResultSet row = query.executeQuery()) {
                return row.next();
            }
        }
    }

    /** Begins another run of a provision that had failed. */
    public void restart(Transaction tx, String id, Duration estimate) {
        require(tx, id).restart(estimate);
    }

    /** Does nothing unless it is in progress. */
    public void rollingBack(Transaction tx, String id) {
        entity(tx, id)
                .filter(entity -> entity.is(ProvisionStatus.IN_PROGRESS))
                .ifPresent(entity -> entity.become(ProvisionStatus.ROLLING_BACK));
    }

    public void addEngine(Transaction tx, String id, String engine) {
        require(tx, id).addEngine(engine, json);
    }

    public void outputs(Transaction tx, String id, Map<String, String> outputs, String sealed) {
        require(tx, id).outputs(outputs, sealed, json);
    }

    /**
     * Its last resource is gone. Only a completed provision becomes {@code DELETED}; a failed one stays what it was.
     */
    public void resourcesGone(Transaction tx, String id) {
        entity(tx, id).filter(entity -> entity.is(ProvisionStatus.COMPLETED)).ifPresent(entity -> {
            entity.become(ProvisionStatus.DELETED);
            entity.outputs(Map.of(), null, json);
        });
    }

    private static ProvisionEntity require(Transaction tx, String id) {
        return entity(tx, id).orElseThrow(() -> new IllegalStateException("The provision " + id + " has no record"));
    }

    /** The key does not hold the tenant, so it is compared here. */
    private static Optional<ProvisionEntity> entity(Transaction tx, String id) {
        return Optional.ofNullable(tx.em().find(ProvisionEntity.class, id))
                .filter(entity -> entity.tenantId().equals(tx.tenantId()));
    }
}
