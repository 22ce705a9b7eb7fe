package org.platformforge.kernel.http.felix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.platformforge.kernel.http.fixture.TroubleResource;

/** What a badly behaving module, or a client that goes away, must not do to the platform. */
class HostileModuleTest {
    private static final String TROUBLE = "/api/v1/trouble/";

    private static TestPlatform platform;

    @BeforeAll
    static void start() throws Exception {
        platform = new TestPlatform()
                .configured(Map.of("async.timeout", 1))
                .start()
                .withServices()
                .complete();
        platform.install(
                "trouble",
                new FixtureBundle("trouble", "1.0.0")
                        .resource(TroubleResource.class)
                        .classes(TroubleResource.Tracked.class)
                        .build());
        platform.awaitStatus(405, TROUBLE + "passing");
    }

    @AfterAll
    static void stop() throws Exception {
        platform.close();
    }

    @Test
    void recordsNoRefusalThatHasARecordAlready() throws Exception {
        platform.audit.records.clear();
        String trouble = "/api/v1/trouble/passing?kind=FORBIDDEN";
        assertThat(platform.send("POST", trouble + "&recorded=true", "{}").statusCode())
                .isEqualTo(403);
        assertThat(platform.send("POST", trouble, "{}").statusCode()).isEqualTo(403);
        TestPlatform.await(() -> !platform.audit.records.isEmpty());
        assertThat(platform.audit.records)
                .singleElement()
                .satisfies(record ->
                        assertThat(record.details().get("reason").toString()).startsWith("Call "));
    }

    @Test
    void findsItsPartsByTheThreadAsInAStep() throws Exception {
        assertThat(platform.get(TROUBLE + "loader").body()).contains("own true");
    }

    @ParameterizedTest
    @CsvSource({
        "UNAVAILABLE, false",
        "UNAVAILABLE, true",
        "RATE_LIMITED, false",
        "BAD_GATEWAY, false",
        "GATEWAY_TIMEOUT, true"
    })
    void executesAgainWhatFailedForNowOnly(String kind, boolean returned) throws Exception {
        String path = TROUBLE + "passing?kind=" + kind + "&returned=" + returned;
        String[] key = {"Idempotency-Key", kind + returned};
        HttpResponse<String> first = platform.send("POST", path, null, key);
        HttpResponse<String> again = platform.send("POST", path, null, key);

        assertThat(first.body()).contains("Call ");
        assertThat(again.statusCode()).isEqualTo(first.statusCode());
        assertThat(again.body()).contains("Call ").isNotEqualTo(first.body());
        assertThat(again.headers().firstValue("Idempotent-Replayed")).isEmpty();
        if (kind.equals("UNAVAILABLE") && !returned) {
            assertThat(first.headers().firstValue("Retry-After")).hasValue("2");
        }
    }

    /** Failures and what is no attempt come first: their records would be among the others. */
    @Test
    void recordsAttemptsThatAreRefusedWhateverTheModuleDoes() throws Exception {
        platform.audit.records.clear();
        for (String kind : List.of("VALIDATION", "MALFORMED", "RATE_LIMITED", "UNAVAILABLE", "INTERNAL")) {
            platform.send("POST", TROUBLE + "passing?kind=" + kind, null);
        }
        Set<Integer> refused = new TreeSet<>();
        for (String kind : List.of("FORBIDDEN", "NOT_FOUND", "CONFLICT", "PRECONDITION_FAILED", "UNPROCESSABLE")) {
            refused.add(platform.send("POST", TROUBLE + "passing?kind=" + kind, null)
                    .statusCode());
            refused.add(platform.send("POST", TROUBLE + "passing?returned=true&kind=" + kind, null)
                    .statusCode());
        }
        await().atMost(Duration.ofSeconds(30)).until(() -> platform.audit.records.size() >= 10);
        assertThat(platform.audit.records)
                .allMatch(record -> record.action().equals("failForNow"))
                .extracting(record -> (Object) record.details().get("status"))
                .hasSize(10)
                .containsOnlyElementsOf(refused);
    }

    /** A module that reads the body itself waits for the client on one of the server's threads. */
    @Test
    void letsOneClientKeepFewModulesWaitingForBodies() throws Exception {
        List<Socket> slow = new ArrayList<>();
        String head = "POST " + TROUBLE + "reads HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer slow:*\r\n"
                + "Content-Type: application/octet-stream\r\nContent-Length: ";
        try {
            for (int i = 0; i < 100; i++) {
                Socket socket = new Socket("localhost", platform.port());
                slow.add(socket);
                socket.getOutputStream().write((head + "10\r\n\r\nabc").getBytes(StandardCharsets.US_ASCII));
            }

            Socket refused = await().atMost(Duration.ofSeconds(30)).until(() -> answered(slow), Objects::nonNull);

            assertThat(firstLine(refused)).startsWith("HTTP/1.1 429 ");
            assertThat(platform.send("POST", TROUBLE + "reads", "x", "Content-Type", "application/octet-stream")
                            .statusCode())
                    .isEqualTo(200);
        } finally {
            for (Socket socket : slow) {
                socket.close();
            }
        }
    }

    private static Socket answered(List<Socket> sockets) throws IOException {
        for (Socket socket : sockets) {
            if (socket.getInputStream().available() > 0) {
                return socket;
            }
        }
        return null;
    }

    private static String firstLine(Socket socket) throws IOException {
        return new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII)).readLine();
    }

    @ParameterizedTest(name = "{0} is {1}")
    @CsvSource({
        "400, MALFORMED_REQUEST",
        "402, PAYMENT_REQUIRED",
        "408, REQUEST_TIMEOUT",
        "409, CONFLICT",
        "410, GONE",
        "418, CLIENT_ERROR",
        "423, LOCKED",
        "429, RATE_LIMIT_EXCEEDED",
        "451, UNAVAILABLE_FOR_LEGAL_REASONS",
        "499, CLIENT_ERROR",
        "501, NOT_CONFIGURED",
        "503, SERVICE_UNAVAILABLE",
        "507, INSUFFICIENT_STORAGE",
    })
    void rendersWhateverErrorIsThrownByItsStatus(int status, String code) throws Exception {
        for (boolean later : new boolean[] {false, true}) {
            String path = TROUBLE + "status/" + status + "?later=" + later;
            HttpResponse<String> answer = platform.send("POST", path, null);
            HttpResponse<String> problem = platform.send("POST", path, null, "Accept", "application/problem+json");

            assertThat(answer.statusCode()).isEqualTo(status);
            assertThat(answer.body())
                    .startsWith("{\"error\":{\"code\":\"" + code + "\"")
                    .doesNotContain("secret");
            assertThat(problem.body())
                    .contains("\"status\":" + status, "\"code\":\"" + code)
                    .doesNotContain("secret");
            assertThat(answer.headers().allValues("Retry-After")).containsExactly("7");
            List<String> links = answer.headers().allValues("Link");
            assertThat(links).hasSize(2).startsWith("</terms>; rel=\"blocked-by\"");
            assertThat(links.get(1)).matches("</docs/errors#[a-z-]+>; rel=\"help\"");
            assertThat(answer.headers().map()).doesNotContainKeys("set-cookie", "location");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {301, 302, 303, 307, 308})
    void redirectsWhenARedirectIsThrown(int status) throws Exception {
        for (boolean later : new boolean[] {false, true}) {
            HttpResponse<String> answer = platform.send("POST", TROUBLE + "status/" + status + "?later=" + later, null);
            assertThat(answer.statusCode()).isEqualTo(status);
            assertThat(answer.headers().firstValue("Location")).hasValue("/api/v1/elsewhere");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {500, 600, 999})
    void takesWhatIsNoAnswerToAClientForAFailure(int status) throws Exception {
        HttpResponse<String> answer = platform.send("POST", TROUBLE + "status/" + status, null);
        assertThat(answer.statusCode()).isEqualTo(500);
        assertThat(answer.body()).contains("INTERNAL_ERROR").doesNotContain("secret");
    }

    @ParameterizedTest
    @ValueSource(strings = {"assertion", "services", "memory", "bare", "stack"})
    void answersAndAccountsForARequestWhoseModuleThrowsAnError(String name) throws Exception {
        String[] headers = {"Content-Type", "application/octet-stream", "Idempotency-Key", name};
        HttpResponse<String> first = platform.send("POST", TROUBLE + "errors/" + name, "x", headers);
        HttpResponse<String> again = platform.send("POST", TROUBLE + "errors/" + name, "x", headers);

        assertThat(first.statusCode()).isEqualTo(500);
        assertThat(first.body()).startsWith("{\"error\":").doesNotContain("secret", "Requested");
        assertThat(again.headers().firstValue("Idempotent-Replayed"))
                .as("the key was let go of")
                .hasValue("true");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "cut off, errors/bare, Content-Length: 100, {\"a\"",
        "cut off late, errors/bare, Content-Length: 100000, {\"a\"",
        "cut off chunk, errors/bare, Transfer-Encoding: chunked, 'ff|abc'",
        "garbled chunk, errors/bare, Transfer-Encoding: chunked, 'zz|abc|'",
        "cut off stream, reads, Content-Length: 100, abc",
        "garbled stream, reads, Transfer-Encoding: chunked, 'zz|abc|'",
    })
    void blamesTheClientForABodyThatDoesNotArrive(String remark, String path, String header, String body)
            throws Exception {
        try (Socket socket = new Socket("localhost", platform.port())) {
            String request = "POST " + TROUBLE + path + " HTTP/1.1\r\nHost: localhost\r\n"
                    + "Authorization: Bearer acme:*\r\nContent-Type: application/octet-stream\r\n" + header
                    + "\r\n\r\n" + body.replace("|", "\r\n");
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            socket.shutdownOutput();
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(answer).as(remark).startsWith("HTTP/1.1 400 ").doesNotContain("Exception");
        }
    }

    @Test
    void holdsNoStreamInMemoryForAnIdempotencyKey() throws Exception {
        String[] key = {"Content-Type", "application/octet-stream", "Idempotency-Key", "stream"};
        HttpResponse<String> refused = platform.send("POST", TROUBLE + "reads", "abc", key);
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(refused.body()).contains("Idempotency-Key", "stream");
        assertThat(platform.send("POST", TROUBLE + "reads", "abc", "Content-Type", "application/octet-stream")
                        .body())
                .isEqualTo("3 bytes");
        String document = platform.get("/api/v1/openapi.json").body();
        int start = document.indexOf("/api/v1/trouble/reads");
        assertThat(document.substring(start, document.indexOf("responses", start)))
                .doesNotContain("Idempotency-Key");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "broken?later=false&io=false",
                "broken?later=true&io=false",
                "broken?later=true&io=true",
                "broken-now?io=false",
                "broken-now?io=true"
            })
    void cutsTheConnectionWhenAStreamBreaksOff(String path) {
        assertThatThrownBy(() -> platform.get(TROUBLE + path)).isInstanceOf(IOException.class);
    }

    @Test
    void closesStreamsThatNobodyReads() throws Exception {
        assertThat(platform.get(TROUBLE + "file").body()).isEqualTo("content");
        assertThat(platform.send("HEAD", TROUBLE + "file", null).statusCode()).isEqualTo(200);
        assertThat(platform.get(TROUBLE + "file", "If-None-Match", "\"1\"").statusCode())
                .isEqualTo(304);
        assertThat(platform.get(TROUBLE + "late-file").statusCode()).isEqualTo(504);
        platform.get(TROUBLE + "open?complete=true");

        TestPlatform.await(() -> platform.get(TROUBLE + "open").body().equals("0 of 4"));
    }
}
