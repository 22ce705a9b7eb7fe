package org.platformforge.itests.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.util.UUID;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@Order(3)
@Tag(Tags.ANY_DATABASE)
@ExtendWith(PlatformExtension.class)
class HygieneTest {
    private static final String KEYS = "/api/v1/auth/api-keys";
    private static final String OPENAPI = "/api/v1/openapi.json";

    private final Platform platform;
    private final Http http;
    private Account account;

    HygieneTest(Platform platform) {
        this.platform = platform;
        this.http = platform.http();
    }

    @BeforeEach
    void register() {
        account = Account.register(platform);
    }

    @Test
    void answersHeadLikeGetWithoutTheBody() {
        Answer get = http.get("/health");
        Answer head = http.send("HEAD", "/health", null);

        assertThat(head.status()).isEqualTo(200);
        assertThat(head.body()).isEmpty();
        assertThat(head.header("Content-Length")).isEqualTo(Integer.toString(get.body().length));
    }

    @Test
    void namesTheMethodsThatAPathHas() {
        Answer answer = http.send("PUT", KEYS, "{}", account.bearer());

        assertThat(answer.status()).isEqualTo(405);
        assertThat(answer.header("Allow")).contains("GET").contains("POST").contains("HEAD");
        assertThat(http.send("OPTIONS", KEYS, null).status()).isEqualTo(204);
        assertThat(http.send("TRACE", KEYS, null).status()).isEqualTo(405);
    }

    @Test
    void refusesMediaTypesItDoesNotSpeak() {
        String json = "{\"name\": \"x\"}";

        assertThat(http.get(KEYS, with("Accept", "text/html")).status()).isEqualTo(406);
        assertThat(http.send("POST", KEYS, json, with("Content-Type", "text/plain"))
                        .status())
                .isEqualTo(415);
        assertThat(http.post(KEYS, json, with("Content-Encoding", "br")).status())
                .isEqualTo(415);
    }

    @Test
    void refusesWhatIsTooLarge() {
        assertThat(http.post(KEYS, "{\"name\": \"" + "x".repeat(2 << 20) + "\"}", account.bearer())
                        .status())
                .isEqualTo(413);
        assertThat(http.get("/health?" + "x".repeat(9000)).status()).isEqualTo(414);
        assertThat(http.get("/health", "X-Large", "x".repeat(20_000)).status()).isEqualTo(431);
        assertThat(http.get("/health", "X-Large", "x".repeat(50_000)).status()).isEqualTo(431);
        assertThat(http.get("/health", "X-Allowed", "x".repeat(12_000)).status())
                .isEqualTo(200);
    }

    @Test
    void refusesJsonThatIsNotWhatItSeems() {
        Answer deep = http.post(KEYS, "{\"name\":" + "[".repeat(5000) + "]".repeat(5000) + "}", account.bearer());
        Answer twice = http.post(KEYS, "{\"name\": \"a\", \"name\": \"b\"}", account.bearer());
        Answer unknown = http.post(KEYS, "{\"name\": \"a\", \"owner\": \"b\", \"admin\": true}", account.bearer());
        Answer trailing = http.post(KEYS, "{\"name\": \"a\"} {}", account.bearer());

        assertThat(deep.status()).as(deep.toString()).isEqualTo(400);
        assertThat(twice.status()).as(twice.toString()).isEqualTo(400);
        assertThat(twice.text()).contains("name");
        assertThat(unknown.status()).as(unknown.toString()).isEqualTo(400);
        assertThat(unknown.text()).contains("owner").contains("admin");
        assertThat(trailing.status()).as(trailing.toString()).isEqualTo(400);
    }

    @Test
    void tellsNothingAboutItsInside() {
        for (String path : new String[] {"/api/v1/nothing", KEYS + "/%2e%2e", KEYS + "/a;b"}) {
            Answer answer = http.get(path, account.bearer());
            assertThat(answer.status()).as(answer.toString()).isBetween(400, 404);
            assertThat(answer.text())
                    .doesNotContain("Exception")
                    .doesNotContain("org.")
                    .doesNotContain("Jetty");
            assertThat(answer.header("Server")).isNull();
        }
    }

    @Test
    void compressesForThoseWhoAskForIt() throws Exception {
        Answer plain = http.get(OPENAPI);
        Answer compressed = http.get(OPENAPI, "Accept-Encoding", "gzip");

        assertThat(plain.header("Content-Encoding")).isNull();
        assertThat(compressed.header("Content-Encoding")).isEqualTo("gzip");
        assertThat(compressed.headers().allValues("Vary")).anyMatch(value -> value.contains("Accept-Encoding"));
        try (GZIPInputStream body = new GZIPInputStream(new ByteArrayInputStream(compressed.body()))) {
            assertThat(new ObjectMapper().readTree(body)).isEqualTo(plain.json());
        }
    }

    @Test
    void answersNotModifiedForAKnownTag() {
        String tag = http.get(OPENAPI).header("ETag");

        Answer answer = http.get(OPENAPI, "If-None-Match", tag);

        assertThat(answer.status()).isEqualTo(304);
        assertThat(answer.body()).isEmpty();
    }

    @Test
    void sendsTheSecurityHeaders() {
        Answer answer = http.get(KEYS, account.bearer());

        assertThat(answer.header("X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(answer.header("Cache-Control")).contains("no-store");
        assertThat(http.get("/api/v1/nothing").header("X-Content-Type-Options")).isEqualTo("nosniff");
    }

    @Test
    void understandsOneVersionOfItself() {
        assertThat(http.get("/health", "X-API-Version", "1").status()).isEqualTo(200);
        assertThat(http.get("/health", "X-API-Version", "99").status()).isEqualTo(400);
    }

    @Test
    void answersUnderTheOldPathsToo() {
        assertThat(http.get("/v1/auth/me", account.bearer()).data())
                .isEqualTo(http.get("/api/v1/auth/me", account.bearer()).data());
        assertThat(http.get("/api/health").json()).isEqualTo(http.get("/health").json());
    }

    @Test
    void speaksProblemJsonToThoseWhoPreferIt() {
        Answer answer = http.get(KEYS + "/nothing", with("Accept", "application/problem+json"));

        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.header("Content-Type")).startsWith("application/problem+json");
        assertThat(answer.json().path("status").asInt()).isEqualTo(404);
        assertThat(answer.json().path("type").asText()).isNotEmpty();
    }

    @Test
    void sharesNothingWithOtherOriginsUnlessConfigured() {
        Answer answer = http.get("/health", "Origin", "https://elsewhere.example");

        assertThat(answer.header("Access-Control-Allow-Origin")).isNull();
        Answer preflight = http.send(
                "OPTIONS", KEYS, null, "Origin", "https://elsewhere.example", "Access-Control-Request-Method", "POST");
        assertThat(preflight.header("Access-Control-Allow-Origin")).isNull();
    }

    @Test
    void keepsTheRequestIdOfItsClient() {
        String trace = "4bf92f3577b34da6a3ce929d0e0e4736";

        assertThat(http.get("/health", "X-Request-Id", "abc-123").header("X-Request-Id"))
                .isEqualTo("abc-123");
        assertThat(http.get("/health", "traceparent", "00-" + trace + "-00f067aa0ba902b7-01")
                        .header("X-Request-Id"))
                .isEqualTo(trace);
        assertThat(http.get("/health", "X-Request-Id", "<script>").header("X-Request-Id"))
                .doesNotContain("<");
    }

    @Test
    void executesARequestWithAnIdempotencyKeyOnce() {
        String key = UUID.randomUUID().toString();

        Answer first = http.post(KEYS, "{\"name\": \"one\"}", with("Idempotency-Key", key));
        Answer again = http.post(KEYS, "{\"name\": \"one\"}", with("Idempotency-Key", key));
        Answer other = http.post(KEYS, "{\"name\": \"two\"}", with("Idempotency-Key", key));

        assertThat(first.status()).as(first.toString()).isEqualTo(201);
        assertThat(again.body()).isEqualTo(first.body());
        assertThat(again.header("Idempotent-Replayed")).isEqualTo("true");
        assertThat(other.status()).as(other.toString()).isBetween(409, 422);
        assertThat(http.get(KEYS, account.bearer()).data().path("total").asInt())
                .isEqualTo(1);
    }

    private String[] with(String name, String value) {
        return new String[] {"Authorization", "Bearer " + account.accessToken(), name, value};
    }
}
