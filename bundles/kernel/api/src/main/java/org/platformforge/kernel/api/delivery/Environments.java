package org.platformforge.kernel.api.delivery;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.osgi.annotation.versioning.ProviderType;
import org.platformforge.kernel.api.FieldError;
import org.platformforge.kernel.api.delivery.DeployRequest.Scale;

/**
 * What is known of environments by their names, for whoever deploys to them. One that is not known has no limits and no engine
 * of its own. Thread-safe.
 */
@ProviderType
public interface Environments {
    /**
     * A time in which nothing is deployed to an environment.
     *
     * @param window what people call it
     * @param until when it is over
     */
    record Freeze(String window, Instant until) {}

    /**
     * What the services of an environment may have together.
     *
     * @param cpu a {@link Quantity}; null for no limit
     * @param memory a {@link Quantity}; null for no limit
     */
    record Limits(String environment, String cpu, String memory) {
        /**
         * What of it is more than is left, by the names of {@link DeployRequest} in snake case.
         *
         * @param others what the other services of the environment have
         */
        public List<FieldError> objections(Scale wanted, List<Scale> others) {
            List<FieldError> problems = new ArrayList<>();
            check("cpu", cpu, wanted, others, Scale::cpu, problems);
            check("memory", memory, wanted, others, Scale::memory, problems);
            return problems;
        }

        private void check(
                String name,
                String limit,
                Scale wanted,
                List<Scale> others,
                Function<Scale, String> part,
                List<FieldError> problems) {
            if (limit == null) {
                return;
            }
            String field = "scale." + name;
            Optional<Quantity> each = Optional.ofNullable(part.apply(wanted)).flatMap(Quantity::parse);
            if (each.isEmpty()) {
                problems.add(new FieldError(
                        field,
                        "must be a quantity: the environment '" + environment + "' limits " + name + " to " + limit));
                return;
            }
            BigDecimal used = others.stream()
                    .filter(other -> part.apply(other) != null)
                    .map(other ->
                            Quantity.parse(part.apply(other)).orElseThrow().times(other.replicas()))
                    .reduce(BigDecimal.ZERO, BigDecimal::add);
            BigDecimal all = used.add(each.get().times(wanted.replicas()));
            if (all.compareTo(Quantity.parse(limit).orElseThrow().value()) > 0) {
                problems.add(new FieldError(
                        field,
                        wanted.replicas() + " x " + each.get() + " is more than the environment '" + environment
                                + "' has left: its limit is " + limit + ", and other services have "
                                + used.stripTrailingZeros().toPlainString() + " of it"));
            }
        }
    }

    /** Empty for an environment that has none. Whoever begins a release looks whether they are kept, and begins it, in one go. */
    default Optional<Limits> limits(String tenantId, String environment) {
        return Optional.empty();
    }

    /** Whether nothing is deployed there now; of several windows the one that is over last. */
    Optional<Freeze> frozen(String tenantId, String environment);

    /** Which engine makes the instances there; empty for the one the platform prefers. */
    Optional<String> engine(String tenantId, String environment);

    /**
     * Whether a pipeline that nobody started (a push or its schedule did) deploys there without asking anybody. An
     * environment that is not known does not object.
     */
    boolean autoDeploy(String tenantId, String environment);

    /**
     * What of the request is more than the environment has left, by the names of {@link DeployRequest} in snake case; empty
     * when nothing stands in the way.
     */
    List<FieldError> objections(String tenantId, DeployRequest request);
}
