package org.platformforge.kernel.http.felix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.servlet.AsyncContext;
import javax.servlet.http.HttpServletRequest;
import javax.servlet.http.HttpServletResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.osgi.framework.ServiceRegistration;
import org.platformforge.kernel.api.http.HostHandler;

class HostHandlerTest {
    private static final Duration WITHIN = Duration.ofSeconds(30);

    private TestPlatform platform;

    @BeforeEach
    void start() throws Exception {
        platform = new TestPlatform().start().withServices().complete();
        platform.awaitStatus(200, "/health/live");
    }

    @AfterEach
    void stop() throws Exception {
        platform.close();
    }

    @Test
    void givesRequestsToTheHandlerOfTheirHostBeforeAnyRoute() throws Exception {
        register("low", 0, host -> host.endsWith(".localhost"));
        assertThat(ask("Shop-Prod.localhost:8181", "/health")).contains("low shop-prod.localhost");
        await().atMost(WITHIN)
                .untilAsserted(
                        () -> assertThat(ask("localhost:8181", "/health")).contains("Platform Forge"));
        assertThat(ask("[::1]:8181", "/health")).contains("Platform Forge");

        register("high", 10, host -> host.startsWith("shop"));
        register("newer", 0, host -> true);
        assertThat(ask("shop.localhost", "/x")).contains("high shop.localhost");
        assertThat(ask("other.localhost", "/x")).contains("newer other.localhost");
    }

    @Test
    void letsAHandlerThatGoesAwayFinishItsAsynchronousRequests() throws Exception {
        CountDownLatch entered = new CountDownLatch(1);
        CompletableFuture<AsyncContext> held = new CompletableFuture<>();
        ServiceRegistration<HostHandler> registration = platform.register(HostHandler.class, new HostHandler() {
            @Override
            public boolean accepts(String host) {
                return host.equals("slow.localhost");
            }

            @Override
            public void handle(String host, HttpServletRequest request, HttpServletResponse response) {
                held.complete(request.startAsync());
                entered.countDown();
            }
        });
        CompletableFuture<String> answer = CompletableFuture.supplyAsync(() -> ask("slow.localhost", "/"));
        assertThat(entered.await(10, TimeUnit.SECONDS)).isTrue();
        CompletableFuture<Void> gone = CompletableFuture.runAsync(registration::unregister);
        TestPlatform.await(() -> ask("slow.localhost", "/").contains("404"));
        assertThat(gone).isNotDone();

        AsyncContext async = held.get();
        async.getResponse().getOutputStream().print("finished");
        async.complete();

        assertThat(answer.get(10, TimeUnit.SECONDS)).contains("finished");
        gone.get(10, TimeUnit.SECONDS);
    }

    private void register(String name, int ranking, java.util.function.Predicate<String> hosts) {
        Dictionary<String, Object> properties = new Hashtable<>();
        properties.put("service.ranking", ranking);
        HostHandler handler = new HostHandler() {
            @Override
            public boolean accepts(String host) {
                return hosts.test(host);
            }

            @Override
            public void handle(String host, HttpServletRequest request, HttpServletResponse response)
                    throws IOException {
                response.getOutputStream().print(name + " " + host);
            }
        };
        platform.context().registerService(HostHandler.class, handler, properties);
    }

    /** The JDK's client does not let a test choose the Host header. */
    private String ask(String host, String path) {
        try (Socket socket = new Socket("127.0.0.1", platform.port())) {
            OutputStream out = socket.getOutputStream();
            out.write(("GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
