package org.platformforge.catalog.domain;

import java.util.List;
import org.platformforge.kernel.api.delivery.DeployRequest.Build;
import org.platformforge.kernel.api.delivery.DeployRequest.Run;

/**
 * A service that somebody describes. Every value may be null.
 *
 * @param id made of the name where it is left out
 * @param run its secrets are kept as they were when they are null
 * @param token of a private repository; as it was when it is null
 */
public record ServiceDraft(
        String id,
        String name,
        String description,
        String owner,
        String repository,
        List<String> endpoints,
        List<String> dependencies,
        Build build,
        Run run,
        String token) {
    @Override
    public String toString() {
        return "service " + id; // never the secrets
    }
}
