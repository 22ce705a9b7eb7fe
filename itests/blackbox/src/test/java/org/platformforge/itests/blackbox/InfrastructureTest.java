package org.platformforge.itests.blackbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Document 004. */
@Order(8)
@Tag(Tags.ANY_DATABASE)
@ExtendWith(PlatformExtension.class)
class InfrastructureTest {
    private static final Duration WITHIN = Duration.ofMinutes(3);
    private static final String AT = "/v1/infrastructure";

    private static final String APP = """
            import os
            from http.server import HTTPServer, SimpleHTTPRequestHandler

            print('ERROR no room for order 4711', flush=True)
            HTTPServer((os.environ['HOST'], int(os.environ['PORT'])), SimpleHTTPRequestHandler).serve_forever()
            """;

    private final Platform platform;
    private final Account operator;

    InfrastructureTest(Platform platform) {
        this.platform = platform;
        this.operator = Account.login(platform, Platform.OPERATOR_EMAIL, Platform.OPERATOR_PASSWORD);
    }

    private Answer get(String path) {
        return platform.http().get(path, operator.bearer());
    }

    private Answer post(String path, String json) {
        return platform.http().post(path, json, operator.bearer());
    }

    /** What other tests leave for an operator to look at makes the platform degraded, not down. */
    @Test
    void tellsHowTheComponentsAreToThoseWhoMayKnow() {
        JsonNode anybody = platform.http().get(AT + "/health").json();
        assertThat(anybody.path("status").asText()).as(anybody.toString()).isIn("healthy", "degraded");
        assertThat(anybody.has("components")).isFalse();

        JsonNode health = get(AT + "/health").json();
        assertThat(health.path("components").path("database").asText())
                .as(health.toString())
                .isEqualTo("healthy");
        assertThat(health.path("components").path("application").asText()).isIn("healthy", "degraded");
        assertThat(health.path("components").path("redis").asText()).isEqualTo("not_configured");
        assertThat(health.path("components").path("nginx").asText()).isEqualTo("not_configured");
        assertThat(health.path("timestamp").asText()).isNotEmpty();
    }

    @Test
    void measuresTheHostForThoseWhoRunIt() {
        JsonNode metrics = get(AT + "/metrics").json();
        assertThat(metrics.path("cpu").path("cores").asInt())
                .as(metrics.toString())
                .isPositive();
        assertThat(metrics.path("memory").path("total").asLong())
                .isEqualTo(metrics.path("memory").path("used").asLong()
                        + metrics.path("memory").path("free").asLong());
        assertThat(metrics.path("network").has("rx_bytes")).isTrue();
        Account somebody = Account.register(platform);
        Answer refused = platform.http().get(AT + "/metrics", somebody.bearer());
        assertThat(refused.status()).isEqualTo(403);
        assertThat(refused.errorCode()).isEqualTo("FORBIDDEN");
    }

    @Test
    void asksTheLogByServiceAndPage() {
        Answer first = get(AT + "/logs?level=info&limit=2&from=2020-01-01T00:00:00Z");
        JsonNode page = first.json();
        assertThat(page.path("count").asInt()).as(first.toString()).isEqualTo(2);
        assertThat(page.path("total").asLong()).isGreaterThan(2);
        assertThat(page.path("logs").path(0).path("level").asText()).isEqualTo("info");
        String service = page.path("logs").path(0).path("service").asText();
        assertThat(service).isNotEmpty();
        assertThat(first.header("Link")).contains("rel=\"next\"");
        Answer next = get(AT + "/logs?level=info&limit=2&cursor="
                + page.path("next_cursor").asText());
        assertThat(next.json().path("logs"))
                .as(next.toString())
                .isNotEmpty()
                .doesNotContainAnyElementsOf(page.path("logs"));
        assertThat(get(AT + "/logs?service=" + service + "&limit=1")
                        .json()
                        .path("count")
                        .asInt())
                .isEqualTo(1);
        Answer wrong = get(AT + "/logs?level=loud&from=yesterday");
        assertThat(wrong.status()).as(wrong.toString()).isEqualTo(400);
        Account somebody = Account.register(platform);
        Answer theirs = platform.http().get(AT + "/logs", somebody.bearer());
        assertThat(theirs.json().path("total").asInt(-1)).as(theirs.toString()).isZero();
        assertThat(platform.http().get(AT + "/logs").status()).isEqualTo(401);
    }

    @Test
    void deploysTheConfiguredApplicationWhoseLogCanBeAsked(@TempDir Path temporary) throws IOException {
        String host = UUID.randomUUID() + ".invalid"; // no name server knows it: it comes from disk, or not at all
        new GitRepository(temporary.resolve("site")).release("v1.2.3", Map.of("app.py", APP));
        Path driver = platform.config().resolve("org.platformforge.driver.process.cfg");
        Path deploy = platform.config().resolve("org.platformforge.infrastructure.deploy.cfg");
        String driverShipped = Files.readString(driver);
        String deployShipped = Files.readString(deploy);
        try {
            Files.writeString(
                    driver,
                    driverShipped.replaceAll(
                            "(?m)^repository.mirrors =.*$",
                            "repository.mirrors = https://" + host + "/acme/=" + temporary + "/"));
            Files.writeString(
                    deploy,
                    deployShipped
                            .replaceAll("(?m)^application =.*$", "application = site")
                            .replaceAll("(?m)^repository =.*$", "repository = https://" + host + "/acme/site")
                            .replaceAll("(?m)^ref =.*$", "ref = v{version}")
                            .replaceAll("(?m)^environments =.*$", "environments = qa")
                            .replaceAll("(?m)^observe.seconds =.*$", "observe.seconds = 1")
                            .replaceAll("(?m)^start =.*$", "start = exec python3 app.py"));
            Answer elsewhere = await().atMost(WITHIN)
                    .until(
                            () -> post(AT + "/deploy", "{\"version\": \"1.2.3\", \"environment\": \"moon\"}"),
                            answer -> answer.text().contains("must be one of qa")); // the file was read
            assertThat(elsewhere.status()).isEqualTo(400);
            // the mirror is known a moment after its file was written, and not always before the other file
            Answer begun = await().atMost(WITHIN)
                    .until(
                            () -> post(AT + "/deploy", "{\"version\": \"1.2.3\", \"environment\": \"qa\"}"),
                            answer -> !answer.text().contains("its host cannot be found"));
            String deployment =
                    AT + "/deploy/" + begun.json().path("deployment_id").asText();
            assertThat(begun.json().path("status").asText()).isEqualTo("initiated");
            assertThat(ended(begun).path("status").asText()).isEqualTo("completed");
            JsonNode done = get(deployment).json();
            assertThat(done.path("status").asText()).as(done.toString()).isEqualTo("completed");
            assertThat(done.path("completed_at").asText()).isNotEmpty();
            assertThat(get(done.path("logs_url").asText()).status()).isEqualTo(200);
            Answer again = post(AT + "/deploy", "{\"version\": \"1.2.3\", \"environment\": \"qa\"}");
            assertThat(again.status()).as(again.toString()).isEqualTo(409);
            Account somebody = Account.register(platform);
            assertThat(platform.http().get(deployment, somebody.bearer()).status())
                    .isEqualTo(403);

            await().atMost(WITHIN)
                    .until(() -> get(AT + "/logs?service=site&level=error&text=order+4711")
                                    .json()
                                    .path("total")
                                    .asInt()
                            == 1);
            assertThat(platform.http()
                            .get(AT + "/logs?service=site", somebody.bearer())
                            .json()
                            .path("total")
                            .asInt(-1))
                    .isZero();
            ended(platform.http().delete(AT + "/deploy/environments/qa", operator.bearer()));
        } finally {
            Files.writeString(deploy, deployShipped);
            Files.writeString(driver, driverShipped);
        }
    }

    @Test
    void offersTheTypesOfResourcesThereAre() {
        Account admin = Account.register(platform);
        Answer unknown = platform.http()
                .post(
                        "/api/v1/infrastructure/resources",
                        "{\"type\": \"server\", \"provider\": \"aws\"}",
                        admin.bearer());
        assertThat(unknown.status()).as(unknown.toString()).isEqualTo(400);
        JsonNode wrong = unknown.json().path("error").path("details").path(0);
        assertThat(wrong.path("field").asText()).isEqualTo("type");
        assertThat(wrong.path("message").asText()).isEqualTo("must be one of application, worker");
        Answer list = platform.http().get("/v1/infrastructure/resources", admin.bearer());
        assertThat(list.json().path("resources")).as(list.toString()).isEmpty();
    }

    @Test
    void aBackupIsProvedTurnsRedWhenItIsBrokenAndBringsAllBack() throws IOException {
        Account before = Account.register(platform);
        Answer begun = post(
                AT + "/database/backup",
                "{\"backup_name\": \"pre-%s\", \"description\": \"Backup before deploying\"}"
                        .formatted(UUID.randomUUID()));
        assertThat(begun.status()).as(begun.toString()).isEqualTo(202);
        assertThat(begun.json().path("status").asText()).isEqualTo("initiated");
        String backup =
                AT + "/database/backups/" + begun.json().path("backup_id").asText();
        ended(begun);
        JsonNode made = get(backup).json();
        assertThat(made.path("status").asText()).as(made.toString()).isEqualTo("completed");
        assertThat(made.path("tables_compared").asInt()).as(made.toString()).isGreaterThan(20);
        assertThat(get(AT + "/database/backups")
                        .json()
                        .path("last_proven_restorable_at")
                        .asText())
                .isNotEmpty();

        Path file = platform.data().resolve("backups/" + made.path("backup_id").asText() + "/data.pfb");
        byte[] good = Files.readAllBytes(file);
        byte[] broken = good.clone();
        broken[broken.length / 2] ^= 1;
        Files.write(file, broken);
        JsonNode drill = ended(post(backup + "/verify", "{}"));
        assertThat(drill.path("status").asText()).as(drill.toString()).isEqualTo("failed");
        JsonNode red = get(backup).json();
        assertThat(red.path("status").asText()).as(red.toString()).isEqualTo("corrupt");
        assertThat(red.path("problem").asText()).matches("Chunk \\d+ of \\d+ .*SHA-256.*");
        Files.write(file, good);
        assertThat(ended(post(backup + "/verify", "{}")).path("status").asText())
                .isEqualTo("completed");

        Answer restore = post(
                AT + "/database/restore",
                "{\"backup_id\": \"%s\", \"target\": \"again\"}"
                        .formatted(made.path("backup_id").asText()));
        assertThat(ended(restore).path("status").asText())
                .as(restore.toString())
                .isEqualTo("completed");
        opensAndHas(restore.json().path("target").asText(), before);
        assertThat(platform.http().delete(backup, operator.bearer()).status()).isEqualTo(204);
        assertThat(file).doesNotExist();
    }

    @Test
    void theStateOfAnInstantIsBroughtBack() throws IOException {
        Path config = platform.config().resolve("org.platformforge.infrastructure.backup.cfg");
        String shipped = Files.readString(config);
        Files.writeString(config, shipped.replace("point.in.time = false", "point.in.time = true"));
        try {
            await().atMost(WITHIN).until(() -> window().isObject());
            Answer begun = post(AT + "/database/backup", "{\"backup_name\": \"base-%s\"}".formatted(UUID.randomUUID()));
            assertThat(ended(begun).path("status").asText()).isEqualTo("completed");
            Account before = Account.register(platform);
            JsonNode window = window();
            assertThat(window.has("problem")).as(window.toString()).isFalse();
            String instant = window.path("latest").asText();
            Account after = Account.register(platform);

            refusesWhatItCannotDo(begun.json().path("backup_id").asText(), instant);
            JsonNode tried = ended(post(
                    AT + "/database/restore", "{\"point_in_time\": \"%s\", \"dry_run\": true}".formatted(instant)));
            assertThat(tried.path("status").asText()).as(tried.toString()).isEqualTo("completed");
            assertThat(Instant.parse(tried.path("output").path("point_in_time").asText()))
                    .as(tried.toString())
                    .isEqualTo(instant);
            Answer restore = post(
                    AT + "/database/restore",
                    "{\"point_in_time\": \"%s\", \"target\": \"instant\"}".formatted(instant));
            JsonNode end = ended(restore);
            assertThat(end.path("status").asText()).as(end.toString()).isEqualTo("completed");

            try (Platform restored = restored(restore.json().path("target").asText(), "instant-instance")) {
                Account again = Account.login(restored, before.email(), Account.PASSWORD);
                assertThat(again.tenantId()).isEqualTo(before.tenantId());
                assertThat(restored.http()
                                .post(
                                        "/api/v1/auth/login",
                                        "{\"email\": \"%s\", \"password\": \"%s\"}"
                                                .formatted(after.email(), Account.PASSWORD))
                                .status())
                        .isEqualTo(401);
            }
        } finally {
            Files.writeString(config, shipped);
        }
        await().atMost(WITHIN).until(() -> !window().isObject());
    }

    private JsonNode window() {
        return get(AT + "/database/backups").json().path("point_in_time");
    }

    private void refusesWhatItCannotDo(String backup, String instant) {
        String restore = AT + "/database/restore";
        assertThat(post(restore, "{\"target\": \"x\"}").status()).isEqualTo(400);
        assertThat(post(
                                restore,
                                "{\"backup_id\": \"%s\", \"point_in_time\": \"%s\", \"target\": \"x\"}"
                                        .formatted(backup, instant))
                        .status())
                .isEqualTo(400);
        assertThat(post(restore, "{\"point_in_time\": \"yesterday\", \"dry_run\": true}")
                        .status())
                .isEqualTo(400);
        Answer outside = post(restore, "{\"point_in_time\": \"2001-01-01T00:00:00Z\", \"dry_run\": true}");
        assertThat(outside.status()).as(outside.toString()).isEqualTo(422);
        assertThat(outside.toString()).contains(window().path("earliest").asText());
    }

    /** A platform of its own on what was restored, as the README tells operators to do it. */
    private void opensAndHas(String folder, Account account) throws IOException {
        try (Platform restored = restored(folder, "restored-instance")) {
            Account again = Account.login(restored, account.email(), Account.PASSWORD);
            assertThat(again.tenantId()).isEqualTo(account.tenantId());
        }
    }

    private Platform restored(String folder, String name) throws IOException {
        Map<String, String> environment = Map.of(
                "FORGE_DATABASE_URL",
                "jdbc:derby:" + folder,
                "FORGE_SECRET_KEY",
                Files.readString(platform.data().resolve("keys/secret.key")).strip());
        Path home = platform.data().getParent().resolveSibling(name);
        Platform restored = Platform.shortLived(platform.distribution(), home, environment);
        restored.start();
        return restored;
    }

    private JsonNode ended(Answer begun) {
        assertThat(begun.status()).as(begun.toString()).isEqualTo(202);
        String operation =
                "/api/v1/operations/" + begun.json().path("operation_id").asText();
        await().atMost(WITHIN)
                .until(() -> List.of("completed", "failed", "cancelled")
                        .contains(get(operation).json().path("status").asText()));
        return get(operation).json();
    }
}
