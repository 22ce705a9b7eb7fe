package org.platformforge.extension.api.driver;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Makes resources of certain types real on one engine. Registered as an OSGi service. Every method may be called again
 * after a crash with the same resource id and must then find what is there instead of making it twice. Thread-safe.
 */
@ConsumerType
public interface Driver {
    /** Name of the engine, shown in every answer: {@code process}, {@code gateway}, {@code lxd}. */
    String engine();

    /** Resource types it makes; each type has one driver on the platform. */
    Set<String> resourceTypes();

    /**
     * Looks whether the resource could be made here, before anything is created.
     *
     * @return every problem with the property it concerns; empty when nothing stands in the way
     */
    List<Problem> check(ResourceSpec spec);

    /**
     * Creates the resource or brings it to the spec, and returns when it is in use (for an application: its probe
     * answered).
     *
     * @throws DriverException the engine's own reason; what was half made is left for {@link #delete}
     * @throws InterruptedException when the platform stops or swaps: the call is repeated later
     */
    Observation apply(ResourceSpec spec, Progress progress) throws DriverException, InterruptedException;

    /** The resource as it is now; empty when the engine holds nothing under this id. */
    Optional<Observation> observe(String resourceId);

    /**
     * Removes everything the engine holds under this id and returns when it is really gone. Succeeds when nothing was
     * there.
     */
    void delete(String resourceId, Progress progress) throws DriverException, InterruptedException;

    /** All the engine holds, with the owner tags it was made with: the base of orphan sweeps. */
    List<Held> inventory();

    /**
     * Log lines of the resource, oldest first.
     *
     * @param tail how many of the last lines, at most
     */
    List<String> logs(String resourceId, int tail);

    /** What the resource uses now; empty where the engine cannot tell. */
    Optional<Usage> usage(String resourceId);

    /** @param property the property at fault, or an empty string */
    record Problem(String property, String message) {}

    /** What an engine holds. */
    record Held(String resourceId, String tenantId, String provisionId, String description) {}

    /**
     * @param cpuCores CPU in use, in cores, over the last sampling interval; null when not measured
     * @param cpuLimitCores null without a limit
     * @param memoryBytes resident memory; null when not measured
     * @param memoryLimitBytes null without a limit
     */
    record Usage(Double cpuCores, Double cpuLimitCores, Long memoryBytes, Long memoryLimitBytes) {}

    /**
     * How a resource is.
     *
     * @param outputs values for other resources and for the caller, such as {@code address}, {@code url}
     * @param facts what is really enforced or running, such as {@code limits.memory=cgroup}
     */
    record Observation(State state, String detail, Map<String, String> outputs, Map<String, String> facts) {}

    enum State {
        STARTING,
        RUNNING,
        /** Was running; the engine is bringing it back. */
        RESTARTING,
        FAILED,
        STOPPED
    }
}
