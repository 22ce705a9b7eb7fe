package org.platformforge.pipelines.store;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.platformforge.kernel.api.store.Sql;
import org.platformforge.kernel.api.store.Transaction;
import org.platformforge.pipelines.domain.Run.Status;

/** Which artifacts runs need. Stateless. */
public final class ArtifactUse {
    /** @param last the newest run of its pipeline */
    private record Named(Status status, int number, int last, List<String> digests) {}

    /** @param kept runs of each pipeline, the newest, whose artifacts can be fetched and which can be repeated */
    public Set<String> held(Transaction tx, String tenantId, Set<String> digests, int kept) throws SQLException {
        Set<String> held = new HashSet<>();
        if (digests.isEmpty()) {
            return held;
        }
        String marks = String.join(", ", Collections.nCopies(digests.size(), "?"));
        List<Object> values = new ArrayList<>();
        values.add(tenantId);
        for (int i = 0; i < 3; i++) {
            values.addAll(digests);
        }
        List<Named> runs = Sql.list(
                tx.connection(),
                "SELECT r.status, r.number, r.source, r.artifact, s.artifact,"
                        + " (SELECT max(n.number) FROM pip_run n"
                        + " WHERE n.tenant_id = r.tenant_id AND n.pipeline_id = r.pipeline_id)"
                        + " FROM pip_run r LEFT JOIN pip_stage s ON s.tenant_id = r.tenant_id AND s.run_id = r.id"
                        + " WHERE r.tenant_id = ? AND (r.source IN (" + marks + ") OR r.artifact IN (" + marks
                        + ") OR s.artifact IN (" + marks + "))",
                row -> new Named(
                        Status.valueOf(row.getString(1)),
                        row.getInt(2),
                        row.getInt(6),
                        Collections.unmodifiableList(
                                Arrays.asList(row.getString(3), row.getString(4), row.getString(5)))),
                values.toArray());
        for (Named run : runs) {
            if (!run.status().finished() || run.number() > run.last() - kept) {
                held.addAll(run.digests());
            }
        }
        held.remove(null);
        return held;
    }
}
