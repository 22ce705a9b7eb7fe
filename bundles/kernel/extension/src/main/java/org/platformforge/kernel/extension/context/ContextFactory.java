package org.platformforge.kernel.extension.context;

import java.util.function.BiFunction;
import java.util.function.Function;
import org.osgi.framework.Bundle;
import org.osgi.framework.ServiceFactory;
import org.osgi.framework.ServiceRegistration;
import org.platformforge.extension.api.ExtensionContext;
import org.platformforge.extension.api.TenantContext;
import org.platformforge.kernel.extension.call.Scope;
import org.platformforge.kernel.extension.release.Release;

/** Gives each bundle of an extension the context of its release, and nothing to bundles of the platform. Thread-safe. */
public final class ContextFactory implements ServiceFactory<ExtensionContext> {
    private final Function<Bundle, Release> releases;
    private final BiFunction<Release, Scope, TenantContext> tenants;

    /** @param releases null for bundles of the platform */
    public ContextFactory(Function<Bundle, Release> releases, BiFunction<Release, Scope, TenantContext> tenants) {
        this.releases = releases;
        this.tenants = tenants;
    }

    @Override
    public ExtensionContext getService(Bundle bundle, ServiceRegistration<ExtensionContext> registration) {
        Release release = releases.apply(bundle);
        return release == null
                ? null
                : new BoundContext(release, release.metrics(), scope -> tenants.apply(release, scope));
    }

    @Override
    public void ungetService(
            Bundle bundle, ServiceRegistration<ExtensionContext> registration, ExtensionContext service) {
        // goes with the bundle
    }
}
