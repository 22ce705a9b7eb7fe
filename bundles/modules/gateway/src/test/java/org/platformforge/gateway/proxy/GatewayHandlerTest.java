package org.platformforge.gateway.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.OutputStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.platformforge.extension.api.driver.Driver;
import org.platformforge.extension.api.driver.ResourceSpec;
import org.platformforge.gateway.domain.Metrics;
import org.platformforge.gateway.domain.TestGateway;
import org.platformforge.gateway.testing.TestConfig;
import org.platformforge.kernel.store.testing.TestCaller;

class GatewayHandlerTest {
    private static final Map<String, Headers> SEEN = new ConcurrentHashMap<>();
    private static final CountDownLatch NEVER = new CountDownLatch(1);
    private static volatile CountDownLatch nextEvent;
    private static GatewayServer server;

    @BeforeAll
    static void start() throws Exception {
        server = new GatewayServer(new TestConfig(1, 3600));
        server.on("/echo", exchange -> {
            SEEN.put("echo", exchange.getRequestHeaders());
            answer(exchange, 200, exchange.getRequestMethod() + " " + exchange.getRequestURI());
        });
        server.on("/redirect", exchange -> {
            exchange.getResponseHeaders().add("Location", "http://shop-dev.localhost:8181/elsewhere");
            exchange.getResponseHeaders().add("Set-Cookie", "a=1");
            exchange.getResponseHeaders().add("Set-Cookie", "b=2");
            answer(exchange, 302, "");
        });
        server.on("/hops", exchange -> {
            exchange.getResponseHeaders().add("Connection", "X-Private");
            exchange.getResponseHeaders().add("X-Private", "1");
            exchange.getResponseHeaders().add("X-Public", "1");
            answer(exchange, 200, "ok");
        });
        server.on("/upload", exchange -> {
            long bytes = exchange.getRequestBody().transferTo(OutputStream.nullOutputStream());
            answer(exchange, 200, "received " + bytes);
        });
        server.on("/events", GatewayHandlerTest::events);
        server.on("/slow", exchange -> {
            try {
                NEVER.await(30, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        server.on("/failing", exchange -> answer(exchange, 500, "my own error"));
        server.on("/cut", exchange -> {
            exchange.sendResponseHeaders(200, 1000);
            exchange.getResponseBody().write("half".getBytes(StandardCharsets.UTF_8));
            exchange.getResponseBody().flush();
            exchange.close();
        });
    }

    private static void events(HttpExchange exchange) throws IOException {
        exchange.getResponseHeaders().add("Content-Type", "text/event-stream");
        exchange.sendResponseHeaders(200, 0);
        try (OutputStream body = exchange.getResponseBody()) {
            body.flush();
            for (int i = 1; i <= 2; i++) {
                nextEvent.await(10, TimeUnit.SECONDS);
                nextEvent = new CountDownLatch(1);
                body.write(("data: " + i + "\n\n").getBytes(StandardCharsets.UTF_8));
                body.flush();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void answer(HttpExchange exchange, int status, String text) throws IOException {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        if (body.length > 0) {
            exchange.getResponseBody().write(body);
        }
        exchange.close();
    }

    @AfterAll
    static void stop() throws Exception {
        NEVER.countDown();
        server.close();
    }

    @BeforeEach
    void runBackend() {
        server.gateway.engine.state = Driver.State.RUNNING;
        nextEvent = new CountDownLatch(1);
    }

    @Test
    void passesRequestsOnWithTheHostAndWhereTheyCameFrom() throws Exception {
        String answer = server.get(
                "/echo/a%2Fb//c?x=1&y=%C3%A4",
                "X-Forwarded-For: 6.6.6.6",
                "X-Forwarded-Host: evil.example",
                "X-Forwarded-Proto: https",
                "Forwarded: for=6.6.6.6",
                "X-Real-IP: 6.6.6.6");
        assertThat(answer).startsWith("HTTP/1.1 200").endsWith("GET /echo/a%2Fb//c?x=1&y=%C3%A4");
        Headers seen = SEEN.get("echo");
        assertThat(seen.get("Host")).containsExactly("shop-dev.localhost");
        assertThat(seen.get("X-Forwarded-For")).containsExactly("127.0.0.1");
        assertThat(seen.get("X-Forwarded-Host")).containsExactly("shop-dev.localhost");
        assertThat(seen.get("X-Forwarded-Proto")).containsExactly("http");
        assertThat(seen.get("Forwarded")).isNull();
        assertThat(seen.get("X-Real-IP")).isNull();
        assertThat(answer.split("\r\nDate:")).hasSize(2);
    }

    @Test
    void takesHopByHopHeadersOutInBothDirections() throws Exception {
        server.get(
                "/echo",
                "Connection: X-Secret",
                "X-Secret: 1",
                "Keep-Alive: 5",
                "TE: trailers",
                "Proxy-Authorization: Basic abc",
                "X-Kept: 1");
        assertThat(SEEN.get("echo"))
                .containsKey("X-kept")
                .doesNotContainKeys("X-secret", "Keep-alive", "Te", "Proxy-authorization");
        assertThat(server.get("/hops")).containsIgnoringCase("X-Public: 1").doesNotContainIgnoringCase("X-Private");
    }

    @Test
    void leavesRedirectsAndCookiesToTheClient() throws Exception {
        assertThat(server.get("/redirect"))
                .startsWith("HTTP/1.1 302")
                .containsIgnoringCase("Location: http://shop-dev.localhost:8181/elsewhere")
                .containsIgnoringCase("Set-Cookie: a=1")
                .containsIgnoringCase("Set-Cookie: b=2");
        server.get("/echo");
        assertThat(SEEN.get("echo").get("Cookie")).isNull();
    }

    @Test
    void passesTheApplicationsOwnErrorsOn() throws Exception {
        assertThat(server.get("/failing")).startsWith("HTTP/1.1 500").endsWith("my own error");
    }

    @Test
    void deliversEventsWhenTheyAreWritten() throws Exception {
        try (Socket socket = server.connect()) {
            socket.getOutputStream().write(GatewayServer.head("GET /events HTTP/1.1", "Host: shop-dev.localhost"));
            GatewayServer.readUntil(socket.getInputStream(), "\r\n\r\n");
            for (int i = 1; i <= 2; i++) {
                nextEvent.countDown();
                GatewayServer.readUntil(socket.getInputStream(), "data: " + i + "\n\n");
            }
        }
    }

    @Test
    void streamsLargeUploads() throws Exception {
        int megabytes = 64;
        try (Socket socket = server.connect()) {
            OutputStream output = socket.getOutputStream();
            output.write(GatewayServer.head(
                    "POST /upload HTTP/1.1",
                    "Host: shop-dev.localhost",
                    "Connection: close",
                    "Content-Length: " + megabytes * 1024 * 1024));
            byte[] piece = new byte[1024 * 1024];
            for (int i = 0; i < megabytes; i++) {
                output.write(piece);
            }
            assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                    .endsWith("received " + megabytes * 1024 * 1024);
        }
    }

    @Test
    void returns404ForAnUnknownHostAsTheClientWantsToReadIt() throws Exception {
        assertThat(server.exchange("GET / HTTP/1.1", "Host: nobody.localhost", "Connection: close"))
                .startsWith("HTTP/1.1 404")
                .contains("Content-Type: application/json", "\"code\":\"NOT_FOUND\"");
        assertThat(server.exchange(
                        "GET / HTTP/1.1", "Host: nobody.localhost", "Connection: close", "Accept: text/html,*/*"))
                .startsWith("HTTP/1.1 404")
                .contains("text/html", "<h1>No application here</h1>")
                .doesNotContain("nobody");
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "localhost:8181", "127.0.0.1", "shop-dev.localhost.evil.example"})
    void leavesOtherHostsAlone(String host) throws Exception {
        assertThat(server.exchange("GET / HTTP/1.1", "Host: " + host, "Connection: close"))
                .startsWith("HTTP/1.1 418");
    }

    @Test
    void returns502WhenTheApplicationRefusesTheConnection() throws Exception {
        try (ServerSocket closed = new ServerSocket(0)) {
            server.gateway.apply("ten_a", "res-2", "closed-dev", "127.0.0.1:" + closed.getLocalPort());
        }
        assertThat(server.exchange("GET / HTTP/1.1", "Host: closed-dev.localhost", "Connection: close"))
                .startsWith("HTTP/1.1 502")
                .contains("BAD_GATEWAY")
                .doesNotContain("127.0.0.1", "Exception");
        server.gateway.engine.state = Driver.State.RESTARTING;
        assertThat(server.exchange("GET / HTTP/1.1", "Host: closed-dev.localhost", "Connection: close"))
                .startsWith("HTTP/1.1 503")
                .contains("Retry-After: 5");
    }

    @Test
    void asksAnotherApplicationWhereOneTakesNoConnection() throws Exception {
        int closed;
        try (ServerSocket socket = new ServerSocket(0)) {
            closed = socket.getLocalPort();
        }
        pair("refusing-dev", closed);
        for (int i = 0; i < 10; i++) {
            assertThat(server.exchange("GET /echo HTTP/1.1", "Host: refusing-dev.localhost", "Connection: close"))
                    .startsWith("HTTP/1.1 200");
            assertThat(server.exchange("DELETE /echo HTTP/1.1", "Host: refusing-dev.localhost", "Connection: close"))
                    .startsWith("HTTP/1.1 200");
        }
    }

    @Test
    void asksAnotherApplicationWhatChangesNothingWhenOneBreaksOff() throws Exception {
        AtomicInteger broken = new AtomicInteger();
        try (ServerSocket socket = new ServerSocket(0)) {
            Thread breaker = new Thread(() -> breakOff(socket, broken));
            breaker.start();
            pair("breaking-dev", socket.getLocalPort());
            while (broken.get() == 0) {
                assertThat(server.exchange("GET /echo HTTP/1.1", "Host: breaking-dev.localhost", "Connection: close"))
                        .startsWith("HTTP/1.1 200");
            }
            int before = broken.get();
            await().until(() -> {
                String answer = server.exchange(
                        "POST /echo HTTP/1.1",
                        "Host: breaking-dev.localhost",
                        "Connection: close",
                        "Content-Length: 0");
                return broken.get() > before && answer.startsWith("HTTP/1.1 503");
            });
        }
    }

    /** Reads the head of each request and closes. */
    private static void breakOff(ServerSocket socket, AtomicInteger count) {
        while (!socket.isClosed()) {
            try (Socket client = socket.accept()) {
                GatewayServer.readUntil(client.getInputStream(), "\r\n\r\n");
                count.incrementAndGet();
            } catch (IOException e) {
                // over, or the gateway was quicker
            }
        }
    }

    private static void pair(String host, int other) throws Exception {
        int good = server.application.getAddress().getPort();
        List<Map<String, Object>> upstreams = List.of(
                Map.of("address", "127.0.0.1:" + other, "backend", host + "-other", "weight", 1),
                Map.of("address", "127.0.0.1:" + good, "backend", host + "-good", "weight", 1));
        server.gateway.driver.apply(
                new ResourceSpec(
                        "res-" + host,
                        "ten_a",
                        "prov-1",
                        "route",
                        "pair",
                        "dev",
                        "http-route",
                        Map.of("host", host, "upstreams", upstreams)),
                TestGateway.PROGRESS);
    }

    @Test
    void returns504WhenTheApplicationDoesNotAnswerInTime() throws Exception {
        assertThat(server.get("/slow")).startsWith("HTTP/1.1 504").contains("GATEWAY_TIMEOUT");
    }

    @Test
    void cutsTheConnectionWhenTheApplicationStopsHalfWay() throws Exception {
        assertThat(server.get("/cut")).contains("Content-Length: 1000").endsWith("half");
    }

    @Test
    void sendsBrokenEscapesAndForeignCharactersOnAsValidAddresses() throws Exception {
        assertThat(server.get("/echo/a|b?q={%zz}")).endsWith("GET /echo/a%7Cb?q=%7B%25zz%7D");
        assertThat(server.exchange(
                        "GET http://evil.example/echo/x HTTP/1.1", "Host: shop-dev.localhost", "Connection: close"))
                .doesNotContain("evil");
    }

    @Test
    void answersRequestsForNoPathItself() throws Exception {
        assertThat(server.exchange("OPTIONS * HTTP/1.1", "Host: shop-dev.localhost", "Connection: close"))
                .startsWith("HTTP/1.1 400");
    }

    @Test
    void streamsUploadsOfUnknownLength() throws Exception {
        assertThat(server.exchange(
                        "POST /upload HTTP/1.1",
                        "Host: shop-dev.localhost",
                        "Connection: close",
                        "Transfer-Encoding: chunked",
                        "",
                        "5",
                        "hello",
                        "0"))
                .startsWith("HTTP/1.1 200")
                .endsWith("received 5");
    }

    @Test
    void refusesHeadersThatWouldBecomeTwo() throws Exception {
        server.get("/echo", "X-Bare: a\rX-Injected: 1");
        Headers seen = SEEN.get("echo");
        assertThat(seen == null ? Map.of() : seen).doesNotContainKey("X-injected");
    }

    @Test
    void losesNoRequestWhileItsConfigurationChanges() throws Exception {
        ExecutorService clients = Executors.newFixedThreadPool(8);
        AtomicBoolean over = new AtomicBoolean();
        List<Future<Long>> counts = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            counts.add(clients.submit(() -> countUntil(over)));
        }
        for (int i = 1; i <= 50; i++) {
            server.change(new TestConfig(1 + i % 2, 3600));
            String answer = server.get("/echo");
            assertThat(answer).startsWith("HTTP/1.1 200");
        }
        over.set(true);
        for (Future<Long> count : counts) {
            assertThat(count.get(20, TimeUnit.SECONDS)).isPositive();
        }
        clients.shutdown();
        server.change(new TestConfig(1, 3600));
        await().until(() -> server.proxies() == 1);
    }

    private static long countUntil(AtomicBoolean over) throws IOException {
        long count = 0;
        while (!over.get()) {
            String answer = server.get("/echo");
            assertThat(answer).startsWith("HTTP/1.1 200");
            count++;
        }
        return count;
    }

    @Test
    void measuresRequestsAndErrors() throws Exception {
        server.gateway.apply(
                "ten_a",
                "res-1",
                "shop-dev",
                "127.0.0.1:" + server.application.getAddress().getPort());
        long before = requests();
        server.get("/echo");
        server.get("/failing");
        await().untilAsserted(() -> assertThat(requests()).isEqualTo(before + 2));
    }

    private static long requests() {
        Metrics all = server.gateway.metrics.metrics(TestCaller.ALICE, "shop", "dev", "1h");
        return all.summary().requests() == null ? 0 : all.summary().requests();
    }
}
