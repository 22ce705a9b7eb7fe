package org.platformforge.kernel.license.wall;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.platformforge.kernel.api.license.Licensing;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One empty bundle for each licensed feature set beside those that need no licence, with nothing but the capability: so
 * that Karaf's resolver, which no hook reaches, finds exactly what is licensed. The capabilities without a licence are
 * this bundle's own. Thread-safe.
 */
public final class Capabilities {
    private static final Logger LOG = LoggerFactory.getLogger(Capabilities.class);
    private static final String LOCATION = Licensing.NAMESPACE + ":";

    private final BundleContext context;
    private final Set<Long> trusted = ConcurrentHashMap.newKeySet();

    public Capabilities(BundleContext context) {
        this.context = context;
        trusted.add(context.getBundle().getBundleId());
    }

    /** Whether what this bundle provides of the namespace counts. */
    boolean isTrusted(Bundle bundle) {
        return trusted.contains(bundle.getBundleId());
    }

    /**
     * Makes these sets resolvable and no others. What is wired to one that goes stays so until the next start: a running
     * set is never torn away from its data.
     */
    public void provide(SortedSet<String> sets) {
        SortedSet<String> missing = new TreeSet<>(sets);
        for (Bundle bundle : context.getBundles()) {
            if (!bundle.getLocation().startsWith(LOCATION)) {
                continue;
            }
            if (missing.remove(bundle.getLocation().substring(LOCATION.length()))) {
                trusted.add(bundle.getBundleId());
            } else {
                trusted.remove(bundle.getBundleId());
                uninstall(bundle);
            }
        }
        for (String set : missing) {
            try {
                trusted.add(context.installBundle(LOCATION + set, new ByteArrayInputStream(jar(set)))
                        .getBundleId());
            } catch (BundleException e) {
                LOG.error("The feature set {} is licensed, but its capability could not be provided", set, e);
            }
        }
    }

    private static void uninstall(Bundle bundle) {
        try {
            bundle.uninstall();
        } catch (BundleException e) {
            LOG.error("{} could not be uninstalled", bundle, e);
        }
    }

    private static byte[] jar(String set) {
        Manifest manifest = new Manifest();
        Attributes headers = manifest.getMainAttributes();
        Map.of(
                        Attributes.Name.MANIFEST_VERSION.toString(),
                        "1.0",
                        Constants.BUNDLE_MANIFESTVERSION,
                        "2",
                        Constants.BUNDLE_SYMBOLICNAME,
                        "org.platformforge.license." + set,
                        Constants.BUNDLE_NAME,
                        "Platform Forge :: Licence of " + set,
                        Constants.BUNDLE_VERSION,
                        "1.0.0",
                        Constants.PROVIDE_CAPABILITY,
                        Licensing.NAMESPACE + ";" + Licensing.FEATURE + "=\"" + set + "\"")
                .forEach(headers::putValue);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JarOutputStream jar = new JarOutputStream(bytes, manifest)) {
            jar.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }
}
