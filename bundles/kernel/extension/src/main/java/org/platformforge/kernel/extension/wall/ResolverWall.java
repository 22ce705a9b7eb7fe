package org.platformforge.kernel.extension.wall;

import java.util.Collection;
import org.osgi.framework.Bundle;
import org.osgi.framework.hooks.resolver.ResolverHook;
import org.osgi.framework.hooks.resolver.ResolverHookFactory;
import org.osgi.framework.namespace.ExecutionEnvironmentNamespace;
import org.osgi.framework.namespace.PackageNamespace;
import org.osgi.framework.wiring.BundleCapability;
import org.osgi.framework.wiring.BundleRequirement;
import org.osgi.framework.wiring.BundleRevision;
import org.platformforge.extension.verifier.AllowedPackages;

/**
 * Wires an extension's bundles to allow-listed packages of the platform and to bundles of their own release, and nobody
 * else to them. Thread-safe.
 */
final class ResolverWall implements ResolverHookFactory, ResolverHook {
    private static final String EXTENDER = "osgi.extender";
    private static final String COMPONENTS = "osgi.component";

    private final Regions regions;

    ResolverWall(Regions regions) {
        this.regions = regions;
    }

    @Override
    public ResolverHook begin(Collection<BundleRevision> triggers) {
        return this;
    }

    @Override
    public void filterResolvable(Collection<BundleRevision> candidates) {
        // whatever may be resolved is held apart by the matches
        regions.lend(candidates);
    }

    /** Versions of an extension stand side by side whatever their manifests say, and cannot displace a platform's bundle. */
    @Override
    public void filterSingletonCollisions(BundleCapability singleton, Collection<BundleCapability> candidates) {
        if (Origin.isExtension(bundle(singleton))) {
            candidates.clear();
        } else {
            candidates.removeIf(candidate -> Origin.isExtension(bundle(candidate)));
        }
    }

    @Override
    public void filterMatches(BundleRequirement requirement, Collection<BundleCapability> candidates) {
        Origin from = Origin.of(requirement.getRevision().getBundle());
        candidates.removeIf(candidate -> !mayWire(from, candidate));
    }

    private static boolean mayWire(Origin from, BundleCapability capability) {
        Origin to = Origin.of(bundle(capability));
        if (from == null) {
            return to == null;
        }
        return to == null ? offered(capability) : to.release().equals(from.release());
    }

    private static boolean offered(BundleCapability capability) {
        return switch (capability.getNamespace()) {
            case PackageNamespace.PACKAGE_NAMESPACE ->
                AllowedPackages.contains((String) capability.getAttributes().get(PackageNamespace.PACKAGE_NAMESPACE));
            case ExecutionEnvironmentNamespace.EXECUTION_ENVIRONMENT_NAMESPACE -> true;
            case EXTENDER -> COMPONENTS.equals(capability.getAttributes().get(EXTENDER));
            default -> false;
        };
    }

    private static Bundle bundle(BundleCapability capability) {
        return capability.getRevision().getBundle();
    }

    @Override
    public void end() {
        regions.takeBack();
    }
}
