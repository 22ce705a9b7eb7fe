package org.platformforge.catalog.domain;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.platformforge.kernel.api.delivery.Delivery.Target;
import org.platformforge.kernel.api.delivery.Resources.Seen;

/**
 * How a service does, from 0 to 100, with everything the figure is made of.
 *
 * @param score null when nothing of it was measured
 * @param measuredAt when the inputs were looked at
 */
public record HealthScore(Integer score, Instant measuredAt, List<Input> inputs) {
    /** In words, as the answer shows it. */
    public static final String FORMULA = "round(100 * sum(weight * value) / sum(weight)) over the inputs with a value";

    private static final int MOST_RESTARTS = 10;

    /**
     * @param value from 0 to 1; null when it is not measured, and then it does not count
     * @param detail where the value comes from
     */
    public record Input(String name, int weight, Double value, String detail) {}

    /** @param target null for a service that is not deployed */
    static HealthScore of(Target target) {
        Instant now = Instant.now();
        if (target == null || target.current() == null) {
            return new HealthScore(null, now, List.of());
        }
        List<Input> inputs = List.of(availability(target), stability(target), rollout(target));
        double weights = 0;
        double sum = 0;
        for (Input input : inputs) {
            if (input.value() != null) {
                weights += input.weight();
                sum += input.weight() * input.value();
            }
        }
        return new HealthScore(weights == 0 ? null : (int) Math.round(100 * sum / weights), now, inputs);
    }

    private static Input availability(Target target) {
        int wanted = target.current().scale().replicas();
        long running = ServiceState.running(target);
        boolean unknown = target.instances().stream().anyMatch(seen -> "unknown".equals(seen.state()));
        return new Input(
                "instances_running",
                60,
                unknown ? null : Math.min(1.0, (double) running / wanted),
                running + " of " + wanted + " instances run");
    }

    private static Input stability(Target target) {
        List<Integer> restarts = new ArrayList<>();
        for (Seen seen : target.instances()) {
            String text = seen.facts().get("restarts");
            if (text != null && text.matches("[0-9]{1,9}")) {
                restarts.add(Integer.parseInt(text));
            }
        }
        int all = restarts.stream().mapToInt(Integer::intValue).sum();
        return new Input(
                "restarts",
                30,
                restarts.isEmpty() ? null : 1 - Math.min(all, MOST_RESTARTS) / (double) MOST_RESTARTS,
                all + " restarts since the release; from " + MOST_RESTARTS + " on it counts 0");
    }

    private static Input rollout(Target target) {
        int wanted = target.current().scale().replicas();
        return new Input(
                "instances_present",
                10,
                Math.min(1.0, target.instances().size() / (double) wanted),
                target.instances().size() + " of " + wanted + " instances are known to an engine");
    }
}
