package org.platformforge.catalog.domain;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.FieldError;
import org.platformforge.kernel.api.Page;
import org.platformforge.kernel.api.PageRequest;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.delivery.CanaryStage;
import org.platformforge.kernel.api.delivery.Credentials;
import org.platformforge.kernel.api.delivery.Delivery;
import org.platformforge.kernel.api.delivery.Delivery.Target;
import org.platformforge.kernel.api.delivery.DeployRequest;
import org.platformforge.kernel.api.delivery.DeployRequest.Analysis;
import org.platformforge.kernel.api.delivery.DeployRequest.Rollout;
import org.platformforge.kernel.api.delivery.DeployRequest.Scale;
import org.platformforge.kernel.api.delivery.DeployRequest.Source;
import org.platformforge.kernel.api.delivery.DeployRequest.Strategy;
import org.platformforge.kernel.api.delivery.Release;
import org.platformforge.kernel.api.jobs.Operation;
import org.platformforge.kernel.api.security.Secrets;

/** Deploys services of the catalogue to its environments. Thread-safe. */
@Component(service = DeployService.class, configurationPid = CatalogConfig.PID)
public final class DeployService {
    private final ServiceCatalog catalog;
    private final EnvironmentService environments;
    private final EnvironmentLimits limits;
    private final Delivery delivery;
    private final Secrets secrets;
    private volatile CatalogConfig config;

    /**
     * A deployment that is asked for. Every value may be null.
     *
     * @param version a tag, branch or commit of the service's repository; null for its default branch
     * @param replicas null for as many as there are, or one
     * @param cpu of each instance; null for as it is
     * @param memory as {@code cpu}
     * @param analysis by what a canary is promoted or withdrawn
     * @param env in addition to the service's variables
     * @param freezeOverride why it is to be done in a freeze of the environment
     */
    public record Order(
            String environment,
            String version,
            Integer replicas,
            String cpu,
            String memory,
            String strategy,
            Integer canaryPercent,
            Integer observeSeconds,
            Judging analysis,
            Map<String, String> env,
            String freezeOverride) {}

    /**
     * As {@link Analysis}, with whatever is null as it is done unless said: one step of the canary's percentage, 100 requests, a
     * difference of one percentage point, a minute, and ten minutes to get the requests.
     */
    public record Judging(
            List<Integer> steps,
            Integer minRequests,
            Double maxErrorRate,
            Double maxDifference,
            Integer durationSeconds,
            Integer timeoutSeconds) {
        private static final int REQUESTS = 100;
        private static final int DURATION = 60;
        private static final int TIMEOUT = 600;

        Analysis analysis(int canaryPercent) {
            int duration = Objects.requireNonNullElse(durationSeconds, DURATION);
            return new Analysis(
                    steps == null ? List.of(canaryPercent) : steps,
                    Objects.requireNonNullElse(minRequests, REQUESTS),
                    maxErrorRate,
                    maxErrorRate == null && maxDifference == null ? Double.valueOf(1) : maxDifference,
                    duration,
                    Objects.requireNonNullElse(timeoutSeconds, Math.max(TIMEOUT, duration)));
        }
    }

    @Activate
    public DeployService(
            @Reference ServiceCatalog catalog,
            @Reference EnvironmentService environments,
            @Reference EnvironmentLimits limits,
            @Reference Delivery delivery,
            @Reference Secrets secrets,
            CatalogConfig config) {
        this.catalog = catalog;
        this.environments = environments;
        this.limits = limits;
        this.delivery = delivery;
        this.secrets = secrets;
        this.config = config;
    }

    @Modified
    void modified(CatalogConfig changed) {
        config = changed;
    }

    public Release deploy(Caller caller, String serviceId, Order order) {
        Service service = catalog.require(caller, serviceId);
        Checks checks = new Checks("");
        Environment environment = environment(caller, order.environment(), checks);
        Strategy strategy = checks.choice("config.strategy", order.strategy(), Strategy.class, Strategy.ROLLING);
        Map<String, String> more = checks.variables("config.env", order.env());
        if (service.repository() == null) {
            checks.problem("version", "cannot be deployed: the service " + serviceId + " has no repository");
        }
        if (service.run().start() == null && service.run().staticDirectory() == null) {
            checks.problem("version", "cannot be deployed: the service " + serviceId + " has no run.start");
        }
        checks.done();
        Scale scale = scale(caller, service, environment, order);
        limits.objections(caller.tenantId(), service.id(), environment, scale)
                .forEach(error -> checks.problem(ours(error.field()), error.message()));
        checks.done();
        DeployRequest request = request(service, environment, order, strategy, more, scale);
        return inOurWords(() -> delivery.deploy(caller, request.overriding(order.freezeOverride())));
    }

    private Environment environment(Caller caller, String name, Checks checks) {
        Optional<Environment> found = name == null ? Optional.empty() : environments.find(caller, name);
        if (name == null) {
            checks.problem("environment", "is needed");
        } else if (found.isEmpty()) {
            checks.problem("environment", "Environment '" + shortened(name) + "' does not exist");
        }
        return found.orElse(null);
    }

    private static String shortened(String text) {
        String plain = text.replaceAll("\\p{Cntrl}", " ");
        return plain.length() > 63 ? plain.substring(0, 63) + "…" : plain;
    }

    private Scale scale(Caller caller, Service service, Environment environment, Order order) {
        Optional<Scale> before = delivery.target(caller.tenantId(), service.id(), environment.name())
                .map(Target::current)
                .map(Release::scale);
        return new Scale(
                order.replicas() != null
                        ? order.replicas()
                        : before.map(Scale::replicas).orElse(1),
                order.cpu() != null ? order.cpu() : before.map(Scale::cpu).orElse(null),
                order.memory() != null
                        ? order.memory()
                        : before.map(Scale::memory).orElse(null),
                limits.engine(environment));
    }

    private DeployRequest request(
            Service service,
            Environment environment,
            Order order,
            Strategy strategy,
            Map<String, String> more,
            Scale scale) {
        int percent = Objects.requireNonNullElse(order.canaryPercent(), config.canary_percent());
        Credentials credentials = ServiceDrafts.credentials(secrets, service);
        DeployRequest.Run run = service.run();
        Map<String, String> env = new TreeMap<>(run.env());
        env.putAll(more);
        return new DeployRequest(
                service.id(),
                environment.name(),
                order.version(),
                new Source(service.repository(), order.version(), credentials.token(), null),
                service.build(),
                new DeployRequest.Run(
                        run.start(),
                        run.staticDirectory(),
                        run.probePath(),
                        run.startTimeoutSeconds(),
                        env,
                        credentials.variables()),
                scale,
                new Rollout(
                        strategy,
                        percent,
                        Objects.requireNonNullElse(order.observeSeconds(), config.observe_seconds()),
                        order.analysis() == null ? null : order.analysis().analysis(percent)));
    }

    /** @param number null for the release before the current one */
    public Release rollback(Caller caller, String serviceId, String environment, Integer number) {
        catalog.require(caller, serviceId);
        Checks checks = new Checks("");
        environment(caller, environment, checks);
        checks.done();
        return delivery.rollback(caller, serviceId, environment, number);
    }

    /** Newest first. @param environment null for all */
    public Page<Release> releases(Caller caller, String serviceId, String environment, PageRequest page) {
        catalog.require(caller, serviceId);
        boolean possible = environment == null || Checks.isName(environment);
        boolean cursor = page.cursor() == null || page.cursor().matches("[a-z0-9-]{1,64}");
        if (!cursor) {
            throw PlatformException.invalid("cursor", "is not one of this list");
        }
        return possible
                ? delivery.releases(caller.tenantId(), serviceId, environment, page)
                : new Page<>(List.of(), 0, Optional.empty());
    }

    /** Ids of those that a rollback could bring back now. */
    public Set<String> returnable(Caller caller, List<Release> releases) {
        return delivery.returnable(caller.tenantId(), releases);
    }

    public Release release(Caller caller, String serviceId, String releaseId) {
        catalog.require(caller, serviceId);
        Optional<Release> found = releaseId.matches("rel-[a-z0-9]{1,60}")
                ? delivery.find(caller.tenantId(), releaseId)
                : Optional.empty();
        return found.filter(release -> release.service().equals(serviceId))
                .orElseThrow(() -> PlatformException.notFound("Release", releaseId));
    }

    /** How it did as a canary, stage by stage; none where it is not analysed. */
    public List<CanaryStage> canary(Release release) {
        return release.rollout().analysis() == null ? List.of() : delivery.canary(release.tenantId(), release.id());
    }

    /** Takes the service out of an environment; its releases stay in the history. */
    public Operation remove(Caller caller, String serviceId, String environment) {
        catalog.require(caller, serviceId);
        Optional<Operation> removal =
                Checks.isName(environment) ? delivery.remove(caller, serviceId, environment) : Optional.empty();
        return removal.orElseThrow(() -> PlatformException.notFound("Deployment", environment));
    }

    /** Field errors under the names that the caller knows. */
    private static Release inOurWords(Supplier<Release> call) {
        try {
            return call.get();
        } catch (PlatformException e) {
            if (e.fields().isEmpty()) {
                throw e;
            }
            throw PlatformException.invalid(
                    "Invalid request parameters",
                    e.fields().stream()
                            .map(error -> new FieldError(ours(error.field()), error.message()))
                            .toList());
        }
    }

    static String ours(String field) {
        return switch (field) {
            case "source.ref" -> "version";
            case "source.repository" -> "repository";
            case "scale.replicas" -> "config.replicas";
            case "scale.cpu" -> "config.resources.cpu";
            case "scale.memory" -> "config.resources.memory";
            case "scale.engine" -> "environment";
            case "rollout.canary_percent" -> "config.canary_percent";
            case "rollout.observe_seconds" -> "config.observe_seconds";
            case "rollout.analysis" -> "config.analysis";
            case "rollout.analysis.weights" -> "config.analysis.steps";
            case "rollout.analysis.max_difference" -> "config.analysis.max_error_rate_difference";
            default -> field.startsWith("rollout.analysis.") ? field.replaceFirst("rollout", "config") : field;
        };
    }
}
