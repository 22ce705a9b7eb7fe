package org.platformforge.catalog.domain;

import java.time.Instant;

/**
 * Where services are deployed to.
 *
 * @param cluster what the operator's configuration makes an engine of, or null
 * @param namespace for engines that have such, or null
 * @param autoDeploy whether a pipeline deploys here without being asked for it
 * @param cpuLimit of all services in it together, a quantity; null for none
 * @param memoryLimit as {@code cpuLimit}
 */
public record Environment(
        String tenantId,
        String name,
        Type type,
        String cluster,
        String namespace,
        boolean autoDeploy,
        String cpuLimit,
        String memoryLimit,
        Instant createdAt,
        Instant updatedAt) {
    public enum Type {
        DEVELOPMENT,
        TEST,
        PREVIEW,
        STAGING,
        PRODUCTION
    }
}
