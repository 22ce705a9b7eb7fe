package org.platformforge.kernel.jobs.record;

import java.util.List;
import org.platformforge.kernel.api.jobs.Operation.Status;

/** What a list is narrowed to; kind and status may be null. */
public record OperationFilter(String tenantId, String kind, Status status) {
    void append(StringBuilder sql, List<Object> values) {
        sql.append("WHERE tenant_id = ?");
        values.add(tenantId);
        if (kind != null) {
            sql.append(" AND kind = ?");
            values.add(kind);
        }
        if (status != null) {
            sql.append(" AND status = ?");
            values.add(status);
        }
    }
}
