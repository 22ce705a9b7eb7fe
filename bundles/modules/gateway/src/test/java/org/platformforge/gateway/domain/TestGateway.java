package org.platformforge.gateway.domain;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.platformforge.extension.api.driver.Driver;
import org.platformforge.extension.api.driver.DriverException;
import org.platformforge.extension.api.driver.Progress;
import org.platformforge.extension.api.driver.ResourceSpec;
import org.platformforge.gateway.store.AnswerRepository;
import org.platformforge.gateway.store.MetricRepository;
import org.platformforge.gateway.store.RouteRepository;
import org.platformforge.gateway.testing.FakeEngine;
import org.platformforge.gateway.testing.TestConfig;
import org.platformforge.kernel.store.database.DatabaseKind;
import org.platformforge.kernel.store.testing.StoreFixture;

/** The module's parts over a real database, wired as DS does it. */
public final class TestGateway implements AutoCloseable {
    public static final String BACKEND = "res-app";

    /** A clock a test moves. */
    public static final class MovedClock extends Clock {
        public volatile Instant now = Instant.parse("2026-03-01T10:00:30Z");

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return now;
        }
    }

    public static final Progress PROGRESS = new Progress() {
        @Override
        public void log(String line) {
            // nobody reads it here
        }

        @Override
        public boolean cancelled() {
            return false;
        }
    };

    public final MovedClock clock = new MovedClock();
    public final FakeEngine engine = new FakeEngine(BACKEND);
    public final StoreFixture store;
    public final RouteTable routes;
    public final MetricRecorder recorder;
    public final AnswerCounter answers;
    public final MetricRetention retention;
    public final Backends backends = new Backends();
    public final Traffic traffic = new Traffic();
    public final GatewayDriver driver;
    public final MetricsService metrics;

    public TestGateway(DatabaseKind kind) {
        store = StoreFixture.open(kind, Route.class);
        routes = newRouteTable(TestConfig.DEFAULT);
        MetricRepository repository = new MetricRepository();
        AnswerRepository counts = new AnswerRepository();
        answers = new AnswerCounter(store, counts);
        recorder = new MetricRecorder(store, repository, clock);
        retention = new MetricRetention(store, repository, counts, TestConfig.DEFAULT, clock);
        driver = new GatewayDriver(routes, traffic, TestConfig.DEFAULT);
        backends.add(driver, 1, 1);
        backends.add(engine, 2, 2);
        metrics = new MetricsService(store, repository, recorder, routes, backends);
    }

    public RouteTable newRouteTable(TestConfig config) {
        return new RouteTable(store, new RouteRepository(), config);
    }

    public static ResourceSpec spec(String tenant, String id, String host, String upstream) {
        Map<String, Object> properties = new HashMap<>();
        properties.put("host", host);
        properties.put("upstream", upstream);
        properties.put("backend", BACKEND);
        properties.put("service", "shop");
        properties.put("environment", "dev");
        properties.values().removeIf(Objects::isNull);
        return new ResourceSpec(id, tenant, "prov-1", "route", "shop", "dev", "http-route", properties);
    }

    public Driver.Observation apply(String tenant, String id, String host, String upstream)
            throws DriverException, InterruptedException {
        return driver.apply(spec(tenant, id, host, upstream), PROGRESS);
    }

    @Override
    public void close() {
        recorder.close();
        answers.close();
        routes.close();
        store.close();
    }
}
