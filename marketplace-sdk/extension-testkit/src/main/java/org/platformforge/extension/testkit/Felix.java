package org.platformforge.extension.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Arrays;
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
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.launch.FrameworkFactory;
import org.platformforge.extension.verifier.AllowedPackages;

/** An OSGi framework with the component runtime and the extension; the API comes from the test's class path. */
final class Felix implements AutoCloseable {
    private static final List<String> BUNDLES = List.of(
            "org.osgi.service.component", "org.osgi.util.function", "org.osgi.util.promise", "org.apache.felix.scr");
    private static final Pattern EXPORT =
            Pattern.compile("([\\w.]+)((?:;\\s*[\\w:.-]+=(?:\"[^\"]*\"|[^;,\"]*))*)\\s*(?:,|$)");
    private static final Pattern VERSION = Pattern.compile("(?:^|;)\\s*version=\"?([\\w.-]+)");
    private static final long PATIENCE_MILLIS = 10_000;

    private final Path storage;
    private final Installed extension;
    private Framework framework;
    private Bundle bundle;

    Felix(Path extension) throws IOException {
        this.storage = Files.createTempDirectory("extension-testkit");
        this.extension = Installed.of(extension.toAbsolutePath(), Files.createDirectory(storage.resolve("unpacked")));
    }

    /** A file of the extension. */
    byte[] entry(String name) throws IOException {
        return extension.entry(name);
    }

    <T> void start(Class<T> type, T service) throws Exception {
        Map<String, String> exports = new TreeMap<>();
        Map<String, String> locations = new HashMap<>();
        for (URL manifest : Collections.list(Felix.class.getClassLoader().getResources("META-INF/MANIFEST.MF"))) {
            look(manifest, exports, locations);
        }
        Map<String, String> config = new HashMap<>();
        config.put(Constants.FRAMEWORK_STORAGE, storage.resolve("cache").toString());
        config.put(
                Constants.FRAMEWORK_SYSTEMPACKAGES_EXTRA,
                exports.entrySet().stream()
                        .map(export -> export.getKey() + ";version=\"" + export.getValue() + "\"")
                        .collect(Collectors.joining(",")));
        config.put("felix.cache.locking", "false");
        config.put("ds.loglevel", "1");
        framework = ServiceLoader.load(FrameworkFactory.class).iterator().next().newFramework(config);
        framework.start();
        List<Bundle> installed = new ArrayList<>();
        for (String name : BUNDLES) {
            installed.add(context().installBundle(locations.get(name)));
        }
        for (Bundle one : installed) {
            one.start();
        }
        context().registerService(type, service, null);
        bundle = context().installBundle(extension.location());
        List<Bundle> libraries = new ArrayList<>();
        for (Path library : extension.libraries()) {
            libraries.add(context().installBundle(library.toUri().toString()));
        }
        for (Bundle library : libraries) {
            library.start();
        }
        bundle.start();
        awaitComponents();
    }

    private BundleContext context() {
        return framework.getBundleContext();
    }

    private static void look(URL manifest, Map<String, String> exports, Map<String, String> locations)
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
            locations.putIfAbsent(name.split(";")[0], location.substring(4, location.indexOf("!/")));
        }
        String header = headers.getValue(Constants.EXPORT_PACKAGE);
        Matcher matcher = EXPORT.matcher(header == null ? "" : header);
        while (matcher.find()) {
            Matcher version = VERSION.matcher(matcher.group(2));
            if (AllowedPackages.contains(matcher.group(1)) && version.find()) {
                exports.putIfAbsent(matcher.group(1), version.group(1));
            }
        }
    }

    private void awaitComponents() throws IOException, InterruptedException {
        int wanted = 0;
        String header = bundle.getHeaders("").get("Service-Component");
        for (String path : header == null ? new String[0] : header.split(",")) {
            wanted += new String(entry(path.strip()), java.nio.charset.StandardCharsets.UTF_8).contains("<service")
                    ? 1
                    : 0;
        }
        long end = System.nanoTime() + PATIENCE_MILLIS * 1_000_000;
        while (services().size() < wanted) {
            if (System.nanoTime() > end) {
                throw new IllegalStateException(
                        "Only " + services().size() + " of " + wanted
                                + " components are there. A component may refer to ExtensionContext and the extension's own services only");
            }
            Thread.sleep(5);
        }
    }

    private List<ServiceReference<?>> services() {
        ServiceReference<?>[] references = bundle.getRegisteredServices();
        return references == null ? List.of() : Arrays.asList(references);
    }

    /** The extension's services of one type. */
    <T> List<T> services(Class<T> type) {
        return services().stream()
                .filter(reference -> Arrays.asList((Object[]) reference.getProperty(Constants.OBJECTCLASS))
                        .contains(type.getName()))
                .map(reference -> type.cast(context().getService(reference)))
                .toList();
    }

    /** Objects of the extension's resource classes. */
    List<Object> resources() {
        return services().stream()
                .filter(reference -> "true".equals(String.valueOf(reference.getProperty("osgi.jaxrs.resource"))))
                .map(reference -> (Object) context().getService(reference))
                .toList();
    }

    @Override
    public void close() throws Exception {
        if (framework != null) {
            framework.stop();
            framework.waitForStop(PATIENCE_MILLIS);
        }
        Files.walkFileTree(storage, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path folder, IOException e) throws IOException {
                Files.delete(folder);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
