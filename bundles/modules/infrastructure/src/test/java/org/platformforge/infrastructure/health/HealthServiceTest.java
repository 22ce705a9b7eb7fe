package org.platformforge.infrastructure.health;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.lang.annotation.Annotation;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.platformforge.infrastructure.health.ComponentHealth.Status;
import org.platformforge.kernel.api.health.HealthCheck;
import org.platformforge.kernel.store.testing.StoreFixture;

class HealthServiceTest {
    private static final long LONG = 20_000;

    private final StoreFixture store = StoreFixture.derby();
    private HealthService service;

    private record Config(
            long cache_millis,
            long timeout_millis,
            String redis,
            String elasticsearch,
            String nginx,
            String... required)
            implements HealthConfig {
        @Override
        public String[] components() {
            return new String[] {"queue=nonsense, search = ftp://x"};
        }

        @Override
        public Class<? extends Annotation> annotationType() {
            return HealthConfig.class;
        }
    }

    private record Check(String name, Health check) implements HealthCheck {}

    private HealthService.Report report(Config config) {
        service = new HealthService(store, config);
        return service.report();
    }

    @AfterEach
    void close() {
        if (service != null) {
            service.stop();
        }
        store.close();
    }

    private static ServerSocket listen() throws IOException {
        return new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    }

    @Test
    void oneThatAcceptsAndNeverAnswersIsUnhealthyAndHoldsNobodyUp() throws IOException {
        try (ServerSocket silent = listen()) {
            HealthService.Report report =
                    report(new Config(0, 300, "redis://127.0.0.1:" + silent.getLocalPort(), "", ""));

            assertThat(report.components().get("redis").status()).isEqualTo(Status.UNHEALTHY);
            assertThat(report.components().get("redis").message()).isNotEmpty();
        }
    }

    @Test
    void whatThePlatformCanDoWithoutMakesItDegradedAndNotDown() {
        Map<String, ComponentHealth> components =
                Map.of("database", ComponentHealth.HEALTHY, "redis", ComponentHealth.unhealthy("gone"));

        assertThat(HealthService.overall(components, Set.of("database"))).isEqualTo(Status.DEGRADED);
        assertThat(HealthService.overall(components, Set.of("redis"))).isEqualTo(Status.UNHEALTHY);
    }

    @Test
    void whatIsRequiredAndGoneTakesTheWholeDown() throws IOException {
        int port;
        try (ServerSocket closed = listen()) {
            port = closed.getLocalPort();
        }
        HealthService.Report report = report(new Config(0, LONG, "", "", "http://127.0.0.1:" + port, "queue, nginx"));

        assertThat(report.status()).isEqualTo(Status.UNHEALTHY);
        assertThat(report.components().get("nginx").message()).isNotEmpty();
    }

    @Test
    void neverCallsHealthyWhatNobodyConfigured() {
        HealthService.Report report = report(new Config(0, LONG, "", "", ""));

        assertThat(report.components().get("redis").status()).isEqualTo(Status.NOT_CONFIGURED);
        assertThat(report.components().get("elasticsearch").status()).isEqualTo(Status.NOT_CONFIGURED);
        assertThat(report.components().get("nginx").status()).isEqualTo(Status.NOT_CONFIGURED);
        assertThat(report.components().get("application").status()).isEqualTo(Status.HEALTHY);
        assertThat(report.components().get("queue").status())
                .as("an address that cannot be asked")
                .isEqualTo(Status.UNHEALTHY);
        assertThat(report.components().keySet())
                .containsExactly("database", "redis", "elasticsearch", "application", "nginx", "queue", "search");
    }

    @Test
    void speaksRedisAndElasticsearch() throws Exception {
        HttpServer elastic = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        elastic.createContext("/_cluster/health", exchange -> {
            byte[] body = "{\"status\":\"yellow\"}".getBytes(US_ASCII);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        elastic.start();
        try (ServerSocket redis = listen()) {
            Thread answers = new Thread(() -> pong(redis));
            answers.start();
            HealthService.Report report = report(new Config(
                    0,
                    LONG,
                    "redis://127.0.0.1:" + redis.getLocalPort(),
                    "http://127.0.0.1:" + elastic.getAddress().getPort(),
                    ""));
            answers.join();

            assertThat(report.components().get("redis").status()).isEqualTo(Status.HEALTHY);
            assertThat(report.components().get("elasticsearch").status()).isEqualTo(Status.DEGRADED);
        } finally {
            elastic.stop(0);
        }
    }

    private static void pong(ServerSocket redis) {
        try (Socket client = redis.accept()) {
            assertThat(new String(client.getInputStream().readNBytes(6), US_ASCII))
                    .isEqualTo("PING\r\n");
            client.getOutputStream().write("+PONG\r\n".getBytes(US_ASCII));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void asksAgainOnlyWhenTheAnswerIsOld() {
        AtomicInteger asked = new AtomicInteger();
        service = new HealthService(store, new Config(3_600_000, LONG, "", "", ""));
        service.addCheck(new HealthCheck() {
            @Override
            public String name() {
                return "counted";
            }

            @Override
            public Health check() {
                asked.incrementAndGet();
                return Health.healthy();
            }
        });
        HealthService.Report first = service.report();

        assertThat(service.report()).isSameAs(first);
        assertThat(asked).hasValue(1);
        service.modified(new Config(0, LONG, "", "", ""));
        assertThat(service.report()).isNotSameAs(first);
    }

    @Test
    void thePlatformItselfIsAComponent() {
        service = new HealthService(store, new Config(0, LONG, "", "", ""));
        service.addCheck(new Check("events", new HealthCheck.Health(HealthCheck.Status.DEGRADED, "dead letters")));
        assertThat(service.report().status()).isEqualTo(Status.DEGRADED);

        service.addCheck(new Check("jobs", HealthCheck.Health.unhealthy("no scheduler")));
        HealthService.Report report = service.report();
        assertThat(report.status()).isEqualTo(Status.UNHEALTHY);
        assertThat(report.components().get("application").message()).isEqualTo("jobs: no scheduler");
    }
}
