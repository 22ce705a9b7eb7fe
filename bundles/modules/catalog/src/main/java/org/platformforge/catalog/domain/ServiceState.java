package org.platformforge.catalog.domain;

import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.platformforge.kernel.api.delivery.Delivery.Target;
import org.platformforge.kernel.api.delivery.Resources.Seen;
import org.platformforge.kernel.api.delivery.Resources.Usage;

/**
 * A service as it is described and as it runs at this moment.
 *
 * @param targets where it is deployed, or being deployed to
 * @param shown the one that a list shows, or null: of those in question the one that serves in production, or else the
 *     one whose release is the newest
 */
public record ServiceState(Service service, List<Target> targets, Target shown, HealthScore health) {
    private static final double PERCENT = 100;

    public enum Status {
        /** All instances run. */
        RUNNING,
        /** Some instances run. */
        DEGRADED,
        /** It is deployed and no instance runs. */
        DOWN,
        /** Its first release is on its way. */
        DEPLOYING,
        NOT_DEPLOYED
    }

    /** @param rank the lower, the more the environment matters */
    static ServiceState of(Service service, List<Target> targets, Function<String, Integer> rank) {
        Target shown = targets.stream()
                .min(Comparator.comparing((Target target) -> target.current() == null)
                        .thenComparing(target -> rank.apply(target.environment()))
                        .thenComparing(ServiceState::newest, Comparator.reverseOrder()))
                .orElse(null);
        return new ServiceState(service, targets, shown, HealthScore.of(shown));
    }

    private static String newest(Target target) {
        return target.current() != null
                ? target.current().id()
                : target.rollingOut().id();
    }

    public static Status status(Target target) {
        if (target == null) {
            return Status.NOT_DEPLOYED;
        }
        if (target.current() == null) {
            return target.rollingOut() == null ? Status.NOT_DEPLOYED : Status.DEPLOYING;
        }
        long running = running(target);
        if (running == 0) {
            return Status.DOWN;
        }
        return running < target.current().scale().replicas() ? Status.DEGRADED : Status.RUNNING;
    }

    public Status status() {
        return status(shown);
    }

    public static long running(Target target) {
        return target.instances().stream().filter(Seen::running).count();
    }

    /** Percent of what all instances together may use; null where it is not limited or not measured. */
    public Double cpuPercent() {
        return percent(Usage::cpuCores, Usage::cpuLimitCores);
    }

    /** As {@link #cpuPercent}. */
    public Double memoryPercent() {
        return percent(
                usage ->
                        usage.memoryBytes() == null ? null : usage.memoryBytes().doubleValue(),
                usage -> usage.memoryLimitBytes() == null
                        ? null
                        : usage.memoryLimitBytes().doubleValue());
    }

    private Double percent(Function<Usage, Double> used, Function<Usage, Double> limit) {
        if (shown == null) {
            return null;
        }
        List<Usage> measured = shown.instances().stream()
                .map(Seen::usage)
                .filter(Objects::nonNull)
                .filter(usage -> used.apply(usage) != null && limit.apply(usage) != null)
                .toList();
        double limits = measured.stream().mapToDouble(limit::apply).sum();
        return limits == 0
                ? null
                : Math.round(measured.stream().mapToDouble(used::apply).sum() / limits * PERCENT * 10) / 10.0;
    }

    Optional<Target> in(String environment) {
        return targets.stream()
                .filter(target -> target.environment().equals(environment))
                .findFirst();
    }
}
