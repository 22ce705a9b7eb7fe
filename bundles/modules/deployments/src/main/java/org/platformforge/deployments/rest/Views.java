package org.platformforge.deployments.rest;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Answers of document 003 on the wire, and what was added to them. As the document shows them, a deployment's are complete. */
public final class Views {
    private Views() {}

    /**
     * @param available whether the engine has the tools that every application of it needs
     * @param missing what is missing of them, in the engine's words
     */
    public record FrameworkView(
            String name,
            String language,
            String version,
            int port,
            String installCmd,
            boolean available,
            List<String> missing) {}

    public record FrameworksView(Map<String, FrameworkView> frameworks) {}

    /** Cores, MB of memory, GB of disk. */
    public record ResourcesView(int cores, int memory, int disk) {}

    /**
     * @param engine that made it; null before anything is made
     * @param ipAddress of its machine; null where the engine makes none
     * @param vmId number or name of its machine; null where the engine makes none
     * @param accessUrl where it answers; null while nothing serves
     * @param errorMessage why the last attempt failed, also where an earlier release serves on
     */
    @JsonInclude(JsonInclude.Include.ALWAYS)
    public record DeploymentView(
            String id,
            String name,
            String deploymentType,
            String framework,
            String githubUrl,
            String ref,
            ResourcesView resources,
            String status,
            Instant createdAt,
            Instant deployedAt,
            Instant updatedAt,
            Instant deletedAt,
            String ipAddress,
            Object vmId,
            String accessUrl,
            String engine,
            String errorCode,
            String errorMessage) {}

    public record DeployedView(String message, DeploymentView deployment) {}

    public record DeploymentsView(List<DeploymentView> deployments, long total, String nextCursor) {}

    /** @param facts what is really enforced, in the engine's words */
    public record InstanceView(
            String id, String engine, String state, String detail, Map<String, String> facts, Instant createdAt) {}

    public record ChangeView(String status, Instant at) {}

    public record ErrorView(String code, String message) {}

    /**
     * @param release its number, counted for each deployment
     * @param artifact digest of what runs
     * @param rollbackOf number of the release it repeats
     * @param eligibleForRollback whether it has served, does not now, and its artifact is still kept
     */
    public record ReleaseView(
            String id,
            int release,
            String version,
            String status,
            String commit,
            String artifact,
            Integer rollbackOf,
            boolean eligibleForRollback,
            String operationId,
            ErrorView error,
            String createdBy,
            Instant createdAt,
            Instant finishedAt) {}

    public record ReleasesView(List<ReleaseView> releases, long total, String nextCursor) {}

    /**
     * A deployment with what is seen of it at this moment.
     *
     * @param health of its instances: {@code running}, {@code degraded}, {@code down}; null while nothing serves
     * @param secrets whether there are any, or a token
     * @param release that serves
     * @param rollingOut that is on its way
     */
    @JsonInclude(JsonInclude.Include.ALWAYS)
    public record DetailView(
            String id,
            String name,
            String deploymentType,
            String framework,
            String githubUrl,
            String ref,
            ResourcesView resources,
            String status,
            Instant createdAt,
            Instant deployedAt,
            Instant updatedAt,
            Instant deletedAt,
            String ipAddress,
            Object vmId,
            String accessUrl,
            String engine,
            String errorCode,
            String errorMessage,
            String health,
            String probePath,
            Map<String, String> env,
            Map<String, String> buildEnv,
            boolean secrets,
            ReleaseView release,
            ReleaseView rollingOut,
            List<InstanceView> instances,
            List<ChangeView> history,
            String createdBy) {}

    public record OneView(DetailView deployment) {}

    /**
     * @param logs lines, oldest first: when, {@code [what wrote it]}, text
     * @param next give it as {@code after} for what comes then
     */
    public record LogsView(String logs, long next, String status) {}

    @JsonInclude(JsonInclude.Include.ALWAYS)
    public record LeadTimeView(Double median, Double p95) {}

    public record ReasonView(String code, long count) {}

    /**
     * @param successRate running of all, in percent to one decimal
     * @param leadTimeSeconds from the request to running, of the last rollout of each deployment
     */
    public record StatsView(
            long totalDeployments,
            long runningDeployments,
            long failedDeployments,
            double successRate,
            Map<String, Long> deploymentsByStatus,
            LeadTimeView leadTimeSeconds,
            List<ReasonView> failureReasons) {}

    public record StatisticsView(StatsView stats) {}
}
