package org.platformforge.kernel.http.felix;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.platformforge.kernel.api.store.AuditRecord;
import org.platformforge.kernel.http.fixture.Greeting;
import org.platformforge.kernel.http.fixture.GreetingResource;
import org.platformforge.kernel.http.fixture.NewGreeting;

class RequestChainTest {
    private static final String JSON = "application/json";

    private static TestPlatform platform;

    @BeforeAll
    static void start() throws Exception {
        platform = new TestPlatform().start().withServices().complete();
        platform.register(Runnable.class, () -> {});
        platform.install(
                "greetings",
                new FixtureBundle("greetings", "1.0.0")
                        .resource(GreetingResource.class, Runnable.class)
                        .classes(Greeting.class, NewGreeting.class)
                        .build());
        platform.awaitStatus(200, "/api/v1/greetings/you");
    }

    @AfterAll
    static void stop() throws Exception {
        platform.close();
    }

    @BeforeEach
    void reset() {
        platform.limits.left = Long.MAX_VALUE;
        platform.limits.credentialsLeft.set(Long.MAX_VALUE);
        platform.audit.records.clear();
    }

    @Test
    void answersWithTheResourcesRecordInSnakeCase() throws Exception {
        HttpResponse<String> answer = platform.get("/api/v1/greetings/you%20all?times=2");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body())
                .contains("\"name\":\"you all\"", "\"greeting_text\":\"Hello Hello \"", "\"tenant_id\":\"acme\"");
        assertThat(answer.headers().firstValue("Content-Length")).isPresent();
        assertThat(answer.headers().firstValue("Content-Type")).hasValue(JSON);
        assertThat(answer.headers().firstValue("X-Content-Type-Options")).hasValue("nosniff");
        assertThat(answer.headers().firstValue("Cache-Control")).hasValue("no-store");
    }

    @Test
    void answersTheAliasesOfAPath() throws Exception {
        assertThat(platform.get("/v1/greetings/you").statusCode()).isEqualTo(200);
        assertThat(platform.get("/v1x/greetings/you").statusCode()).isEqualTo(404);
    }

    @Test
    void answersHeadLikeGetWithoutABody() throws Exception {
        HttpResponse<String> get = platform.get("/api/v1/greetings/you");
        HttpResponse<String> head = platform.send("HEAD", "/api/v1/greetings/you", null);

        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.body()).isEmpty();
        assertThat(head.headers().firstValue("Content-Length"))
                .isEqualTo(get.headers().firstValue("Content-Length"));
    }

    @Test
    void namesTheAllowedMethodsWith405AndOptions() throws Exception {
        HttpResponse<String> refused = platform.send("PATCH", "/api/v1/greetings/you", "{}");
        HttpResponse<String> options = platform.send("OPTIONS", "/api/v1/greetings/you", null);

        assertThat(refused.statusCode()).isEqualTo(405);
        assertThat(refused.headers().firstValue("Allow")).hasValue("DELETE, GET, HEAD, OPTIONS");
        assertThat(options.statusCode()).isEqualTo(204);
        assertThat(options.headers().firstValue("Allow")).hasValue("DELETE, GET, HEAD, OPTIONS");
    }

    @Test
    void findsTheMethodOnALessSpecificTemplateWhenTheLiteralLacksIt() throws Exception {
        assertThat(platform.send("DELETE", "/api/v1/greetings/blocked", null).statusCode())
                .isEqualTo(204);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "no such path, GET, /api/v1/nothing, 404",
        "an empty segment, GET, /api/v1//greetings/you, 404",
        "a dot segment, GET, /api/v1/x/../greetings/you, 400",
        "an encoded slash, GET, /api/v1/greetings/a%2Fb, 400",
        "a matrix parameter, GET, /api/v1/greetings/you;admin=true, 400",
        "an encoded literal, GET, /api/v1/greet%69ngs/you, 404",
        "a query parameter of the wrong type, GET, /api/v1/greetings/you?times=many, 400",
        "the domain's not found, GET, /api/v1/greetings/nobody, 404",
        "an unforeseen failure, DELETE, /api/v1/greetings/broken, 500",
    })
    void refuses(String remark, String method, String path, int status) throws Exception {
        HttpResponse<String> answer = platform.send(method, path, null);

        assertThat(answer.statusCode()).as(remark).isEqualTo(status);
        assertThat(answer.body())
                .startsWith("{\"error\":{\"code\":\"")
                .doesNotContain("jdbc", "Exception", "org.platformforge");
        assertThat(answer.headers().firstValue("X-Request-Id")).isPresent();
    }

    @Test
    void asksForACredentialExceptOnPublicRoutes() throws Exception {
        HttpResponse<String> none = platform.get("/api/v1/greetings/you", "Authorization", "");
        HttpResponse<String> wrong = platform.get("/api/v1/greetings/you", "Authorization", "Basic xyz");
        HttpResponse<String> stale = platform.get("/api/v1/greetings/health-of/you", "Authorization", "Bearer stale");
        HttpResponse<String> known = platform.get("/api/v1/greetings/health-of/you");

        assertThat(none.statusCode()).isEqualTo(401);
        assertThat(wrong.statusCode()).isEqualTo(401);
        assertThat(wrong.headers().firstValue("WWW-Authenticate"))
                .hasValueSatisfying(v -> assertThat(v).startsWith("Bearer"));
        assertThat(stale.body()).contains("\"greeting_text\":\"NONE\"");
        assertThat(known.body()).contains("\"greeting_text\":\"JWT\"", "\"tenant_id\":\"acme\"");
    }

    /** RFC 9470. */
    @Test
    void wantsAFreshSignInForWhatIsDangerous() throws Exception {
        HttpResponse<String> longAgo = platform.send("POST", "/api/v1/greetings/dangerous", null);
        HttpResponse<String> fresh =
                platform.send("POST", "/api/v1/greetings/dangerous", null, "User-Agent", "user_fresh");

        assertThat(longAgo.statusCode()).isEqualTo(401);
        assertThat(longAgo.body()).contains("\"code\":\"STEP_UP_REQUIRED\"", "\"max_age\":900");
        assertThat(longAgo.headers().firstValue("WWW-Authenticate"))
                .hasValueSatisfying(challenge -> assertThat(challenge)
                        .contains("error=\"insufficient_user_authentication\"", "max_age=\"900\""));
        assertThat(fresh.statusCode()).isEqualTo(200);
        HttpResponse<String> key =
                platform.send("POST", "/api/v1/greetings/dangerous", null, "Authorization", "", "X-API-Key", "acme");
        assertThat(key.statusCode()).as("no person stands behind a key").isEqualTo(200);
        assertThat(platform.get("/api/v1/openapi.json").body()).contains("x-step-up");
    }

    @Test
    void hearsNoMoreCredentialsFromWhoKeepsPresentingWrongOnes() throws Exception {
        platform.limits.credentialsLeft.set(2);
        String open = "/api/v1/greetings/health-of/you";
        assertThat(platform.get("/api/v1/greetings/you", "Authorization", "Bearer forged")
                        .statusCode())
                .isEqualTo(401);
        assertThat(platform.get(open, "Authorization", "Bearer forged").body()).contains("\"NONE\"");

        HttpResponse<String> refused = platform.get("/api/v1/greetings/you", "Authorization", "Bearer forged");
        assertThat(refused.statusCode()).isEqualTo(429);
        assertThat(refused.headers().firstValue("Retry-After")).hasValue("2");
        assertThat(refused.body()).contains("refused-credentials");
        assertThat(platform.get("/api/v1/greetings/you").statusCode()).isEqualTo(429);
        assertThat(platform.get(open).body()).contains("\"NONE\"");
        assertThat(platform.limits.credentialsLeft).hasValue(0);
    }

    @Test
    void refusesAndAuditsWhatTheCallerMayNotDo() throws Exception {
        HttpResponse<String> read = platform.get("/api/v1/greetings/you", "Authorization", "Bearer acme:other:read");
        HttpResponse<String> delete =
                platform.send("DELETE", "/api/v1/greetings/you", null, "Authorization", "Bearer acme:greeting:read");

        assertThat(read.statusCode()).isEqualTo(403);
        assertThat(delete.statusCode()).isEqualTo(403);
        TestPlatform.await(() -> platform.audit.records.size() == 2);
        assertThat(platform.audit.records)
                .extracting(AuditRecord::action)
                .containsExactly("getGreeting", "deleteGreeting");
        assertThat(platform.audit.records).allSatisfy(record -> {
            assertThat(record.actor().tenantId()).isEqualTo("acme");
            assertThat(record.result()).isEqualTo("refused");
        });
    }

    @Test
    void refusesAHeaderThatNamesAnotherTenant() throws Exception {
        HttpResponse<String> other = platform.get("/api/v1/greetings/you", "X-Tenant-ID", "umbrella");
        HttpResponse<String> own = platform.get("/api/v1/greetings/you", "X-Tenant-ID", "acme");

        assertThat(other.statusCode()).isEqualTo(403);
        assertThat(own.statusCode()).isEqualTo(200);
    }

    @Test
    void derivesTheRequestIdFromTraceparent() throws Exception {
        String traceId = "4bf92f3577b34da6a3ce929d0e0e4736";
        HttpResponse<String> traced =
                platform.get("/api/v1/greetings/you", "traceparent", "00-" + traceId + "-00f067aa0ba902b7-01");
        HttpResponse<String> invalid =
                platform.get("/api/v1/greetings/you", "traceparent", "00-" + "0".repeat(32) + "-00f067aa0ba902b7-01");

        assertThat(traced.headers().firstValue("X-Request-Id")).hasValue(traceId);
        assertThat(invalid.headers().firstValue("X-Request-Id"))
                .hasValueSatisfying(v -> assertThat(v).doesNotContain("0000000000"));
    }

    @Test
    void reportsTheRateLimitAndRefusesBeyondIt() throws Exception {
        platform.limits.left = 1;
        HttpResponse<String> last = platform.get("/api/v1/greetings/you");
        HttpResponse<String> refused = platform.get("/api/v1/greetings/you");

        assertThat(last.statusCode()).isEqualTo(200);
        assertThat(last.headers().firstValue("X-RateLimit-Limit")).hasValue("100");
        assertThat(last.headers().firstValue("X-RateLimit-Remaining")).hasValue("0");
        assertThat(last.headers().firstValue("RateLimit-Policy")).hasValue("\"test\";q=100;w=60");
        assertThat(last.headers().firstValue("RateLimit").orElseThrow()).matches("\"test\";r=0;t=(2[5-9]|30)");
        long reset =
                Long.parseLong(last.headers().firstValue("X-RateLimit-Reset").orElseThrow());
        assertThat(reset - System.currentTimeMillis() / 1000).isBetween(25L, 32L);
        assertThat(refused.statusCode()).isEqualTo(429);
        assertThat(refused.headers().firstValue("Retry-After")).hasValue("2");
        assertThat(platform.get("/health/live").statusCode()).isEqualTo(200);
    }

    @Test
    void executesARequestWithAnIdempotencyKeyOnce() throws Exception {
        String[] headers = {"Content-Type", JSON, "Idempotency-Key", "once"};
        HttpResponse<String> first = platform.send("POST", "/api/v1/greetings", "{\"first_name\":\"Ann\"}", headers);
        HttpResponse<String> again = platform.send("POST", "/api/v1/greetings", "{\"first_name\":\"Ann\"}", headers);
        HttpResponse<String> other = platform.send("POST", "/api/v1/greetings", "{\"first_name\":\"Bob\"}", headers);

        assertThat(first.statusCode()).isEqualTo(201);
        assertThat(first.headers().firstValue("X-Path")).hasValue("api/v1/greetings");
        assertThat(again.statusCode()).isEqualTo(201);
        assertThat(again.body()).isEqualTo(first.body());
        assertThat(again.headers().firstValue("Location")).hasValue("/api/v1/greetings/Ann");
        assertThat(again.headers().firstValue("Idempotent-Replayed")).hasValue("true");
        assertThat(other.statusCode()).isEqualTo(422);
    }

    @Test
    void keepsAFailureUnderItsIdempotencyKeyButNotRefusedInput() throws Exception {
        String[] headers = {"Content-Type", JSON, "Idempotency-Key", "failing"};
        assertThat(platform.send("POST", "/api/v1/greetings", "{\"first_name\":\"\"}", headers)
                        .statusCode())
                .isEqualTo(400);
        HttpResponse<String> conflict =
                platform.send("POST", "/api/v1/greetings", "{\"first_name\":\"conflict\"}", headers);
        HttpResponse<String> again =
                platform.send("POST", "/api/v1/greetings", "{\"first_name\":\"conflict\"}", headers);

        assertThat(conflict.statusCode()).isEqualTo(409);
        assertThat(again.statusCode()).isEqualTo(409);
        assertThat(again.headers().firstValue("Idempotent-Replayed")).hasValue("true");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "another media type | text/xml | application/json | 1 | <a/> | 415",
                "no acceptable form | application/json | image/png | 1 | {\"first_name\":\"a\"} | 406",
                "an unknown version | application/json | application/json | 2 | {\"first_name\":\"a\"} | 400",
                "broken JSON | application/json | */* | 1 | {\"first_name\": | 400",
                "a duplicate key | application/json | */* | 1 | {\"first_name\":\"a\",\"first_name\":\"b\"} | 400",
                "an unknown field | application/json | */* | 1 | {\"first_name\":\"a\",\"hax\":1} | 400",
                "nothing wrong | application/json | */* | 1 | {\"first_name\":\"a\"} | 201",
            })
    void validates(String remark, String type, String accept, String version, String body, int status)
            throws Exception {
        HttpResponse<String> answer = platform.send(
                "POST", "/api/v1/greetings", body, "Content-Type", type, "Accept", accept, "X-API-Version", version);

        assertThat(answer.statusCode()).as(remark + ": " + answer.body()).isEqualTo(status);
    }

    @Test
    void namesEveryWrongFieldAsTheClientWroteIt() throws Exception {
        HttpResponse<String> answer = platform.send(
                "POST", "/api/v1/greetings", "{\"first_name\":\"\",\"times\":\"x\",\"hax\":1}", "Content-Type", JSON);

        assertThat(answer.body()).contains("first_name", "times", "hax");
    }

    @Test
    void refusesABodyBeyondTheRoutesLimit() throws Exception {
        String[] headers = {"Content-Type", "application/octet-stream", "X-Name", "n"};
        HttpResponse<String> fits = platform.send("PUT", "/api/v1/greetings/upload", "x".repeat(1000), headers);
        HttpResponse<String> tooLarge = platform.send("PUT", "/api/v1/greetings/upload", "x".repeat(1001), headers);

        assertThat(fits.body()).isEqualTo("1000 n");
        assertThat(fits.headers().firstValue("Content-Type"))
                .hasValueSatisfying(v -> assertThat(v).startsWith("text/plain"));
        assertThat(tooLarge.statusCode()).isEqualTo(413);
    }

    @Test
    void saysThatItClosesAConnectionWhoseBodyItDoesNotWaitFor() throws Exception {
        try (Socket socket = new Socket("localhost", platform.port())) {
            write(socket, "POST /api/v1/greetings HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nabc");

            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

            assertThat(answer).startsWith("HTTP/1.1 401 ").contains("Connection: close");
        }
    }

    @Test
    void keepsAConnectionWhoseBodyArrivedThoughNobodyReadIt() throws Exception {
        try (Socket socket = new Socket("localhost", platform.port())) {
            String head = "POST /api/v1/greetings HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\n";
            write(socket, head + "\r\nabc" + head + "Connection: close\r\n\r\nabc");

            String answers = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

            assertThat(answers.split("HTTP/1.1 401 ", -1)).hasSize(3);
        }
    }

    private static void write(Socket socket, String request) throws IOException {
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
    }

    @Test
    void answersLaterFromAnotherThread() throws Exception {
        assertThat(platform.get("/api/v1/greetings/later").body()).contains("\"greeting_text\":\"done\"");
        HttpResponse<String> failed = platform.get("/api/v1/greetings/later?fail=true");
        assertThat(failed.statusCode()).isEqualTo(422);
        assertThat(failed.body()).contains("Failed later");
    }

    @Test
    void answersProblemJsonOnRequest() throws Exception {
        HttpResponse<String> answer = platform.get("/api/v1/greetings/nobody", "Accept", "application/problem+json");

        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        assertThat(answer.body()).contains("\"status\":404", "\"instance\":\"/api/v1/greetings/nobody\"");
    }
}
