package org.platformforge.kernel.http.hygiene;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Set;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.platformforge.kernel.api.trace.TraceContext;

class ResponseHeadersTest {
    private static final String ORIGIN = "https://console.example.com";

    private final FakeResponse response = new FakeResponse();
    private final Cors cors = new Cors(new CorsPolicy(Set.of(ORIGIN), true, 600));

    @Test
    void setsTheSecurityHeaders() {
        new SecurityHeaders(false).apply(response.build());

        assertThat(response.headers)
                .containsEntry("X-Content-Type-Options", "nosniff")
                .containsEntry("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
                .containsEntry("Referrer-Policy", "no-referrer")
                .doesNotContainKey("Strict-Transport-Security");
        new SecurityHeaders(true).apply(response.build());
        assertThat(response.headers).containsKey("Strict-Transport-Security");
    }

    @Test
    void allowsAnExactOrigin() {
        cors.apply(FakeRequest.get("/").header("Origin", ORIGIN).build(), response.build());

        assertThat(response.headers)
                .containsEntry("Access-Control-Allow-Origin", ORIGIN)
                .containsEntry("Access-Control-Allow-Credentials", "true")
                .containsEntry("Vary", "Origin");
        assertThat(response.headers.get("Access-Control-Expose-Headers")).contains("X-Request-Id", "Retry-After");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://console.example.com.evil.org",
                "https://console.example.com:8443",
                "http://console.example.com",
                "https://CONSOLE.example.com",
                "null",
                "https://evil.org, https://console.example.com"
            })
    void allowsNoOtherOrigin(String origin) {
        cors.apply(FakeRequest.get("/").header("Origin", origin).build(), response.build());

        assertThat(response.headers).containsOnlyKeys("Vary");
    }

    @Test
    void saysNothingWithoutConfiguration() {
        Cors off = new Cors(CorsPolicy.none());
        FakeRequest preflight = FakeRequest.get("/")
                .method("OPTIONS")
                .header("Origin", ORIGIN)
                .header("Access-Control-Request-Method", "GET");

        off.apply(preflight.build(), response.build());

        assertThat(off.preflight(preflight.build(), response.build(), "GET")).isFalse();
        assertThat(response.headers).isEmpty();
    }

    @Test
    void answersAPreflight() {
        FakeRequest preflight = FakeRequest.get("/")
                .method("OPTIONS")
                .header("Origin", ORIGIN)
                .header("Access-Control-Request-Method", "DELETE");

        assertThat(cors.preflight(preflight.build(), response.build(), "GET, DELETE"))
                .isTrue();
        assertThat(response.headers)
                .containsEntry("Access-Control-Allow-Methods", "GET, DELETE")
                .containsEntry("Access-Control-Max-Age", "600");
        assertThat(response.headers.get("Access-Control-Allow-Headers")).contains("X-API-Key", "Idempotency-Key");
        assertThat(cors.preflight(FakeRequest.get("/").method("OPTIONS").build(), response.build(), "GET"))
                .isFalse();
    }

    @Test
    void answersAForeignPreflightWithoutAllowingAnything() {
        FakeRequest preflight = FakeRequest.get("/")
                .method("OPTIONS")
                .header("Origin", "https://evil.org")
                .header("Access-Control-Request-Method", "DELETE");

        assertThat(cors.preflight(preflight.build(), response.build(), "DELETE"))
                .isTrue();
        assertThat(response.headers).containsOnlyKeys("Vary");
    }

    @Test
    void refusesEveryOriginWithCredentials() {
        assertThatThrownBy(() -> new CorsPolicy(Set.of("*"), true, 0)).isInstanceOf(IllegalArgumentException.class);
        Cors open = new Cors(new CorsPolicy(Set.of("*"), false, 0));
        open.apply(FakeRequest.get("/").header("Origin", "https://any.org").build(), response.build());
        assertThat(response.headers).containsEntry("Access-Control-Allow-Origin", "*");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "gzip                        | true",
                "GZIP                        | true",
                "br, gzip;q=0.5              | true",
                "*                           | true",
                "*;q=0                       | false",
                "gzip;q=0                    | false",
                "gzip;q=0, *                 | false",
                "gzip;q=0.5, identity        | false",
                "gzip; q=0.000               | false",
                "gzip;q=nonsense             | false",
                "br                          | false",
                "identity                    | false",
                "''                          | false",
                "-                           | false"
            })
    void compressesOnlyForThoseWhoWantIt(String acceptEncoding, boolean wanted) {
        assertThat(Gzip.accepted(acceptEncoding)).isEqualTo(wanted);
    }

    @Test
    void compressesLargeTextAndNothingElse() throws IOException {
        Gzip gzip = new Gzip(1024);
        byte[] large = "{\"a\":\"platform\"}".repeat(200).getBytes();

        byte[] compressed = gzip.compress("gzip", "application/json", large);

        assertThat(new GZIPInputStream(new ByteArrayInputStream(compressed)).readAllBytes())
                .isEqualTo(large);
        assertThat(compressed.length).isLessThan(large.length / 4);
        assertThat(gzip.compress("gzip", "image/png", large)).isNull();
        assertThat(gzip.compress("gzip", null, large)).isNull();
        assertThat(gzip.compress("gzip", "application/json", new byte[1023])).isNull();
        byte[] noise = new byte[2000];
        new java.util.Random(1).nextBytes(noise);
        assertThat(gzip.compress("gzip", "application/json", noise)).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\r\nSet-Cookie: x=1", "a\nb", "a\u0000b", "a\u0085b", "caf\u00e9", "\ud83d\ude00"})
    void letsNoLineBreakIntoAHeader(String text) {
        assertThat(HeaderText.safe(text)).matches("[ -~]*").contains("?");
    }

    @Test
    void boundsHeaderValues() {
        assertThat(HeaderText.safe("x".repeat(100_000))).hasSize(1024);
        assertThat(HeaderText.safe("</a?b=c>; rel=\"next\"")).isEqualTo("</a?b=c>; rel=\"next\"");
    }

    @Test
    void takesTheRequestIdFromTheTraceThenFromTheClientThenMakesOne() {
        String trace = "4bf92f3577b34da6a3ce929d0e0e4736";
        FakeRequest both = FakeRequest.get("/")
                .header("traceparent", "00-" + trace + "-00f067aa0ba902b7-01")
                .header("X-Request-Id", "mine");

        assertThat(RequestIds.of(both.build())).isEqualTo(trace);
        assertThat(RequestIds.of(FakeRequest.get("/")
                        .header("X-Request-Id", "mine-1.2_3")
                        .build()))
                .isEqualTo("mine-1.2_3");
        assertThat(RequestIds.of(FakeRequest.get("/").build())).matches("req_[0-9a-z]+");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a b", "a\r\nX: y", "<script>", "\u00e9", "", "-starts-badly", "${jndi:ldap://x}", "%0a"})
    void replacesHostileRequestIds(String id) {
        assertThat(RequestIds.of(FakeRequest.get("/").header("X-Request-Id", id).build()))
                .startsWith("req_");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
                "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-extra",
                "00-short-00f067aa0ba902b7-01",
                ""
            })
    void ignoresInvalidTraces(String traceparent) {
        assertThat(TraceContext.isValid(traceparent)).isFalse();
    }
}
