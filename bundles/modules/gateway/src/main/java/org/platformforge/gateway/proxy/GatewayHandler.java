package org.platformforge.gateway.proxy;

import java.io.IOException;
import java.util.Optional;
import javax.servlet.ServletException;
import javax.servlet.http.HttpServletRequest;
import javax.servlet.http.HttpServletResponse;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.gateway.domain.Backends;
import org.platformforge.gateway.domain.GatewayConfig;
import org.platformforge.gateway.domain.MetricRecorder;
import org.platformforge.gateway.domain.Route;
import org.platformforge.gateway.domain.RouteTable;
import org.platformforge.kernel.api.http.HostHandler;

/** Answers every host name with the platform's suffix: by its application, or by saying why not. Thread-safe. */
@Component(service = HostHandler.class, configurationPid = GatewayConfig.PID)
public final class GatewayHandler implements HostHandler {
    private final RouteTable routes;
    private final MetricRecorder recorder;
    private final String suffix;
    private final int idleTimeout;
    private final ForwardingServlet proxy;

    /** @throws ServletException when Jetty's client does not start */
    @Activate
    public GatewayHandler(
            @Reference RouteTable routes,
            @Reference MetricRecorder recorder,
            @Reference Backends backends,
            GatewayConfig config)
            throws ServletException {
        this.routes = routes;
        this.recorder = recorder;
        this.suffix = config.suffix();
        this.idleTimeout = config.idle_timeout();
        this.proxy = new ForwardingServlet(backends, config);
        proxy.init(new ProxyServletConfig(config));
    }

    @Deactivate
    public void close() {
        proxy.destroy();
    }

    @Override
    public boolean accepts(String host) {
        return host.length() > suffix.length() && host.endsWith(suffix);
    }

    @Override
    public void handle(String host, HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        Optional<Route> route = routes.byLabel(host.substring(0, host.length() - suffix.length()));
        if (route.isEmpty()) {
            GatewayPage.NO_SUCH_HOST.send(request, response);
            return;
        }
        if (!request.getRequestURI().startsWith("/")) {
            // such as OPTIONS *, which asks the gateway and not an application
            GatewayPage.BROKEN_REQUEST.send(request, response);
            return;
        }
        if (WebSocketUpgrade.isWanted(request) && !WebSocketUpgrade.prepare(request, idleTimeout)) {
            GatewayPage.NO_UPGRADE.send(request, response);
            return;
        }
        Exchange.begin(request, route.get(), recorder);
        proxy.service(request, response);
    }
}
