package org.platformforge.itests.blackbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** An updated module stays the module, whatever else is installed and started; one that is refused never was it. */
@Order(6)
@Tag(Tags.ANY_DATABASE)
@ExtendWith(PlatformExtension.class)
class UpdateTest {
    private static final String MODULE = "org.platformforge.provisioning";
    static final String DRIVER = "org.platformforge.driver.process";
    static final String VERSION = "0.1.1";
    /** Long enough for an application to be made meanwhile. */
    private static final int READY_WITHIN = 15;

    /** What makes a component that waits for ever. */
    private static final String WAITING = """
            <scr:component xmlns:scr="http://www.osgi.org/xmlns/scr/v1.4.0" name="waiting">
                <implementation class="org.platformforge.driver.process.ProcessDriver"/>
                <service><provide interface="java.lang.Comparable"/></service>
                <reference name="never" interface="java.lang.Iterable"/>
            </scr:component>
            """;

    private static final String FEATURES = """
            <features name="unrelated" xmlns="http://karaf.apache.org/xmlns/features/v1.6.0">
                <feature name="unrelated" version="1.0.0"><config name="org.example.unrelated">key = value</config></feature>
            </features>
            """;

    private static final Duration APPLIED_WITHIN = Duration.ofSeconds(60);

    private final Platform platform;
    private final Account operator;

    @TempDir
    Path folder;

    UpdateTest(Platform platform) {
        this.platform = platform;
        this.operator = Account.login(platform, Platform.OPERATOR_EMAIL, Platform.OPERATOR_PASSWORD);
    }

    @Test
    void aDriverThatIsNeverAcceptedMakesNothing() throws Exception {
        Path config = platform.config().resolve("org.platformforge.kernel.http.cfg");
        String shipped = Files.readString(config);
        Apps apps = new Apps(platform, Account.register(platform));
        try {
            Files.writeString(
                    config,
                    shipped.replace("ready.timeout = 60", "ready.timeout = " + READY_WITHIN)
                            .replace("hsts = false", "hsts = true"));
            await().atMost(APPLIED_WITHIN).until(() -> strictTransport());
            Path candidate = copy(DRIVER, Map.of("OSGI-INF/waiting.xml", WAITING));
            CompletableFuture<Platform.Output> update =
                    CompletableFuture.supplyAsync(() -> platform.shell("forge:module-update", candidate.toString()));
            await().atMost(APPLIED_WITHIN)
                    .until(() -> update.isDone() || versions(DRIVER).contains(VERSION));

            // the candidate offers the same engine, and is newer
            JsonNode app = apps.create();
            assertThat(apps.visit(app).status()).isEqualTo(200);

            Platform.Output refused = update.get(2, TimeUnit.MINUTES);
            assertThat(refused.exitCode()).as(refused.text()).isNotZero();
            assertThat(refused.text()).contains("waits for java.lang.Iterable");
            assertThat(versions(DRIVER)).hasSize(1).doesNotContain(VERSION);
            assertThat(apps.visit(app).status()).isEqualTo(200);
        } finally {
            apps.deleteAll();
            Files.writeString(config, shipped);
            await().atMost(APPLIED_WITHIN).until(() -> !strictTransport());
        }
    }

    private boolean strictTransport() {
        return platform.http().get("/health/live").header("Strict-Transport-Security") != null;
    }

    private List<String> versions(String module) {
        List<String> versions = new ArrayList<>();
        for (JsonNode one :
                platform.http().get("/api/v1/modules", operator.bearer()).json().path("modules")) {
            if (one.path("name").asText().equals(module)) {
                versions.add(one.path("version").asText());
            }
        }
        return versions;
    }

    @Test
    void staysOverFeaturesAndARestart() throws IOException {
        update(copy(MODULE, Map.of()));
        try {
            assertStays();
        } finally {
            update(file(MODULE));
        }
    }

    private void assertStays() throws IOException {
        Path features = Files.writeString(folder.resolve("features.xml"), FEATURES);
        long logged = lines().size();
        Clients clients = new Clients(4, 10, 200, () -> platform.http().get("/api/v1/templates", operator.bearer()));
        try (clients) {
            Platform.Output output =
                    platform.shell("feature:repo-add " + features.toUri() + "; feature:install unrelated");
            assertThat(output.exitCode()).as(output.text()).isZero();
            await().during(Duration.ofSeconds(7)).atMost(Duration.ofSeconds(30)).untilAsserted(this::assertUpdated);
        }

        assertThat(clients.failures()).isEmpty();
        assertThat(lines().stream().skip(logged))
                .as("the shipped version was never served beside the update")
                .noneMatch(line -> line.contains("Generation") && line.contains(MODULE));

        platform.stop();
        platform.start();

        assertUpdated();
    }

    private void assertUpdated() {
        Answer modules = platform.http().get("/api/v1/modules", operator.bearer());
        assertThat(modules.json().path("modules"))
                .filteredOn(module -> module.path("name").asText().equals(MODULE))
                .singleElement()
                .satisfies(module -> {
                    assertThat(module.path("version").asText()).isEqualTo(VERSION);
                    assertThat(module.path("state").asText()).isEqualTo("serving");
                });
    }

    private List<String> lines() throws IOException {
        return Files.readAllLines(platform.log());
    }

    private void update(Path file) {
        Platform.Output update = platform.shell("forge:module-update", file.toString());
        assertThat(update.exitCode()).as(update.text()).isZero();
    }

    /** The shipped module under a later version, with more components. */
    private Path copy(String module, Map<String, String> components) throws IOException {
        Path copy = folder.resolve("later.jar");
        try (JarFile jar = new JarFile(file(module).toFile())) {
            Manifest manifest = jar.getManifest();
            manifest.getMainAttributes().putValue("Bundle-Version", VERSION);
            String shipped = manifest.getMainAttributes().getValue("Service-Component");
            manifest.getMainAttributes()
                    .putValue(
                            "Service-Component",
                            Stream.concat(Stream.of(shipped), components.keySet().stream())
                                    .collect(Collectors.joining(",")));
            try (OutputStream out = Files.newOutputStream(copy);
                    JarOutputStream later = new JarOutputStream(out, manifest)) {
                for (ZipEntry entry : jar.stream()
                        .filter(one -> !one.getName().equals(JarFile.MANIFEST_NAME))
                        .toList()) {
                    later.putNextEntry(new ZipEntry(entry.getName()));
                    try (InputStream in = jar.getInputStream(entry)) {
                        in.transferTo(later);
                    }
                }
                for (Map.Entry<String, String> component : components.entrySet()) {
                    later.putNextEntry(new ZipEntry(component.getKey()));
                    later.write(component.getValue().getBytes(StandardCharsets.UTF_8));
                }
            }
        }
        return copy;
    }

    private Path file(String module) throws IOException {
        try (Stream<Path> files = Files.walk(
                platform.distribution().resolve("system/org/platformforge").resolve(module))) {
            return files.filter(file -> file.toString().endsWith(".jar"))
                    .findFirst()
                    .orElseThrow();
        }
    }
}
