package org.platformforge.delivery.store;

import java.util.List;
import org.platformforge.kernel.api.delivery.Release;

/**
 * A release and what only its rollout needs.
 *
 * @param source digest of the files that were fetched, or null
 * @param sealed its secrets, or null
 * @param buildId resource of its build
 * @param instances resources of its instances, in order
 */
public record ReleaseRow(Release release, String source, String sealed, String buildId, List<String> instances) {
    public ReleaseRow {
        instances = List.copyOf(instances);
    }
}
