package org.platformforge.kernel.api.delivery;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;
import org.platformforge.kernel.api.FieldError;

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
