package org.platformforge.extension.maven;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.maven.plugin.MojoExecutionException;
import org.apache.maven.plugin.MojoFailureException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.platformforge.extension.verifier.ExtensionVerifier;
import org.platformforge.extension.verifier.Signatures;

class GoalsTest {
    @TempDir
    private Path folder;

    private Path jar;

    @BeforeEach
    void build() throws IOException {
        jar = write("1.2.3");
    }

    private Path write(String version) throws IOException {
        return Files.write(folder.resolve("notes-" + version + ".jar"), Extensions.jar(version));
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
                            ? "{\"status\":\"success\",\"data\":{\"created\":true}}"
                            : "{\"status\":\"error\",\"error\":{\"message\":\"Not signed\"}}")
                    .getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(signed ? 201 : 422, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        server.start();
        try {
            URI platform = URI.create("http://localhost:" + server.getAddress().getPort());
            PlatformClient publisher = new PlatformClient(platform).as("secret");

            assertThat(publisher
                            .publish(jar, Optional.of("c2ln"))
                            .path("created")
                            .asBoolean())
                    .isTrue();
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

    @ParameterizedTest
    @ValueSource(strings = {"http://203.0.113.1", "ftp://localhost", "http:localhost", "localhost:8080", "platform"})
    void sendsNoTokenInClearAndNoneToWhatIsNoPlatform(String url) {
        assertThatThrownBy(() -> new PlatformClient(URI.create(url)).as("secret"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("secret");
    }
}
