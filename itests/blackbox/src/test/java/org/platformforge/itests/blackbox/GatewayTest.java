package org.platformforge.itests.blackbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What a visitor sees when an application has troubles of its own. */
@Order(7)
@ExtendWith(PlatformExtension.class)
class GatewayTest {
    private static final Duration APPLIED_WITHIN = Duration.ofSeconds(20);

    /** Other than shipped, so that one sees when the file has been read. */
    private static final String SUFFIX = ".apps.test";

    private final Platform platform;
    private final Apps apps;
    private final Processes processes;
    private final Path file;
    private String shipped;

    GatewayTest(Platform platform) {
        this.platform = platform;
        this.apps = new Apps(platform, Account.register(platform));
        this.processes = new Processes(platform);
        this.file = platform.config().resolve("org.platformforge.gateway.cfg");
    }

    @BeforeEach
    void beImpatient() throws IOException {
        shipped = Files.readString(file);
        Files.writeString(
                file,
                shipped.replace("response.timeout = 60", "response.timeout = 1")
                        .replace("suffix = .localhost", "suffix = " + SUFFIX));
        await().atMost(APPLIED_WITHIN).until(() -> knows("nobody" + SUFFIX));
    }

    @AfterEach
    void restore() throws IOException {
        Files.writeString(file, shipped);
        await().atMost(APPLIED_WITHIN).until(() -> !knows("nobody" + SUFFIX));
        apps.deleteAll();
    }

    @Test
    void saysWhenAnApplicationIsTooSlow() {
        JsonNode app = apps.create();
        Path process = process();
        Processes.signal(process, "STOP");
        try {
            await().atMost(Apps.WITHIN)
                    .until(() -> visit(app, "text/html,*/*;q=0.8").status() == 504);

            Answer toBrowsers = visit(app, "text/html,*/*;q=0.8");
            assertThat(toBrowsers.header("Content-Type")).startsWith("text/html");
            assertThat(toBrowsers.text()).contains("The application is too slow", "504");
            Answer toOthers = visit(app, "application/json");
            assertThat(toOthers.errorCode()).isEqualTo("GATEWAY_TIMEOUT");
        } finally {
            Processes.signal(process, "CONT");
        }

        assertThat(apps.visit(app).status()).isEqualTo(200);
    }

    @Test
    void saysThatAnApplicationIsAwayUntilItIsBack() {
        JsonNode app = apps.create();

        Processes.signal(process(), "KILL");
        await().atMost(Apps.WITHIN).untilAsserted(() -> {
            Answer answer = visit(app, "application/json");
            assertThat(answer.status()).as(answer.toString()).isEqualTo(503);
            assertThat(answer.errorCode()).isEqualTo("SERVICE_UNAVAILABLE");
            assertThat(answer.header("Retry-After")).isNotNull();
        });

        await().atMost(Apps.WITHIN).until(() -> apps.visit(app).status() == 200);
    }

    /** Whether the gateway, and not the platform's API, answers for this host. */
    private boolean knows(String host) {
        Answer answer = platform.http().get("/", "Host", host, "Accept", "text/html");
        assertThat(answer.status()).as(answer.toString()).isEqualTo(404);
        return answer.text().contains("No application here");
    }

    private Path process() {
        JsonNode application = apps.resources().findParents("type").stream()
                .filter(resource -> resource.path("type").asText().equals("application"))
                .findFirst()
                .orElseThrow();
        return processes
                .application(application.path("outputs").path("port").asInt())
                .get(0);
    }

    private Answer visit(JsonNode app, String accept) {
        URI url = URI.create(app.path("resources").path("url").asText());
        return platform.http().get("/", "Host", url.getAuthority(), "Accept", accept);
    }
}
