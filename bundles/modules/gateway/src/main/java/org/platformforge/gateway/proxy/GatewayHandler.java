package org.platformforge.gateway.proxy;

import java.io.IOException;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.servlet.ServletException;
import javax.servlet.http.HttpServletRequest;
import javax.servlet.http.HttpServletResponse;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.gateway.domain.AnswerCounter;
import org.platformforge.gateway.domain.Backends;
import org.platformforge.gateway.domain.GatewayConfig;
import org.platformforge.gateway.domain.MetricRecorder;
import org.platformforge.gateway.domain.Route;
import org.platformforge.gateway.domain.RouteTable;
import org.platformforge.gateway.domain.Traffic;
import org.platformforge.gateway.domain.Upstream;
import org.platformforge.kernel.api.http.HostHandler;

/** Answers every host name with the platform's suffix: by its application, or by saying why not. Thread-safe. */
@Component(service = HostHandler.class, configurationPid = GatewayConfig.PID)
public final class GatewayHandler implements HostHandler {
    private final RouteTable routes;
    private final MetricRecorder recorder;
    private final AnswerCounter answers;
    private final Backends backends;
    private final Traffic traffic;
    private final Set<ProxyGeneration> generations = ConcurrentHashMap.newKeySet();
    private volatile ProxyGeneration current;

    /** @throws ServletException when Jetty's client does not start */
    @Activate
    public GatewayHandler(
            @Reference RouteTable routes,
            @Reference MetricRecorder recorder,
            @Reference AnswerCounter answers,
            @Reference Backends backends,
            @Reference Traffic traffic,
            GatewayConfig config)
            throws ServletException {
        this.routes = routes;
        this.recorder = recorder;
        this.answers = answers;
        this.backends = backends;
        this.traffic = traffic;
        this.current = open(config);
    }

    /** Requests and tunnels that are there keep the proxy they began with. */
    @Modified
    void modified(GatewayConfig config) throws ServletException {
        ProxyGeneration before = current;
        current = open(config);
        before.retire();
        generations.removeIf(ProxyGeneration::closed);
    }

    private ProxyGeneration open(GatewayConfig config) throws ServletException {
        ForwardingServlet proxy = new ForwardingServlet(backends, traffic, config);
        proxy.init(new ProxyServletConfig(config));
        ProxyGeneration generation = new ProxyGeneration(proxy, config.suffix(), config.idle_timeout());
        generations.add(generation);
        return generation;
    }

    /** Proxies that are not closed: the current one, and earlier ones that are still used. */
    long proxies() {
        return generations.stream().filter(generation -> !generation.closed()).count();
    }

    @Deactivate
    public void close() {
        generations.forEach(ProxyGeneration::close);
    }

    @Override
    public boolean accepts(String host) {
        String suffix = current.suffix();
        return host.length() > suffix.length() && host.endsWith(suffix);
    }

    @Override
    public void handle(String host, HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        ProxyGeneration proxy = current;
        while (!proxy.enter()) {
            proxy = current;
        }
        try {
            handle(host, request, response, proxy);
        } finally {
            proxy.exit();
        }
    }

    private void handle(String host, HttpServletRequest request, HttpServletResponse response, ProxyGeneration proxy)
            throws ServletException, IOException {
        // the suffix may be another one since the host was accepted
        String label = host.endsWith(proxy.suffix())
                ? host.substring(0, host.length() - proxy.suffix().length())
                : "";
        Optional<Route> route = routes.byLabel(label);
        if (route.isEmpty()) {
            GatewayPage.NO_SUCH_HOST.send(request, response);
            return;
        }
        if (!request.getRequestURI().startsWith("/")) {
            // such as OPTIONS *, which asks the gateway and not an application
            GatewayPage.BROKEN_REQUEST.send(request, response);
            return;
        }
        if (WebSocketUpgrade.isWanted(request) && !WebSocketUpgrade.prepare(request, proxy.idleTimeout())) {
            GatewayPage.NO_UPGRADE.send(request, response);
            return;
        }
        Exchange exchange = Exchange.begin(
                request, route.get(), enter(label, route.get()), failed -> another(label, failed), recorder, answers);
        try {
            proxy.forward(request, response);
            if (request.isAsyncStarted()) {
                request.getAsyncContext().addListener(new WhenComplete(() -> traffic.exit(exchange.upstream())));
            } else {
                traffic.exit(exchange.upstream());
            }
        } catch (ServletException | IOException | RuntimeException e) {
            traffic.exit(exchange.upstream());
            throw e;
        }
    }

    /** Where a request goes that an application did not take; it counts there then. @return null for nowhere else */
    private Upstream another(String label, Upstream failed) {
        Route route = routes.byLabel(label).orElse(null);
        Upstream next = route == null ? failed : enter(label, route);
        if (next.equals(failed)) {
            if (route != null) {
                traffic.exit(next);
            }
            return null;
        }
        traffic.exit(failed);
        return next;
    }

    /**
     * Counted first and looked at once more then: whoever has changed the route and sees no request on its way to an
     * upstream can be sure that none follows.
     */
    private Upstream enter(String label, Route found) {
        Route route = found;
        while (true) {
            Upstream upstream = traffic.enter(route);
            Route now = routes.byLabel(label).orElse(route);
            if (now == route) {
                return upstream;
            }
            traffic.exit(upstream);
            route = now;
        }
    }
}
