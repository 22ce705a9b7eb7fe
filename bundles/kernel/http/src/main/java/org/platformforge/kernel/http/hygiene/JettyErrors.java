package org.platformforge.kernel.http.hygiene;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.platformforge.kernel.http.config.HttpSettings;
import org.platformforge.kernel.http.front.FrontRegistration;

/**
 * Puts {@link JettyErrorHandler} on the server that Pax Web starts. Pax Web has no setting for it, and it restarts the
 * whole server when a Jetty handler service comes; a customizer comes without a restart, and meets the server with the
 * first well-formed request, which is the launcher's readiness probe. For the same reason it is here that the server is
 * told to read heads larger than its default of 8 KiB: the limits of path and headers are {@link RequestLimits}'. And what a
 * trusted proxy says of a client is put into the request before anybody reads it.
 */
@Component(service = HttpConfiguration.Customizer.class)
public final class JettyErrors implements HttpConfiguration.Customizer {
    /** Bytes; beyond the default limits of path (8 KiB) and headers (16 KiB) together. */
    static final int MAX_HEAD = 32 * 1024;

    private final ErrorHandler handler = new JettyErrorHandler(this::missed);
    private volatile Server server;

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile FrontRegistration front;

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile HttpSettings settings;

    private final List<ServerWatcher> watchers = new CopyOnWriteArrayList<>();

    @Reference(
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindWatcher(ServerWatcher watcher) {
        watchers.add(watcher);
        Server present = server;
        if (present != null) {
            watcher.met(present);
        }
    }

    void unbindWatcher(ServerWatcher watcher) {
        watchers.remove(watcher);
    }

    private void missed() {
        FrontRegistration present = front;
        if (present != null) {
            present.missed();
        }
    }

    @Override
    public void customize(Connector connector, HttpConfiguration config, Request request) {
        if (config.getRequestHeaderSize() < MAX_HEAD) {
            // taken by the connections that come from now on
            config.setRequestHeaderSize(MAX_HEAD);
        }
        if (server != connector.getServer()) {
            install(connector.getServer());
        }
        HttpSettings present = settings;
        if (present != null) {
            ForwardedRequest.apply(present.current().trustedProxies(), request);
        }
    }

    private synchronized void install(Server found) {
        if (server != found) {
            found.setErrorHandler(handler);
            server = found;
            watchers.forEach(watcher -> watcher.met(found));
        }
    }

    /** The server outlives this bundle. */
    @Deactivate
    synchronized void remove() {
        if (server != null) {
            server.setErrorHandler(new ErrorHandler());
            server = null;
        }
    }
}
