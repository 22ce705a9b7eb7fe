package org.platformforge.kernel.security.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jose.util.JSONObjectUtils;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.security.AccessTokens.Claims;
import org.platformforge.kernel.security.testing.Node;
import org.platformforge.kernel.store.database.DatabaseKind;
import org.platformforge.kernel.store.testing.StoreFixture;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AccessTokenTest {
    private final StoreFixture store = Node.open(DatabaseKind.DERBY);
    private Node node;

    @BeforeEach
    void open() {
        node = new Node(store);
    }

    @AfterEach
    void closeNode() {
        node.close();
    }

    @AfterAll
    void closeStore() {
        store.close();
    }

    @Test
    void becomesTheCallerItWasIssuedFor() {
        Caller caller = node.bearer(issue());
        assertThat(caller.scheme()).isEqualTo(Caller.Scheme.JWT);
        assertThat(caller.subject()).isEqualTo("user_7");
        assertThat(caller.tenantId()).isEqualTo("ten_a");
        assertThat(caller.roles()).containsExactlyInAnyOrder("developer", "viewer");
        assertThat(caller.sessionId()).contains("ses_1");
        assertThat(caller.plan()).isEmpty();
        assertThat(caller.requestId()).isEqualTo("req_1");
        assertThat(caller.remoteAddress()).isEqualTo("192.0.2.7");
        assertThat(caller.userAgent()).isEqualTo("test");
        assertThat(caller.isPermitted("provision:create")).isTrue();
        assertThat(caller.isPermitted("module:update")).isFalse();
    }

    @Test
    void carriesTheClaimsOfAnAccessToken() throws Exception {
        SignedJWT token = SignedJWT.parse(issue());
        assertThat(token.getHeader().getAlgorithm()).isEqualTo(JWSAlgorithm.EdDSA);
        assertThat(token.getHeader().getType()).isEqualTo(new JOSEObjectType("at+jwt"));
        JWTClaimsSet claims = token.getJWTClaimsSet();
        assertThat(claims.getClaims().keySet())
                .containsExactlyInAnyOrder(
                        "iss", "aud", "sub", "iat", "nbf", "exp", "jti", "sid", "tenant_id", "roles", "amr", "acr");
        assertThat(claims.getStringListClaim("amr")).containsExactly("pwd");
        assertThat(claims.getStringClaim("acr")).isEqualTo("aal1");
        assertThat(Duration.between(
                        claims.getIssueTime().toInstant(),
                        claims.getExpirationTime().toInstant()))
                .isEqualTo(node.tokens.lifetime());
        assertThat(JWKSet.parse(node.tokens.jwks())
                        .getKeyByKeyId(token.getHeader().getKeyID())
                        .isPrivate())
                .isFalse();
    }

    @Test
    void anOperatorOfAnotherTenantThanThePlatformsIsNone() {
        Caller inTenant = node.bearer(node.tokens.issue(
                new Claims("user_7", "ten_a", Set.of("operator", "viewer"), "ses_1", List.of("pwd"))));
        assertThat(inTenant.roles()).containsExactly("viewer");
        assertThat(inTenant.isPermitted("module:update")).isFalse();
        Caller inPlatform = node.bearer(
                node.tokens.issue(new Claims("user_7", "platform", Set.of("operator"), "ses_1", List.of("pwd"))));
        assertThat(inPlatform.isPermitted("module:update")).isTrue();
    }

    @Test
    void isRefusedAfterItsTime() {
        String token = issue();
        node.bearer(token);
        node.close(); // or the database's time, which does not pass, would be followed
        // a token counts whole seconds, and the clock followed the database's until now: seconds of room on both sides
        node.time.pass(node.tokens.lifetime().plusSeconds(2));
        node.bearer(token);
        node.time.pass(Duration.ofSeconds(5));
        refused(token);
        node.clock.sync(Instant.now().minusSeconds(7_200));
        refused(token);
    }

    @Test
    void saysHowLongAgoAPersonSignedIn() throws Exception {
        Instant now = node.clock.now();
        String fresh = node.tokens.issue(new Claims(
                "user_7", "ten_a", Set.of("viewer"), "ses_1", List.of("pwd", "otp", "mfa"), now.minusSeconds(60)));
        assertThat(SignedJWT.parse(fresh).getJWTClaimsSet().getStringClaim("acr"))
                .isEqualTo("aal2");
        assertThat(node.bearer(fresh).authenticatedWithin(Duration.ofMinutes(15)))
                .isTrue();
        assertThat(node.bearer(fresh).authenticatedWithin(Duration.ofSeconds(30)))
                .isFalse();
        assertThat(node.bearer(issue()).authenticatedWithin(Duration.ofDays(1)))
                .as("a token without auth_time")
                .isFalse();
        assertThat(node.anonymous().authenticatedWithin(Duration.ofDays(1))).isFalse();
        assertThat(node.callers.system("ten_a").authenticatedWithin(Duration.ZERO))
                .isTrue();
    }

    @Test
    void revokesASessionWithTheTransactionThatEndsIt() {
        String token = node.tokens.issue(claimsOf("ses_9"));
        assertThatThrownBy(() -> store.run("ten_a", tx -> {
                    node.tokens.revokeSession(tx, "ten_a", "ses_9");
                    throw PlatformException.of(ErrorKind.CONFLICT, "no");
                }))
                .isInstanceOf(PlatformException.class);
        node.bearer(token);
        store.run("ten_a", tx -> node.tokens.revokeSession(tx, "ten_a", "ses_9"));
        refused(token);
    }

    @Test
    void isRefusedOnceItsSessionIsRevoked() {
        String token = node.tokens.issue(claimsOf("ses_8"));
        node.bearer(token);
        node.tokens.revokeSession("ten_b", "ses_8");
        node.bearer(token);
        node.tokens.revokeSession("ten_a", "ses_8");
        refused(token);
        node.bearer(issue());
        node.tokens.revokeSession("ten_a", "ses_8");
    }

    @Test
    void everyChangedCharacterIsRefused() {
        String token = issue();
        for (int i = 0; i < token.length(); i++) {
            char other = token.charAt(i) == 'A' ? 'B' : 'A';
            refused(token.substring(0, i) + other + token.substring(i + 1));
        }
        for (String added : List.of("=", "A", ".", "!", "\n", " x", "\u0000", "é")) {
            refused(token + added);
            refused(added.strip() + "x" + token);
            refused(token.replaceFirst("\\.", added + "x."));
        }
        node.bearer(token);
    }

    @Test
    void anySpellingOfTheSignatureButTheCanonicalOneIsRefused() {
        String token = issue();
        String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        int last = alphabet.indexOf(token.charAt(token.length() - 1));
        for (int bits = 1; bits < 16; bits++) {
            refused(token.substring(0, token.length() - 1) + alphabet.charAt(last ^ bits));
        }
    }

    @Test
    void theAlgorithmNoneIsRefused() {
        String payload = issue().split("\\.")[1];
        for (String alg : List.of("none", "None", "NONE", "nOnE")) {
            String header = encode("{\"alg\":\"" + alg + "\",\"typ\":\"at+jwt\"}");
            refused(header + "." + payload + ".");
            refused(header + "." + payload);
            refused(header + "." + payload + "." + issue().split("\\.")[2]);
        }
    }

    @Test
    void aMacUnderThePublicKeyIsRefused() throws Exception {
        byte[] publicKey = publicKey();
        for (byte[] secret :
                List.of(publicKey, Base64URL.encode(publicKey).toString().getBytes(StandardCharsets.US_ASCII))) {
            SignedJWT forged = new SignedJWT(
                    new JWSHeader.Builder(JWSAlgorithm.HS256)
                            .type(new JOSEObjectType("at+jwt"))
                            .keyID(kid())
                            .build(),
                    claims(copy -> {}));
            forged.sign(new MACSigner(secret.length < 32 ? Arrays.copyOf(secret, 32) : secret));
            refused(forged.serialize());
        }
    }

    @Test
    void aKeyTheTokenBringsItselfIsRefused() throws Exception {
        RSAKey own = new RSAKeyGenerator(2048).keyID(kid()).generate();
        JWSHeader.Builder header = new JWSHeader.Builder(JWSAlgorithm.RS256).type(new JOSEObjectType("at+jwt"));
        for (JWSHeader each : List.of(
                header.keyID(kid()).build(),
                header.jwk(own.toPublicJWK()).build(),
                header.jwkURL(URI.create("https://attacker.example/jwks")).build(),
                header.x509CertURL(URI.create("https://attacker.example/cert")).build(),
                header.keyID("../../dev/null").build(),
                header.keyID("' OR '1'='1").build())) {
            SignedJWT forged = new SignedJWT(each, claims(copy -> {}));
            forged.sign(new RSASSASigner(own));
            refused(forged.serialize());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"kid\":\"KID\",\"typ\":\"JWT\",\"alg\":\"EdDSA\"}",
                "{\"kid\":\"KID\",\"alg\":\"EdDSA\"}",
                "{\"kid\":\"KID\",\"typ\":\"at+jwt\",\"alg\":\"EdDSA\",\"crit\":[\"exp\"]}",
                "{\"kid\":\"KID\",\"typ\":\"at+jwt\",\"alg\":\"EdDSA\",\"jku\":\"https://attacker.example\"}",
                "{\"kid\":\"KID\",\"typ\":\"at+jwt\",\"alg\":\"EdDSA\",\"b64\":false}",
                "{\"alg\":\"none\",\"kid\":\"KID\",\"typ\":\"at+jwt\",\"alg\":\"EdDSA\"}",
                "{\"kid\":\"other\",\"typ\":\"at+jwt\",\"alg\":\"EdDSA\"}",
                "{\"typ\":\"at+jwt\",\"alg\":\"EdDSA\"}",
                "{\"kid\":\"KID\",\"typ\":\"dpop+jwt\",\"alg\":\"EdDSA\"}",
            })
    void anyOtherHeaderIsRefusedEvenWhenOurOwnKeySignedIt(String header) throws Exception {
        refused(signed(header.replace("KID", kid()), payload(copy -> {})));
    }

    @Test
    void wrongClaimsAreRefusedEvenWhenOurOwnKeySignedThem() throws Exception {
        String header = header();
        node.bearer(signed(header, payload(copy -> {})));
        long now = Instant.now().getEpochSecond();
        Map<String, Object> wrong = new LinkedHashMap<>();
        wrong.put("iss", List.of("attacker", "", 5));
        wrong.put("aud", List.of("other", "", List.of(), List.of("other", "platform-forge"), 5));
        wrong.put("exp", List.of(now - 6, 0, "soon", -1, "99999999999"));
        wrong.put("nbf", List.of(now + 60, "now"));
        wrong.put("iat", List.of(now + 60, "now"));
        wrong.put("sub", List.of("", " ", 5, List.of("user_7")));
        wrong.put("tenant_id", List.of("", 5, List.of("ten_a")));
        wrong.put("sid", List.of("", 5));
        wrong.put("jti", List.of(""));
        wrong.put("roles", List.of("admin", 5, Map.of("admin", true), List.of(1, 2)));
        for (Map.Entry<String, Object> claim : wrong.entrySet()) {
            for (Object value : (List<?>) claim.getValue()) {
                refused(signed(header, payload(copy -> copy.put(claim.getKey(), value))));
            }
            refused(signed(header, payload(copy -> copy.remove(claim.getKey()))));
            refused(signed(header, payload(copy -> copy.put(claim.getKey(), null))));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "null", "[]", "5", "\"x\"", "{", "{}", "{\"exp\":1e400}", "{\"a\":[[[[[[[[[["})
    void aPayloadThatIsNoObjectIsRefused(String payload) throws Exception {
        refused(signed(header(), payload));
    }

    @Test
    void doubleClaimsAreRefused() throws Exception {
        String payload = payload(copy -> {});
        String twice = payload.substring(0, payload.length() - 1) + ",\"tenant_id\":\"ten_b\"}";
        refused(signed(header(), twice));
    }

    @Test
    void aTokenOfAnotherPlatformIsRefused() {
        try (StoreFixture elsewhere = Node.open(DatabaseKind.DERBY);
                Node other = new Node(elsewhere)) {
            refused(other.tokens.issue(claimsOf("ses_1")));
        }
    }

    @Test
    void anEncryptedTokenIsRefused() {
        refused("eyJhbGciOiJkaXIiLCJlbmMiOiJBMjU2R0NNIn0..48V1_ALb6US04U3b.5eym8TW_c8SuK0ltJ3rpY"
                + "IzOeDQz7TALvtu6UG9oMo4vpz"
                + "s9tX_EFShS8iB7j6ji.XFBoMYUZodetZdvTiFvSkQ");
        refused(encode("{\"alg\":\"RSA-OAEP\",\"enc\":\"A256GCM\"}") + ".a.b.c.d");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "..", "...", "a.b", "a..b", ".a.b", "a.b.", "null", "eyJ", "pft_", "pfk_x"})
    void shapesThatAreNoTokenAreRefused(String text) {
        refused(text);
    }

    @Test
    void hugeTokensAreRefusedBeforeTheyAreRead() {
        refused("a".repeat(5_000_000));
        refused("a.".repeat(2_000_000));
        refused(issue().split("\\.")[0] + "." + "A".repeat(9_000) + "." + "A".repeat(86));
    }

    @Test
    void theAnswerNeverSaysWhatIsWrong() {
        String expired = issue();
        node.time.pass(Duration.ofHours(2));
        assertThat(message(expired)).isEqualTo(message("x")).isEqualTo(message("pft_x"));
    }

    @Test
    void changedIssuersApplyToTokensThatWereVerifiedBefore() throws Exception {
        String token = issue();
        node.bearer(token);
        node.configure(Map.of("token_issuer", "other"));
        refused(token);
        node.configure(Map.of());
        node.bearer(token);
    }

    @Test
    void shorterTimesApplyToTokensThatWereIssuedBefore() throws Exception {
        String token = issue();
        node.close(); // or the database's time, which does not pass, would be followed
        node.time.pass(Duration.ofMinutes(10));
        node.bearer(token);
        node.configure(Map.of("session_timeout_seconds_tenants", "ten_b=60"));
        node.bearer(token);
        node.configure(Map.of("session_timeout_seconds_tenants", "ten_a=300"));
        refused(token);
        String next = issue();
        node.time.pass(Duration.ofSeconds(200));
        node.bearer(next);
        node.time.pass(Duration.ofSeconds(200));
        refused(next);
        node.configure(Map.of("token_lifetime_seconds", 60));
        refused(token);
        node.configure(Map.of());
        node.bearer(token);
        node.time.pass(Duration.ofHours(1));
        node.configure(Map.of("token_lifetime_seconds", 86_400));
        refused(token);
    }

    @Test
    void aSecondFactorIsRequiredOfTokensThatWereIssuedBefore() throws Exception {
        String weak = issue();
        String strong = node.tokens.issue(
                new Claims("user_7", "ten_a", Set.of("developer"), "ses_2", List.of("pwd", "otp", "mfa")));
        assertThat(node.bearer(weak).isPermitted("provision:create")).isTrue();

        node.configure(Map.of("mfa_required_tenants", "ten_a=true"));
        Caller lacking = node.bearer(weak);
        assertThat(lacking.roles()).containsExactly("mfa_enrolment");
        assertThat(lacking.isPermitted("provision:create")).isFalse();
        assertThatExceptionOfType(PlatformException.class)
                .isThrownBy(() -> lacking.require("provision:create"))
                .withMessageContaining("/api/v1/auth/mfa/enable");
        assertThat(node.bearer(strong).isPermitted("provision:create")).isTrue();
        assertThat(node.tokens.requiresMfa("ten_a")).isTrue();
        assertThat(node.tokens.requiresMfa("ten_b")).isFalse();

        node.configure(Map.of());
        assertThat(node.bearer(weak).isPermitted("provision:create")).isTrue();
    }

    private String issue() {
        return node.tokens.issue(claimsOf("ses_1"));
    }

    private static Claims claimsOf(String session) {
        return new Claims("user_7", "ten_a", Set.of("developer", "viewer"), session, List.of("pwd"));
    }

    private void refused(String token) {
        assertThatThrownBy(() -> node.bearer(token))
                .as(token.length() > 300 ? token.substring(0, 300) : token)
                .isInstanceOfSatisfying(
                        PlatformException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.UNAUTHENTICATED));
    }

    private String message(String token) {
        try {
            node.bearer(token);
            throw new AssertionError("accepted");
        } catch (PlatformException e) {
            return e.getMessage() + e.details() + e.fields();
        }
    }

    private String header() {
        return new Base64URL(node.signingKeys.signing().header()).decodeToString();
    }

    private String kid() {
        return String.valueOf(Parsed.parse(header()).get("kid"));
    }

    private byte[] publicKey() {
        return new Base64URL(
                        String.valueOf(node.signingKeys.signing().publicJwk().get("x")))
                .decode();
    }

    private String payload(Consumer<Map<String, Object>> change) {
        Map<String, Object> claims = Parsed.parse(new Base64URL(issue().split("\\.")[1]).decodeToString());
        change.accept(claims);
        return JSONObjectUtils.toJSONString(claims);
    }

    private JWTClaimsSet claims(Consumer<Map<String, Object>> change) throws Exception {
        return JWTClaimsSet.parse(payload(change));
    }

    /** As an attacker could who had the platform's private key, or a bug that signs too much. */
    private String signed(String header, String payload) {
        String text = encode(header) + "." + encode(payload);
        return text + "." + Base64URL.encode(node.signingKeys.signing().sign(text.getBytes(StandardCharsets.UTF_8)));
    }

    private static String encode(String json) {
        return Base64URL.encode(json).toString();
    }

    private static final class Parsed {
        static Map<String, Object> parse(String json) {
            try {
                return JSONObjectUtils.parse(json);
            } catch (ParseException e) {
                throw new AssertionError(e);
            }
        }
    }
}
