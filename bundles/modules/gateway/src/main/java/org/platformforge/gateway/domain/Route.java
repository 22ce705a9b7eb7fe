package org.platformforge.gateway.domain;

import java.util.List;
import java.util.stream.Collectors;

/**
 * A host name and the applications behind it.
 *
 * @param label the host name without the platform's suffix
 * @param upstreams at least one, of which at least one has a weight
 */
public record Route(
        String tenantId,
        String resourceId,
        String provisionId,
        String label,
        List<Upstream> upstreams,
        String service,
        String environment) {
    public Route {
        upstreams = List.copyOf(upstreams);
    }

    /** Where it leads, in words. */
    String destination() {
        return upstreams.stream().map(Upstream::address).collect(Collectors.joining(", "));
    }
}
