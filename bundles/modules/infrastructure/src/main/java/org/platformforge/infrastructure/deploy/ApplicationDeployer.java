package org.platformforge.infrastructure.deploy;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.FieldError;
import org.platformforge.kernel.api.Page;
import org.platformforge.kernel.api.PageRequest;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.delivery.Delivery;
import org.platformforge.kernel.api.delivery.Delivery.Target;
import org.platformforge.kernel.api.delivery.DeployRequest;
import org.platformforge.kernel.api.delivery.DeployRequest.Build;
import org.platformforge.kernel.api.delivery.DeployRequest.Rollout;
import org.platformforge.kernel.api.delivery.DeployRequest.Scale;
import org.platformforge.kernel.api.delivery.DeployRequest.Source;
import org.platformforge.kernel.api.delivery.DeployRequest.Strategy;
import org.platformforge.kernel.api.delivery.Release;
import org.platformforge.kernel.api.jobs.Operation;
import org.platformforge.kernel.api.jobs.Operations;
import org.platformforge.kernel.api.security.Tenants;

/**
 * Releases the one application that the platform's configuration names, in the platform's own tenant; for operators. A deployment is a
 * release of the delivery chain and has its id, with another prefix. Thread-safe.
 */
@Component(service = ApplicationDeployer.class, configurationPid = DeployConfig.PID)
public final class ApplicationDeployer {
    /** What callers need. */
    public static final String PERMISSION = "platform:infrastructure";

    private static final String PREFIX = "d-";
    private static final String RELEASE = "rel-";
    private static final Pattern ID = Pattern.compile("d-[0-9a-z]{1,60}");
    private static final Pattern VERSION = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._/+-]{0,99}");
    private static final Pattern ENVIRONMENT = Pattern.compile("[a-z0-9-]{1,63}");
    /** Fields of the client; whatever else a release is refused for is the configuration's. */
    private static final Set<String> ASKED = Set.of("version", "environment");

    private final Delivery delivery;
    private final Operations operations;
    private volatile DeployConfig config;

    /** @param estimate when it should be done, from earlier ones; null while there was none */
    public record Begun(Release release, Instant estimate) {}

    @Activate
    public ApplicationDeployer(@Reference Delivery delivery, @Reference Operations operations, DeployConfig config) {
        this.delivery = delivery;
        this.operations = operations;
        this.config = config;
    }

    @Modified
    void modified(DeployConfig changed) {
        config = changed;
    }

    /** {@code d-…} of a release. */
    public static String id(Release release) {
        return PREFIX + release.id().substring(RELEASE.length());
    }

    /**
     * Begins a release of a version in an environment.
     *
     * @param force also when this version serves there already
     * @throws PlatformException {@code VALIDATION}; {@code NOT_CONFIGURED} while no application is; {@code CONFLICT} while another one
     *     is on its way there, and without force when the version serves there
     */
    public Begun deploy(Caller caller, String version, String environment, boolean force) {
        check(caller);
        DeployConfig now = config;
        List<FieldError> wrong = new ArrayList<>();
        if (version == null || !VERSION.matcher(version).matches() || version.contains("..")) {
            wrong.add(new FieldError("version", "must be a version such as 1.2.3, of at most 100 characters"));
        }
        List<String> environments = names(now.environments());
        if (environment == null || environment.isBlank()) {
            wrong.add(new FieldError("environment", "is missing"));
        } else if (!environments.isEmpty() && !environments.contains(environment)) {
            wrong.add(new FieldError("environment", "must be one of " + String.join(", ", environments)));
        }
        if (!wrong.isEmpty()) {
            throw PlatformException.invalid("Invalid request", wrong);
        }
        DeployRequest request = request(configured(now), version, environment);
        Release release = inOurWords(() -> {
            if (!force) {
                refuseServing(caller, request);
            }
            return delivery.deploy(caller, request);
        });
        return new Begun(release, estimate(caller, release));
    }

    private static DeployConfig configured(DeployConfig now) {
        if (now.application().isBlank() || now.repository().isBlank()) {
            throw notConfigured("No application is configured: " + DeployConfig.PID
                    + " has to say its application, its repository and how it starts");
        }
        return now;
    }

    private static PlatformException notConfigured(String message) {
        return PlatformException.of(ErrorKind.NOT_CONFIGURED, message);
    }

    private static List<String> names(String configured) {
        return Arrays.stream(configured.split(","))
                .map(String::strip)
                .filter(name -> !name.isEmpty())
                .toList();
    }

    private static String orNull(String text) {
        return text.isBlank() || text.contains("${") ? null : text.strip();
    }

    private static DeployRequest request(DeployConfig now, String version, String environment) {
        return new DeployRequest(
                now.application().strip(),
                environment,
                version,
                new Source(
                        now.repository().strip(),
                        now.ref().strip().replace("{version}", version),
                        orNull(now.token()),
                        null),
                now.build().isBlank() ? Build.NONE : new Build(List.of(now.build()), Map.of(), null),
                new DeployRequest.Run(
                        now.start().isBlank() ? null : now.start().strip(),
                        orNull(now.static_directory()),
                        orNull(now.probe_path()),
                        null,
                        variables(now.env()),
                        Map.of()),
                new Scale(now.replicas(), orNull(now.cpu()), orNull(now.memory()), orNull(now.engine())),
                new Rollout(strategy(now.strategy()), now.canary_percent(), now.observe_seconds()));
    }

    private static Map<String, String> variables(String configured) {
        Map<String, String> variables = new TreeMap<>();
        for (String line : names(configured)) {
            int equals = line.indexOf('=');
            if (equals < 1) {
                throw notConfigured("A variable of the application is no name=value");
            }
            variables.put(
                    line.substring(0, equals).strip(),
                    line.substring(equals + 1).strip());
        }
        return variables;
    }

    private static Strategy strategy(String configured) {
        try {
            return Strategy.valueOf(configured.strip().toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw notConfigured("The strategy of the application is none of rolling, blue_green, canary")
                    .withCause(e);
        }
    }

    private void refuseServing(Caller caller, DeployRequest request) {
        Optional<Release> serving = delivery.target(caller.tenantId(), request.service(), request.environment())
                .map(Target::current)
                .filter(current -> request.version().equals(current.version()));
        if (serving.isPresent()) {
            throw PlatformException.of(
                            ErrorKind.CONFLICT, "This version is deployed there already; force deploys it again")
                    .withDetail("deployment_id", id(serving.get()));
        }
    }

    private interface Work {
        Release begin();
    }

    /** The client learns what is wrong with its own fields; what is wrong with the configuration is the operator's. */
    private static Release inOurWords(Work work) {
        try {
            return work.begin();
        } catch (PlatformException e) {
            if (e.kind() != ErrorKind.VALIDATION || e.fields().isEmpty()) {
                throw e;
            }
            List<FieldError> asked = e.fields().stream()
                    .map(error ->
                            error.field().equals("source.ref") ? new FieldError("version", error.message()) : error)
                    .filter(error -> ASKED.contains(error.field()))
                    .toList();
            if (asked.isEmpty()) {
                throw notConfigured("The application cannot be deployed as it is configured: "
                                + e.fields().stream()
                                        .map(error -> error.field() + " " + error.message())
                                        .collect(Collectors.joining("; ")))
                        .withCause(e);
            }
            throw PlatformException.invalid("Invalid request", asked);
        }
    }

    private Instant estimate(Caller caller, Release release) {
        Optional<Operation> operation = operations.find(caller.tenantId(), release.operationId());
        List<Duration> history = operation
                .map(begun -> operations.history(caller.tenantId(), begun.kind(), "service", release.service()))
                .orElse(List.of())
                .stream()
                .sorted()
                .toList();
        return history.isEmpty() ? null : release.createdAt().plus(history.get(history.size() / 2));
    }

    /** @throws PlatformException {@code NOT_FOUND} for what is none of the application's deployments */
    public Release get(Caller caller, String id) {
        check(caller);
        return Optional.of(id)
                .filter(known -> ID.matcher(known).matches())
                .flatMap(known -> delivery.find(caller.tenantId(), RELEASE + known.substring(PREFIX.length())))
                .filter(release -> release.service().equals(config.application().strip()))
                .orElseThrow(() -> PlatformException.notFound("Deployment", id));
    }

    /** Newest first. */
    public Page<Release> list(Caller caller, PageRequest page) {
        check(caller);
        return delivery.releases(
                caller.tenantId(), configured(config).application().strip(), null, page);
    }

    /**
     * Takes the application out of an environment; its deployments stay in the list.
     *
     * @throws PlatformException {@code NOT_FOUND} when it is not there; {@code CONFLICT} while a deployment is on its way
     */
    public Operation remove(Caller caller, String environment) {
        check(caller);
        String application = configured(config).application().strip();
        return Optional.of(environment)
                .filter(name -> ENVIRONMENT.matcher(name).matches())
                .flatMap(name -> delivery.remove(caller, application, name))
                .orElseThrow(() -> PlatformException.notFound("Environment", environment));
    }

    /** The routes are for operators already; the domain does not rely on that. */
    private static void check(Caller caller) {
        caller.require(PERMISSION);
        if (!Tenants.PLATFORM.equals(caller.tenantId())) {
            throw PlatformException.of(ErrorKind.FORBIDDEN, "This deployment is for those who run the platform");
        }
    }
}
