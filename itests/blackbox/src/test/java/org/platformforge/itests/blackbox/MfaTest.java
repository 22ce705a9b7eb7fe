package org.platformforge.itests.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.time.Instant;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Second factors as document 002 describes them, and sessions, with the codes of an app that is made here. */
@Order(2)
@ExtendWith(PlatformExtension.class)
class MfaTest {
    private static final String ENABLE = "/api/v1/auth/mfa/enable";
    private static final String VERIFY = "/api/v1/auth/mfa/verify";
    private static final String SESSIONS = "/api/v1/auth/sessions";
    private static final String TOTP = "{\"method\": \"totp\"}";

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
        String secret = enrolment.path("secret").asText();
        ok(login(account, ""));

        long step = Instant.now().getEpochSecond() / 30;
        Answer wrong = http.post(VERIFY, "{\"method\": \"totp\", \"code\": \"\"}", account.bearer());
        assertError(wrong, 401, "UNAUTHORIZED");
        String first = code(secret, step);
        ok(http.post(VERIFY, "{\"method\": \"totp\", \"code\": \"%s\"}".formatted(first), account.bearer()));

        Answer missing = login(account, "");
        assertError(missing, 401, "MFA_REQUIRED");
        JsonNode details = missing.json().path("error").path("details");
        assertThat(details.path("methods").get(0).asText()).isEqualTo("totp");
        assertError(login(account, ", \"mfa_code\": \"%s\"".formatted(first)), 401, "UNAUTHORIZED");
        String backup = enrolment.path("backup_codes").get(0).asText();
        ok(login(account, ", \"mfa_code\": \"%s\"".formatted(backup)));
        assertError(login(account, ", \"mfa_code\": \"%s\"".formatted(backup)), 401, "UNAUTHORIZED");

        JsonNode in = ok(http.post(
                "/api/v1/auth/login",
                "{\"mfa_token\": \"%s\", \"mfa_code\": \"%s\"}"
                        .formatted(
                                details.path("mfa_token").asText(),
                                code(secret, Math.max(step + 1, Instant.now().getEpochSecond() / 30)))));
        String[] bearer = Account.bearer(in.path("access_token").asText());
        JsonNode current = current(ok(http.get(SESSIONS, bearer)).path("sessions"));
        assertThat(current.path("methods").toString()).isEqualTo("[\"pwd\",\"otp\",\"mfa\"]");

        ok(http.post("/api/v1/auth/mfa/disable", TOTP, bearer));
        ok(login(account, ""));
    }

    /** Not what an API token can do, however much it may: no person stands behind it. */
    @Test
    void wantsAPersonForWhatIsDangerous() {
        Account account = Account.register(platform);
        String[] token = Account.bearer(account.createKey(platform, "{\"name\": \"all\"}")
                .path("secret")
                .asText());
        assertError(http.post(ENABLE, TOTP, token), 401, "UNAUTHORIZED");
        assertError(http.post("/api/v1/auth/mfa/disable", TOTP, token), 401, "UNAUTHORIZED");

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

    /** RFC 6238, from the secret in Base32. */
    private static String code(String secret, long step) throws GeneralSecurityException, IOException {
        ByteBuffer key = ByteBuffer.allocate(secret.length() * 5 / 8);
        int bits = 0;
        int held = 0;
        for (char c : secret.toCharArray()) {
            held = held << 5 | "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(c);
            bits += 5;
            if (bits >= 8) {
                bits -= 8;
                key.put((byte) (held >> bits));
            }
        }
        Mac mac = Mac.getInstance("HmacSHA1");
        mac.init(new SecretKeySpec(key.array(), "HmacSHA1"));
        byte[] hash = mac.doFinal(ByteBuffer.allocate(8).putLong(step).array());
        int number = ByteBuffer.wrap(hash).getInt(hash[hash.length - 1] & 0xf) & 0x7fffffff;
        return String.format("%06d", number % 1_000_000);
    }
}
