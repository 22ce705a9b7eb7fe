package org.platformforge.itests.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Credentials that somebody made up, from outside. What an attacker cannot sign (of another issuer, say) is tried where the
 * keys are: in the security bundle's AccessTokenTest.
 */
@Order(8)
@Tag(Tags.ANY_DATABASE)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ExtendWith(PlatformExtension.class)
class TokenAttackTest {
    private static final String ME = "/api/v1/auth/me";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Platform platform;
    private final Http http;
    private Account account;
    private ObjectNode header;
    private ObjectNode claims;
    private String[] parts;

    TokenAttackTest(Platform platform) {
        this.platform = platform;
        this.http = platform.http();
    }

    @BeforeAll
    void register() throws IOException {
        account = Account.register(platform);
        parts = account.accessToken().split("\\.");
        header = (ObjectNode) JSON.readTree(decode(parts[0]));
        claims = (ObjectNode) JSON.readTree(decode(parts[1]));
        assertThat(http.get(ME, account.bearer()).status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "None", "NONE", "nOnE", "", "HS256", "HS512", "RS256", "ES256", "Ed25519", "PS256"})
    void refusesEveryAlgorithmButItsOwn(String algorithm) {
        String changed = encode(header.deepCopy().put("alg", algorithm));

        refused(changed + '.' + parts[1] + '.' + parts[2]);
        refused(changed + '.' + parts[1] + '.');
        refused(changed + '.' + encode(operator()) + '.');
    }

    @Test
    void refusesAPublicKeyUsedAsASecret() throws Exception {
        JsonNode key = http.get("/.well-known/jwks.json").json().path("keys").get(0);
        byte[] raw = Base64.getUrlDecoder().decode(key.path("x").asText());
        byte[] der = new byte[44];
        System.arraycopy(
                new byte[] {0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00}, 0, der, 0, 12);
        System.arraycopy(raw, 0, der, 12, 32);
        String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        String pem = "-----BEGIN PUBLIC KEY-----\n" + base64 + "\n-----END PUBLIC KEY-----";
        List<byte[]> secrets = List.of(
                raw, der, bytes(pem), bytes(pem + "\n"), bytes(key.path("x").asText()), bytes(key.toString()));
        for (byte[] secret : secrets) {
            String unsigned = encode(header.deepCopy().put("alg", "HS256")) + '.' + encode(operator());
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret, "HmacSHA256"));
            refused(unsigned + '.' + encode(mac.doFinal(bytes(unsigned))));
        }
    }

    /** Headers that name, or bring, a key of the attacker's. */
    Stream<ObjectNode> headersWithAKey() throws GeneralSecurityException {
        String kid = header.path("kid").asText();
        ObjectNode jwk = JSON.createObjectNode()
                .put("kty", "OKP")
                .put("crv", "Ed25519")
                .put("kid", kid)
                .put("x", encode(ATTACKER.publicKey()));
        Stream<ObjectNode> kids = Stream.of(
                        "../../../dev/null",
                        "/dev/null",
                        "' UNION SELECT 'x' --",
                        "| /bin/true",
                        "",
                        "\u0000",
                        kid + "x",
                        kid.toLowerCase(),
                        "http://127.0.0.1:" + platform.httpPort() + "/.well-known/jwks.json")
                .map(other -> header.deepCopy().put("kid", other));
        ObjectNode embedded = header.deepCopy();
        embedded.set("jwk", jwk);
        ObjectNode chain = header.deepCopy();
        chain.putArray("x5c").add(Base64.getEncoder().encodeToString(ATTACKER.publicKey()));
        ObjectNode critical = header.deepCopy().put("b64", false);
        critical.putArray("crit").add("b64");
        ObjectNode without = header.deepCopy();
        without.remove("kid");
        return Stream.concat(
                kids,
                Stream.of(
                        header.deepCopy(),
                        embedded,
                        chain,
                        critical,
                        without,
                        header.deepCopy().put("jku", "http://127.0.0.1:1/jwks.json"),
                        header.deepCopy().put("x5u", "http://127.0.0.1:1/cert.pem"),
                        header.deepCopy().put("typ", "JWT"),
                        header.deepCopy().put("cty", "JWT"),
                        header.deepCopy().put("zip", "DEF")));
    }

    @ParameterizedTest
    @MethodSource("headersWithAKey")
    void refusesKeysThatTheTokenBringsOrNames(ObjectNode changed) throws GeneralSecurityException {
        String forged = encode(changed) + '.' + encode(operator());
        String own = encode(changed) + '.' + parts[1];

        refused(forged + '.' + encode(ATTACKER.sign(bytes(forged))));
        if (!changed.equals(header)) {
            refused(own + '.' + parts[2]);
        }
    }

    @Test
    void refusesWhatIsNotExactlyTheToken() {
        String token = account.accessToken();
        refused(parts[0] + '.' + parts[1]);
        refused(token + '.');
        refused('.' + token);
        refused(token + '=');
        refused(token + "." + parts[2]);
        refused(parts[0] + '.' + parts[1] + '.' + parts[2].substring(0, 80));
        refused(parts[0] + '.' + parts[1] + '.' + "A".repeat(86));
        refused(parts[0] + ".." + parts[2]);
        refused(token.substring(0, token.length() - 1));
        refused(parts[0] + '.' + parts[1].substring(0, parts[1].length() - 4) + '.' + parts[2]);
        refused("{\"protected\":\"" + parts[0] + "\",\"payload\":\"" + parts[1] + "\",\"signature\":\"" + parts[2]
                + "\"}");
        refused(token + "," + token);
        refused("A".repeat(12_000));
        refused("");
        for (int at : new int[] {0, 5, 20, 42, 60, 84}) {
            refused(parts[0] + '.' + parts[1] + '.' + flipped(parts[2], at));
        }
    }

    @Test
    void refusesClaimsThatSomebodyChanged() {
        List<ObjectNode> changes = new ArrayList<>();
        changes.add(operator());
        changes.add(claims.deepCopy().put("tenant_id", "platform"));
        changes.add(claims.deepCopy().put("sub", "user_1"));
        changes.add(claims.deepCopy().put("exp", Instant.now().getEpochSecond() + 1_000_000));
        changes.add(claims.deepCopy().put("sid", "ses_other"));
        changes.add(claims.deepCopy().put("iss", "attacker"));
        changes.add(JSON.createObjectNode());

        changes.forEach(changed -> refused(parts[0] + '.' + encode(changed) + '.' + parts[2]));
    }

    @Test
    void refusesTwoCredentialsInOneRequest() throws IOException {
        String bearer = "Authorization: Bearer " + account.accessToken() + "\r\n";
        assertThat(raw(bearer)).startsWith("HTTP/1.1 200");
        assertThat(raw(bearer + "Authorization: Bearer x\r\n")).startsWith("HTTP/1.1 400");
        assertThat(raw("Authorization: Bearer x\r\n" + bearer)).startsWith("HTTP/1.1 400");
        assertThat(raw(bearer + bearer)).startsWith("HTTP/1.1 400");
        assertThat(raw(bearer + "X-API-Key: x\r\n")).startsWith("HTTP/1.1 401");
        assertThat(raw("X-API-Key: x\r\nX-API-Key: y\r\n")).startsWith("HTTP/1.1 400");
        assertThat(raw("Authorization : Bearer " + account.accessToken() + "\r\n"))
                .startsWith("HTTP/1.1 4");
        assertThat(raw("Authorization: Bearer\r\n " + account.accessToken() + "\r\n"))
                .startsWith("HTTP/1.1 4");
        assertThat(raw("authorization: bearer " + account.accessToken() + "\r\n"))
                .startsWith("HTTP/1.1 200");
    }

    @Test
    void refusesGuessedKeysWithoutSayingHowCloseTheyWere() {
        String token = account.createKey(platform, "{\"name\": \"guess\"}")
                .path("secret")
                .asText();
        String key = account.createKey(platform, "{\"name\": \"guess\", \"type\": \"key\"}")
                .path("secret")
                .asText();
        List<String> guesses = new ArrayList<>(List.of(
                token.substring(0, 12),
                token.substring(0, token.length() - 1),
                token + "A",
                token.toUpperCase(),
                flipped(token, 5),
                flipped(token, token.length() / 2),
                flipped(token, token.length() - 1),
                "pfk_" + token.substring(4),
                "pft_",
                key));
        assertThat(http.get(ME, Account.bearer(token)).status()).isEqualTo(200);
        List<String> answers = guesses.stream()
                .map(guess -> http.get(ME, Account.bearer(guess)))
                .map(answer -> answer.status() + " " + answer.json().path("error"))
                .distinct()
                .toList();

        assertThat(answers).singleElement().asString().startsWith("401");
    }

    @Test
    void endsASessionForItsOwnTenantOnly() {
        Account other = Account.register(platform);
        http.post("/api/v1/auth/logout", "", other.bearer());

        refused(other.accessToken());
        assertThat(http.get(ME, account.bearer()).status()).isEqualTo(200);
        assertThat(refresh(other.refreshToken()).status()).isEqualTo(401);
    }

    @Test
    void givesOneSuccessorToAllWhoRefreshAtOnce() {
        Account racing = Account.register(platform);

        List<Answer> answers = IntStream.range(0, 20)
                .mapToObj(i -> CompletableFuture.supplyAsync(() -> refresh(racing.refreshToken())))
                .toList()
                .stream()
                .map(CompletableFuture::join)
                .toList();

        assertThat(answers).allMatch(answer -> answer.status() == 200);
        assertThat(answers.stream()
                        .map(answer -> answer.data().path("refresh_token").asText())
                        .distinct())
                .hasSize(1);
        String leaf = answers.get(0).data().path("refresh_token").asText();
        assertThat(refresh(leaf).status()).isEqualTo(200);
        for (String guess : List.of(leaf + "x", flipped(leaf, leaf.length() / 2), account.accessToken(), "")) {
            assertThat(refresh(guess).status()).isIn(400, 401);
        }
    }

    @Test
    void answersForAnUnknownAddressAsForAKnownOne() {
        String unknown = "nobody-" + System.nanoTime() + "@example.com";
        Answer wrong = login(account.email(), "not the password");
        assertThat(wrong.status()).isEqualTo(401);
        assertThat(facts(login(unknown, "not the password"))).isEqualTo(facts(wrong));
        assertThat(facts(forgot(unknown))).isEqualTo(facts(forgot(account.email())));
        assertThat(facts(join(unknown))).isEqualTo(facts(join(account.email())));
    }

    private Answer forgot(String email) {
        return http.post("/api/v1/auth/password/forgot", "{\"email\": \"%s\"}".formatted(email));
    }

    /** A tenant that takes nobody without an invitation. */
    private Answer join(String email) {
        return http.post("/api/v1/auth/register", """
                {"email": "%s", "password": "%s", "name": "A", "tenant_id": "%s"}""".formatted(email, Account.PASSWORD, account.tenantId()));
    }

    /** What a client sees but for the id and the time of the request. */
    private static List<Object> facts(Answer answer) {
        return List.of(
                answer.status(),
                answer.json().path("error"),
                answer.data(),
                answer.headers().map().keySet());
    }

    private Answer login(String email, String password) {
        return http.post(
                "/api/v1/auth/login",
                JSON.valueToTree(Map.of("email", email, "password", password)).toString());
    }

    private Answer refresh(String token) {
        return http.post("/api/v1/auth/refresh", "{\"refresh_token\": \"%s\"}".formatted(token));
    }

    private ObjectNode operator() {
        ObjectNode changed = claims.deepCopy().put("tenant_id", "platform");
        changed.putArray("roles").add("operator");
        return changed;
    }

    private void refused(String token) {
        Answer answer = http.get(ME, Account.bearer(token));
        assertThat(answer.status()).as(token + " " + answer).isEqualTo(401);
        assertThat(answer.errorCode()).isEqualTo("UNAUTHORIZED");
        assertThat(answer.json().path("error").path("message").asText()).isEqualTo("The credential is not valid");
    }

    /** Headers as no client library would send them. */
    private String raw(String headers) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", platform.httpPort())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream()
                    .write(bytes(
                            "GET " + ME + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n" + headers + "\r\n"));
            return new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8))
                    .readLine();
        }
    }

    private static final Attacker ATTACKER = new Attacker();

    /** A key pair that the platform has never seen. */
    private static final class Attacker {
        private final KeyPair keys;

        Attacker() {
            try {
                keys = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException(e);
            }
        }

        byte[] publicKey() {
            byte[] der = keys.getPublic().getEncoded();
            return Arrays.copyOfRange(der, der.length - 32, der.length);
        }

        byte[] sign(byte[] message) throws GeneralSecurityException {
            Signature signature = Signature.getInstance("Ed25519");
            signature.initSign(keys.getPrivate());
            signature.update(message);
            return signature.sign();
        }
    }

    private static String flipped(String text, int at) {
        char other = text.charAt(at) == 'A' ? 'B' : 'A';
        return text.substring(0, at) + other + text.substring(at + 1);
    }

    private static String decode(String part) {
        return new String(Base64.getUrlDecoder().decode(part), StandardCharsets.UTF_8);
    }

    private static String encode(JsonNode json) {
        return encode(bytes(json.toString()));
    }

    private static String encode(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
