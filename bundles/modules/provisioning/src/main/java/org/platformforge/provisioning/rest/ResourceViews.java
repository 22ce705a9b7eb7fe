package org.platformforge.provisioning.rest;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.platformforge.provisioning.rest.ProvisionViews.FaultView;

/** Resources on the wire. */
public final class ResourceViews {
    private ResourceViews() {}

    public record ResourceSummary(
            String id,
            String name,
            String type,
            String engine,
            String service,
            String environment,
            String status,
            String provisionId,
            Map<String, String> outputs,
            FaultView error,
            Instant createdAt,
            Instant updatedAt) {}

    /**
     * How the engine sees the resource now.
     *
     * @param drift in which way it is not what the record says, or null
     */
    public record ObservedView(String state, String detail, Map<String, String> facts, String drift) {}

    /** @param facts what was enforced when it was made */
    public record ResourceView(
            String id,
            String name,
            String type,
            String engine,
            String service,
            String environment,
            String status,
            String provisionId,
            List<String> dependsOn,
            Map<String, Object> properties,
            Map<String, String> outputs,
            Map<String, String> facts,
            ObservedView observed,
            String deleteOperationId,
            FaultView error,
            Instant createdAt,
            Instant updatedAt) {}

    public record ResourceList(
            List<ResourceSummary> resources, long total, int limit, int offset, boolean hasMore, String nextCursor) {}

    /**
     * @param status {@code deleting}, {@code deleted} when it was gone before, or {@code planned} of a rehearsal
     * @param resources ids in the order they are deleted in
     */
    public record DeletionView(String id, String status, boolean dryRun, String operationId, List<String> resources) {}

    public record ResourceLogView(String id, List<String> logs) {}
}
