package org.platformforge.itests.blackbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Line breaks where a header or a mail could begin, and bodies that are too large or too deep, on every route. */
@Order(5)
@Tag(Tags.ANY_DATABASE)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ExtendWith(PlatformExtension.class)
class InjectionTest {
    private static final String INJECTED = "X-Injected";
    private static final String BREAK = "%0d%0a" + INJECTED + ":%20yes";
    private static final String LARGE = "{\"name\": \"" + "x".repeat(1 << 21) + "\"}";
    private static final String DEEP = "{\"a\":".repeat(20_000) + "1" + "}".repeat(20_000);

    private final Platform platform;
    private final Http http;
    private Account account;
    private String[] token;

    InjectionTest(Platform platform) {
        this.platform = platform;
        this.http = platform.http();
    }

    @BeforeAll
    void register() {
        account = Account.register(platform);
        // routes that end the session of a request take no API token
        token = Account.bearer(
                account.createKey(platform, "{\"name\": \"t\"}").path("secret").asText());
    }

    @TestFactory
    Stream<DynamicTest> writesNoHeaderThatSomebodyElseThoughtOf() {
        return Operation.installed(platform).stream()
                .filter(route -> !route.streams())
                .map(route -> dynamicTest(route.toString(), () -> {
                    String path = route.at("a" + BREAK) + "?limit=1&x=" + BREAK + "&cursor=" + BREAK;
                    Answer answer = http.send(route.method(), path, null, token);
                    assertThat(answer.status()).as(answer.toString()).isLessThan(500);
                    assertThat(answer.header(INJECTED)).as(answer.toString()).isNull();
                }));
    }

    @Test
    void encodesWhatALinkHeaderRepeats() {
        account.createKey(platform, "{\"name\": \"second\"}");
        Answer answer = http.get("/api/v1/auth/api-keys?limit=1&x=" + BREAK, account.bearer());

        assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
        assertThat(answer.header("Link")).contains("rel=\"next\"").doesNotContain("\r", "\n", " yes");
        assertThat(answer.header(INJECTED)).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "X-Request-Id: a\rX-Injected: yes\r\n",
                "X-Request-Id: a\nX-Injected: yes\r\n",
                "X-Request-Id: a\r\n X-Injected: yes\r\n",
                "X-Request-Id: a\0X-Injected: yes\r\n",
                "X-Request-Id: X-Injected\u2028: yes\r\n",
                "traceparent: 00-\r\rX-Injected-00f067aa0ba902b7-01\r\n",
                "Origin: http://a\rX-Injected: yes\r\n",
                "X Injected: yes\r\n",
                "Content-Length: 5\r\nContent-Length: 6\r\n",
                "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
                "Transfer-Encoding: chunked, identity\r\n",
            })
    void repeatsNoHeaderOfTheRequestAsItsOwn(String headers) throws IOException {
        String answer = raw("GET /health/live HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n" + headers + "\r\n");

        assertThat(answer).matches("(?s)HTTP/1\\.1 (200|4\\d\\d) .*");
        assertThat(answer.lines()).noneMatch(line -> line.startsWith(INJECTED));
    }

    private String raw(String request) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", platform.httpPort())) {
            socket.setSoTimeout(30_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }

    @Test
    void sendsNoMailToWhomSomebodyElseAdded() {
        List<String> addresses = List.of(
                "a@example.com\\r\\nBcc: eve@example.com",
                "a@example.com\\nBcc: eve@example.com",
                "a@example.com, eve@example.com",
                "a@example.com\\u0000",
                "<a@example.com> eve@example.com");
        for (String address : addresses) {
            Answer register = http.post("/api/v1/auth/register", """
                    {"email": "%s", "password": "%s", "name": "A"}""".formatted(address, Account.PASSWORD));
            Answer invite =
                    http.post("/api/v1/auth/invitations", "{\"email\": \"%s\"}".formatted(address), account.bearer());
            Answer change =
                    http.post("/api/v1/auth/email/change", "{\"email\": \"%s\"}".formatted(address), account.bearer());
            for (Answer answer : List.of(register, invite, change)) {
                assertThat(answer.status()).as(answer.toString()).isEqualTo(400);
                assertThat(answer.errorCode()).isEqualTo("VALIDATION_ERROR");
            }
        }
    }

    @TestFactory
    Stream<DynamicTest> refusesBodiesThatAreTooLargeOrTooDeep() {
        return new ApiDocument(platform)
                .routes().stream()
                        .filter(route -> route.description()
                                .path("requestBody")
                                .path("content")
                                .has("application/json"))
                        .filter(route ->
                                !route.description().path("x-scope").asText().equals("platform"))
                        .map(route -> dynamicTest(route.toString(), () -> {
                            Answer large = send(route, LARGE);
                            Answer deep = send(route, DEEP);
                            if (isSigned(route)) {
                                // nobody reads what is not signed
                                assertThat(large.status()).as(large.toString()).isIn(413, 401);
                                assertThat(deep.status()).as(deep.toString()).isEqualTo(401);
                            } else {
                                assertThat(large.status()).as(large.toString()).isEqualTo(413);
                                assertThat(deep.status()).as(deep.toString()).isEqualTo(400);
                            }
                        }));
    }

    /** Its body is its credential. */
    private static boolean isSigned(ApiDocument.Route route) {
        return route.description().path("parameters").findValuesAsText("name").contains("X-Hub-Signature-256");
    }

    /** With the session: none of them is executed. */
    private Answer send(ApiDocument.Route route, String body) {
        return http.send(
                route.method(),
                route.path().replaceAll("\\{[^}]+}", "id"),
                body,
                "Authorization",
                account.bearer()[1],
                "Content-Type",
                "application/json");
    }
}
