package org.platformforge.marketplace.domain;

import java.util.Map;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Version;
import org.osgi.framework.namespace.PackageNamespace;
import org.osgi.framework.wiring.BundleWire;
import org.osgi.framework.wiring.BundleWiring;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.platformforge.extension.api.ExtensionContext;

/** Which version of the extension API this platform has. Immutable. */
@Component(service = PlatformApi.class)
public final class PlatformApi {
    private static final String PACKAGE = ExtensionContext.class.getPackageName();

    private final Version version;

    @Activate
    public PlatformApi(BundleContext context) {
        this(wired(context));
    }

    public PlatformApi(Version version) {
        this.version = version;
    }

    private static Version wired(BundleContext context) {
        for (BundleWire wire :
                context.getBundle().adapt(BundleWiring.class).getRequiredWires(PackageNamespace.PACKAGE_NAMESPACE)) {
            Map<String, Object> attributes = wire.getCapability().getAttributes();
            if (PACKAGE.equals(attributes.get(PackageNamespace.PACKAGE_NAMESPACE))) {
                return (Version) attributes.get(PackageNamespace.CAPABILITY_VERSION_ATTRIBUTE);
            }
        }
        throw new IllegalStateException("The package " + PACKAGE + " is not wired");
    }

    public Version version() {
        return version;
    }

    /** Whether a release that asks for this range of the API runs here. */
    public boolean satisfies(Manifest manifest) {
        return manifest.api() == null || satisfies(manifest.api());
    }

    /** @param text a range of API versions */
    public boolean satisfies(String text) {
        return Versions.range(text).map(range -> range.includes(version)).orElse(false);
    }
}
