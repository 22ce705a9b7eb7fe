package org.platformforge.extension.testkit;

import java.net.URL;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.platformforge.extension.api.ExtensionContext;
import org.platformforge.extension.api.driver.Driver;
import org.platformforge.extension.api.framework.Framework;
import org.platformforge.extension.api.framework.SourceTree;
import org.platformforge.extension.api.template.TemplateProvider;
import org.platformforge.extension.verifier.ExtensionManifest;

/**
 * A platform for one extension in a JUnit 5 test:
 *
 * <pre>{@code
 * @RegisterExtension
 * static final ExtensionTestkit PLATFORM = new ExtensionTestkit();
 *
 * @Test
 * void keepsNotes() {
 *     Tenant acme = PLATFORM.tenant("acme");
 *     assertEquals(201, acme.post("/notes", Map.of("text", "Hello")).status());
 * }
 * }</pre>
 *
 * <p>The bundle is taken as the build has left it in {@code target/classes}, with its private libraries, is started before the first test of the class and
 * stopped after the last. Before each test tenants, data, clock and stubs are new. Not thread-safe.
 */
public final class ExtensionTestkit implements BeforeAllCallback, BeforeEachCallback, AfterAllCallback {
    private final Path classes;
    private final MovableClock clock = new MovableClock();
    private final RecordedMetrics metrics = new RecordedMetrics();
    private final Map<String, Tenant> tenants = new ConcurrentHashMap<>();
    private ExtensionManifest manifest;
    private StubHttp http;
    private Felix felix;
    private TestContext context;

    public ExtensionTestkit() {
        this(Path.of("target", "classes"));
    }

    /** @param classes folder of the extension's classes with its manifest, its JAR, or its ZIP archive */
    public ExtensionTestkit(Path classes) {
        this.classes = classes;
    }

    @Override
    public void beforeAll(org.junit.jupiter.api.extension.ExtensionContext test) throws Exception {
        felix = new Felix(classes);
        ExtensionManifest.Reading reading = ExtensionManifest.read(felix.entry(ExtensionManifest.PATH));
        manifest = reading.manifest()
                .orElseThrow(() ->
                        new IllegalStateException(ExtensionManifest.PATH + " is not right: " + reading.findings()));
        http = new StubHttp(manifest.permissions().network());
        context = new TestContext(manifest, clock, metrics);
        felix.start(ExtensionContext.class, context);
        Engines.check(manifest.id(), felix.services(Driver.class));
        felix.services(Framework.class)
                .forEach(framework ->
                        Engines.require(manifest.id(), framework.description().id()));
    }

    @Override
    public void beforeEach(org.junit.jupiter.api.extension.ExtensionContext test) {
        tenants.clear();
        clock.reset();
        metrics.reset();
        http.reset();
    }

    @Override
    public void afterAll(org.junit.jupiter.api.extension.ExtensionContext test) throws Exception {
        context.close();
        felix.close();
    }

    /** The tenant of this id, made when it is first asked for. */
    public Tenant tenant(String id) {
        return tenants.computeIfAbsent(id, one -> new Tenant(one, manifest, context, http, felix));
    }

    /** The time extensions see; starts at 2026-01-01T00:00:00Z in each test. */
    public MovableClock clock() {
        return clock;
    }

    /** Figures the extension has recorded in this test. */
    public RecordedMetrics metrics() {
        return metrics;
    }

    /** The hosts the extension sends HTTP to. */
    public StubHttp http() {
        return http;
    }

    /** The extension's provisioning templates. Readable until the last test has run. */
    public List<URL> templates() {
        return felix.services(TemplateProvider.class).stream()
                .flatMap(provider -> provider.templates().stream())
                .toList();
    }

    /**
     * One of the extension's frameworks.
     *
     * @param id {@link Framework.Description#id()}
     */
    public Framework framework(String id) {
        return felix.services(Framework.class).stream()
                .filter(one -> one.description().id().equals(id))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("There is no framework " + id));
    }

    /**
     * A repository, as the platform shows it to a framework: all paths, and the contents it asks for.
     *
     * @param files contents by path
     */
    public static SourceTree source(Framework framework, Map<String, String> files) {
        Map<String, String> shown = new TreeMap<>(files);
        shown.keySet().retainAll(framework.files());
        return new SourceTree(files.keySet().stream().sorted().toList(), shown);
    }

    public ExtensionManifest manifest() {
        return manifest;
    }
}
