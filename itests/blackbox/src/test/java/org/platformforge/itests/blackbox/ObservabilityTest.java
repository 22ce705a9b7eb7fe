package org.platformforge.itests.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What operators see of the inside, and nobody else. */
@Order(6)
@ExtendWith(PlatformExtension.class)
class ObservabilityTest {
    private static final String LOGGERS = "/api/v1/admin/loggers";

    private final Platform platform;
    private final Http http;
    private final Account operator;

    ObservabilityTest(Platform platform) {
        this.platform = platform;
        this.http = platform.http();
        this.operator = Account.login(platform, Platform.OPERATOR_EMAIL, Platform.OPERATOR_PASSWORD);
    }

    @Test
    void showsTheInsideToOperatorsAlone() {
        Account administrator = Account.register(platform);
        for (String path : new String[] {"/metrics", LOGGERS, LOGGERS + "/ROOT"}) {
            assertThat(http.get(path).status()).as(path).isEqualTo(401);
            assertThat(http.get(path, Account.bearer("pft_nothing")).status())
                    .as(path)
                    .isEqualTo(401);
            assertThat(http.get(path, administrator.bearer()).status()).as(path).isEqualTo(403);
            assertThat(http.get(path, operator.bearer()).status()).as(path).isEqualTo(200);
        }
    }

    @Test
    void isScrapedWithATokenThatCanDoNothingElse() throws IOException {
        String token = shell("apikey:create", "--json", "--role", "operator", "--scope", "system:metrics", "prometheus")
                .path("secret")
                .asText();

        assertThat(http.get("/metrics", Account.bearer(token)).status()).isEqualTo(200);
        assertThat(http.get(LOGGERS, Account.bearer(token)).status()).isEqualTo(403);
        assertThat(http.get("/api/v1/modules", Account.bearer(token)).status()).isEqualTo(403);
    }

    @Test
    void namesNoPathTenantOrCallerInItsFigures() {
        String random = UUID.randomUUID().toString();
        Account administrator = Account.register(platform);
        http.get("/api/v1/operations/" + random, administrator.bearer());
        http.get("/nothing/" + random);

        String page = http.get("/metrics", operator.bearer()).text();

        assertThat(page)
                .containsPattern("http_server_request_duration_seconds_count\\{module=\"[a-z.]+\",method=\"GET\","
                        + "route=\"/api/v1/operations/\\{id\\}\",status=\"4xx\"\\} [1-9]")
                .containsPattern("http_server_request_duration_seconds_count\\{module=\"none\",.*\"4xx\"\\} [1-9]")
                .contains(
                        "\njvm_memory_used_bytes{area=\"heap\"}",
                        "\nhikaricp_connections_active{",
                        "\nforge_jobs_operations{")
                .contains(
                        "\nforge_outbox_backlog_events ",
                        "\nforge_gateway_upstreams ",
                        "\nforge_metrics_dropped_series 0\n")
                .doesNotContain("collector_success{collector=\"http\"} 0", random, administrator.tenantId());
    }

    @Test
    void changesALevelForATimeAndBack() throws IOException {
        String path = LOGGERS + "/org.platformforge.itests.none";
        Answer set = put(path, "{\"level\": \"debug\", \"duration_seconds\": 600}");
        assertThat(set.status()).as(set.toString()).isEqualTo(200);
        assertThat(set.data().path("level").asText()).isEqualTo("debug");
        assertThat(set.data().path("until").asText()).isNotEmpty();
        assertThat(http.get(LOGGERS, operator.bearer()).text()).contains("org.platformforge.itests.none");
        assertThat(shell("audit:tail", "--json", "--action", "logger.set").toString())
                .contains("org.platformforge.itests.none");

        Answer reset = http.delete(path, operator.bearer());
        assertThat(reset.data().path("level").asText()).isEqualTo("info");
        assertThat(reset.data().path("changed").asBoolean()).isFalse();
        for (String wrong :
                new String[] {"{}", "{\"level\": \"loud\"}", "{\"level\": \"info\", \"duration_seconds\": 0}"}) {
            assertThat(put(path, wrong).status()).as(wrong).isEqualTo(400);
        }
        assertThat(put(LOGGERS + "/org.eclipse.jetty.http", "{\"level\": \"trace\"}")
                        .status())
                .isEqualTo(400);
    }

    @Test
    void saysWhySomethingIsNotThere() {
        assertThat(platform.shell("forge:why", "org.platformforge.gateway").text())
                .contains("is there");
        assertThat(platform.shell("forge:why", "org.platformforge.kernel.api.store.Store")
                        .text())
                .contains("org.platformforge.kernel.store");
        assertThat(platform.shell("forge:why", "org.example.Nothing").text())
                .contains("org.example.Nothing is not there because", "no installed bundle");
        assertThat(platform.shell("forge:threads").text()).contains("0 deadlocked");
    }

    @Test
    void givesAwayNoSecretInASupportBundle() throws IOException {
        String planted = "Pl4nted-" + UUID.randomUUID();
        Path config = platform.config().resolve("org.platformforge.itests.none.cfg");
        String key = shell("apikey:create", "--json", "planted").path("secret").asText();
        Files.writeString(config, "some.password = " + planted + "\nurl = https://me:" + planted + "-url@host/\n");
        try {
            org.awaitility.Awaitility.await()
                    .atMost(java.time.Duration.ofSeconds(60))
                    .until(() -> entries(bundle()).get("configurations.txt").contains("org.platformforge.itests.none"));
            Path file = bundle();
            Map<String, String> entries = entries(file);

            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .isEqualTo("rw-------");
            assertThat(entries)
                    .containsKeys(
                            "versions.txt",
                            "threads.txt",
                            "wiring.txt",
                            "health.txt",
                            "migrations.txt",
                            "log/platform.log");
            assertThat(entries.get("migrations.txt")).contains("V001__");
            assertThat(entries.get("modules.txt")).contains("org.platformforge.gateway");
            assertThat(entries.values()).noneMatch(text -> text.startsWith("Not there"));
            String all = String.join("\n", entries.values());
            assertThat(all)
                    .doesNotContain(planted)
                    .doesNotContain(key)
                    .doesNotContain(Platform.OPERATOR_PASSWORD)
                    .doesNotContain(operator.accessToken());
        } finally {
            Files.delete(config);
        }
    }

    @Test
    void recordsAndWritesARecordingThatIsItsOwnersAlone() throws IOException {
        assertThat(platform.shell("forge:jfr", "dump").text()).contains("Nothing is being recorded");
        assertThat(platform.shell("forge:jfr", "--minutes", "1", "start").text())
                .contains("Recording since");
        assertThat(platform.shell("forge:jfr", "start").text()).contains("There is a recording already");
        Path file = Path.of(shell("forge:jfr", "--json", "stop").path("file").asText());

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        byte[] recording = Files.readAllBytes(file);
        assertThat(new String(recording, 0, 3, StandardCharsets.ISO_8859_1)).isEqualTo("FLR");
        assertThat(new String(recording, StandardCharsets.ISO_8859_1)).doesNotContain(Platform.OPERATOR_PASSWORD);
    }

    private Answer put(String path, String json) {
        String[] bearer = operator.bearer();
        return http.send("PUT", path, json, bearer[0], bearer[1], "Content-Type", "application/json");
    }

    private Path bundle() {
        return Path.of(shell("support:bundle", "--json").path("file").asText());
    }

    private static Map<String, String> entries(Path file) throws IOException {
        Map<String, String> entries = new TreeMap<>();
        try (ZipInputStream zip = new ZipInputStream(Files.newInputStream(file))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                entries.put(entry.getName(), new String(zip.readAllBytes(), StandardCharsets.UTF_8));
            }
        }
        return entries;
    }

    private JsonNode shell(String... command) {
        Platform.Output output = platform.shell(command);
        assertThat(output.exitCode()).as(output.text()).isZero();
        try {
            return new ObjectMapper().readTree(output.text());
        } catch (IOException e) {
            throw new AssertionError(output.text(), e);
        }
    }
}
