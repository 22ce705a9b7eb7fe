package org.platformforge.kernel.extension.wall;

import java.util.ArrayList;
import java.util.Hashtable;
import java.util.List;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.hooks.bundle.EventHook;
import org.osgi.framework.hooks.resolver.ResolverHookFactory;
import org.osgi.framework.hooks.service.EventListenerHook;
import org.osgi.framework.hooks.service.FindHook;
import org.osgi.framework.hooks.weaving.WeavingHook;
import org.osgi.framework.wiring.FrameworkWiring;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Raises the walls. An activator and no component, because they must stand before the component runtime starts and as
 * long as this bundle does: a bundle of an extension that an earlier run left in the framework's cache is behind them, too,
 * and goes.
 */
public final class WallActivator implements BundleActivator {
    private static final Logger LOG = LoggerFactory.getLogger(WallActivator.class);

    @Override
    public void start(BundleContext context) {
        Hashtable<String, Object> first = new Hashtable<>();
        first.put(Constants.SERVICE_RANKING, Integer.MAX_VALUE);
        ServiceWall services = new ServiceWall(context.getBundle());
        BundleWall bundles = new BundleWall(context.getBundle());
        context.registerService(ResolverHookFactory.class, new ResolverWall(new Regions(context)), first);
        context.registerService(
                new String[] {FindHook.class.getName(), EventListenerHook.class.getName()}, services, first);
        context.registerService(
                new String[] {org.osgi.framework.hooks.bundle.FindHook.class.getName(), EventHook.class.getName()},
                bundles,
                first);
        context.registerService(WeavingHook.class, new CheckpointWeaver(), first);
        removeLeftovers(context);
    }

    /** The runtime keeps nothing over a restart: what an extension's bundle needs is in the marketplace's records. */
    private static void removeLeftovers(BundleContext context) {
        List<Bundle> gone = new ArrayList<>();
        for (Bundle bundle : context.getBundles()) {
            if (Origin.isExtension(bundle)) {
                try {
                    bundle.uninstall();
                    gone.add(bundle);
                } catch (BundleException e) {
                    LOG.error("{} of an earlier run could not be removed", bundle, e);
                }
            }
        }
        if (!gone.isEmpty()) {
            // also what was wired to one of them before the walls stood
            context.getBundle(Constants.SYSTEM_BUNDLE_ID)
                    .adapt(FrameworkWiring.class)
                    .refreshBundles(gone);
        }
    }

    /** The hooks go with the bundle; so do the extensions, see the runtime. */
    @Override
    public void stop(BundleContext context) {
        removeLeftovers(context);
    }
}
