package org.platformforge.gateway.domain;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.extension.api.driver.Driver;
import org.platformforge.extension.api.driver.DriverException;
import org.platformforge.extension.api.driver.Progress;
import org.platformforge.extension.api.driver.ResourceSpec;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.PlatformException;

/** Makes {@code http-route} resources: a host name that leads to an application. Thread-safe. */
@Component(service = Driver.class, configurationPid = GatewayConfig.PID)
public final class GatewayDriver implements Driver {
    /** Name of this engine. */
    public static final String ENGINE = "gateway";

    private static final String TYPE = "http-route";

    private final RouteTable routes;
    private final Traffic traffic;
    private volatile Address address;

    private record Address(String suffix, int port, Duration drain) {}

    @Activate
    public GatewayDriver(@Reference RouteTable routes, @Reference Traffic traffic, GatewayConfig config) {
        this.routes = routes;
        this.traffic = traffic;
        modified(config);
    }

    @Modified
    final void modified(GatewayConfig config) {
        address = new Address(
                config.suffix(), config.public_port(), Duration.ofSeconds(Math.max(0, config.drain_seconds())));
    }

    @Override
    public String engine() {
        return ENGINE;
    }

    @Override
    public Set<String> resourceTypes() {
        return Set.of(TYPE);
    }

    @Override
    public List<Problem> check(ResourceSpec spec) {
        List<Problem> problems = new ArrayList<>(RouteRules.problems(spec));
        String label = RouteRules.text(spec, "host");
        routes.byLabel(label)
                .filter(other -> !other.resourceId().equals(spec.id()))
                .ifPresent(other -> problems.add(new Problem("host", taken(label))));
        return List.copyOf(problems);
    }

    /** Returns when applications that are no longer behind the route have answered what they were asked. */
    @Override
    public Observation apply(ResourceSpec spec, Progress progress) throws DriverException, InterruptedException {
        List<Problem> problems = RouteRules.problems(spec);
        if (!problems.isEmpty()) {
            Problem first = problems.get(0);
            throw new DriverException(
                    "INVALID_ROUTE", "The route's " + first.property() + " " + first.message(), false, null);
        }
        Route route = RouteRules.route(spec);
        Set<String> left =
                routes.byResource(spec.id()).map(GatewayDriver::backends).orElse(Set.of());
        try {
            routes.save(route);
        } catch (PlatformException e) {
            throw failure(e, route);
        }
        progress.log(url(route) + " leads to " + route.destination());
        drain(left, route, progress);
        return observation(route);
    }

    private void drain(Set<String> before, Route route, Progress progress) throws InterruptedException {
        Set<String> left = new HashSet<>(before);
        left.removeAll(backends(route));
        if (left.isEmpty()) {
            return;
        }
        routes.awaitOtherNodes();
        if (!traffic.awaitIdle(left, address.drain())) {
            progress.log("Some requests to what is left were still unanswered after "
                    + address.drain().toSeconds() + " s");
        }
    }

    private static Set<String> backends(Route route) {
        return route.upstreams().stream().map(Upstream::backend).collect(Collectors.toSet());
    }

    private DriverException failure(PlatformException e, Route route) {
        if (e.kind() == ErrorKind.CONFLICT) {
            return new DriverException("HOST_TAKEN", taken(route.label()), false, e);
        }
        return storeFailure(e);
    }

    private static DriverException storeFailure(PlatformException e) {
        return new DriverException("STORE_FAILED", e.getMessage(), e.kind() == ErrorKind.UNAVAILABLE, e);
    }

    private String taken(String label) {
        return "the host name " + label + address.suffix() + " is taken by another resource";
    }

    @Override
    public Optional<Observation> observe(String resourceId) {
        return routes.byResource(resourceId).map(this::observation);
    }

    @Override
    public void delete(String resourceId, Progress progress) throws DriverException {
        try {
            routes.delete(resourceId);
        } catch (PlatformException e) {
            throw storeFailure(e);
        }
    }

    @Override
    public List<Held> inventory() {
        return routes.all().stream()
                .map(route ->
                        new Held(route.resourceId(), route.tenantId(), route.provisionId(), "route " + host(route)))
                .toList();
    }

    @Override
    public List<String> logs(String resourceId, int tail) {
        return List.of();
    }

    @Override
    public Optional<Usage> usage(String resourceId) {
        return Optional.empty();
    }

    private String host(Route route) {
        return route.label() + address.suffix();
    }

    private String url(Route route) {
        Address now = address;
        return "http://" + route.label() + now.suffix() + ":" + now.port() + "/";
    }

    private Observation observation(Route route) {
        Map<String, String> outputs = new LinkedHashMap<>();
        outputs.put("host", host(route));
        outputs.put("url", url(route));
        return new Observation(State.RUNNING, "", outputs, Map.of("upstream", route.destination()));
    }
}
