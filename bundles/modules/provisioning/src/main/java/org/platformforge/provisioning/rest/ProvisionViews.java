package org.platformforge.provisioning.rest;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.platformforge.kernel.api.FieldError;

/** Provisions on the wire. */
public final class ProvisionViews {
    private ProvisionViews() {}

    /**
     * @param template such as {@code web-app}
     * @param parameters as the template's JSON Schema says
     * @param dryRun whether to answer what would be done and do nothing
     */
    public record ProvisionRequest(String template, Map<String, Object> parameters, Boolean dryRun) {}

    /** The answer document 000 shows, with the operation beside it. */
    public record Accepted(String provisionId, String status, String estimatedTime, String operationId) {}

    /** @param engine null when none is installed that makes the type */
    public record PlannedResourceView(
            String name,
            String type,
            String engine,
            String action,
            Set<String> dependsOn,
            Map<String, Object> properties) {}

    /** @param valid whether the same request without {@code dry_run} would be accepted */
    public record PlanView(
            String template,
            boolean dryRun,
            boolean valid,
            String estimatedTime,
            Set<String> engines,
            List<PlannedResourceView> plan,
            List<FieldError> problems) {}

    public record FaultView(String code, String message) {}

    /** @param durationMs null until it has ended */
    public record StepView(
            String name,
            String title,
            String status,
            String engine,
            int attempts,
            String message,
            Instant startedAt,
            Instant finishedAt,
            Long durationMs) {}

    public record MadeResource(String id, String name, String type, String engine, String status) {}

    public record ProvisionSummary(
            String provisionId,
            String template,
            String status,
            String service,
            String environment,
            Map<String, String> resources,
            List<String> engines,
            FaultView error,
            String estimatedTime,
            String operationId,
            String createdBy,
            Instant createdAt,
            Instant finishedAt) {}

    /**
     * @param resources the template's outputs, such as {@code alb_dns_name} and {@code url}
     * @param resourceList what was made, with ids for {@code /api/v1/resources}
     * @param cleanup of a provision that has failed, was cancelled or deleted: what engines still hold of it, asked while
     *     this answer was made; null for others
     */
    public record ProvisionView(
            String provisionId,
            String template,
            String templateVersion,
            String status,
            String service,
            String environment,
            Map<String, Object> parameters,
            Map<String, String> resources,
            List<MadeResource> resourceList,
            List<StepView> steps,
            List<String> engines,
            FaultView error,
            SweepViews.CleanupView cleanup,
            String estimatedTime,
            String operationId,
            String createdBy,
            Instant createdAt,
            Instant finishedAt) {}

    public record ProvisionList(
            List<ProvisionSummary> provisions, long total, int limit, int offset, boolean hasMore, String nextCursor) {}

    public record LogLineView(long sequence, Instant timestamp, String step, String message) {}

    /** @param nextAfter the {@code after} that continues this list */
    public record LogView(String provisionId, List<LogLineView> logs, long nextAfter) {}

    public record RevealedOutputs(String provisionId, Map<String, String> resources) {}
}
