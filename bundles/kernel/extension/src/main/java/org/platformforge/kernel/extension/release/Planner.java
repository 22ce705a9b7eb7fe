package org.platformforge.kernel.extension.release;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.namespace.PackageNamespace;
import org.osgi.framework.wiring.BundleWire;
import org.osgi.framework.wiring.BundleWiring;
import org.platformforge.kernel.api.extension.ExtensionRelease;
import org.platformforge.kernel.api.extension.ExtensionRuntime;
import org.platformforge.kernel.extension.wall.Origin;

/**
 * Tries whether a release resolves: installs its bundles where nobody sees them, lets the framework wire them, and takes
 * them out again. One that resolved is not tried again as long as the platform's bundles are the same. Thread-safe.
 */
final class Planner {
    private static final int REMEMBERED = 200;

    private final BundleContext context;
    private final Installer installer;
    private final Screen screen;
    private final AtomicLong trials = new AtomicLong();

    /** By the name of the release; the one that was asked for longest ago goes first. */
    private final Map<String, Trial> resolved = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Trial> eldest) {
            return size() > REMEMBERED;
        }
    };

    /** @param platform its bundles when the release was tried */
    private record Trial(List<Long> platform, List<String> wiring) {}

    Planner(BundleContext context, Installer installer, Screen screen) {
        this.context = context;
        this.installer = installer;
        this.screen = screen;
    }

    ExtensionRuntime.Plan plan(ExtensionRelease release) {
        try {
            Artifact artifact = Artifact.read(release.artifact(), release.sha256());
            List<Artifact.Part> parts = artifact.parts();
            List<String> names = parts.stream().map(Artifact.Part::toString).toList();
            List<String> problems = screen.problems(release, artifact);
            return problems.isEmpty()
                    ? tried(release, parts, names)
                    : new ExtensionRuntime.Plan(names, List.of(), List.of(), problems);
        } catch (RefusedException e) {
            return new ExtensionRuntime.Plan(List.of(), List.of(), List.of(), List.of(e.getMessage()));
        }
    }

    private ExtensionRuntime.Plan tried(ExtensionRelease release, List<Artifact.Part> parts, List<String> names)
            throws RefusedException {
        String name = Origin.release(release.extensionId(), release.version(), release.sha256());
        List<Long> platform = platform();
        Trial before = remembered(name);
        if (before != null && before.platform().equals(platform)) {
            return new ExtensionRuntime.Plan(names, before.wiring(), List.of(), List.of());
        }
        List<Bundle> bundles =
                installer.install(Origin.trial(name, trials.incrementAndGet()), release.extensionId(), parts);
        try {
            List<String> problems = installer.resolve(bundles) ? List.of() : problems(bundles);
            List<String> wiring = wiring(bundles);
            if (problems.isEmpty()) {
                remember(name, new Trial(platform, wiring));
            }
            return new ExtensionRuntime.Plan(names, wiring, List.of(), problems);
        } finally {
            installer.remove(bundles);
        }
    }

    private Trial remembered(String name) {
        synchronized (resolved) {
            return resolved.get(name);
        }
    }

    private void remember(String name, Trial trial) {
        synchronized (resolved) {
            resolved.put(name, trial);
        }
    }

    /** What the resolver chooses from: which bundles there are, which version of each, and which of them are wired. */
    private List<Long> platform() {
        List<Long> state = new ArrayList<>();
        for (Bundle bundle : context.getBundles()) {
            if (Origin.of(bundle) == null) {
                state.add(bundle.getBundleId());
                state.add(bundle.getLastModified());
                state.add(bundle.getState() > Bundle.INSTALLED ? 1L : 0L);
            }
        }
        return state;
    }

    /** The resolver tells its reasons only to who starts a bundle; one that does not resolve cannot start. */
    static List<String> problems(List<Bundle> bundles) {
        List<String> problems = new ArrayList<>();
        for (Bundle bundle : bundles) {
            if (bundle.getState() == Bundle.INSTALLED) {
                try {
                    bundle.start(Bundle.START_TRANSIENT);
                } catch (BundleException e) {
                    problems.add(Reasons.of(e));
                }
            }
        }
        return problems;
    }

    private static List<String> wiring(List<Bundle> bundles) {
        List<String> wires = new ArrayList<>();
        for (Bundle bundle : bundles) {
            BundleWiring wiring = bundle.adapt(BundleWiring.class);
            if (wiring != null) {
                wiring.getRequiredWires(PackageNamespace.PACKAGE_NAMESPACE).forEach(wire -> wires.add(text(wire)));
            }
        }
        return wires.stream().distinct().sorted().toList();
    }

    private static String text(BundleWire wire) {
        Bundle provider = wire.getProvider().getBundle();
        return wire.getCapability().getAttributes().get(PackageNamespace.PACKAGE_NAMESPACE) + " from "
                + provider.getSymbolicName() + " " + provider.getVersion();
    }
}
