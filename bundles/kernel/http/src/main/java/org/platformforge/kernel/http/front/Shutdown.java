package org.platformforge.kernel.http.front;

import java.time.Duration;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleEvent;
import org.osgi.framework.Constants;
import org.osgi.framework.SynchronousBundleListener;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.kernel.http.config.HttpSettings;
import org.platformforge.kernel.http.generation.GenerationRegistry;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stops the platform without cutting requests off. The framework tells its listeners before it stops the first bundle, and
 * waits for them: in that time readiness says 503 while everything is served (stop.delay, for load balancers to notice), then
 * new requests are answered 503 with Retry-After, streams are told to end, and what is under way may finish (stop.timeout).
 * Thread-safe.
 */
@Component(service = Shutdown.class, immediate = true) // listens for the stop of the framework
public final class Shutdown implements SynchronousBundleListener {
    private static final Logger LOG = LoggerFactory.getLogger(Shutdown.class);
    private static final long LOOK_MILLIS = 20;

    private final BundleContext context;
    private final HttpSettings settings;
    private final GenerationRegistry registry;
    private final HostHandlers hosts;
    private volatile boolean draining;

    @Activate
    public Shutdown(
            BundleContext context,
            @Reference HttpSettings settings,
            @Reference GenerationRegistry registry,
            @Reference HostHandlers hosts) {
        this.context = context;
        this.settings = settings;
        this.registry = registry;
        this.hosts = hosts;
        context.addBundleListener(this);
    }

    @Deactivate
    void deactivate() {
        context.removeBundleListener(this);
    }

    /** Whether requests are not taken any more. */
    boolean isDraining() {
        return draining;
    }

    @Override
    public void bundleChanged(BundleEvent event) {
        if (event.getType() == BundleEvent.STOPPING
                && event.getBundle().getBundleId() == Constants.SYSTEM_BUNDLE_ID
                && !draining) {
            try {
                drain();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt(); // then it stops at once
            }
        }
    }

    private void drain() throws InterruptedException {
        registry.announceStop();
        HttpSettings.Current now = settings.current();
        if (!now.stopDelay().isZero()) {
            LOG.info(
                    "Stopping; requests are still taken for {} s",
                    now.stopDelay().toSeconds());
            Thread.sleep(now.stopDelay().toMillis());
        }
        draining = true;
        registry.endStreams();
        Duration limit = now.stopTime();
        long deadline = System.nanoTime() + limit.toNanos();
        int left = left();
        while (left > 0 && System.nanoTime() < deadline) {
            Thread.sleep(LOOK_MILLIS);
            left = left();
        }
        if (left > 0) {
            LOG.warn("{} requests were still running after {} s and are cut off", left, limit.toSeconds());
        }
    }

    private int left() {
        return registry.underWay() + hosts.inFlight();
    }
}
