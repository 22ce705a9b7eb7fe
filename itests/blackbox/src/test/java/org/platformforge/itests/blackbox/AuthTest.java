package org.platformforge.itests.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@Order(2)
@ExtendWith(PlatformExtension.class)
class AuthTest {
    private static final String ME = "/api/v1/auth/me";
    private static final String KEYS = "/api/v1/auth/api-keys";

    private final Platform platform;
    private final Http http;

    AuthTest(Platform platform) {
        this.platform = platform;
        this.http = platform.http();
    }

    @Test
    void registersAnAdministratorOfATenantOfItsOwn() {
        Account account = Account.register(platform);

        JsonNode me = http.get(ME, account.bearer()).data();
        assertThat(me.path("tenant_id").asText()).isEqualTo(account.tenantId()).isNotEqualTo("platform");
        assertThat(me.path("roles").get(0).asText()).isEqualTo("admin");
    }

    @Test
    void namesAllThatIsWrongWithARegistration() {
        Answer answer = http.post(
                "/api/v1/auth/register",
                "{\"email\": \"x\", \"password\": \"short\", \"name\": \"\", \"surprise\": 1}");

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.errorCode()).isEqualTo("VALIDATION_ERROR");
        assertThat(answer.text()).contains("surprise").contains("name");
    }

    @Test
    void refusesAnAddressThatIsInUse() {
        Account account = Account.register(platform);

        Answer again = http.post("/api/v1/auth/register", """
                {"email": "%s", "password": "another password", "name": "Another"}""".formatted(account.email()));

        assertThat(again.status()).isEqualTo(409);
    }

    @Test
    void refusesAWrongPasswordAndAnUnknownAddressInTheSameWords() {
        Account account = Account.register(platform);

        Answer wrong = login(account.email(), "not the password");
        Answer unknown = login("nobody@example.com", "not the password");

        assertUnauthorized(wrong);
        assertUnauthorized(unknown);
        assertThat(wrong.json().path("error")).isEqualTo(unknown.json().path("error"));
    }

    @Test
    void givesAReplayedParentTheSameSuccessor() {
        Account account = Account.register(platform);

        JsonNode first = refresh(account.refreshToken()).data();
        JsonNode again = refresh(account.refreshToken()).data();

        assertThat(first.path("refresh_token").asText())
                .isNotEqualTo(account.refreshToken())
                .isEqualTo(again.path("refresh_token").asText());
    }

    @Test
    void endsTheSessionWhenAnOlderRefreshTokenComesBack() {
        Account account = Account.register(platform);
        String second =
                refresh(account.refreshToken()).data().path("refresh_token").asText();
        JsonNode third = refresh(second).data();

        assertUnauthorized(refresh(account.refreshToken()));

        assertUnauthorized(refresh(third.path("refresh_token").asText()));
        assertUnauthorized(
                http.get(ME, Account.bearer(third.path("access_token").asText())));
        assertUnauthorized(http.get(ME, account.bearer()));
    }

    @Test
    void endsTheSessionAtLogout() {
        Account account = Account.register(platform);

        assertThat(http.post("/api/v1/auth/logout", "", account.bearer()).status())
                .isEqualTo(200);

        assertUnauthorized(http.get(ME, account.bearer()));
        assertUnauthorized(refresh(account.refreshToken()));
        Account.login(platform, account.email(), Account.PASSWORD);
    }

    @Test
    void takesTokensAndKeysUntilTheyAreRevoked() {
        Account account = Account.register(platform);
        JsonNode token = account.createKey(platform, "{\"name\": \"token\"}");
        JsonNode key = account.createKey(platform, "{\"name\": \"key\", \"type\": \"key\"}");
        String[] byToken = Account.bearer(token.path("secret").asText());
        String[] byKey = {"X-API-Key", key.path("secret").asText()};
        assertThat(http.get(ME, byToken).data().path("tenant_id").asText()).isEqualTo(account.tenantId());
        assertThat(http.get(ME, byKey).data().path("tenant_id").asText()).isEqualTo(account.tenantId());

        revoke(account, token);
        revoke(account, key);

        assertUnauthorized(http.get(ME, byToken));
        assertUnauthorized(http.get(ME, byKey));
    }

    @Test
    void showsASecretOnceOnly() {
        Account account = Account.register(platform);
        String secret = account.createKey(platform, "{\"name\": \"once\"}")
                .path("secret")
                .asText();

        assertThat(http.get(KEYS, account.bearer()).text()).contains("once").doesNotContain(secret);
    }

    @Test
    void refusesAViewerWhatChangesThings() {
        Account account = Account.register(platform);
        JsonNode viewer = account.createKey(platform, "{\"name\": \"viewer\", \"roles\": [\"viewer\"]}");
        String[] credential = Account.bearer(viewer.path("secret").asText());

        assertThat(http.get(KEYS, credential).status()).isEqualTo(200);
        Answer refused = http.post(KEYS, "{\"name\": \"more\"}", credential);
        assertThat(refused.status()).as(refused.toString()).isEqualTo(403);
        assertThat(refused.errorCode()).isEqualTo("FORBIDDEN");
    }

    @Test
    void publishesTheKeysThatAccessTokensVerifyWith() {
        JsonNode keys = http.get("/.well-known/jwks.json").json().path("keys");

        assertThat(keys).isNotEmpty().allSatisfy(key -> {
            assertThat(key.path("kid").asText()).isNotEmpty();
            assertThat(key.has("d")).as("the private part").isFalse();
        });
    }

    @Test
    void refusesAccessTokensThatSomebodyChanged() {
        String[] parts = Account.register(platform).accessToken().split("\\.");
        String header = decode(parts[0]);
        String payload = decode(parts[1]);
        char last = parts[2].charAt(10) == 'A' ? 'B' : 'A';
        String otherSignature = parts[2].substring(0, 10) + last + parts[2].substring(11);

        refuses(parts[0] + '.' + parts[1] + '.' + otherSignature);
        refuses(parts[0] + '.' + encode(payload.replace("admin", "operator")) + '.' + parts[2]);
        String none = encode(withAlgorithm(header, "none"));
        refuses(none + '.' + parts[1] + '.');
        refuses(none + '.' + parts[1] + '.' + parts[2]);
        refuses(encode(withAlgorithm(header, "HS256")) + '.' + parts[1] + '.' + parts[2]);
        refuses(parts[0] + '.' + parts[1]);
        refuses("x.y.z");
    }

    private static String withAlgorithm(String header, String algorithm) {
        String changed = header.replaceFirst("\"alg\":\"[^\"]+\"", "\"alg\":\"" + algorithm + "\"");
        assertThat(changed).isNotEqualTo(header);
        return changed;
    }

    private void refuses(String token) {
        assertUnauthorized(http.get(ME, Account.bearer(token)));
    }

    private void revoke(Account account, JsonNode created) {
        Answer answer =
                http.delete(KEYS + '/' + created.path("api_key").path("id").asText(), account.bearer());
        assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
    }

    private Answer refresh(String token) {
        return http.post("/api/v1/auth/refresh", "{\"refresh_token\": \"%s\"}".formatted(token));
    }

    private Answer login(String email, String password) {
        return http.post("/api/v1/auth/login", "{\"email\": \"%s\", \"password\": \"%s\"}".formatted(email, password));
    }

    private static void assertUnauthorized(Answer answer) {
        assertThat(answer.status()).as(answer.toString()).isEqualTo(401);
        assertThat(answer.json().path("status").asText()).isEqualTo("error");
        assertThat(answer.errorCode()).isEqualTo("UNAUTHORIZED");
        assertThat(answer.json().path("meta").path("request_id").asText()).isNotEmpty();
        assertThat(answer.header("WWW-Authenticate")).isNotNull();
    }

    private static String decode(String part) {
        return new String(Base64.getUrlDecoder().decode(part), StandardCharsets.UTF_8);
    }

    private static String encode(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
