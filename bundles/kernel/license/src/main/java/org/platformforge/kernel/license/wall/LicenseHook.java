package org.platformforge.kernel.license.wall;

import java.util.Collection;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.osgi.framework.Bundle;
import org.osgi.framework.hooks.resolver.ResolverHook;
import org.osgi.framework.hooks.resolver.ResolverHookFactory;
import org.osgi.framework.wiring.BundleCapability;
import org.osgi.framework.wiring.BundleRequirement;
import org.osgi.framework.wiring.BundleRevision;
import org.platformforge.kernel.api.license.Licensing;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Lets nobody but the platform itself say that a feature set is licensed. Thread-safe. */
public final class LicenseHook implements ResolverHookFactory, ResolverHook {
    private static final Logger LOG = LoggerFactory.getLogger(LicenseHook.class);

    private final Capabilities capabilities;
    private final Set<Long> told = ConcurrentHashMap.newKeySet();

    public LicenseHook(Capabilities capabilities) {
        this.capabilities = capabilities;
    }

    @Override
    public ResolverHook begin(Collection<BundleRevision> triggers) {
        return this;
    }

    /** A bundle that claims it has a licence to give does not resolve at all. */
    @Override
    public void filterResolvable(Collection<BundleRevision> candidates) {
        candidates.removeIf(this::isForged);
    }

    @Override
    public void filterMatches(BundleRequirement requirement, Collection<BundleCapability> candidates) {
        if (requirement.getNamespace().equals(Licensing.NAMESPACE)) {
            candidates.removeIf(candidate -> isForged(candidate.getRevision()));
        }
    }

    public boolean isForged(BundleRevision revision) {
        Bundle bundle = revision.getBundle();
        boolean forged = !capabilities.isTrusted(bundle)
                && !revision.getDeclaredCapabilities(Licensing.NAMESPACE).isEmpty();
        if (forged && told.add(bundle.getBundleId())) {
            LOG.warn("{} provides {}, which only the platform may: it is not resolved", bundle, Licensing.NAMESPACE);
        }
        return forged;
    }

    @Override
    public void filterSingletonCollisions(BundleCapability singleton, Collection<BundleCapability> collisions) {
        // other people's business
    }

    @Override
    public void end() {
        // nothing was begun
    }
}
