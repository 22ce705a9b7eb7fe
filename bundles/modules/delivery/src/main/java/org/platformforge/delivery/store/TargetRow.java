package org.platformforge.delivery.store;

/**
 * A service in an environment.
 *
 * @param host name without the gateway's suffix
 * @param routeId resource of the route
 * @param current id of the release that serves, or null
 * @param running id of the release that is being rolled out, {@link #REMOVAL} while all is taken away, or null
 */
public record TargetRow(
        String tenantId,
        String service,
        String environment,
        String id,
        String host,
        String routeId,
        int lastNumber,
        String current,
        String running) {
    /** In place of a release: nothing is rolled out, everything is taken away. */
    public static final String REMOVAL = "removal";
}
