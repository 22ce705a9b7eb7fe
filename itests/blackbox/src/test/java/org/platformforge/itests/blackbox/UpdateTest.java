package org.platformforge.itests.blackbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** An updated module stays the module, whatever else is installed and started. */
@Order(6)
@Tag(Tags.ANY_DATABASE)
@ExtendWith(PlatformExtension.class)
class UpdateTest {
    private static final String MODULE = "org.platformforge.provisioning";
    private static final String VERSION = "0.1.1";
    private static final String FEATURES = """
            <features name="unrelated" xmlns="http://karaf.apache.org/xmlns/features/v1.6.0">
                <feature name="unrelated" version="1.0.0"><config name="org.example.unrelated">key = value</config></feature>
            </features>
            """;

    private final Platform platform;
    private final Account operator;

    @TempDir
    Path folder;

    UpdateTest(Platform platform) {
        this.platform = platform;
        this.operator = Account.login(platform, Platform.OPERATOR_EMAIL, Platform.OPERATOR_PASSWORD);
    }

    @AfterEach
    void shipped() throws IOException {
        update(file());
    }

    @Test
    void staysOverFeaturesAndARestart() throws IOException {
        update(withVersion());
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

    /** The shipped module under a later version. */
    private Path withVersion() throws IOException {
        Path copy = folder.resolve("later.jar");
        try (JarFile jar = new JarFile(file().toFile())) {
            Manifest manifest = jar.getManifest();
            manifest.getMainAttributes().putValue("Bundle-Version", VERSION);
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
            }
        }
        return copy;
    }

    private Path file() throws IOException {
        try (Stream<Path> files = Files.walk(
                platform.distribution().resolve("system/org/platformforge").resolve(MODULE))) {
            return files.filter(file -> file.toString().endsWith(".jar"))
                    .findFirst()
                    .orElseThrow();
        }
    }
}
