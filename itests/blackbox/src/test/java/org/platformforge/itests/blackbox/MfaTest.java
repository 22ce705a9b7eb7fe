package org.platformforge.itests.blackbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Second factors as document 002 describes them, and sessions, with the codes of an app that is made here. */
@Order(2)
@ExtendWith(PlatformExtension.class)
class MfaTest {
    private static final String ENABLE = Authenticator.ENABLE;
    private static final String VERIFY = Authenticator.VERIFY;
    private static final String DISABLE = "/api/v1/auth/mfa/disable";
    private static final String SESSIONS = "/api/v1/auth/sessions";
    private static final String TOTP = Authenticator.TOTP;
    private static final String USERS = "/api/v1/admin/users";

    private final Platform platform;
    private final Http http;

    MfaTest(Platform platform) {
        this.platform = platform;
        this.http = platform.http();
    }

    @Test
    void enrolsAnAuthenticatorAppAndAsksForItsCodes() throws Exception {
        Account account = Account.register(platform);
        JsonNode enrolment = ok(http.post(ENABLE, TOTP, account.bearer()));
        assertThat(enrolment.path("qr_code").asText()).startsWith("data:image/png;base64,");
        assertThat(enrolment.path("backup_codes")).hasSize(10);
        Authenticator app = new Authenticator(enrolment);
        ok(login(account, ""));

        assertError(http.post(VERIFY, Authenticator.verification(""), account.bearer()), 401, "UNAUTHORIZED");
        String first = app.next();
        ok(http.post(VERIFY, Authenticator.verification(first), account.bearer()));

        Answer missing = login(account, "");
        assertError(missing, 401, "MFA_REQUIRED");
        JsonNode details = missing.json().path("error").path("details");
        assertThat(details.path("methods").get(0).asText()).isEqualTo("totp");
        Answer reused = login(account, code(first));
        assertError(reused, 401, "UNAUTHORIZED");
        String backup = app.backupCodes().get(0);
        ok(login(account, code(backup)));
        assertError(login(account, code(backup)), 401, "UNAUTHORIZED");

        String second = app.next();
        String completion = "{\"mfa_token\": \"%s\", \"mfa_code\": \"%s\"}"
                .formatted(details.path("mfa_token").asText(), second);
        JsonNode in = ok(http.post("/api/v1/auth/login", completion));
        Answer again = http.post("/api/v1/auth/login", completion);
        assertError(again, 401, "UNAUTHORIZED");
        assertError(login(account, code(second)), 401, "UNAUTHORIZED");
        assertThat(again.json().path("error"))
                .as("the same as for a wrong one")
                .isEqualTo(login(account, code("000000")).json().path("error"));
        String[] bearer = Account.bearer(in.path("access_token").asText());
        JsonNode current = current(ok(http.get(SESSIONS, bearer)).path("sessions"));
        assertThat(current.path("methods").toString()).isEqualTo("[\"pwd\",\"otp\",\"mfa\"]");

        ok(http.post(DISABLE, TOTP, bearer));
        ok(login(account, ""));
    }

    private static String code(String code) {
        return ", \"mfa_code\": \"%s\"".formatted(code);
    }

    /** From the moment of the setting on, and in nobody's way who wants to set a factor up. */
    @Test
    void letsNobodyDoAnythingWithoutAFactorWhereOneIsRequired() throws Exception {
        Account account = Account.register(platform);
        String[] key = Account.bearer(account.createKey(platform, "{\"name\": \"key\"}")
                .path("secret")
                .asText());
        requireMfa("true", account.bearer());
        await().atMost(Duration.ofSeconds(30))
                .until(() -> http.get(USERS, account.bearer()).status() == 403);

        Account again = Account.login(platform, account.email(), Account.PASSWORD);
        for (Operation route : Operation.installed(platform)) {
            if (!route.permission().startsWith("*")) {
                Answer answer = route.call(platform, "id", "{}", again.bearer());
                assertThat(answer.status()).as(answer.toString()).isEqualTo(403);
            }
        }
        assertThat(ok(http.get("/api/v1/auth/me", again.bearer())).path("roles").toString())
                .isEqualTo("[\"mfa_enrolment\"]");
        assertThat(http.get(USERS, key).status()).isEqualTo(200);

        Authenticator.enrol(platform, again);
        JsonNode refreshed =
                ok(http.post("/api/v1/auth/refresh", "{\"refresh_token\": \"%s\"}".formatted(again.refreshToken())));
        String[] proven = Account.bearer(refreshed.path("access_token").asText());
        ok(http.get(USERS, proven));
        assertError(http.get(USERS, account.bearer()), 403, "FORBIDDEN");
        Answer unproven = http.post(DISABLE, TOTP, account.bearer());
        assertError(unproven, 401, "STEP_UP_REQUIRED");
        assertThat(unproven.header("WWW-Authenticate")).contains("acr_values=\"aal2\"");
        assertError(http.post(DISABLE, TOTP, proven), 409, "LAST_FACTOR");

        requireMfa("null", proven);
        await().atMost(Duration.ofSeconds(30))
                .until(() -> http.get(USERS, account.bearer()).status() == 200);
        ok(http.post(DISABLE, TOTP, proven));
    }

    /** Off as shipped; then for the device that showed a code, and for nobody who comes by its cookie otherwise. */
    @Test
    void remembersADeviceWhereTheOperatorAllowsIt() throws Exception {
        Account ann = Account.register(platform);
        Authenticator anns = Authenticator.enrol(platform, ann);
        assertThat(remember(ann, anns.backupCodes().get(0)).header("Set-Cookie"))
                .isNull();
        Path file = platform.config().resolve("org.platformforge.auth.cfg");
        String shipped = Files.readString(file);
        try {
            Files.writeString(file, shipped.replace("mfa.remember.days = 0", "mfa.remember.days = 30"));
            await().atMost(Duration.ofSeconds(30)).until(() -> {
                Account probe = Account.register(platform);
                Authenticator app = Authenticator.enrol(platform, probe);
                return remember(probe, app.backupCodes().get(0)).header("Set-Cookie") != null;
            });
            Account bob = Account.register(platform);
            Authenticator bobs = Authenticator.enrol(platform, bob);
            Answer answer = remember(ann, anns.backupCodes().get(1));
            assertThat(answer.header("Set-Cookie"))
                    .matches("__Host-forge-device=pfd_[A-Za-z0-9_-]{43}; Path=/; Max-Age=2592000; Secure; HttpOnly;"
                            + " SameSite=Strict");
            assertThat(answer.text()).doesNotContain("pfd_");
            String cookie = answer.header("Set-Cookie").split(";")[0];
            String others = remember(bob, bobs.backupCodes().get(0))
                    .header("Set-Cookie")
                    .split(";")[0];
            refusesForgedDevices(ann, cookie, others);
            standsInForACode(ann, cookie);
            isForgotten(ann, anns, bob, others);
        } finally {
            Files.writeString(file, shipped);
        }
    }

    private void refusesForgedDevices(Account ann, String cookie, String others) {
        String value = cookie.substring(cookie.indexOf('=') + 1);
        for (String forged : List.of(
                others,
                cookie + 'A',
                cookie.replace("pfd_", "pfr_"),
                cookie.toLowerCase(Locale.ROOT),
                "__Host-forge-device=",
                "__Host-forge-device",
                "__Host-forge-device=\"",
                "__Host-forge-device=\"" + value,
                "__Host-forge-device=" + "A".repeat(5000),
                "forge-device=" + value,
                "$Version=1; =;;,=\\")) {
            assertError(from(ann, forged), 401, "MFA_REQUIRED");
        }
        assertError(http.get("/api/v1/auth/me", "Cookie", cookie), 401, "UNAUTHORIZED");
    }

    private void standsInForACode(Account ann, String cookie) {
        String[] bearer =
                Account.bearer(ok(from(ann, cookie)).path("access_token").asText());
        JsonNode current = current(ok(http.get(SESSIONS, bearer)).path("sessions"));
        assertThat(current.path("methods").toString()).isEqualTo("[\"pwd\",\"device\"]");
        Answer unproven = http.post(DISABLE, TOTP, bearer);
        assertError(unproven, 401, "STEP_UP_REQUIRED");
        assertThat(unproven.header("WWW-Authenticate")).contains("acr_values=\"aal2\"");
        JsonNode devices = ok(http.get(SESSIONS, bearer)).path("devices");
        assertThat(devices).hasSize(1);
        assertThat(devices.toString()).doesNotContain("pfd_");

        Account stranger = Account.register(platform);
        String device = SESSIONS + '/' + devices.get(0).path("id").asText();
        assertError(http.delete(device, stranger.bearer()), 404, "NOT_FOUND");
        ok(http.delete(device, bearer));
        assertError(from(ann, cookie), 401, "MFA_REQUIRED");
    }

    private void isForgotten(Account ann, Authenticator anns, Account bob, String others) {
        String cookie =
                remember(ann, anns.backupCodes().get(2)).header("Set-Cookie").split(";")[0];
        String[] bearer =
                Account.bearer(ok(from(ann, cookie)).path("access_token").asText());
        String change = "{\"current_password\": \"%s\", \"password\": \"%s\"}";
        String another = "another " + Account.PASSWORD;
        ok(http.post("/api/v1/auth/password/change", change.formatted(Account.PASSWORD, another), bearer));
        ok(http.post("/api/v1/auth/password/change", change.formatted(another, Account.PASSWORD), bearer));
        assertError(from(ann, cookie), 401, "MFA_REQUIRED");

        ok(from(bob, others));
        platform.shell("user:reset-mfa", bob.email());
        Answer without = from(bob, others);
        assertThat(ok(without).path("access_token").asText()).isNotEmpty();
        assertThat(ok(http.get(
                                SESSIONS,
                                Account.bearer(ok(without).path("access_token").asText())))
                        .path("devices"))
                .isEmpty();
    }

    private Answer remember(Account account, String code) {
        Answer answer = login(account, code(code) + ", \"remember_device\": true");
        ok(answer);
        return answer;
    }

    private Answer from(Account account, String cookie) {
        return http.post(
                "/api/v1/auth/login",
                "{\"email\": \"%s\", \"password\": \"%s\"}".formatted(account.email(), Account.PASSWORD),
                "Cookie",
                cookie);
    }

    private void requireMfa(String value, String... bearer) {
        ok(http.send(
                "PUT",
                "/api/v1/admin/config",
                "{\"settings\": {\"mfa_required\": %s}}".formatted(value),
                bearer[0],
                bearer[1],
                "Content-Type",
                "application/json"));
    }

    /** Not what an API token can do, however much it may: no person stands behind it. */
    @Test
    void wantsAPersonForWhatIsDangerous() {
        Account account = Account.register(platform);
        String[] token = Account.bearer(account.createKey(platform, "{\"name\": \"all\"}")
                .path("secret")
                .asText());
        assertError(http.post(ENABLE, TOTP, token), 401, "UNAUTHORIZED");
        assertError(http.post(DISABLE, TOTP, token), 401, "UNAUTHORIZED");

        Answer again = http.post(
                "/api/v1/auth/reauthenticate", "{\"password\": \"%s\"}".formatted(Account.PASSWORD), account.bearer());
        String[] fresh = Account.bearer(ok(again).path("access_token").asText());
        ok(http.post(ENABLE, TOTP, fresh));
        assertError(
                http.post("/api/v1/auth/reauthenticate", "{\"password\": \"wrong password\"}", account.bearer()),
                401,
                "UNAUTHORIZED");
    }

    @Test
    void listsAndEndsSessions() {
        Account first = Account.register(platform);
        Account second = Account.login(platform, first.email(), Account.PASSWORD);
        JsonNode sessions = ok(http.get(SESSIONS, second.bearer())).path("sessions");
        assertThat(sessions).hasSize(2);
        String others = sessions.get(0).path("current").asBoolean()
                ? sessions.get(1).path("id").asText()
                : sessions.get(0).path("id").asText();

        ok(http.delete(SESSIONS + '/' + others, second.bearer()));
        assertError(http.get(SESSIONS, first.bearer()), 401, "UNAUTHORIZED");
        assertError(http.delete(SESSIONS + '/' + others, second.bearer()), 404, "NOT_FOUND");
        Account third = Account.login(platform, first.email(), Account.PASSWORD);
        assertThat(ok(http.delete(SESSIONS, third.bearer())).path("revoked").asInt())
                .isOne();
        assertError(http.get(SESSIONS, second.bearer()), 401, "UNAUTHORIZED");
        ok(http.get(SESSIONS, third.bearer()));
    }

    private static JsonNode current(JsonNode sessions) {
        for (JsonNode session : sessions) {
            if (session.path("current").asBoolean()) {
                return session;
            }
        }
        throw new AssertionError("No current session in " + sessions);
    }

    private Answer login(Account account, String more) {
        return http.post(
                "/api/v1/auth/login",
                "{\"email\": \"%s\", \"password\": \"%s\"%s}".formatted(account.email(), Account.PASSWORD, more));
    }

    private static JsonNode ok(Answer answer) {
        assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
        return answer.data();
    }

    private static void assertError(Answer answer, int status, String code) {
        assertThat(answer.status()).as(answer.toString()).isEqualTo(status);
        assertThat(answer.errorCode()).isEqualTo(code);
    }
}
