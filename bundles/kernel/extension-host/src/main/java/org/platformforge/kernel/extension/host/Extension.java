package org.platformforge.kernel.extension.host;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.TreeMap;
import java.util.jar.Attributes;
import java.util.jar.Manifest;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.launch.FrameworkFactory;
import org.osgi.framework.wiring.BundleWiring;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.platformforge.extension.api.ExtensionContext;
import org.platformforge.kernel.extension.component.Components;

/** An OSGi framework with the component runtime and the release's bundles, and what they offer. Thread-safe once started. */
final class Extension {
    private static final String COMPONENT_RUNTIME = "org.apache.felix.scr";
    private static final String RESOURCE = "osgi.jaxrs.resource";
    private static final Pattern EXPORT =
            Pattern.compile("([\\w.]+)((?:;\\s*[\\w:.-]+=(?:\"[^\"]*\"|[^;,\"]*))*)\\s*(?:,|$)");
    private static final Pattern VERSION = Pattern.compile("(?:^|;)\\s*version=\"?([\\w.-]+)");

    /** What the component runtime is wired to; the platform lets no extension import them. */
    private static final List<String> OURS = List.of("org.osgi.service.component", "org.osgi.util", "org.osgi.dto");

    private static final long SETTLE_MILLIS = 1500;
    private static final long STOP_MILLIS = 5000;

    private final Framework framework;
    private final List<Bundle> bundles = new ArrayList<>();
    private final List<Offered> offered = new ArrayList<>();

    /** One jar of the release. */
    record Part(String name, byte[] jar) {}

    private record Offered(Object service, boolean resource) {}

    /**
     * @param allowed names of packages an extension may import; a trailing {@code .*} stands for all below, too
     * @param storage an empty folder
     */
    Extension(List<String> allowed, Path storage) throws IOException, BundleException {
        Map<String, String> exports = new TreeMap<>();
        Map<String, String> locations = new HashMap<>();
        for (URL manifest : Collections.list(Extension.class.getClassLoader().getResources("META-INF/MANIFEST.MF"))) {
            look(manifest, allowed, exports, locations);
        }
        Map<String, String> config = new HashMap<>();
        config.put(Constants.FRAMEWORK_STORAGE, storage.toString());
        config.put(Constants.FRAMEWORK_BSNVERSION, Constants.FRAMEWORK_BSNVERSION_MULTIPLE);
        config.put(
                Constants.FRAMEWORK_SYSTEMPACKAGES_EXTRA,
                exports.entrySet().stream()
                        .map(export -> export.getKey() + ";version=\"" + export.getValue() + "\"")
                        .collect(Collectors.joining(",")));
        config.put("felix.cache.locking", "false");
        config.put("ds.loglevel", "0");
        framework = ServiceLoader.load(FrameworkFactory.class).iterator().next().newFramework(config);
        framework.start();
        context().installBundle(locations.get(COMPONENT_RUNTIME)).start();
    }

    private static void look(
            URL manifest, List<String> allowed, Map<String, String> exports, Map<String, String> locations)
            throws IOException {
        Attributes headers;
        try (InputStream in = manifest.openStream()) {
            headers = new Manifest(in).getMainAttributes();
        }
        String name = headers.getValue(Constants.BUNDLE_SYMBOLICNAME);
        if (name == null) {
            return;
        }
        String location = manifest.toString();
        if (location.startsWith("jar:")) {
            locations.putIfAbsent(name.split(";")[0].strip(), location.substring(4, location.indexOf("!/")));
        }
        String header = headers.getValue(Constants.EXPORT_PACKAGE);
        Matcher matcher = EXPORT.matcher(header == null || name.startsWith(COMPONENT_RUNTIME) ? "" : header);
        while (matcher.find()) {
            Matcher version = VERSION.matcher(matcher.group(2));
            String exported = matcher.group(1);
            if ((isAllowed(exported, allowed) || OURS.stream().anyMatch(exported::startsWith)) && version.find()) {
                exports.putIfAbsent(exported, version.group(1));
            }
        }
    }

    private static boolean isAllowed(String name, List<String> allowed) {
        return allowed.stream()
                .anyMatch(line -> line.equals(name)
                        || line.endsWith(".*") && (name + ".").startsWith(line.substring(0, line.length() - 1)));
    }

    private BundleContext context() {
        return framework.getBundleContext();
    }

    /** @param main symbolic name of the bundle that is started last @throws StartException saying why it cannot be started */
    void start(List<Part> parts, String main, ExtensionContext platform) throws StartException, InterruptedException {
        context().registerService(ExtensionContext.class, platform, null);
        try {
            for (Part part : parts) {
                Bundle bundle =
                        context().installBundle("extension:" + part.name(), new ByteArrayInputStream(part.jar()));
                bundles.add(main.equals(bundle.getSymbolicName()) ? bundles.size() : 0, bundle);
            }
            for (Bundle bundle : bundles) {
                bundle.start(Bundle.START_TRANSIENT);
            }
        } catch (BundleException e) {
            throw new StartException(e.getMessage() == null ? e.toString() : e.getMessage(), e);
        }
        hold();
        awaitComponents();
    }

    /** Gets every service, which makes delayed components start, and keeps it. */
    private void hold() {
        for (Bundle bundle : bundles) {
            ServiceReference<?>[] references = bundle.getRegisteredServices();
            for (ServiceReference<?> reference : references == null ? new ServiceReference<?>[0] : references) {
                Object service = context().getService(reference);
                if (service != null) {
                    offered.add(new Offered(service, "true".equals(String.valueOf(reference.getProperty(RESOURCE)))));
                }
            }
        }
    }

    private void awaitComponents() throws StartException, InterruptedException {
        ServiceReference<ServiceComponentRuntime> reference =
                context().getServiceReference(ServiceComponentRuntime.class);
        Components components = new Components(context().getService(reference));
        long deadline = System.nanoTime() + SETTLE_MILLIS * 1_000_000;
        Components.Report report = components.look(bundles);
        while (!report.fine()) {
            if (report.failed() || System.nanoTime() - deadline > 0) {
                throw new StartException(String.join("; ", report.problems()), null);
            }
            Thread.sleep(5);
            report = components.look(bundles);
        }
    }

    ClassLoader loader() {
        return bundles.get(bundles.size() - 1).adapt(BundleWiring.class).getClassLoader();
    }

    /** Services of an extension point. */
    <T> List<T> services(Class<T> point) {
        return offered.stream()
                .map(Offered::service)
                .filter(point::isInstance)
                .map(point::cast)
                .toList();
    }

    /** Objects of the resource classes. */
    List<Object> resources() {
        return offered.stream().filter(Offered::resource).map(Offered::service).toList();
    }

    /** Deactivates the components. */
    void stop() throws BundleException, InterruptedException {
        framework.stop();
        framework.waitForStop(STOP_MILLIS);
    }
}
