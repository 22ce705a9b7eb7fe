package org.platformforge.kernel.api.delivery;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.osgi.annotation.versioning.ProviderType;
import org.platformforge.kernel.api.FieldError;
import org.platformforge.kernel.api.jobs.OperationException;
import org.platformforge.kernel.api.jobs.StepContext;

/**
 * Things on engines that a module of the platform owns. Each is recorded before its engine is asked and until its engine
 * has confirmed that it is gone, so that nothing an engine holds is unknown after a crash; they are listed with the
 * tenant's other resources, and a removal that fails is tried again by itself. Thread-safe.
 */
@ProviderType
public interface Resources {
    /**
     * What a resource shall be.
     *
     * @param id {@code res-…}, chosen by the owner once: asking again with it changes the same resource
     * @param owner id of what it belongs to, such as {@code rel-…}
     * @param name what it is to its owner, such as {@code instance-1}
     * @param type such as {@code application}
     * @param engine which engine makes it; null for the one the platform prefers. One that exists keeps its engine. A
     *     build for an engine that makes none is made by the one the platform prefers
     * @param properties as the engine documents them; JSON-compatible
     * @param secrets given to the engine as its property {@code secrets}; neither recorded nor shown
     */
    record Wanted(
            String id,
            String owner,
            String name,
            String service,
            String environment,
            String type,
            String engine,
            Map<String, Object> properties,
            Map<String, String> secrets) {
        @Override
        public String toString() {
            return type + " " + id; // never the secrets
        }
    }

    /**
     * A resource as it is recorded and as its engine sees it now.
     *
     * @param state the engine's, in lower case; {@code missing} when it holds nothing, {@code unknown} when it cannot be
     *     asked
     * @param facts what is really enforced, in the engine's words
     * @param usage null when it is not measured
     */
    record Seen(
            String id,
            String owner,
            String name,
            String type,
            String engine,
            String state,
            String detail,
            Map<String, String> outputs,
            Map<String, String> facts,
            Usage usage,
            Instant createdAt) {
        public boolean running() {
            return "running".equals(state);
        }
    }

    /** Amounts in cores and bytes; null for what is not measured or not limited. */
    record Usage(Double cpuCores, Double cpuLimitCores, Long memoryBytes, Long memoryLimitBytes) {}

    /**
     * A resource in use, of some tenant.
     *
     * @param service null where it belongs to none
     */
    record InUse(String tenantId, String id, String name, String service, String environment) {}

    /** Those in use of these types, of all tenants: for what the platform itself does for all of them. */
    default List<InUse> inUse(Set<String> types) {
        return List.of();
    }

    /** Types that engines make for the tenant now. */
    default Set<String> types(String tenantId) {
        return Set.of();
    }

    /** What the engine says against it, by property; empty when nothing stands in the way. */
    List<FieldError> objections(String tenantId, Wanted wanted);

    /**
     * Makes a resource, or changes it to what is wanted; returns when it is in use.
     *
     * @return the outputs of the engine
     * @throws OperationException the engine's reason; what was half made is removed by {@link #remove}
     */
    Map<String, String> apply(StepContext context, Wanted wanted) throws OperationException, InterruptedException;

    /** Returns when the engine holds nothing any more; at once when there is nothing under the id. */
    void remove(StepContext context, String id) throws OperationException, InterruptedException;

    Optional<Seen> find(String tenantId, String id);

    /** What the resource itself wrote last, oldest first; nothing of a build with secrets, which writes to its operation alone. */
    List<String> logs(String tenantId, String id, int tail);
}
