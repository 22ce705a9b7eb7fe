package org.platformforge.gateway.domain;

/**
 * A host name and the application behind it.
 *
 * @param label the host name without the platform's suffix
 * @param upstream {@code host:port} of the application
 * @param backend id of the application's resource
 */
public record Route(
        String tenantId,
        String resourceId,
        String provisionId,
        String label,
        String upstream,
        String backend,
        String service,
        String environment) {}
