package org.platformforge.kernel.http.felix;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.jar.Attributes;
import java.util.jar.Manifest;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.servlet.Servlet;
import org.awaitility.Awaitility;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.servlet.ServletContextHandler;
import org.eclipse.jetty.servlet.ServletHolder;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.launch.FrameworkFactory;
import org.osgi.service.cm.ConfigurationAdmin;
import org.platformforge.kernel.api.security.Authenticator;
import org.platformforge.kernel.api.security.IdempotencyKeys;
import org.platformforge.kernel.api.security.RateLimiter;
import org.platformforge.kernel.api.store.AuditLog;
import org.platformforge.kernel.api.store.Store;

/**
 * A Felix framework inside the test's JVM with the component runtime and this bundle as it was built, behind a real
 * Jetty. Libraries come from the test's class path through the system bundle.
 */
public final class TestPlatform implements AutoCloseable {
    private static final Pattern CLAUSE = Pattern.compile("([\\w.]+)((?:;[\\w-]+:?=(?:\"[^\"]*\"|[^,;]*))*)(?:,|$)");
    private static final Pattern FLOOR = Pattern.compile("version=\"?\\[?([\\d.]+)");

    public final TestServices.Limits limits = new TestServices.Limits();
    public final TestServices.Keys keys = new TestServices.Keys();
    public final TestServices.Audit audit = new TestServices.Audit();

    private final Path storage;
    private final Framework framework;
    private final Server jetty = new Server(0);
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();
    private Bundle http;

    public TestPlatform() throws Exception {
        this(Files.createTempDirectory("felix"));
    }

    /** On a framework cache that an earlier platform may have left. */
    public TestPlatform(Path storage) throws Exception {
        this.storage = storage;
        Map<String, String> config = new HashMap<>();
        config.put(Constants.FRAMEWORK_STORAGE, storage.toString());
        config.put(Constants.FRAMEWORK_BSNVERSION, Constants.FRAMEWORK_BSNVERSION_MULTIPLE);
        config.put(Constants.FRAMEWORK_SYSTEMPACKAGES_EXTRA, sharedPackages());
        config.put("felix.cache.locking", "false");
        config.put("ds.loglevel", "WARN");
        framework = ServiceLoader.load(FrameworkFactory.class).iterator().next().newFramework(config);
        framework.start();
        for (String library :
                List.of("org.osgi.service.component-", "org.osgi.util.promise", "org.osgi.util.function")) {
            context().installBundle(jar(library).toUri().toString());
        }
        context()
                .installBundle(jar("org.apache.felix.configadmin-").toUri().toString())
                .start();
        context().installBundle(jar("org.apache.felix.scr-").toUri().toString()).start();
    }

    /** Sets keys of the kernel's HTTP configuration; before {@link #start}. */
    public TestPlatform configured(Map<String, Object> keys) throws Exception {
        ConfigurationAdmin admin = service(ConfigurationAdmin.class);
        admin.getConfiguration("org.platformforge.kernel.http", null).update(new Hashtable<>(keys));
        return this;
    }

    /** Starts this bundle and the servlet container, without the kernel's other services. */
    public TestPlatform start() throws Exception {
        http = context()
                .installBundle("reference:"
                        + Path.of("target/classes").toAbsolutePath().toUri());
        http.start();
        Servlet servlet = service(Servlet.class);
        ServletContextHandler handler = new ServletContextHandler();
        ServletHolder holder = new ServletHolder(servlet);
        holder.setAsyncSupported(true);
        handler.addServlet(holder, "/*");
        jetty.setHandler(handler);
        jetty.start();
        return this;
    }

    public TestPlatform withServices() {
        register(Authenticator.class, new TestServices.Credentials());
        register(RateLimiter.class, limits);
        register(IdempotencyKeys.class, keys);
        register(AuditLog.class, audit);
        register(Store.class, new TestServices.NoStore());
        return this;
    }

    /** Returns when all bundles there are are served: until then a path that nobody has may still come. */
    public TestPlatform complete() {
        await(() -> get("/no-such-path").statusCode() != 503);
        return this;
    }

    public BundleContext context() {
        return framework.getBundleContext();
    }

    public Bundle httpBundle() {
        return http;
    }

    public <T> org.osgi.framework.ServiceRegistration<T> register(Class<T> type, T service) {
        return context().registerService(type, service, null);
    }

    public <T> T service(Class<T> type) {
        return await(() -> {
            ServiceReference<T> reference = context().getServiceReference(type);
            return reference == null ? null : context().getService(reference);
        });
    }

    public Bundle install(String location, InputStream jar) throws Exception {
        Bundle bundle = context().installBundle(location, jar);
        bundle.start();
        return bundle;
    }

    public static <T> T await(Callable<T> probe) {
        return Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .pollInterval(Duration.ofMillis(5))
                .until(probe, value -> value != null && !Boolean.FALSE.equals(value));
    }

    public URI uri(String path) {
        return URI.create(jetty.getURI().toString().replaceAll("/$", "") + path);
    }

    public int port() {
        return jetty.getURI().getPort();
    }

    public HttpResponse<String> get(String path, String... headers) throws IOException, InterruptedException {
        return send("GET", path, null, headers);
    }

    public HttpResponse<String> send(String method, String path, String body, String... headers)
            throws IOException, InterruptedException {
        return client.send(request(method, path, body, headers), HttpResponse.BodyHandlers.ofString());
    }

    public HttpClient client() {
        return client;
    }

    public HttpRequest request(String method, String path, String body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri(path))
                .timeout(Duration.ofSeconds(30))
                .method(
                        method,
                        body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body));
        if (Stream.of(headers).noneMatch("Authorization"::equals)) {
            request.header("Authorization", "Bearer acme:*");
        }
        if (headers.length > 0) {
            request.headers(headers);
        }
        return request.build();
    }

    /** Waits until the path answers with the status. */
    public void awaitStatus(int status, String path) {
        await(() -> get(path).statusCode() == status);
    }

    /** As a crash or a restart would leave it. */
    public void stopKeepingTheCache() throws Exception {
        jetty.stop();
        framework.stop();
        framework.waitForStop(10_000);
    }

    @Override
    public void close() throws Exception {
        stopKeepingTheCache();
        try (Stream<Path> files = Files.walk(storage)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(path -> path.toFile().delete());
        }
    }

    /** What the bundle imports, with the lowest version it accepts, so that a wrong import still fails to resolve. */
    private static String sharedPackages() throws IOException {
        Manifest manifest;
        try (InputStream in = Files.newInputStream(Path.of("target/classes/META-INF/MANIFEST.MF"))) {
            manifest = new Manifest(in);
        }
        TreeSet<String> packages = new TreeSet<>();
        Matcher clause = CLAUSE.matcher(manifest.getMainAttributes().getValue(new Attributes.Name("Import-Package")));
        while (clause.find()) {
            String name = clause.group(1);
            if (!name.startsWith("java.") && !name.startsWith("org.osgi.")) {
                Matcher version = FLOOR.matcher(clause.group(2));
                packages.add(name + (version.find() ? ";version=\"" + version.group(1) + "\"" : ""));
            }
        }
        packages.add("org.osgi.service.cm;version=\"1.6.1\"");
        packages.add("javax.validation.constraints;version=\"2.0\"");
        packages.add("org.platformforge.kernel.api.health;version=\"1.0\"");
        packages.add("org.platformforge.kernel.api.module;version=\"1.0\"");
        return String.join(",", packages);
    }

    private static Path jar(String name) {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(path -> path.endsWith(".jar")
                        && Path.of(path).getFileName().toString().startsWith(name))
                .map(Path::of)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(name + " is not on the class path"));
    }
}
