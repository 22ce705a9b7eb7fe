package org.platformforge.kernel.license;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Enumeration;
import java.util.Hashtable;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.hooks.resolver.ResolverHookFactory;
import org.osgi.framework.wiring.BundleRequirement;
import org.osgi.framework.wiring.BundleRevision;
import org.osgi.framework.wiring.BundleWire;
import org.osgi.framework.wiring.BundleWiring;
import org.osgi.framework.wiring.FrameworkWiring;
import org.platformforge.kernel.api.license.Licensing;
import org.platformforge.kernel.license.document.LicenseKeys;
import org.platformforge.kernel.license.wall.Capabilities;
import org.platformforge.kernel.license.wall.LicenseHook;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Raises the wall and reads the licence. An activator and no component, because it must stand before any bundle of a
 * feature set is resolved, which is before the component runtime starts.
 */
public final class LicenseActivator implements BundleActivator {
    private static final Logger LOG = LoggerFactory.getLogger(LicenseActivator.class);
    private static final String KEYS = "license-keys";

    private ScheduledExecutorService clock;

    @Override
    public void start(BundleContext context) throws IOException, GeneralSecurityException {
        Capabilities capabilities = new Capabilities(context);
        LicenseHook hook = new LicenseHook(capabilities);
        context.registerService(ResolverHookFactory.class, hook, first());
        Licenses licenses = new Licenses(
                new LicenseFolder(data(context).resolve("license")),
                keys(context.getBundle()),
                Clock.systemUTC(),
                community(context.getBundle()),
                bundleId -> sets(context.getBundle(bundleId)),
                capabilities::provide);
        licenses.load();
        refreshUnlicensed(context, hook);
        context.registerService(
                new String[] {Licensing.class.getName(), Licenses.class.getName()}, licenses, new Hashtable<>());
        clock = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "forge-license");
            thread.setDaemon(true);
            return thread;
        });
        clock.scheduleWithFixedDelay(licenses::noteTime, 1, 60, TimeUnit.MINUTES);
    }

    @Override
    public void stop(BundleContext context) {
        clock.shutdownNow();
    }

    private static Hashtable<String, Object> first() {
        Hashtable<String, Object> properties = new Hashtable<>();
        properties.put(Constants.SERVICE_RANKING, Integer.MAX_VALUE);
        return properties;
    }

    private static Path data(BundleContext context) {
        String data = context.getProperty("forge.data");
        return data == null || data.isBlank() ? context.getDataFile("").toPath() : Path.of(data);
    }

    private static LicenseKeys keys(Bundle bundle) throws IOException, GeneralSecurityException {
        List<String> pems = new ArrayList<>();
        Enumeration<URL> files = bundle.findEntries(KEYS, "*.pem", false);
        for (URL file : files == null ? List.<URL>of() : Collections.list(files)) {
            try (InputStream in = file.openStream()) {
                pems.add(new String(in.readAllBytes(), StandardCharsets.US_ASCII));
            }
        }
        return new LicenseKeys(pems);
    }

    /** What this bundle's own manifest provides: the sets that need no licence. */
    private static Set<String> community(Bundle bundle) {
        return bundle.adapt(BundleRevision.class).getDeclaredCapabilities(Licensing.NAMESPACE).stream()
                .map(capability -> capability.getAttributes().get(Licensing.FEATURE))
                .flatMap(value -> value instanceof Collection<?> many ? many.stream() : Stream.of(value))
                .map(Object::toString)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** The feature sets a bundle says it belongs to. */
    static Set<String> sets(Bundle bundle) {
        BundleRevision revision = bundle == null ? null : bundle.adapt(BundleRevision.class);
        return revision == null
                ? Set.of()
                : revision.getDeclaredRequirements(Licensing.NAMESPACE).stream()
                        .map(LicenseActivator::set)
                        .collect(Collectors.toCollection(TreeSet::new));
    }

    private static String set(BundleRequirement requirement) {
        String filter = requirement.getDirectives().getOrDefault(Constants.FILTER_DIRECTIVE, "");
        String begin = "(" + Licensing.FEATURE + "=";
        return filter.startsWith(begin) && filter.endsWith(")")
                ? filter.substring(begin.length(), filter.length() - 1)
                : filter; // of no set anybody can license
    }

    /** What was resolved before the wall stood, as after this bundle was stopped for a while. */
    private static void refreshUnlicensed(BundleContext context, LicenseHook hook) {
        List<Bundle> wrong = Stream.of(context.getBundles())
                .filter(bundle -> isWiredToForgery(bundle, hook))
                .toList();
        if (!wrong.isEmpty()) {
            LOG.warn("{} were resolved without a licence and are resolved anew", wrong);
            context.getBundle(Constants.SYSTEM_BUNDLE_ID)
                    .adapt(FrameworkWiring.class)
                    .refreshBundles(wrong);
        }
    }

    private static boolean isWiredToForgery(Bundle bundle, LicenseHook hook) {
        BundleWiring wiring = bundle.adapt(BundleWiring.class);
        if (wiring == null) {
            return false;
        }
        List<BundleWire> wires = wiring.getRequiredWires(Licensing.NAMESPACE);
        return wires != null && wires.stream().anyMatch(wire -> hook.isForged(wire.getProvider()));
    }
}
