package org.platformforge.kernel.extension.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.platformforge.extension.api.OutboundHttp;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.extension.call.PlatformThreads;

class HttpGatewayTest {
    private static final CountDownLatch NEVER = new CountDownLatch(1);
    private static HttpServer server;
    private static int port;
    private static PlatformThreads threads;

    @BeforeAll
    static void start() throws IOException {
        threads = new PlatformThreads();
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newCachedThreadPool());
        port = server.getAddress().getPort();
        server.createContext("/echo", exchange -> {
            byte[] body = (exchange.getRequestMethod() + " "
                            + exchange.getRequestHeaders().getFirst("X-Test") + " "
                            + exchange.getRequestHeaders().getFirst("User-agent") + " "
                            + new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8))
                    .getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().add("X-Answer", "1");
            exchange.getResponseHeaders().add("X-Answer", "2");
            exchange.sendResponseHeaders(201, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.createContext("/redirect", exchange -> {
            exchange.getResponseHeaders().add("Location", "http://127.0.0.1:" + port + "/echo");
            exchange.sendResponseHeaders(302, -1);
            exchange.close();
        });
        server.createContext("/large", exchange -> {
            exchange.sendResponseHeaders(200, 0);
            byte[] chunk = new byte[1 << 20];
            for (int i = 0; i < 12; i++) {
                exchange.getResponseBody().write(chunk);
            }
            exchange.close();
        });
        server.createContext("/slow", exchange -> {
            try {
                NEVER.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        server.start();
    }

    @AfterAll
    static void stop() {
        NEVER.countDown();
        server.stop(0);
        threads.close();
    }

    private static OutboundHttp http(HttpGateway gateway, String... hosts) {
        return gateway.of("acme.x", Set.of(hosts), () -> {}, new Semaphore(2));
    }

    private static OutboundHttp.Request get(String uri) {
        return OutboundHttp.Request.get(URI.create(uri));
    }

    private static String here(String path) {
        return "http://localhost:" + port + path;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://other.example/",
                "https://api.acme.example.evil.example/",
                "http://api.acme.example/",
                "https://api.acme.example:8443/",
                "https://API.acme.example.:443/"
            })
    void refusesHostsThatAreNotDeclared(String uri) {
        try (HttpGateway gateway = new HttpGateway(threads, Set::of)) {
            PlatformException refused = catchThrowableOfType(
                    () -> http(gateway, "api.acme.example").send(get(uri)), PlatformException.class);
            assertThat(refused.kind()).isEqualTo(ErrorKind.FORBIDDEN);
            assertThat(refused.getMessage()).contains("does not declare");
        }
    }

    @Test
    void connectsToPublicAddressesOnly() {
        try (HttpGateway gateway = new HttpGateway(threads, Set::of)) {
            for (String host : List.of("localhost", "127.0.0.1", "169.254.169.254", "0.0.0.0", "2130706433")) {
                PlatformException refused = catchThrowableOfType(
                        () -> http(gateway, host + ":" + port).send(get("http://" + host + ":" + port + "/echo")),
                        PlatformException.class);
                assertThat(refused.kind()).isEqualTo(ErrorKind.FORBIDDEN);
                assertThat(refused.getMessage()).contains("no public address");
            }
        }
    }

    @Test
    void sendsAndReceives() throws Exception {
        try (HttpGateway gateway = new HttpGateway(threads, () -> Set.of("localhost"))) {
            OutboundHttp http = http(gateway, "localhost:" + port);
            OutboundHttp.Response answer = http.send(new OutboundHttp.Request(
                    "POST",
                    URI.create(here("/echo")),
                    Map.of("X-Test", "yes"),
                    "body".getBytes(StandardCharsets.UTF_8),
                    Duration.ofSeconds(20)));
            assertThat(answer.status()).isEqualTo(201);
            assertThat(new String(answer.body(), StandardCharsets.UTF_8))
                    .isEqualTo("POST yes platform-forge-extension/acme.x body");
            assertThat(answer.headers()).containsEntry("x-answer", List.of("1", "2"));
            assertThat(http.send(get(here("/redirect"))).status()).isEqualTo(302);
        }
    }

    @Test
    void endsWhatIsTooLargeTooSlowOrNotThere() {
        try (HttpGateway gateway = new HttpGateway(threads, () -> Set.of("localhost:" + port, "localhost:1"))) {
            OutboundHttp http = http(gateway, "localhost:" + port, "localhost:1");
            assertThatThrownBy(() -> http.send(get(here("/large")))).isInstanceOf(IOException.class);
            assertThatThrownBy(() -> http.send(new OutboundHttp.Request(
                            "GET", URI.create(here("/slow")), Map.of(), null, Duration.ofMillis(200))))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("within the time");
            assertThatThrownBy(() -> http.send(get("http://localhost:1/"))).isInstanceOf(IOException.class);
        }
    }

    @Test
    void verifiesTheNameInTls() throws Exception {
        // a plain server is no TLS server: whatever answers there is not believed
        try (HttpGateway gateway = new HttpGateway(threads, () -> Set.of("localhost"))) {
            assertThatThrownBy(
                            () -> http(gateway, "localhost:" + port).send(get("https://localhost:" + port + "/echo")))
                    .isInstanceOf(IOException.class);
        }
        assertThat(new org.eclipse.jetty.util.ssl.SslContextFactory.Client().getEndpointIdentificationAlgorithm())
                .isEqualTo("HTTPS");
    }

    @ParameterizedTest
    @CsvSource({
        "Host,evil.example",
        "Content-Length,5",
        "Transfer-Encoding,chunked",
        "'Bad Name',x",
        "X-Test,'a\r\nHost: b'",
        "Connection,close"
    })
    void refusesHeadersThatAreNotTheExtensions(String name, String value) {
        try (HttpGateway gateway = new HttpGateway(threads, Set::of)) {
            PlatformException refused = catchThrowableOfType(
                    () -> http(gateway, "a.example")
                            .send(new OutboundHttp.Request(
                                    "GET", URI.create("https://a.example/"), Map.of(name, value), null, null)),
                    PlatformException.class);
            assertThat(refused.kind()).isEqualTo(ErrorKind.VALIDATION);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"ftp://a.example/", "https:///x", "https://user@a.example/", "mailto:a@b", "https://a.example/#f"
            })
    void refusesAddressesThatAreNone(String uri) {
        try (HttpGateway gateway = new HttpGateway(threads, Set::of)) {
            PlatformException refused =
                    catchThrowableOfType(() -> http(gateway, "a.example").send(get(uri)), PlatformException.class);
            assertThat(refused.kind()).isEqualTo(ErrorKind.VALIDATION);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "8.8.8.8,true",
        "1.1.1.1,true",
        "2606:4700:4700::1111,true",
        "10.0.0.1,false",
        "172.16.0.1,false",
        "172.15.0.1,true",
        "192.168.1.1,false",
        "127.8.8.8,false",
        "169.254.169.254,false",
        "100.64.0.1,false",
        "100.128.0.1,true",
        "0.1.2.3,false",
        "198.18.0.1,false",
        "224.0.0.1,false",
        "240.0.0.1,false",
        "255.255.255.255,false",
        "::1,false",
        "::,false",
        "::ffff:127.0.0.1,false",
        "::ffff:8.8.8.8,true",
        "64:ff9b::7f00:1,false",
        "2002:7f00:1::1,false",
        "2001:0:4136:e378:8000:63bf:3fff:fdd2,false",
        "fe80::1,false",
        "fc00::1,false",
        "fd12::1,false",
        "ff02::1,false",
        "2001:db8::1,false",
        "::7f00:1,false",
        "5f00::1,false"
    })
    void knowsPublicAddresses(String address, boolean open) throws Exception {
        assertThat(PublicAddresses.contains(InetAddress.getByName(address))).isEqualTo(open);
    }
}
