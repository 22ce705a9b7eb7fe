package org.platformforge.delivery.store;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.platformforge.kernel.api.delivery.Release.Status;
import org.platformforge.kernel.api.store.Sql;
import org.platformforge.kernel.api.store.Transaction;

/** Which artifacts releases need. Stateless. */
public final class ArtifactUse {
    /** A release that names one of the artifacts. */
    private record Named(
            String service,
            String environment,
            int number,
            Status status,
            boolean cleaned,
            String source,
            String artifact) {
        boolean inUse() {
            return !cleaned || status.running() || status == Status.ACTIVE;
        }
    }

    private record Target(String service, String environment) {}

    /** @param kept releases of each target that have served, the newest, which may be brought back */
    public Set<String> held(Transaction tx, String tenantId, Set<String> digests, int kept) throws SQLException {
        Map<Target, Integer> oldest = new HashMap<>();
        Set<String> held = new HashSet<>();
        for (Named release : naming(tx, tenantId, digests)) {
            Target target = new Target(release.service(), release.environment());
            if (!oldest.containsKey(target)) {
                oldest.put(target, oldestKept(tx, tenantId, target, kept));
            }
            if (release.inUse() || release.number() >= oldest.get(target)) {
                held.add(release.source());
                held.add(release.artifact());
            }
        }
        held.remove(null);
        return held;
    }

    private static List<Named> naming(Transaction tx, String tenantId, Set<String> digests) throws SQLException {
        if (digests.isEmpty()) {
            return List.of();
        }
        String marks = String.join(", ", Collections.nCopies(digests.size(), "?"));
        List<Object> values = new ArrayList<>();
        values.add(tenantId);
        values.addAll(digests);
        values.addAll(digests);
        return Sql.list(
                tx.connection(),
                "SELECT service, environment, number, status, cleaned, source, artifact FROM dlv_release"
                        + " WHERE tenant_id = ? AND (artifact IN (" + marks + ") OR source IN (" + marks + "))",
                row -> new Named(
                        row.getString("service"),
                        row.getString("environment"),
                        row.getInt("number"),
                        Status.valueOf(row.getString("status")),
                        row.getInt("cleaned") == 1,
                        row.getString("source"),
                        row.getString("artifact")),
                values.toArray());
    }

    /** The lowest number that is kept; 0 where fewer have served. */
    private static int oldestKept(Transaction tx, String tenantId, Target target, int kept) throws SQLException {
        Optional<Integer> number = Sql.first(
                tx.connection(),
                "SELECT number FROM dlv_release WHERE tenant_id = ? AND service = ? AND environment = ?"
                        + " AND status IN ('ACTIVE', 'SUPERSEDED') ORDER BY number DESC OFFSET " + (kept - 1)
                        + " ROWS FETCH NEXT 1 ROWS ONLY",
                row -> row.getInt(1),
                tenantId,
                target.service(),
                target.environment());
        return number.orElse(0);
    }
}
