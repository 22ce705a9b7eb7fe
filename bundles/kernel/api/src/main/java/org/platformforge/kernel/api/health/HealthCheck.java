package org.platformforge.kernel.api.health;

import org.osgi.annotation.versioning.ConsumerType;

/** Something the platform needs to be ready. An OSGi service; asked on every health request, so it answers at once. */
@ConsumerType
public interface HealthCheck {
    /** Short and stable: {@code store}, {@code jobs}, {@code driver.process}. */
    String name();

    Health check();

    /** @param message the reason when not ready; shown to operators, so nothing secret */
    record Health(Status status, String message) {
        public static Health healthy() {
            return new Health(Status.HEALTHY, "");
        }

        public static Health unhealthy(String message) {
            return new Health(Status.UNHEALTHY, message);
        }
    }

    enum Status {
        HEALTHY,
        UNHEALTHY,
        /** At work, but something waits for an operator; does not keep the platform from being ready. */
        DEGRADED,
        /** There, but the operator has not configured it; does not keep the platform from being ready. */
        NOT_CONFIGURED
    }
}
