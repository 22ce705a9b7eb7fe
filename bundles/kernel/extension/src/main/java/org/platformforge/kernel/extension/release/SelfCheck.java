package org.platformforge.kernel.extension.release;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.osgi.framework.Bundle;
import org.platformforge.kernel.api.module.Generations;
import org.platformforge.kernel.extension.component.Components;

/** Whether a release that was started does its work. Thread-safe. */
final class SelfCheck {
    private static final long POLL_NANOS = 1_000_000;

    /** Components become satisfied while the bundle starts; this long a reference may still take. */
    private static final long SETTLE_NANOS = Duration.ofMillis(500).toNanos();

    private final Components components;
    private final Supplier<Generations> generations;

    /** @param generations null while nobody serves routes */
    SelfCheck(Components components, Supplier<Generations> generations) {
        this.components = components;
        this.generations = generations;
    }

    /** @throws RefusedException when the release does not do its work within the patience, or is known never to */
    void await(Release release, Duration patience) throws RefusedException, InterruptedException {
        long started = System.nanoTime();
        long deadline = started + patience.toNanos();
        awaitComponents(release, Math.min(deadline, started + SETTLE_NANOS));
        for (Bundle bundle : release.bundles()) {
            if (release.hasRemoteRoutes() || components.declaresResources(bundle)) {
                awaitRoutes(bundle, deadline);
            }
        }
    }

    private void awaitComponents(Release release, long deadline) throws RefusedException, InterruptedException {
        Components.Report report = components.look(release.bundles());
        while (!report.fine()) {
            if (report.failed() || System.nanoTime() - deadline > 0) {
                throw new RefusedException(String.join("; ", report.problems()));
            }
            pause();
            report = components.look(release.bundles());
        }
    }

    private void awaitRoutes(Bundle bundle, long deadline) throws RefusedException, InterruptedException {
        while (true) {
            Generations routes = generations.get();
            if (routes != null && routes.serving(bundle.getBundleId())) {
                return;
            }
            boolean hopeless = routes != null && routes.hopeless(bundle.getBundleId());
            if (hopeless || System.nanoTime() - deadline > 0) {
                throw new RefusedException(
                        routes == null
                                ? "The platform serves no routes at the moment"
                                : routes.problem(bundle.getBundleId()).orElse("Its routes could not be built"));
            }
            pause();
        }
    }

    private static void pause() throws InterruptedException {
        LockSupport.parkNanos(POLL_NANOS);
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
    }

    /** Why a release that was started does not do its work now. @return null when it does */
    String problem(Release release) {
        String gone = release.process() == null ? null : release.process().problem();
        if (gone != null) {
            return gone;
        }
        List<String> problems = components.look(release.bundles()).problems();
        if (!problems.isEmpty()) {
            return String.join("; ", problems);
        }
        Generations routes = generations.get();
        for (Bundle bundle : release.bundles()) {
            if (bundle.getState() != Bundle.ACTIVE) {
                return bundle.getSymbolicName() + " is not started";
            }
            boolean served = routes != null && routes.serving(bundle.getBundleId());
            if (!served && (release.hasRemoteRoutes() || components.declaresResources(bundle))) {
                return routes == null
                        ? "The platform serves no routes at the moment"
                        : routes.problem(bundle.getBundleId()).orElse("Its routes are being built");
            }
        }
        return null;
    }
}
