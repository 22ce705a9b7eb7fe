package org.platformforge.itests.blackbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Document 002, Admin Module, as administrators and operators use it. */
@Order(5)
@Tag(Tags.ANY_DATABASE)
@ExtendWith(PlatformExtension.class)
class AdminTest {
    private static final Duration WITHIN = Duration.ofSeconds(30);
    private static final Path VERIFIER = Path.of("../audit/verify.py");

    private final Platform platform;
    private final Http http;
    private final Account admin;

    AdminTest(Platform platform) {
        this.platform = platform;
        this.http = platform.http();
        this.admin = Account.register(platform);
    }

    @Test
    void suspendsAUserEverywhereAtOnce() {
        String email = "bob-" + UUID.randomUUID() + "@example.com";
        JsonNode bob = user(http.post(
                "/api/v1/admin/users",
                "{\"email\": \"%s\", \"name\": \"Bob\", \"password\": \"%s\", \"roles\": [\"developer\"]}"
                        .formatted(email, Account.PASSWORD),
                admin.bearer()));
        Account account = Account.login(platform, email, Account.PASSWORD);
        assertThat(account.tenantId()).isEqualTo(admin.tenantId());
        String token =
                account.createKey(platform, "{\"name\": \"t\"}").path("secret").asText();
        assertThat(http.get("/api/v1/admin/users", account.bearer()).status()).isEqualTo(403);
        assertThat(http.get("/api/v1/resources", Account.bearer(token)).status())
                .isEqualTo(200);

        String path = "/api/v1/admin/users/" + bob.path("id").asText();
        assertThat(user(http.post(path + "/suspend", "{\"reason\": \"left\"}", admin.bearer()))
                        .path("status")
                        .asText())
                .isEqualTo("suspended");
        assertThat(http.get("/api/v1/auth/me", account.bearer()).status()).isEqualTo(401);
        assertThat(http.get("/api/v1/resources", Account.bearer(token)).status())
                .isEqualTo(401);
        assertThat(refresh(account).status()).isEqualTo(401);
        assertThat(signIn(email).status()).isEqualTo(401);

        assertThat(user(http.send("POST", path + "/activate", null, admin.bearer()))
                        .path("status")
                        .asText())
                .isEqualTo("active");
        assertThat(http.get("/api/v1/auth/me", account.bearer()).status()).isEqualTo(401);
        assertThat(refresh(account).status()).isEqualTo(401);
        assertThat(http.get("/api/v1/resources", Account.bearer(token)).status())
                .isEqualTo(200);
        Account again = Account.login(platform, email, Account.PASSWORD);
        assertThat(http.get("/api/v1/auth/me", again.bearer()).status()).isEqualTo(200);

        Answer stale = http.send(
                "PUT",
                path,
                "{\"name\": \"Robert\"}",
                with(admin, "If-Match", "\"0\"", "Content-Type", "application/json"));
        assertThat(stale.status()).as(stale.toString()).isEqualTo(412);
        assertThat(http.delete(path, admin.bearer()).status()).isEqualTo(200);
        assertThat(http.get("/api/v1/auth/me", again.bearer()).status()).isEqualTo(401);
        assertThat(http.get("/api/v1/resources", Account.bearer(token)).status())
                .isEqualTo(401);
        assertThat(http.get(path, admin.bearer()).status()).isEqualTo(404);
    }

    private Answer refresh(Account account) {
        return http.post("/api/v1/auth/refresh", "{\"refresh_token\": \"" + account.refreshToken() + "\"}");
    }

    private Answer signIn(String email) {
        return http.post(
                "/api/v1/auth/login", "{\"email\": \"%s\", \"password\": \"%s\"}".formatted(email, Account.PASSWORD));
    }

    private static JsonNode user(Answer answer) {
        assertThat(answer.status()).as(answer.toString()).isBetween(200, 201);
        assertThat(answer.header("ETag")).isNotNull();
        return answer.data().path("user");
    }

    private static String[] with(Account account, String... headers) {
        String[] all = new String[headers.length + 2];
        System.arraycopy(account.bearer(), 0, all, 0, 2);
        System.arraycopy(headers, 0, all, 2, headers.length);
        return all;
    }

    @Test
    void protectsTheLastAdministratorAndOneself() {
        JsonNode users =
                http.get("/api/v1/admin/users?role=admin", admin.bearer()).data();
        assertThat(users.path("pagination").path("total").asInt()).isOne();
        String self = users.path("users").get(0).path("id").asText();
        Answer refused = http.send("POST", "/api/v1/admin/users/" + self + "/suspend", null, admin.bearer());
        assertThat(refused.status()).as(refused.toString()).isEqualTo(409);
        assertThat(refused.errorCode()).isEqualTo("OWN_ACCOUNT");
        Answer bulk = http.post(
                "/api/v1/admin/users/bulk",
                "{\"action\": \"delete\", \"user_ids\": [\"" + self + "\", \"user_none\"]}",
                admin.bearer());
        assertThat(bulk.data().path("failed").asInt()).as(bulk.toString()).isEqualTo(2);
        Answer escalation = http.send(
                "PUT",
                "/api/v1/admin/users/" + self,
                "{\"roles\": [\"admin\", \"operator\"]}",
                with(admin, "Content-Type", "application/json"));
        assertThat(escalation.status()).as(escalation.toString()).isEqualTo(403);
        Answer assignment = http.send(
                "PUT",
                "/api/v1/admin/users/" + self,
                "{\"name\": \"A\", \"tenant_id\": \"platform\"}",
                with(admin, "Content-Type", "application/json"));
        assertThat(http.get("/api/v1/admin/users/" + self, admin.bearer())
                        .data()
                        .path("user")
                        .path("tenant_id")
                        .asText())
                .as(assignment.toString())
                .isEqualTo(admin.tenantId());
    }

    @Test
    void showsProvesAndExportsWhatWasDone(@TempDir Path folder) throws Exception {
        http.post("/api/v1/auth/api-keys", "{\"name\": \"=cmd\"}", admin.bearer());
        http.send(
                "PUT",
                "/api/v1/admin/config",
                "{\"settings\": {\"maintenance_mode\": true}}",
                with(admin, "Content-Type", "application/json"));
        Answer list = http.get("/api/v1/admin/audit-logs?limit=2", admin.bearer());
        assertThat(list.status()).as(list.toString()).isEqualTo(200);
        JsonNode refused = list.data().path("logs").get(0);
        assertThat(refused.path("action").asText()).isEqualTo("updateConfig");
        assertThat(refused.path("result").asText()).isEqualTo("refused");
        JsonNode log = list.data().path("logs").get(1);
        assertThat(log.path("action").asText()).isEqualTo("apikey.create");
        assertThat(log.path("resource").asText()).isEqualTo("auth");
        assertThat(log.path("user_id").asText()).startsWith("user_");
        assertThat(log.path("details").path("ip").asText()).isEqualTo("127.0.0.1");
        assertThat(log.path("details").path("user_agent").asText()).contains("Java");
        assertThat(log.path("auth_method").asText()).isEqualTo("jwt");
        JsonNode pagination = list.data().path("pagination");
        assertThat(pagination.path("limit").asInt()).isEqualTo(2);
        assertThat(pagination.path("pages").asInt()).isPositive();
        assertThat(list.header("Link")).contains("rel=\"next\"");
        assertThat(actions("?action=user.*")).containsExactly("user.create");
        assertThat(actions("?action=audit.read")).isNotEmpty();
        assertThat(actions("?user_id=" + log.path("user_id").asText() + "&start_date=2024-01-20"))
                .isNotEmpty();
        assertThat(actions("?end_date=2024-01-20")).isEmpty();
        assertThat(http.get("/api/v1/admin/audit-logs?start_date=yesterday", admin.bearer())
                        .status())
                .isEqualTo(400);
        for (String method : List.of("DELETE", "PUT", "PATCH", "POST")) {
            assertThat(http.send(method, "/api/v1/admin/audit-logs", null, admin.bearer())
                            .status())
                    .isEqualTo(405);
        }

        JsonNode proof =
                http.get("/api/v1/admin/audit-logs/verify", admin.bearer()).data();
        assertThat(proof.path("valid").asBoolean()).as(proof.toString()).isTrue();
        Answer export = http.get("/api/v1/admin/audit-logs/export", admin.bearer());
        assertThat(export.header("Content-Type")).startsWith("application/x-ndjson");
        prove(folder, export, proof.path("checkpoints").path("public_key").asText());
        Answer csv = http.get("/api/v1/admin/audit-logs/export?format=csv", admin.bearer());
        assertThat(csv.text())
                .startsWith("sequence,timestamp,")
                .contains("apikey.create")
                .doesNotContain(",=");
        assertThat(platform.data().resolve("audit/checkpoints.jsonl")).exists();
    }

    private List<String> actions(String query) {
        Answer answer = http.get("/api/v1/admin/audit-logs" + query, admin.bearer());
        assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
        return answer.data().path("logs").findValuesAsText("action");
    }

    private void prove(Path folder, Answer export, String publicKey) throws Exception {
        Path file = Files.write(folder.resolve("export.jsonl"), export.body());
        Process python;
        try {
            python = new ProcessBuilder(
                            "python3",
                            VERIFIER.toString(),
                            file.toString(),
                            "--public-key",
                            publicKey,
                            "--checkpoints",
                            platform.data().resolve("audit/checkpoints.jsonl").toString())
                    .redirectErrorStream(true)
                    .start();
        } catch (IOException e) {
            return; // without python3 the store's own tests prove exports
        }
        String verdict = new String(python.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(python.waitFor()).as(verdict).isZero();
    }

    @Test
    void doesWhatTheSettingsSay() {
        Account operator = Account.login(platform, Platform.OPERATOR_EMAIL, Platform.OPERATOR_PASSWORD);
        try {
            set(operator, "{\"maintenance_mode\": true, \"registration_enabled\": false}");
            await().atMost(WITHIN)
                    .until(() -> http.get("/api/v1/resources", admin.bearer()).status() == 503);
            Answer refused = http.get("/api/v1/resources", admin.bearer());
            assertThat(refused.errorCode()).isEqualTo("MAINTENANCE");
            assertThat(Long.parseLong(refused.header("Retry-After"))).isPositive();
            assertThat(http.get("/health").status()).isEqualTo(200);
            assertThat(http.get("/api/v1/admin/config", operator.bearer()).status())
                    .isEqualTo(200);
            assertThat(signIn(admin.email()).status()).isEqualTo(200);
            await().atMost(WITHIN).until(() -> register().status() == 403);
        } finally {
            set(operator, "{\"maintenance_mode\": null, \"registration_enabled\": null}");
        }
        await().atMost(WITHIN)
                .until(() -> http.get("/api/v1/resources", admin.bearer()).status() == 200);
        await().atMost(WITHIN).until(() -> register().status() != 403);

        JsonNode config = set(admin, "{\"session_timeout\": 60}");
        assertThat(config.path("settings").path("session_timeout").asInt()).isEqualTo(60);
        assertThat(config.path("sources").path("session_timeout").asText()).isEqualTo("tenant");
        await().atMost(WITHIN)
                .until(() -> signIn(admin.email()).data().path("expires_in").asInt() == 60);
        await().atMost(WITHIN)
                .untilAsserted(() -> assertThat(sessions())
                        .isNotEmpty()
                        .allSatisfy(session -> assertThat(time(session, "expires_at"))
                                .isEqualTo(time(session, "last_used_at").plusSeconds(60))));
        Answer platformOnly = http.send(
                "PUT",
                "/api/v1/admin/config",
                "{\"settings\": {\"registration_enabled\": true}}",
                with(admin, "Content-Type", "application/json"));
        assertThat(platformOnly.status()).as(platformOnly.toString()).isEqualTo(403);
        String before = "/api/v1/admin/config/versions/0/rollback";
        Answer blind = http.send("POST", before, null, admin.bearer());
        assertThat(blind.status()).as(blind.toString()).isEqualTo(428);
        assertThat(blind.errorCode()).isEqualTo("PRECONDITION_REQUIRED");
        Answer late = http.send("POST", before, null, with(admin, "If-Match", "\"0\""));
        assertThat(late.status()).as(late.toString()).isEqualTo(412);
        String tag = http.get("/api/v1/admin/config", admin.bearer()).header("ETag");
        Answer rollback = http.send("POST", before, null, with(admin, "If-Match", tag));
        assertThat(rollback.data().path("sources").path("session_timeout").asText())
                .isNotEqualTo("tenant");
        assertThat(http.get("/api/v1/admin/config/diff?from=1", admin.bearer())
                        .data()
                        .path("changes"))
                .hasSize(1);
    }

    private Answer register() {
        return http.post(
                "/api/v1/auth/register",
                "{\"email\": \"%s\", \"password\": \"%s\", \"name\": \"Again\"}"
                        .formatted(admin.email(), Account.PASSWORD));
    }

    private JsonNode set(Account account, String settings) {
        Answer answer = http.send(
                "PUT",
                "/api/v1/admin/config",
                "{\"settings\": " + settings + "}",
                with(account, "Content-Type", "application/json"));
        assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
        return answer.data();
    }

    private JsonNode sessions() {
        return http.get("/api/v1/auth/sessions", admin.bearer()).data().path("sessions");
    }

    private static Instant time(JsonNode session, String field) {
        return Instant.parse(session.path(field).asText());
    }
}
