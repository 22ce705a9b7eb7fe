package org.platformforge.kernel.extension.wall;

import java.util.Collection;
import java.util.Iterator;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.eclipse.equinox.region.Region;
import org.eclipse.equinox.region.RegionDigraph;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.wiring.BundleRevision;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives bundles that are just being installed or uninstalled a region while something is resolved.
 *
 * <p>Karaf's region hook takes what has no region out of the bundles that may be resolved. Felix then looks for providers
 * among those that are left, and these are the unresolved ones: whoever is resolved in the moment in which anybody
 * installs anything finds not even {@code java.io}. The hook does so because a bundle is known to the resolver before the
 * event that gives it a region.
 *
 * <p>Called by the thread that resolves, which holds the framework's lock. Thread-safe.
 */
final class Regions {
    private static final Logger LOG = LoggerFactory.getLogger(Regions.class);

    private final BundleContext context;
    private final Set<Long> lent = ConcurrentHashMap.newKeySet();

    Regions(BundleContext context) {
        this.context = context;
    }

    /** Before the region hook looks. With several regions nobody can know which one it will be. */
    void lend(Collection<BundleRevision> unresolved) {
        withOnly(region -> {
            for (BundleRevision revision : unresolved) {
                long id = revision.getBundle().getBundleId();
                if (!region.contains(id)) {
                    add(region, id);
                }
            }
        });
    }

    private void add(Region region, long id) {
        try {
            region.addBundle(id);
            lent.add(id);
        } catch (BundleException e) {
            LOG.debug("The bundle {} gets no region", id, e);
        }
    }

    /** What is installed meanwhile keeps its region, which its event would give it; the others get theirs taken back. */
    void takeBack() {
        if (lent.isEmpty()) {
            return;
        }
        withOnly(region -> {
            for (Iterator<Long> ids = lent.iterator(); ids.hasNext(); ) {
                long id = ids.next();
                if (context.getBundle(id) == null) {
                    region.removeBundle(id);
                }
                ids.remove();
            }
        });
    }

    private void withOnly(Consumer<Region> work) {
        ServiceReference<RegionDigraph> reference = context.getServiceReference(RegionDigraph.class);
        RegionDigraph digraph = reference == null ? null : context.getService(reference);
        if (digraph == null) {
            return;
        }
        try {
            Set<Region> regions = digraph.getRegions();
            if (regions.size() == 1) {
                work.accept(regions.iterator().next());
            }
        } finally {
            context.ungetService(reference);
        }
    }
}
