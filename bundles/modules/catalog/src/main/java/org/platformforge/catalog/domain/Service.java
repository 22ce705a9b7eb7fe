package org.platformforge.catalog.domain;

import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.platformforge.kernel.api.delivery.DeployRequest.Build;
import org.platformforge.kernel.api.delivery.DeployRequest.Run;

/**
 * A service as its owner describes it.
 *
 * @param id what stands in addresses, unique in its tenant
 * @param repository null while there is nothing to deploy
 * @param endpoints paths it answers, for people
 * @param dependencies ids of services, or names of things that are none
 * @param run without its secrets
 * @param sealed secrets and token, or null
 * @param origin the import that keeps it up to date, or null
 */
public record Service(
        String tenantId,
        String id,
        String name,
        String description,
        String owner,
        String repository,
        List<String> endpoints,
        List<String> dependencies,
        Build build,
        Run run,
        String sealed,
        String origin,
        Instant createdAt,
        Instant updatedAt) {
    public Service {
        endpoints = List.copyOf(endpoints);
        dependencies = List.copyOf(dependencies);
    }

    /** Whether the two describe the same, whoever wrote them and when. Secrets cannot be compared: a sealed one differs. */
    boolean describesTheSame(Service other) {
        return name.equals(other.name)
                && description.equals(other.description)
                && owner.equals(other.owner)
                && Objects.equals(repository, other.repository)
                && endpoints.equals(other.endpoints)
                && dependencies.equals(other.dependencies)
                && build.equals(other.build)
                && run.equals(other.run)
                && Objects.equals(sealed, other.sealed)
                && Objects.equals(origin, other.origin);
    }
}
