package org.platformforge.extension.maven;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.maven.plugin.MojoExecutionException;
import org.apache.maven.plugin.MojoFailureException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.platformforge.extension.verifier.ExtensionVerifier;
import org.platformforge.extension.verifier.Signatures;

class GoalsTest {
    private static final String YAML = """
            id: acme.notes
            name: Notes
            version: 1.2.3
            description: Notes for teams.
            category: productivity
            license: Apache-2.0
            requires: {api: "[1.0,2)"}
            """;

    @TempDir
    private Path folder;

    private Path jar;

    @BeforeEach
    void build() throws IOException {
        jar = write("1.2.3");
    }

    private Path write(String version) throws IOException {
        Path file = folder.resolve("notes-" + version + ".jar");
        try (OutputStream out = Files.newOutputStream(file);
                ZipOutputStream zip = new ZipOutputStream(out)) {
            zip.putNextEntry(new ZipEntry("META-INF/MANIFEST.MF"));
            zip.write(
                    ("Manifest-Version: 1.0\nBundle-ManifestVersion: 2\nBundle-SymbolicName: acme.notes\nBundle-Version: "
                                    + version + "\n\n")
                            .getBytes(StandardCharsets.UTF_8));
            zip.putNextEntry(new ZipEntry("META-INF/extension.yaml"));
            zip.write(YAML.getBytes(StandardCharsets.UTF_8));
        }
        return file;
    }

    @Test
    void checkFailsWhereThePlatformWould() throws Exception {
        new CheckMojo(jar).execute();

        Path wrong = write("1.2.4");
        assertThatThrownBy(() -> new CheckMojo(wrong).execute())
                .isInstanceOf(MojoFailureException.class)
                .hasMessageContaining("1 errors");
        assertThatThrownBy(() -> new CheckMojo(folder.resolve("gone.jar")).execute())
                .isInstanceOf(MojoExecutionException.class);
    }

    @Test
    void signsWithTheKeyItMade() throws Exception {
        Path key = folder.resolve("keys/publisher.pem");
        new KeygenMojo(key).execute();
        new SignMojo(jar, key).execute();

        String signature = Files.readString(Path.of(jar + ".sig"));
        String sha256 = new ExtensionVerifier().verify(jar).sha256();
        assertThat(Signatures.verify(
                        Signatures.publicKey(Files.readString(Path.of(key + ".pub"))),
                        "acme.notes",
                        "1.2.3",
                        sha256,
                        signature))
                .isTrue();
        assertThatThrownBy(() -> new KeygenMojo(key).execute()).hasMessageContaining("already");
        assertThatThrownBy(() -> new SignMojo(jar, folder.resolve("none.pem")).execute())
                .hasMessageContaining("keygen");
    }

    @Test
    void publishesOverHttpAndTellsThePlatformsReason() throws Exception {
        AtomicReference<String> received = new AtomicReference<>("");
        AtomicReference<String> token = new AtomicReference<>("");
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/api/v1/marketplace/extensions/publish", exchange -> {
            received.set(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.ISO_8859_1));
            token.set(exchange.getRequestHeaders().getFirst("Authorization"));
            boolean signed = received.get().contains("name=\"signature\"");
            byte[] answer = (signed
                            ? "{\"status\":\"success\"}"
                            : "{\"status\":\"error\",\"error\":{\"message\":\"Not signed\"}}")
                    .getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(signed ? 201 : 422, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        server.start();
        try {
            URI platform = URI.create("http://localhost:" + server.getAddress().getPort());
            Publisher publisher = new Publisher(platform, "secret");

            assertThat(publisher.publish(jar, Optional.of("c2ln"))).contains("success");
            assertThat(token.get()).isEqualTo("Bearer secret");
            assertThat(received.get())
                    .contains("name=\"bundle\"; filename=\"notes-1.2.3.jar\"")
                    .contains(new String(Files.readAllBytes(jar), StandardCharsets.ISO_8859_1));
            assertThatThrownBy(() -> publisher.publish(jar, Optional.empty()))
                    .hasMessage("The platform refuses it with status 422: Not signed");
        } finally {
            server.stop(0);
        }
    }

    @Test
    void sendsNoTokenInClear() {
        assertThatThrownBy(() -> new Publisher(URI.create("http://203.0.113.1"), "secret"))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
