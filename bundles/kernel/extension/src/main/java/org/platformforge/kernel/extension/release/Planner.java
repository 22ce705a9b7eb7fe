package org.platformforge.kernel.extension.release;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleException;
import org.osgi.framework.namespace.PackageNamespace;
import org.osgi.framework.wiring.BundleWire;
import org.osgi.framework.wiring.BundleWiring;
import org.platformforge.kernel.api.extension.ExtensionRelease;
import org.platformforge.kernel.api.extension.ExtensionRuntime;
import org.platformforge.kernel.extension.wall.Origin;

/**
 * Tries whether a release resolves: installs its bundles where nobody sees them, lets the framework wire them, and takes
 * them out again. Thread-safe.
 */
final class Planner {
    private final Installer installer;
    private final Screen screen;
    private final AtomicLong trials = new AtomicLong();

    Planner(Installer installer, Screen screen) {
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
        List<Bundle> bundles =
                installer.install(Origin.trial(name, trials.incrementAndGet()), release.extensionId(), parts);
        try {
            List<String> problems = installer.resolve(bundles) ? List.of() : problems(bundles);
            return new ExtensionRuntime.Plan(names, wiring(bundles), List.of(), problems);
        } finally {
            installer.remove(bundles);
        }
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
