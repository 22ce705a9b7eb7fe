package org.platformforge.provisioning.store;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.platformforge.provisioning.domain.Resource;

/**
 * Rows of {@code prov_resource} that were read last, each good as long as the database has the same version of it: whoever
 * writes a row counts its version up. Saves the large texts and their JSON, which are most of a read. Thread-safe.
 */
final class RecentRows {
    private static final int MOST = 500;

    /** @param version of the row the resource was made of */
    record Row(long version, Resource resource) {}

    private final Map<String, Row> rows = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Row> eldest) {
            return size() > MOST;
        }
    };

    /** The tenant's resource, when this very version of its row was read before. */
    synchronized Optional<Resource> find(String tenantId, String id, long version) {
        Row row = rows.get(id);
        return row != null
                        && row.version() == version
                        && row.resource().tenantId().equals(tenantId)
                ? Optional.of(row.resource())
                : Optional.empty();
    }

    synchronized void keep(Row row) {
        rows.put(row.resource().id(), row);
    }
}
