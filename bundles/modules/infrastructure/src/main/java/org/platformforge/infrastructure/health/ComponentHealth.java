package org.platformforge.infrastructure.health;

import java.util.Locale;

/**
 * How a component is.
 *
 * @param message why it is not healthy, empty when it is; for operators
 */
public record ComponentHealth(Status status, String message) {
    public enum Status {
        HEALTHY,
        /** At work, but not in full. */
        DEGRADED,
        UNHEALTHY,
        /** The operator has not said where it is, so nobody knows. */
        NOT_CONFIGURED;

        public String wire() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    static final ComponentHealth HEALTHY = new ComponentHealth(Status.HEALTHY, "");
    static final ComponentHealth NOT_CONFIGURED = new ComponentHealth(Status.NOT_CONFIGURED, "");

    static ComponentHealth degraded(String message) {
        return new ComponentHealth(Status.DEGRADED, message);
    }

    static ComponentHealth unhealthy(String message) {
        return new ComponentHealth(Status.UNHEALTHY, message);
    }
}
