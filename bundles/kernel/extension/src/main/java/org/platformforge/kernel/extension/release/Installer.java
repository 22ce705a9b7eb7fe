package org.platformforge.kernel.extension.release;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkEvent;
import org.osgi.framework.wiring.FrameworkWiring;
import org.platformforge.kernel.extension.wall.Origin;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts bundles into the framework and takes exactly these out again. Thread-safe. */
final class Installer {
    private static final Logger LOG = LoggerFactory.getLogger(Installer.class);
    private static final long REFRESH_SECONDS = 15;

    private final BundleContext context;

    Installer(BundleContext context) {
        this.context = context;
    }

    /**
     * Installs the parts, the main bundle last.
     *
     * @param release the part of the location that tells whose they are
     * @throws RefusedException in the framework's words; nothing is installed then
     */
    List<Bundle> install(String release, String mainName, List<Artifact.Part> parts) throws RefusedException {
        List<Bundle> bundles = new ArrayList<>();
        try {
            for (Artifact.Part part : parts) {
                Bundle bundle = context.installBundle(Origin.location(release, part.name()), part.open());
                bundles.add(part.symbolicName().equals(mainName) ? bundles.size() : 0, bundle);
            }
            return bundles;
        } catch (BundleException e) {
            remove(bundles);
            throw new RefusedException("A bundle cannot be installed: " + e.getMessage(), e);
        }
    }

    boolean resolve(Collection<Bundle> bundles) {
        return wiring().resolveBundles(bundles);
    }

    /** In the reverse order of their start; one that is stopped already stays so. */
    void stop(List<Bundle> bundles) {
        List<Bundle> reversed = new ArrayList<>(bundles);
        Collections.reverse(reversed);
        for (Bundle bundle : reversed) {
            try {
                if (bundle.getState() != Bundle.UNINSTALLED) {
                    bundle.stop(Bundle.STOP_TRANSIENT);
                }
            } catch (BundleException | IllegalStateException e) {
                LOG.warn("{} did not stop cleanly", bundle, e);
            }
        }
    }

    /** Stops, uninstalls and refreshes the bundles and nothing else. @return what went wrong */
    List<String> remove(List<Bundle> bundles) {
        stop(bundles);
        List<String> problems = new ArrayList<>();
        for (Bundle bundle : bundles) {
            try {
                if (bundle.getState() != Bundle.UNINSTALLED) {
                    bundle.uninstall();
                }
            } catch (BundleException | IllegalStateException e) {
                LOG.error("{} could not be uninstalled", bundle, e);
                problems.add(bundle + " could not be uninstalled: " + e.getMessage());
            }
        }
        if (!bundles.isEmpty()
                && wiring().getDependencyClosure(bundles).stream().allMatch(bundles::contains)) {
            refresh(bundles);
        }
        return problems;
    }

    private void refresh(List<Bundle> gone) {
        CountDownLatch done = new CountDownLatch(1);
        wiring().refreshBundles(gone, event -> {
            if (event.getType() == FrameworkEvent.PACKAGES_REFRESHED) {
                done.countDown();
            }
        });
        try {
            if (!done.await(REFRESH_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("{} were not refreshed within {} s", gone, REFRESH_SECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private FrameworkWiring wiring() {
        return context.getBundle(Constants.SYSTEM_BUNDLE_ID).adapt(FrameworkWiring.class);
    }
}
