package org.platformforge.catalog.domain;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.platformforge.kernel.api.delivery.Environments.Freeze;
import org.platformforge.kernel.api.jobs.Cron;

/**
 * Where services are deployed to.
 *
 * @param cluster what the operator's configuration makes an engine of, or null
 * @param namespace for engines that have such, or null
 * @param autoDeploy whether a pipeline that a push or its schedule started deploys here without asking anybody
 * @param cpuLimit of all services in it together, a quantity; null for none
 * @param memoryLimit as {@code cpuLimit}
 * @param freezeWindows in which nothing is deployed there
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
        List<FreezeWindow> freezeWindows,
        Instant createdAt,
        Instant updatedAt) {
    public Environment {
        freezeWindows = List.copyOf(freezeWindows);
    }

    /** Of the windows that are on at a moment, the one that is over last. */
    public Optional<Freeze> frozen(Instant now, Cron cron) {
        return freezeWindows.stream()
                .flatMap(
                        window -> window.frozenUntil(now, cron).map(until -> new Freeze(window.name(), until)).stream())
                .max(Comparator.comparing(Freeze::until));
    }

    public enum Type {
        DEVELOPMENT,
        TEST,
        PREVIEW,
        STAGING,
        PRODUCTION
    }
}
