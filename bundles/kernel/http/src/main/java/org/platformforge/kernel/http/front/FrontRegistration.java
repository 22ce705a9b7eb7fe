package org.platformforge.kernel.http.front;

import java.time.Duration;
import java.util.Hashtable;
import java.util.Map;
import javax.servlet.Servlet;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.kernel.http.chain.RequestChain;
import org.platformforge.kernel.http.tls.HttpsListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Registers the front servlet for every path, and never again while the platform runs and the servlet is reached: what comes
 * and goes is behind it. Thread-safe.
 */
@Component(service = FrontRegistration.class, immediate = true)
public final class FrontRegistration {
    private static final Logger LOG = LoggerFactory.getLogger(FrontRegistration.class);
    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final Map<String, Object> PROPERTIES = Map.of(
            "osgi.http.whiteboard.servlet.pattern", "/*",
            "osgi.http.whiteboard.servlet.name", "platform-forge",
            "osgi.http.whiteboard.servlet.asyncSupported", true);

    private final BundleContext context;
    private final HostHandlers hosts;
    private final RequestChain chain;
    private final HttpsListener https;
    private final Admission admission;
    private final Duration patience;
    private FrontServlet servlet;
    private ServiceRegistration<Servlet> registration;
    private long since;

    @Activate
    public FrontRegistration(
            BundleContext context,
            @Reference HostHandlers hosts,
            @Reference RequestChain chain,
            @Reference HttpsListener https,
            @Reference Shutdown shutdown,
            @Reference Overload overload) {
        this(context, hosts, chain, https, new Admission(shutdown, overload), PATIENCE);
    }

    FrontRegistration(
            BundleContext context,
            HostHandlers hosts,
            RequestChain chain,
            HttpsListener https,
            Admission admission,
            Duration patience) {
        this.context = context;
        this.hosts = hosts;
        this.chain = chain;
        this.https = https;
        this.admission = admission;
        this.patience = patience;
        register();
    }

    private synchronized void register() {
        servlet = new FrontServlet(hosts, chain, https, admission);
        since = System.nanoTime();
        registration = context.registerService(Servlet.class, servlet, new Hashtable<>(PROPERTIES));
    }

    @Deactivate
    synchronized void close() {
        if (registration != null) {
            registration.unregister();
            registration = null;
        }
    }

    /**
     * A request found no servlet. While Pax Web starts it can lose a servlet that comes at the same moment as its own context
     * (org.ops4j.pax.web, issue 1769). Where nothing has reached the servlet in the time that takes, it is registered anew;
     * once it was reached, a request without a servlet is the request's fault.
     */
    public synchronized void missed() {
        if (registration != null && !servlet.isReached() && System.nanoTime() - since > patience.toNanos()) {
            since = System.nanoTime();
            // not by a thread of the server, which the registration may wait for
            Thread again = new Thread(this::again, "forge-front");
            again.setDaemon(true);
            again.start();
        }
    }

    private synchronized void again() {
        if (registration != null && !servlet.isReached()) {
            LOG.warn("The HTTP server does not know the platform's servlet; it is registered anew");
            registration.unregister();
            register();
        }
    }
}
