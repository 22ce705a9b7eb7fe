package org.platformforge.kernel.http.generation;

import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.platformforge.kernel.http.route.RouteScope;

/**
 * Whether all modules have come up: those of the distribution, and those that were added to it or updated. Until then nobody
 * can say that a path does not exist: it may be one of a module that is still on its way. Looked at when a generation has
 * come, otherwise four times a second at most, and no more once it is over. Thread-safe.
 */
public final class StartUp {
    private static final String FEATURES = "org.apache.karaf.features.core";
    private static final String BOOT_FINISHED = "org.apache.karaf.features.BootFinished";
    private static final long FRESH_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    private final BundleContext context;
    private final Predicate<Bundle> served;
    private final Predicate<Bundle> hasRoutes;
    private volatile boolean restored;
    private volatile boolean over;
    private volatile long looked = System.nanoTime() - FRESH_NANOS;

    /**
     * @param hasRoutes whether a bundle is to be served
     * @param served whether it is
     */
    StartUp(BundleContext context, Predicate<Bundle> hasRoutes, Predicate<Bundle> served) {
        this.context = context;
        this.hasRoutes = hasRoutes;
        this.served = served;
    }

    /** A generation has come. */
    void changed() {
        looked = System.nanoTime() - FRESH_NANOS;
    }

    /** The modules that are kept beside the distribution's are in their place again, as far as they can be. */
    public void restored() {
        restored = true;
        changed();
    }

    public boolean isOver() {
        if (!over && restored && System.nanoTime() - looked >= FRESH_NANOS) {
            looked = System.nanoTime();
            over = look();
        }
        return over;
    }

    private boolean look() {
        Bundle[] bundles = context.getBundles();
        boolean karaf = Arrays.stream(bundles).anyMatch(bundle -> FEATURES.equals(bundle.getSymbolicName()));
        if (karaf && context.getServiceReference(BOOT_FINISHED) == null) {
            return false;
        }
        Set<String> there = Arrays.stream(bundles)
                .filter(served)
                .map(Bundle::getSymbolicName)
                .collect(Collectors.toSet());
        return Arrays.stream(bundles)
                .filter(bundle -> bundle.getState() == Bundle.ACTIVE
                        && bundle.getSymbolicName() != null
                        && !RouteScope.of(bundle.getLocation()).isExtension()
                        && !there.contains(bundle.getSymbolicName()))
                .noneMatch(hasRoutes);
    }
}
