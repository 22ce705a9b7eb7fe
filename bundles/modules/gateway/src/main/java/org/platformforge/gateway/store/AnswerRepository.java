package org.platformforge.gateway.store;

import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.osgi.service.component.annotations.Component;
import org.platformforge.kernel.api.delivery.AnswerCounts.Count;
import org.platformforge.kernel.api.store.Sql;
import org.platformforge.kernel.api.store.Transaction;

/** The rows of {@code gw_answers}: each written by its own gateway alone, read together, deleted by age. Thread-safe. */
@Component(service = AnswerRepository.class)
public class AnswerRepository {
    /** @param part of one gateway, and nobody else's */
    public void save(Transaction tx, String tenantId, String backend, String part, Count count) throws SQLException {
        int updated = Sql.update(
                tx.connection(),
                "UPDATE gw_answers SET requests = ?, errors = ?, updated_at = ?"
                        + " WHERE tenant_id = ? AND backend = ? AND part = ?",
                count.requests(),
                count.errors(),
                tx.now(),
                tenantId,
                backend,
                part);
        if (updated == 0) {
            Sql.update(
                    tx.connection(),
                    "INSERT INTO gw_answers (tenant_id, backend, part, requests, errors, updated_at)"
                            + " VALUES (?, ?, ?, ?, ?, ?)",
                    tenantId,
                    backend,
                    part,
                    count.requests(),
                    count.errors(),
                    tx.now());
        }
    }

    /** Of all gateways together. */
    public Map<String, Count> of(Transaction tx, String tenantId, Collection<String> backends) throws SQLException {
        Map<String, Count> counts = new HashMap<>();
        for (String backend : backends) {
            Count count = Sql.first(
                            tx.connection(),
                            "SELECT sum(requests) AS requests, sum(errors) AS errors FROM gw_answers"
                                    + " WHERE tenant_id = ? AND backend = ?",
                            row -> new Count(row.getLong("requests"), row.getLong("errors")),
                            tenantId,
                            backend)
                    .orElse(Count.NONE);
            counts.put(backend, count);
        }
        return counts;
    }

    public void deleteBefore(Transaction tx, Instant time) throws SQLException {
        Sql.update(tx.connection(), "DELETE FROM gw_answers WHERE updated_at < ?", time);
    }
}
