package org.platformforge.kernel.store.felix;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Hashtable;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.launch.FrameworkFactory;
import org.osgi.service.cm.ConfigurationAdmin;
import org.platformforge.kernel.api.health.HealthCheck;
import org.platformforge.kernel.api.security.Secrets;
import org.platformforge.kernel.api.store.Store;
import org.platformforge.kernel.store.testing.FixedSecrets;

/**
 * A Felix framework inside the test's JVM with the component runtime, EclipseLink's own bundles, and this bundle as it
 * was built. The contracts come from the test's class path, so that the test can speak to the services.
 */
final class StorePlatform implements AutoCloseable {
    private static final Set<String> CONTRACTS =
            Set.of("", ".delivery", ".health", ".jobs", ".metrics", ".module", ".store", ".security");
    private static final Pattern CONTRACT =
            Pattern.compile("org\\.platformforge\\.kernel\\.api([.a-z]*);version=\"[0-9.]+\"");
    private static final String LIBRARIES = "org.osgi.service.cm;version=1.6.1,"
            + "org.slf4j;version=1.7.36,org.slf4j.helpers;version=1.7.36,org.slf4j.spi;version=1.7.36,"
            + "javax.persistence;version=2.2;jpa=\"2.2\","
            + "javax.persistence.criteria;version=2.2;jpa=\"2.2\","
            + "javax.persistence.metamodel;version=2.2;jpa=\"2.2\","
            + "javax.persistence.spi;version=2.2;jpa=\"2.2\","
            + "org.osgi.service.jpa;version=1.1";

    private final Framework framework;
    private final Bundle store;

    StorePlatform(Path data, Map<String, Object> configuration) throws Exception {
        Map<String, String> config = new HashMap<>();
        config.put(Constants.FRAMEWORK_STORAGE, data.resolve("felix").toString());
        config.put(Constants.FRAMEWORK_BSNVERSION, Constants.FRAMEWORK_BSNVERSION_MULTIPLE);
        config.put(Constants.FRAMEWORK_SYSTEMPACKAGES_EXTRA, contracts() + "," + LIBRARIES);
        config.put("forge.data", data.toString());
        framework = ServiceLoader.load(FrameworkFactory.class).iterator().next().newFramework(config);
        framework.start();
        for (String library : new String[] {
            "org.osgi.service.component-",
            "org.osgi.util.promise",
            "org.osgi.util.function",
            "org.eclipse.persistence.asm",
            "org.eclipse.persistence.antlr",
            "org.eclipse.persistence.core",
            "org.eclipse.persistence.jpa.jpql",
            "org.eclipse.persistence.jpa-",
            "jackson-annotations",
            "jackson-core",
            "jackson-databind"
        }) {
            context().installBundle(jar(library));
        }
        context().installBundle(jar("org.apache.felix.configadmin-")).start();
        context().installBundle(jar("org.apache.felix.scr-")).start();
        configure(configuration);
        context().registerService(Secrets.class, new FixedSecrets("test"), null);
        store = context()
                .installBundle("reference:"
                        + Path.of("target/classes").toAbsolutePath().toUri());
        store.start();
    }

    /** The contracts in the versions they have on the class path. */
    private static String contracts() throws IOException {
        Path api = Path.of(
                Store.class.getProtectionDomain().getCodeSource().getLocation().getPath());
        return CONTRACT.matcher(exports(api))
                .results()
                .filter(contract -> CONTRACTS.contains(contract.group(1)))
                .map(MatchResult::group)
                .collect(Collectors.joining(","));
    }

    private static String exports(Path bundle) throws IOException {
        String header = "Export-Package";
        if (Files.isDirectory(bundle)) {
            try (InputStream in = Files.newInputStream(bundle.resolve(JarFile.MANIFEST_NAME))) {
                return new Manifest(in).getMainAttributes().getValue(header);
            }
        }
        try (JarFile jar = new JarFile(bundle.toFile())) {
            return jar.getManifest().getMainAttributes().getValue(header);
        }
    }

    private static String jar(String name) {
        return Arrays.stream(System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"))
                        .split(System.getProperty("path.separator")))
                .map(Path::of)
                .filter(path -> path.getFileName().toString().startsWith(name))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(name + " is not on the class path"))
                .toUri()
                .toString();
    }

    void configure(Map<String, Object> configuration) throws IOException {
        ServiceReference<ConfigurationAdmin> reference = context().getServiceReference(ConfigurationAdmin.class);
        context()
                .getService(reference)
                .getConfiguration("org.platformforge.kernel.store", "?")
                .update(new Hashtable<>(configuration));
    }

    BundleContext context() {
        return framework.getBundleContext();
    }

    Bundle storeBundle() {
        return store;
    }

    Bundle install(String location, ModuleBundle module) throws BundleException {
        Bundle bundle = context().installBundle(location, module.build());
        bundle.start();
        return bundle;
    }

    HealthCheck.Health health() {
        return await(() -> context().getServiceReferences(HealthCheck.class, null).stream()
                        .map(context()::getService)
                        .filter(check -> check.name().equals("store"))
                        .findFirst()
                        .orElse(null))
                .check();
    }

    /** The store as the bundle gets it: null when it is refused. */
    Store storeOf(Bundle bundle) {
        ServiceReference<Store> reference =
                await(() -> bundle.getBundleContext().getServiceReference(Store.class));
        return bundle.getBundleContext().getService(reference);
    }

    void release(Bundle bundle) {
        bundle.getBundleContext().ungetService(bundle.getBundleContext().getServiceReference(Store.class));
    }

    /** Also one that its bundle knows by a class of its own, which the framework's bundle cannot see. */
    <T> T service(Class<T> type) {
        return await(() -> {
            ServiceReference<?>[] references = context().getAllServiceReferences(type.getName(), null);
            return references == null ? null : type.cast(context().getService(references[0]));
        });
    }

    static <T> T await(Callable<T> probe) {
        return Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(20))
                .until(probe, value -> value != null && !Boolean.FALSE.equals(value));
    }

    @Override
    public void close() throws Exception {
        framework.stop();
        framework.waitForStop(60_000);
    }
}
