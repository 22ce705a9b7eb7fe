package org.platformforge.catalog.rest;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Services and releases on the wire. */
public final class ServiceViews {
    private ServiceViews() {}

    /**
     * @param status {@code running}, {@code degraded}, {@code down}, {@code deploying} or {@code not_deployed}
     * @param environment the one the figures are of
     * @param instances that run
     */
    public record ServiceSummary(
            String id,
            String name,
            String description,
            String status,
            String version,
            String environment,
            Integer healthScore,
            long instances,
            List<String> endpoints,
            Instant createdAt,
            Instant updatedAt) {}

    /** @param facets of each that was asked for, how many of all that was found have a value; left out when none was */
    public record ServiceList(
            List<ServiceSummary> services,
            long total,
            int limit,
            int offset,
            String nextCursor,
            Map<String, Map<String, Long>> facets) {}

    /**
     * In percent of what the instances may use together.
     *
     * @param cpu null where it is not limited or not measured
     * @param storage null: no engine measures it
     */
    public record ResourcesView(Double cpu, Double memory, Double storage) {}

    public record BuildView(List<String> commands, Map<String, String> env, Integer timeoutSeconds) {}

    /** @param secrets names of secret variables are not shown; whether there are any, or a token */
    public record RunView(
            String start,
            String staticDirectory,
            String probePath,
            Integer startTimeoutSeconds,
            Map<String, String> env,
            boolean secrets) {}

    /** @param value from 0 to 1, null when it was not measured */
    public record HealthInput(String name, int weight, Double value, String detail) {}

    public record HealthView(Integer score, String formula, Instant measuredAt, List<HealthInput> inputs) {}

    public record InstanceView(
            String id, String engine, String state, String detail, Map<String, String> facts, Instant createdAt) {}

    public record DeploymentView(
            String environment,
            String status,
            String version,
            Integer release,
            String rollingOut,
            String url,
            List<InstanceView> instances) {}

    /** @param rollingOut of a deployment: id of the release on its way */
    public record ServiceView(
            String id,
            String name,
            String description,
            String status,
            String version,
            String environment,
            Integer healthScore,
            long instances,
            ResourcesView resources,
            List<String> endpoints,
            List<String> dependencies,
            String repository,
            String owner,
            BuildView build,
            RunView run,
            HealthView health,
            List<DeploymentView> deployments,
            String origin,
            Instant createdAt,
            Instant updatedAt) {}

    public record RelationsView(
            String id, List<String> dependsOn, List<String> unknown, List<String> dependencyOf, List<String> impact) {}

    public record ErrorView(String code, String message) {}

    /** @param errorRate in percent of the requests */
    public record AnswersView(long requests, long errors, double errorRate) {}

    /**
     * @param weight of the traffic for the new version, in percent
     * @param verdict {@code watched}, {@code promoted} or {@code withdrawn}
     */
    public record CanaryView(
            int step,
            int weight,
            String verdict,
            String reason,
            AnswersView canary,
            AnswersView stable,
            Instant startedAt,
            Instant measuredAt) {}

    /**
     * @param release number, counted for each service in each environment
     * @param artifact digest of what runs
     * @param rollbackOf number of the release it repeats
     * @param eligibleForRollback whether it has served, does not now, and its artifact is still kept
     * @param canary how it did at each share of the traffic; null for one that is not analysed, and in lists
     */
    public record ReleaseView(
            String id,
            String service,
            String environment,
            int release,
            String version,
            String status,
            String strategy,
            int replicas,
            String cpu,
            String memory,
            String repository,
            String commit,
            String artifact,
            Integer rollbackOf,
            boolean eligibleForRollback,
            String operationId,
            ErrorView error,
            List<CanaryView> canary,
            String createdBy,
            Instant createdAt,
            Instant finishedAt) {}

    public record ReleaseList(List<ReleaseView> releases, long total, int limit, int offset, String nextCursor) {}

    /** @param outcome {@code created}, {@code updated}, {@code unchanged}, {@code conflict} or {@code orphan} */
    public record ImportedView(String id, String outcome, String detail) {}

    public record ImportView(boolean dryRun, List<ImportedView> services) {}

    /** @param operationId whose end is the end of the removal */
    public record RemovalView(String service, String environment, String status, String operationId) {}
}
