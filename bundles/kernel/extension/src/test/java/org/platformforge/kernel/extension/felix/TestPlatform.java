package org.platformforge.kernel.extension.felix;

import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.concurrent.Callable;
import java.util.jar.Manifest;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.launch.FrameworkFactory;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.util.tracker.ServiceTracker;
import org.platformforge.kernel.api.extension.ExtensionContributions;
import org.platformforge.kernel.api.extension.ExtensionRouting;
import org.platformforge.kernel.api.extension.ExtensionRuntime;
import org.platformforge.kernel.api.store.EventListener;
import org.platformforge.kernel.api.store.Outbox;
import org.platformforge.kernel.api.store.Store;
import org.platformforge.kernel.checkpoint.Checkpoint;
import org.platformforge.kernel.extension.FelixExtensionRuntime;
import org.platformforge.kernel.store.testing.StoreFixture;

/**
 * A Felix framework inside the test's JVM with the component runtime and this bundle as it was built. Contracts and
 * libraries come from the test's class path through the system bundle.
 */
public final class TestPlatform implements AutoCloseable {
    private static final String CHECKPOINT = Checkpoint.class.getPackageName();

    private static final String PACKAGES = Stream.concat(
                    Stream.of(
                                    "org.platformforge.kernel.api",
                                    "org.platformforge.kernel.api.extension",
                                    "org.platformforge.kernel.api.health",
                                    "org.platformforge.kernel.api.http",
                                    "org.platformforge.kernel.api.module",
                                    "org.platformforge.kernel.api.security",
                                    "org.platformforge.kernel.api.store",
                                    "org.platformforge.extension.api",
                                    "org.platformforge.extension.api.command",
                                    "org.platformforge.extension.api.driver",
                                    "org.platformforge.extension.api.event",
                                    "org.platformforge.extension.api.framework",
                                    "org.platformforge.extension.api.job",
                                    "org.platformforge.extension.api.pipeline",
                                    "org.platformforge.extension.api.template")
                            .map(name -> name + ";version=" + wanted(name)),
                    Stream.of(
                            "org.osgi.service.cm;version=1.6.1",
                            "javax.persistence;version=2.2",
                            "javax.ws.rs;version=2.1",
                            "org.slf4j;version=1.7.36",
                            "org.eclipse.equinox.region;version=1.2.0",
                            "org.objectweb.asm;version=9.9.1",
                            "com.fasterxml.jackson.core;version=2.21",
                            "com.fasterxml.jackson.core.type;version=2.21",
                            "com.fasterxml.jackson.databind;version=2.21",
                            "com.fasterxml.jackson.databind.json;version=2.21",
                            "com.fasterxml.jackson.databind.node;version=2.21",
                            "com.networknt.schema;version=1.5.9",
                            "com.networknt.schema.regex;version=1.5.9",
                            "com.networknt.schema.resource;version=1.5.9",
                            "org.yaml.snakeyaml;version=2.5",
                            "org.yaml.snakeyaml.constructor;version=2.5",
                            "org.yaml.snakeyaml.error;version=2.5",
                            "org.yaml.snakeyaml.events;version=2.5",
                            "org.yaml.snakeyaml.nodes;version=2.5",
                            "org.yaml.snakeyaml.representer;version=2.5",
                            "org.yaml.snakeyaml.resolver;version=2.5",
                            "org.eclipse.jetty.client;version=9.4.58",
                            "org.eclipse.jetty.client.api;version=9.4.58",
                            "org.eclipse.jetty.client.http;version=9.4.58",
                            "org.eclipse.jetty.client.util;version=9.4.58",
                            "org.eclipse.jetty.http;version=9.4.58",
                            "org.eclipse.jetty.util;version=9.4.58",
                            "org.eclipse.jetty.util.component;version=9.4.58",
                            "org.eclipse.jetty.util.ssl;version=9.4.58",
                            "org.eclipse.jetty.util.thread;version=9.4.58"))
            .collect(Collectors.joining(","));

    /** The lowest version the bundle accepts, so that its range must fit. */
    private static String wanted(String name) {
        try (InputStream in = Files.newInputStream(Path.of("target/classes/META-INF/MANIFEST.MF"))) {
            String imports = new Manifest(in).getMainAttributes().getValue(Constants.IMPORT_PACKAGE);
            Matcher range = Pattern.compile("(?:^|,)" + Pattern.quote(name) + ";version=\"\\[([\\d.]+)")
                    .matcher(imports);
            return range.find() ? range.group(1) : "1.0";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private final StoreFixture store = StoreFixture.derby(FelixExtensionRuntime.class);
    private final Framework framework;
    private final Bundle own;
    private final Bundle neighbour;

    /** @param storage of the framework; one that an earlier platform left is taken as it is */
    public TestPlatform(Path storage, Map<String, Object> configuration) throws Exception {
        Map<String, String> config = new HashMap<>();
        config.put(Constants.FRAMEWORK_STORAGE, storage.toString());
        config.put(Constants.FRAMEWORK_BSNVERSION, Constants.FRAMEWORK_BSNVERSION_MULTIPLE);
        config.put(Constants.FRAMEWORK_SYSTEMPACKAGES_EXTRA, PACKAGES + "," + CHECKPOINT + ";version=1.0.0");
        config.put(Constants.FRAMEWORK_BOOTDELEGATION, CHECKPOINT);
        config.put(Constants.FRAMEWORK_BUNDLE_PARENT, Constants.FRAMEWORK_BUNDLE_PARENT_FRAMEWORK);
        config.put("felix.cache.locking", "false");
        config.put("ds.loglevel", "0");
        framework = ServiceLoader.load(FrameworkFactory.class).iterator().next().newFramework(config);
        framework.start();
        for (String library :
                List.of("org.osgi.service.component-", "org.osgi.util.promise", "org.osgi.util.function")) {
            context().installBundle(jar(library));
        }
        context().installBundle(jar("org.apache.felix.configadmin-")).start();
        context().installBundle(jar("org.apache.felix.scr-")).start();
        configure(configuration);
        context().registerService(Store.class, store, null);
        context().registerService(Outbox.class, store.outbox(), null);
        own = context()
                .installBundle("reference:"
                        + Path.of("target/classes").toAbsolutePath().toUri());
        own.start();
        neighbour = context()
                .installBundle(
                        "neighbour",
                        new ByteArrayInputStream(new ExtensionJar("org.platformforge.neighbour", "1.0.0")
                                .header("Require-Capability", null)
                                .bytes()));
        neighbour.start();
    }

    /** The walls are tried with code that the checks would not let come so far, unless the keys say otherwise. */
    public void configure(Map<String, Object> keys) throws Exception {
        Hashtable<String, Object> all = new Hashtable<>(Map.of("screen.at.start", false));
        all.putAll(keys);
        service(ConfigurationAdmin.class)
                .getConfiguration("org.platformforge.kernel.extension", null)
                .update(all);
    }

    public ExtensionRuntime runtime() {
        return service(ExtensionRuntime.class);
    }

    public ExtensionRouting routing() {
        return service(ExtensionRouting.class);
    }

    public ExtensionContributions contributions() {
        return service(ExtensionContributions.class);
    }

    /** Lets the store deliver events to the listeners that are registered as services, as the platform's does. */
    public ServiceTracker<EventListener, StoreFixture.Subscription> listen() {
        ServiceTracker<EventListener, StoreFixture.Subscription> tracker =
                new ServiceTracker<>(context(), EventListener.class, null) {
                    @Override
                    public StoreFixture.Subscription addingService(ServiceReference<EventListener> reference) {
                        return store.listen(context.getService(reference));
                    }

                    @Override
                    public void removedService(
                            ServiceReference<EventListener> reference, StoreFixture.Subscription subscription) {
                        subscription.close();
                    }
                };
        tracker.open();
        return tracker;
    }

    public StoreFixture store() {
        return store;
    }

    /** Of the framework itself, to whom nothing is hidden. */
    public BundleContext context() {
        return framework.getBundleContext();
    }

    public Bundle own() {
        return own;
    }

    /** A bundle of the platform like any other. */
    public Bundle neighbour() {
        return neighbour;
    }

    public List<Bundle> extensionBundles() {
        return Arrays.stream(context().getBundles())
                .filter(bundle -> bundle.getLocation().startsWith(ExtensionRouting.LOCATION))
                .toList();
    }

    /** Stops every extension. */
    public void clear() {
        ExtensionRuntime runtime = runtime();
        runtime.assignments().forEach(one -> runtime.unassign(one.tenantId(), one.extensionId()));
        runtime.running().forEach(one -> runtime.stop(one.extensionId(), one.sha256(), Duration.ZERO));
    }

    public <T> T service(Class<T> type) {
        return await(() -> {
            ServiceReference<T> reference = context().getServiceReference(type);
            return reference == null ? null : context().getService(reference);
        });
    }

    public static <T> T await(Callable<T> probe) {
        return Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .pollInterval(Duration.ofMillis(5))
                .until(probe, value -> value != null && !Boolean.FALSE.equals(value));
    }

    private static String jar(String name) {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(Path::of)
                .filter(path -> path.getFileName().toString().startsWith(name))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(name + " is not on the class path"))
                .toUri()
                .toString();
    }

    @Override
    public void close() throws Exception {
        framework.stop();
        framework.waitForStop(30_000);
        store.close();
    }
}
