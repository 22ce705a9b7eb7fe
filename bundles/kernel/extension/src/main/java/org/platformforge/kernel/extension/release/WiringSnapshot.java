package org.platformforge.kernel.extension.release;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.wiring.BundleWiring;
import org.platformforge.kernel.extension.wall.Origin;

/** How every bundle but the extensions' is wired at one moment. */
final class WiringSnapshot {
    private final Map<Long, BundleWiring> wirings = new HashMap<>();

    private WiringSnapshot() {}

    static WiringSnapshot take(BundleContext context) {
        WiringSnapshot snapshot = new WiringSnapshot();
        for (Bundle bundle : context.getBundles()) {
            BundleWiring wiring = bundle.adapt(BundleWiring.class);
            if (wiring != null && Origin.of(bundle) == null) {
                snapshot.wirings.put(bundle.getBundleId(), wiring);
            }
        }
        return snapshot;
    }

    /** Bundles that are still there and are wired anew since. What somebody else installs or removes is not counted. */
    List<String> changed(BundleContext context) {
        List<String> changed = new ArrayList<>();
        for (Bundle bundle : context.getBundles()) {
            BundleWiring before = wirings.get(bundle.getBundleId());
            if (before != null && !before.equals(bundle.adapt(BundleWiring.class))) {
                changed.add(bundle.getSymbolicName() + " " + bundle.getVersion());
            }
        }
        return changed;
    }
}
