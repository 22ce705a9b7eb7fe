package org.platformforge.catalog.rest;

import java.util.List;
import java.util.Map;
import javax.validation.constraints.NotNull;
import javax.validation.constraints.Size;
import org.platformforge.catalog.domain.DeployService.Judging;
import org.platformforge.catalog.domain.DeployService.Order;
import org.platformforge.catalog.domain.ServiceDraft;
import org.platformforge.kernel.api.delivery.DeployRequest.Build;
import org.platformforge.kernel.api.delivery.DeployRequest.Run;

/** What clients send about services. */
public final class ServiceRequests {
    private ServiceRequests() {}

    /**
     * @param commands each run by {@code /bin/sh -c} in the repository's folder
     * @param timeoutSeconds for all of them together
     */
    public record BuildRequest(List<String> commands, Map<String, String> env, Integer timeoutSeconds) {}

    /**
     * @param start command that listens on {@code $PORT} at {@code $HOST}
     * @param staticDirectory what a static site serves, in place of a command
     * @param probePath answers below 400 when an instance is ready; {@code /} unless said
     * @param secrets as {@code env}; never shown. Left out in a change they stay as they are
     */
    public record RunRequest(
            String start,
            String staticDirectory,
            String probePath,
            Integer startTimeoutSeconds,
            Map<String, String> env,
            Map<String, String> secrets) {}

    /**
     * @param id stands in addresses; made of the name where it is left out
     * @param dependencies ids of services, or names of things that are none
     * @param token of a private repository; never shown. Left out in a change it stays as it is, empty it goes
     */
    public record ServiceRequest(
            String id,
            String name,
            String description,
            String owner,
            String repository,
            List<String> endpoints,
            List<String> dependencies,
            BuildRequest build,
            RunRequest run,
            String token) {
        ServiceDraft draft() {
            return new ServiceDraft(
                    id,
                    name,
                    description,
                    owner,
                    repository,
                    endpoints,
                    dependencies,
                    build == null ? null : new Build(build.commands(), build.env(), build.timeoutSeconds()),
                    run == null
                            ? null
                            : new Run(
                                    run.start(),
                                    run.staticDirectory(),
                                    run.probePath(),
                                    run.startTimeoutSeconds(),
                                    run.env(),
                                    run.secrets()),
                    token);
        }
    }

    /** @param source where the services are described, such as the address of a file */
    public record ImportRequest(
            @NotNull String source,
            @NotNull @Size(min = 1, max = 500) List<ServiceRequest> services,
            Boolean dryRun) {}

    public record ResourcesRequest(String cpu, String memory) {}

    /**
     * By what a canary is promoted or withdrawn by itself. At each step it is watched anew.
     *
     * @param steps its shares of the traffic in percent, rising; {@code canary_percent} alone unless said
     * @param minRequests before it is judged; 100 unless said
     * @param maxErrorRate percent of its requests that may fail; no limit unless said
     * @param maxErrorRateDifference percentage points its error rate may be above the old version's; 1 unless one of the two
     *     is said
     * @param durationSeconds at least, for each step; 60 unless said
     * @param timeoutSeconds to be asked often enough, for each step, or it is withdrawn; 600 unless said
     */
    public record AnalysisRequest(
            List<Integer> steps,
            Integer minRequests,
            Double maxErrorRate,
            Double maxErrorRateDifference,
            Integer durationSeconds,
            Integer timeoutSeconds) {
        Judging judging() {
            return new Judging(
                    steps, minRequests, maxErrorRate, maxErrorRateDifference, durationSeconds, timeoutSeconds);
        }
    }

    /**
     * @param replicas instances; as many as there are, or one, unless said
     * @param strategy {@code rolling}, {@code blue_green} or {@code canary}
     * @param canaryPercent of the traffic for the first instance
     * @param observeSeconds for which new instances are watched under traffic
     * @param analysis of a canary's answers; without it, it only has to stay up
     * @param env variables besides those of the service
     */
    public record DeployConfig(
            Integer replicas,
            ResourcesRequest resources,
            String strategy,
            Integer canaryPercent,
            Integer observeSeconds,
            AnalysisRequest analysis,
            Map<String, String> env) {}

    /**
     * @param version a tag, branch or commit
     * @param freezeOverride why it is to be deployed in a freeze of the environment; needs {@code freeze:override}
     */
    public record DeployRequest(String environment, String version, DeployConfig config, String freezeOverride) {
        Order order() {
            DeployConfig given = config == null ? new DeployConfig(null, null, null, null, null, null, null) : config;
            ResourcesRequest resources =
                    given.resources() == null ? new ResourcesRequest(null, null) : given.resources();
            return new Order(
                    environment,
                    version,
                    given.replicas(),
                    resources.cpu(),
                    resources.memory(),
                    given.strategy(),
                    given.canaryPercent(),
                    given.observeSeconds(),
                    given.analysis() == null ? null : given.analysis().judging(),
                    given.env(),
                    freezeOverride);
        }
    }

    /** @param release number of a release that has served; the one before the current one unless said */
    public record RollbackRequest(String environment, Integer release) {}
}
