package org.platformforge.itests.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
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
    void putsAnotherKeyInThePlaceOfOne() {
        Account account = Account.register(platform);
        JsonNode first = account.createKey(platform, "{\"name\": \"ci\", \"scopes\": [\"template:read\"]}");
        String id = first.path("api_key").path("id").asText();
        String rotate = KEYS + '/' + id + "/rotate";

        Answer tooShort = http.post(rotate, "{\"grace_seconds\": 5}", account.bearer());
        assertThat(tooShort.status()).as(tooShort.toString()).isEqualTo(400);
        assertThat(tooShort.text()).contains("grace_seconds");
        assertThat(http.post(rotate, "{}", Account.register(platform).bearer()).status())
                .isEqualTo(404);
        Answer rotated = http.send("POST", rotate, null, account.bearer());

        assertThat(rotated.status()).as(rotated.toString()).isEqualTo(201);
        assertUnauthorized(http.get(ME, Account.bearer(first.path("secret").asText())));
        Answer me = http.get(ME, Account.bearer(rotated.data().path("secret").asText()));
        assertThat(me.data().path("scopes").toString()).isEqualTo("[\"template:read\"]");
        assertThat(http.get(KEYS + '/' + id, account.bearer()).data().path("rotated_to"))
                .isEqualTo(rotated.data().path("api_key").path("id"));
        assertThat(http.post(rotate, "{}", account.bearer()).status()).isEqualTo(409);
    }

    @Test
    void saysWhetherThereAreMoreKeysThanOnAPage() {
        Account account = Account.register(platform);
        account.createKey(platform, "{\"name\": \"first\"}");
        account.createKey(platform, "{\"name\": \"second\"}");

        JsonNode page = http.get(KEYS + "?limit=1", account.bearer()).data();
        String cursor = page.path("next_cursor").asText();
        JsonNode last =
                http.get(KEYS + "?limit=1&cursor=" + cursor, account.bearer()).data();

        assertThat(page.path("has_more")).isEqualTo(BooleanNode.TRUE);
        assertThat(last.path("has_more")).isEqualTo(BooleanNode.FALSE);
        assertThat(last.hasNonNull("next_cursor")).isFalse();
        assertThat(page.findValuesAsText("name")).doesNotContainAnyElementsOf(last.findValuesAsText("name"));
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

    /** RFC 7662, for every kind of token, and for its own tenant only. */
    @Test
    void saysWhatATokenIs() {
        Account account = Account.register(platform);
        Account other = Account.register(platform);
        JsonNode created = account.createKey(platform, "{\"name\": \"k\", \"scopes\": [\"template:read\"]}");
        String key = created.path("secret").asText();

        JsonNode access = introspect(account.accessToken(), account.bearer());
        assertThat(access.path("active").asBoolean()).isTrue();
        assertThat(access.path("token_type").asText()).isEqualTo("Bearer");
        assertThat(access.path("tenant_id").asText()).isEqualTo(account.tenantId());
        assertThat(access.path("exp").asLong()).isGreaterThan(access.path("iat").asLong());
        assertThat(access.path("roles").toString()).isEqualTo("[\"admin\"]");
        JsonNode refresh = introspect(account.refreshToken(), account.bearer());
        assertThat(refresh.path("token_type").asText()).isEqualTo("refresh_token");
        assertThat(refresh.path("sid")).isEqualTo(access.path("sid"));
        JsonNode api = introspect(key, account.bearer());
        assertThat(api.path("scope").asText()).isEqualTo("template:read");
        assertThat(api.path("sub")).isEqualTo(created.path("api_key").path("id"));
        assertThat(api.path("username")).isEqualTo(access.path("sub"));
        assertThat(introspect(account.accessToken(), Account.bearer(key))).isEqualTo(access);

        for (String token : List.of(account.accessToken(), account.refreshToken(), key, "x", "pfk_x", "a.b.c")) {
            JsonNode inactive = introspect(token, other.bearer());
            assertThat(inactive.toString()).isEqualTo("{\"active\":false}");
        }
        refresh(account.refreshToken());
        assertThat(introspect(account.refreshToken(), account.bearer())
                        .path("active")
                        .asBoolean())
                .as("used up")
                .isFalse();
        assertThat(form("introspect", "token=x").status()).isEqualTo(401);
        assertThat(form("introspect", "token=", account.bearer()).status()).isEqualTo(400);
        assertThat(form("introspect", "token=a&token=b", account.bearer()).status())
                .isEqualTo(400);
    }

    /** RFC 7009: whoever found one can end it, and learns nothing. */
    @Test
    void endsATokenForWhoeverHasIt() {
        Account account = Account.register(platform);
        Account second = Account.login(platform, account.email(), Account.PASSWORD);
        Account third = Account.login(platform, account.email(), Account.PASSWORD);
        String viewer = account.createKey(platform, "{\"name\": \"v\", \"type\": \"key\", \"roles\": [\"viewer\"]}")
                .path("secret")
                .asText();
        assertThat(http.get(ME, "X-API-Key", viewer).status()).isEqualTo(200);

        for (String token : List.of(account.accessToken(), second.refreshToken(), viewer, "x", "pfr_a.1.b")) {
            Answer answer = form("revoke", "token=" + token);
            assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
            assertThat(answer.text()).isEqualTo("{}");
            assertThat(form("revoke", "token=" + token).status()).isEqualTo(200);
        }

        for (Account ended : List.of(account, second)) {
            assertUnauthorized(http.get(ME, ended.bearer()));
            assertUnauthorized(refresh(ended.refreshToken()));
        }
        assertUnauthorized(http.get(ME, "X-API-Key", viewer));
        assertThat(http.get(ME, third.bearer()).status()).isEqualTo(200);
    }

    private JsonNode introspect(String token, String... headers) {
        Answer answer = form("introspect", "token=" + token + "&token_type_hint=access_token", headers);
        assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
        return answer.json();
    }

    private Answer form(String route, String body, String... headers) {
        List<String> all = new ArrayList<>(List.of(headers));
        all.addAll(List.of("Content-Type", "application/x-www-form-urlencoded"));
        return http.send("POST", "/api/v1/auth/" + route, body, all.toArray(String[]::new));
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
