package org.platformforge.kernel.extension.wall;

import java.util.Collection;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleEvent;
import org.osgi.framework.hooks.bundle.EventHook;
import org.osgi.framework.hooks.bundle.FindHook;

/** Shows an extension the bundles of its own release, and trials to nobody but the runtime. Thread-safe. */
final class BundleWall implements FindHook, EventHook {
    private final Bundle own;

    BundleWall(Bundle own) {
        this.own = own;
    }

    @Override
    public void find(BundleContext context, Collection<Bundle> bundles) {
        Bundle looker = context.getBundle();
        Origin from = Origin.of(looker);
        bundles.removeIf(bundle -> !visible(looker, from, bundle));
    }

    @Override
    public void event(BundleEvent event, Collection<BundleContext> contexts) {
        contexts.removeIf(context -> {
            Bundle looker = context.getBundle();
            return looker != null && !visible(looker, Origin.of(looker), event.getBundle());
        });
    }

    private boolean visible(Bundle looker, Origin from, Bundle bundle) {
        Origin to = Origin.of(bundle);
        if (from != null) {
            return to != null && to.release().equals(from.release());
        }
        return to == null || !to.trial() || own.equals(looker);
    }
}
