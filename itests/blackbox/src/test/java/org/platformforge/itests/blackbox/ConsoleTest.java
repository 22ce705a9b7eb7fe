package org.platformforge.itests.blackbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.UUID;
import org.apache.sshd.client.SshClient;
import org.apache.sshd.client.channel.ChannelExec;
import org.apache.sshd.client.channel.ChannelShell;
import org.apache.sshd.client.channel.ClientChannelEvent;
import org.apache.sshd.client.keyverifier.AcceptAllServerKeyVerifier;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.SshException;
import org.apache.sshd.common.keyprovider.KeyIdentityProvider;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The console over SSH, for operators and nobody else, and what {@code bin/forge shell} says when something is wrong. */
@Order(5)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ExtendWith(PlatformExtension.class)
class ConsoleTest {
    private static final Duration WITHIN = Duration.ofSeconds(30);

    private final Platform platform;
    private SshClient client;

    private record Result(int exitCode, String text) {
        JsonNode json() {
            try {
                return new ObjectMapper().readTree(text);
            } catch (IOException e) {
                throw new AssertionError(text, e);
            }
        }
    }

    ConsoleTest(Platform platform) {
        this.platform = platform;
    }

    @BeforeAll
    void start() {
        client = SshClient.setUpDefaultClient();
        client.setKeyIdentityProvider(KeyIdentityProvider.EMPTY_KEYS_PROVIDER);
        client.setServerKeyVerifier(AcceptAllServerKeyVerifier.INSTANCE);
        client.start();
    }

    @AfterAll
    void stop() {
        client.stop();
    }

    @Test
    void givesAnOperatorEveryListAsJson() throws IOException {
        for (String command : List.of(
                "forge:status",
                "forge:modules",
                "forge:loggers",
                "forge:threads",
                "forge:jfr",
                "template:list",
                "provision:list",
                "resource:list",
                "operation:list",
                "event:dead-list",
                "tenant:list",
                "apikey:list",
                "ratelimit:show",
                "user:list",
                "role:list",
                "audit:tail",
                "audit:verify",
                "audit:key",
                "settings:list",
                "settings:history",
                "auth:key-list")) {
            Result json = run(command + " --json");
            assertThat(json.exitCode()).as(command + ": " + json.text()).isZero();
            assertThat(json.json().isContainerNode())
                    .as(command + ": " + json.text())
                    .isTrue();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "event:dead-show evt_none, Dead letter not found",
        "event:dead-retry evt_none, Dead letter not found",
        "event:dead-discard --listener nobody --all, Dead letter not found",
        "event:dead-discard --tenant ten_none --all evt_none, Name an event",
        "event:dead-discard, Name an event",
    })
    void changesNoDeadLetterThatIsNotNamed(String command, String reason) throws IOException {
        Result refused = run(command);
        assertThat(refused.exitCode()).as(refused.text()).isNotZero();
        assertThat(refused.text()).contains(reason).doesNotContain("\tat ");
    }

    @Test
    void createsListsAndRevokesKeysOfATenant() throws IOException {
        String tenant =
                run("tenant:create --json 'From the console'").json().path("id").asText();
        JsonNode created =
                run("apikey:create --tenant " + tenant + " --json ci").json();
        String[] credential = Account.bearer(created.path("secret").asText());
        String id = created.findValue("id").asText();
        assertThat(platform.http()
                        .get("/api/v1/auth/me", credential)
                        .data()
                        .path("tenant_id")
                        .asText())
                .isEqualTo(tenant);
        assertThat(run("apikey:list --json --tenant " + tenant).text()).contains(id);

        assertThat(run("apikey:revoke --tenant " + tenant + " " + id).exitCode())
                .isZero();

        assertThat(platform.http().get("/api/v1/auth/me", credential).status()).isEqualTo(401);
    }

    @Test
    void administersTheUsersOfATenant() throws IOException {
        Account admin = Account.register(platform);
        String tenant = " --tenant " + admin.tenantId();
        String self = run("user:list --json" + tenant).json().get(0).path("id").asText();
        assertThat(run("user:suspend" + tenant + " " + self).text()).contains("last active user");
        assertThat(run("user:create" + tenant + " nobody@example.com Nobody").text())
                .contains("--password-stdin")
                .doesNotContain("Exception");
        String bob = platform.http()
                .post(
                        "/api/v1/admin/users",
                        "{\"email\": \"%s\", \"name\": \"Bob\", \"password\": \"%s\"}"
                                .formatted("b" + admin.email(), Account.PASSWORD),
                        admin.bearer())
                .data()
                .findValue("id")
                .asText();
        assertThat(run("role:grant --json" + tenant + " " + bob + " admin")
                        .json()
                        .path("roles"))
                .hasSize(2);
        assertThat(run("user:suspend --json" + tenant + " " + self)
                        .json()
                        .path("status")
                        .asText())
                .isEqualTo("suspended");
        assertThat(platform.http().get("/api/v1/auth/me", admin.bearer()).status())
                .isEqualTo(401);
        assertThat(run("user:activate --json" + tenant + " " + admin.email())
                        .json()
                        .path("id")
                        .asText())
                .as("by the address, which is a part of the other one's")
                .isEqualTo(self);
        assertThat(run("role:revoke --json" + tenant + " " + bob + " admin")
                        .json()
                        .path("roles"))
                .hasSize(1);
        assertThat(run("audit:tail --json --action user.suspend" + tenant)
                        .json()
                        .get(0)
                        .path("actor")
                        .asText())
                .isEqualTo(Platform.OPERATOR_EMAIL);
        assertThat(run("settings:set --json" + tenant + " session_timeout 600")
                        .json()
                        .path("version")
                        .asInt())
                .isOne();
        assertThat(run("settings:list" + tenant).text()).contains("session_timeout", "600", "tenant");
        JsonNode changes = run("settings:diff --json" + tenant + " 0").json().path("changes");
        assertThat(changes).hasSize(1);
        assertThat(changes.get(0).path("after").asInt()).isEqualTo(600);
        assertThat(run("settings:diff" + tenant + " 1 0").text()).contains("session_timeout", "600", "not set");
        assertThat(run("settings:rollback" + tenant + " 0").exitCode()).isZero();
    }

    @Test
    void takesTheConsoleFromAnOperatorWhoIsSuspended() throws Exception {
        Account operator = Account.login(platform, Platform.OPERATOR_EMAIL, Platform.OPERATOR_PASSWORD);
        String email = "op-" + UUID.randomUUID() + "@example.com";
        Answer created = platform.http()
                .post(
                        "/api/v1/admin/users",
                        "{\"email\": \"%s\", \"name\": \"Op\", \"password\": \"%s\", \"roles\": [\"operator\"]}"
                                .formatted(email, Account.PASSWORD),
                        operator.bearer());
        assertThat(created.status()).as(created.toString()).isEqualTo(201);
        String path = "/api/v1/admin/users/" + created.data().findValue("id").asText();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ClientSession session = login(email, Account.PASSWORD);
                ChannelShell shell = session.createShellChannel()) {
            shell.setOut(out);
            shell.setErr(out);
            shell.open().verify(WITHIN);
            OutputStream keyboard = shell.getInvertedIn();
            type(keyboard, "tenant:list --json");
            await().atMost(WITHIN).until(() -> text(out).contains("\"platform\""));
            assertThat(platform.http()
                            .send("POST", path + "/suspend", null, operator.bearer())
                            .status())
                    .isEqualTo(200);
            int before = out.size();
            type(keyboard, "tenant:list --json");
            await().atMost(WITHIN)
                    .until(() -> text(out).substring(before).matches("(?is).*(not found|insufficient|denied).*"));
            assertThat(text(out).substring(before)).doesNotContain("\"platform\"");
        } finally {
            platform.http().delete(path, operator.bearer());
        }
        refused(email, Account.PASSWORD);
    }

    private static void type(OutputStream keyboard, String line) throws IOException {
        keyboard.write((line + "\r").getBytes(StandardCharsets.UTF_8));
        keyboard.flush();
    }

    private static String text(ByteArrayOutputStream out) {
        return out.toString(StandardCharsets.ISO_8859_1);
    }

    @Test
    void rotatesTheSigningKeyWhileFormerTokensStayValid() throws IOException {
        Account before = Account.register(platform);
        JsonNode keys = run("auth:key-list --json").json();
        String rotated = run("auth:key-rotate --json").json().path("kid").asText();

        assertThat(keys)
                .anyMatch(key -> key.path("kid").asText().equals(rotated)
                        && key.path("state").asText().equals("next"));
        assertThat(platform.http().get("/api/v1/auth/me", before.bearer()).status())
                .isEqualTo(200);
        assertThat(platform.http().get("/.well-known/jwks.json").json().findValuesAsText("kid"))
                .containsAll(keys.findValuesAsText("kid"))
                .hasSize(keys.size() + 1);
        assertThat(kid(Account.register(platform))).isEqualTo(rotated).isNotEqualTo(kid(before));
    }

    private static String kid(Account account) throws IOException {
        String header = account.accessToken().split("\\.")[0];
        return new ObjectMapper()
                .readTree(java.util.Base64.getUrlDecoder().decode(header))
                .path("kid")
                .asText();
    }

    @Test
    void recordsLoginsAndRefusalsOnceEach() throws IOException {
        String nobody = "nobody-" + UUID.randomUUID() + "@example.com";
        refused(nobody, "not the password");
        assertThat(run("user:suspend " + nobody).exitCode()).isNotZero();
        await().atMost(WITHIN).untilAsserted(() -> {
            assertThat(trail("user.suspend", nobody)).singleElement().satisfies(record -> {
                assertThat(record.path("result").asText()).isEqualTo("refused");
                assertThat(record.path("actor").asText()).isEqualTo(Platform.OPERATOR_EMAIL);
            });
            assertThat(trail("console.login", nobody)).singleElement().satisfies(record -> {
                assertThat(record.path("result").asText()).isEqualTo("refused");
                assertThat(record.path("details").path("ip").asText()).isEqualTo("127.0.0.1");
            });
        });
        assertThat(trail("console.login", Platform.OPERATOR_EMAIL))
                .anyMatch(record -> record.path("result").asText().equals("success"));
        assertThat(platform.shell("forge:status").exitCode()).isZero();
        assertThat(trail("console.login", "forge-local"))
                .anyMatch(record -> record.path("result").asText().equals("success"));
    }

    private List<JsonNode> trail(String action, String target) throws IOException {
        List<JsonNode> records = new ArrayList<>();
        run("audit:tail --json --action " + action).json().forEach(records::add);
        records.removeIf(record -> !record.path("target").asText().equals(target));
        return records;
    }

    @Test
    void keepsOutWhoIsNoOperator() {
        Account administrator = Account.register(platform);

        refused(administrator.email(), Account.PASSWORD);
        refused(Platform.OPERATOR_EMAIL, "not the password");
        refused("nobody@example.com", Platform.OPERATOR_PASSWORD);
        refused("karaf", "karaf");
        refused("forge-local", "forge-local");
    }

    @Test
    void refusesEvenTheRightPasswordAfterTooManyGuesses() throws IOException {
        platform.limit("auth", "4/1h per address");
        try {
            await().atMost(WITHIN).until(() -> "4".equals(attempt().header("X-RateLimit-Limit")));
            await().atMost(WITHIN).until(() -> attempt().status() == 429);

            refused(Platform.OPERATOR_EMAIL, Platform.OPERATOR_PASSWORD);
        } finally {
            // a window that would end after a whole one from now is cut short: other tests count from zero
            platform.limit("auth", "1000/1s per address");
            await().atMost(WITHIN).until(() -> "1000".equals(attempt().header("X-RateLimit-Limit")));
            platform.liftRateLimits();
            await().atMost(WITHIN).until(() -> attempt().header("X-RateLimit-Limit") == null);
        }
        login(Platform.OPERATOR_EMAIL, Platform.OPERATOR_PASSWORD).close();
    }

    private Answer attempt() {
        return platform.http().post("/api/v1/auth/refresh", "{\"refresh_token\": \"not one\"}");
    }

    @ParameterizedTest
    @CsvSource({
        "apikey:revoke key_nothing, API key not found",
        "apikey:list --tenant nothing, Tenant not found",
        "apikey:create, argument name is required",
        "provision:show nothing, Provision not found",
        "provision:list --tenant nothing, Tenant not found",
        "operation:show nothing, Operation not found",
        "resource:delete nothing, Resource not found",
        "forge:module-install /nothing.jar, There is no /nothing.jar",
        "forge:module-update /nothing.jar, There is no /nothing.jar",
        "forge:module-uninstall nothing, Module not found",
        "user:suspend nothing, User not found",
        "role:grant nothing viewer, User not found",
        "settings:set nothing true, is no setting",
        "audit:tail --since yesterday, must be a date",
        "auth:key-rotate --nothing, undefined option --nothing",
        "forge:jfr nothing, must be start",
        "forge:logger-set ROOT loud, must be one of",
        "forge:logger-set org.eclipse.jetty debug, would write credentials",
        "forge:status nothing, too many arguments",
        "nothing:nothing, Command not found"
    })
    void saysInOneLineWhatIsWrong(String command, String reason) {
        Platform.Output output = platform.shell(command.split(" "));

        String text = output.text().replaceAll("\u001B\\[[0-9;]*m", "").strip();
        assertThat(output.exitCode()).as(text).isNotZero();
        assertThat(text).contains(reason).doesNotContain("Exception").doesNotContain("\tat ");
        assertThat(text.lines()).hasSizeLessThanOrEqualTo(2);
    }

    private ClientSession login(String user, String password) throws IOException {
        ClientSession session = client.connect(user, "127.0.0.1", platform.sshPort())
                .verify(WITHIN)
                .getSession();
        try {
            session.addPasswordIdentity(password);
            session.auth().verify(WITHIN);
            return session;
        } catch (IOException e) {
            session.close(true);
            throw e;
        }
    }

    private void refused(String user, String password) {
        assertThatThrownBy(() -> login(user, password)).isInstanceOf(SshException.class);
    }

    /** As the operator, in a session of its own: the console ends it with the command. */
    private Result run(String command) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ClientSession session = login(Platform.OPERATOR_EMAIL, Platform.OPERATOR_PASSWORD);
                ChannelExec channel = session.createExecChannel(command)) {
            channel.setOut(out);
            channel.setErr(out);
            channel.open().verify(WITHIN);
            channel.waitFor(EnumSet.of(ClientChannelEvent.CLOSED), WITHIN);
            Integer status = channel.getExitStatus();
            return new Result(status == null ? -1 : status, out.toString(StandardCharsets.UTF_8));
        }
    }
}
