package org.platformforge.kernel.http.module;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.platformforge.kernel.api.extension.ExtensionRouting;

/**
 * Which bundles are modules, read from their headers and component descriptions, so that one that could not start
 * counts too. Extensions are none, whatever they contain. Thread-safe.
 */
final class ModuleBundles {
    /** The namespace of the capability that makes a bundle a module. */
    static final String CAPABILITY = "platform.module";

    private static final String RESOURCE = "osgi.jaxrs.resource";

    private record Known(long lastModified, boolean module, boolean resource) {}

    private final BundleContext context;
    private final Map<Long, Known> known = new ConcurrentHashMap<>();

    ModuleBundles(BundleContext context) {
        this.context = context;
    }

    /** All of them, in the order they were installed. */
    List<Bundle> all() {
        Bundle[] bundles = context.getBundles();
        known.keySet().retainAll(Arrays.stream(bundles).map(Bundle::getBundleId).collect(Collectors.toSet()));
        return Arrays.stream(bundles).filter(this::isModule).toList();
    }

    List<Bundle> named(String symbolicName) {
        return all().stream()
                .filter(bundle -> symbolicName.equals(bundle.getSymbolicName()))
                .toList();
    }

    boolean isModule(Bundle bundle) {
        return look(bundle).module;
    }

    /** Whether it has a JAX-RS resource component, satisfied or not. */
    boolean declaresResource(Bundle bundle) {
        return look(bundle).resource;
    }

    private Known look(Bundle bundle) {
        long modified = bundle.getLastModified();
        Known before = known.get(bundle.getBundleId());
        if (before != null && before.lastModified == modified) {
            return before;
        }
        boolean candidate = bundle.getBundleId() != Constants.SYSTEM_BUNDLE_ID
                && !bundle.getLocation().startsWith(ExtensionRouting.LOCATION);
        boolean resource = candidate && hasResource(bundle);
        boolean module = resource || candidate && hasCapability(bundle);
        Known now = new Known(modified, module, resource);
        known.put(bundle.getBundleId(), now);
        return now;
    }

    private static boolean hasCapability(Bundle bundle) {
        String capabilities = bundle.getHeaders("").get(Constants.PROVIDE_CAPABILITY);
        return capabilities != null && ModuleArchive.providesModule(capabilities);
    }

    private static boolean hasResource(Bundle bundle) {
        String components = bundle.getHeaders("").get("Service-Component");
        if (components == null || bundle.getState() == Bundle.UNINSTALLED) {
            return false;
        }
        return Arrays.stream(components.split(",")).anyMatch(path -> mentionsResource(bundle, path.trim()));
    }

    private static boolean mentionsResource(Bundle bundle, String path) {
        URL description = path.contains("*") ? null : bundle.getEntry(path);
        if (description == null) {
            return false;
        }
        try (InputStream in = description.openStream()) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).contains(RESOURCE);
        } catch (IOException e) {
            return false;
        }
    }
}
