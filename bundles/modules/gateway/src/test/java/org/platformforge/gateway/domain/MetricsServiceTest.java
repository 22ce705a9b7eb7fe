package org.platformforge.gateway.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.FieldError;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.store.database.DatabaseKind;
import org.platformforge.kernel.store.testing.TestCaller;

class MetricsServiceTest {
    @ParameterizedTest
    @EnumSource
    void answersWhatWasMeasuredBeforeAndAfterItIsWrittenWithGaps(DatabaseKind kind) throws Exception {
        try (TestGateway gateway = new TestGateway(kind)) {
            gateway.apply("ten_a", "res-1", "shop-dev", "127.0.0.1:20000");
            Route route = gateway.routes.byLabel("shop-dev").orElseThrow();
            for (int i = 1; i <= 100; i++) {
                gateway.recorder.record(route, i <= 10 ? 502 : 200, i * 1000L);
            }
            checkFirstMinute(gateway);
            gateway.clock.now = gateway.clock.now.plus(Duration.ofMinutes(3));
            gateway.recorder.flush();
            gateway.recorder.flush();
            gateway.recorder.record(route, 200, 5_000);
            Metrics later = metrics(gateway, "15m");
            assertThat(later.series()).hasSize(15);
            assertThat(later.series().stream().map(Metrics.Point::requests).filter(Objects::nonNull))
                    .containsExactly(100L, 1L);
            assertThat(later.series().get(14).at()).isEqualTo(Instant.parse("2026-03-01T10:03:00Z"));
            assertThat(later.series().get(13).latency()).isNull();
            assertThat(later.summary().requests()).isEqualTo(101);
            assertThat(later.summary().errors()).isEqualTo(10);
        }
    }

    private static void checkFirstMinute(TestGateway gateway) {
        Metrics first = metrics(gateway, "1h");
        assertThat(first.stepSeconds()).isEqualTo(60);
        assertThat(first.series()).hasSize(60);
        assertThat(first.summary().latency().p50()).isBetween(49.0, 52.0);
        assertThat(first.summary().latency().p99()).isBetween(98.0, 101.0);
        assertThat(first.cpuCores()).isEqualTo(0.5);
        assertThat(first.memoryBytes()).isEqualTo(1024L);
    }

    private static Metrics metrics(TestGateway gateway, String timeframe) {
        return gateway.metrics.metrics(TestCaller.ALICE, "shop", null, timeframe);
    }

    @ParameterizedTest
    @EnumSource
    void hidesServicesOfOtherTenants(DatabaseKind kind) throws Exception {
        try (TestGateway gateway = new TestGateway(kind)) {
            gateway.apply("ten_a", "res-1", "shop-dev", "127.0.0.1:20000");
            gateway.recorder.record(gateway.routes.byLabel("shop-dev").orElseThrow(), 200, 1);
            gateway.clock.now = gateway.clock.now.plus(Duration.ofMinutes(1));
            gateway.recorder.flush();
            assertThatThrownBy(() -> gateway.metrics.metrics(TestCaller.BOB, "shop", null, "1h"))
                    .isInstanceOfSatisfying(
                            PlatformException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.NOT_FOUND));
            assertThatThrownBy(() -> gateway.metrics.metrics(TestCaller.ALICE, "shop", "prod", "1h"))
                    .isInstanceOfSatisfying(
                            PlatformException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.NOT_FOUND));
        }
    }

    @ParameterizedTest
    @EnumSource
    void keepsWhatItMeasuredWhenTheModuleGoes(DatabaseKind kind) throws Exception {
        try (TestGateway gateway = new TestGateway(kind)) {
            gateway.apply("ten_a", "res-1", "shop-dev", "127.0.0.1:20000");
            gateway.recorder.record(gateway.routes.byLabel("shop-dev").orElseThrow(), 200, 1);
            gateway.recorder.close();
            assertThat(metrics(gateway, "1h").summary().requests()).isEqualTo(1);
            gateway.recorder.close();
            assertThat(metrics(gateway, "1h").summary().requests()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @EnumSource
    void deletesWhatIsOlderThanItIsKept(DatabaseKind kind) throws Exception {
        try (TestGateway gateway = new TestGateway(kind)) {
            gateway.apply("ten_a", "res-1", "shop-dev", "127.0.0.1:20000");
            gateway.recorder.record(gateway.routes.byLabel("shop-dev").orElseThrow(), 200, 1);
            gateway.recorder.close();
            Instant measured = gateway.clock.now;
            for (int days : new int[] {8, 9}) {
                gateway.clock.now = measured.plus(Duration.ofDays(days));
                gateway.retention.run();
                gateway.clock.now = measured;
                assertThat(metrics(gateway, "1h").summary().requests())
                        .as("after %s days", days)
                        .isEqualTo(days > 8 ? null : 1L);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = "DERBY")
    void namesEveryWrongParameterAtOnceAndClampsTheTime(DatabaseKind kind) throws Exception {
        try (TestGateway gateway = new TestGateway(kind)) {
            for (String wrong : new String[] {"", "h", "0h", "-1h", "1w", "1 h", "99999999999m"}) {
                assertThatThrownBy(() -> gateway.metrics.metrics(TestCaller.ALICE, " ", null, wrong))
                        .isInstanceOfSatisfying(
                                PlatformException.class,
                                e -> assertThat(e.fields())
                                        .extracting(FieldError::field)
                                        .containsExactly("service", "timeframe"));
            }
            gateway.apply("ten_a", "res-1", "shop-dev", "127.0.0.1:20000");
            gateway.engine.usage = new org.platformforge.extension.api.driver.Driver.Usage(null, null, null, null);
            Metrics week = metrics(gateway, "9999d");
            assertThat(week.timeframe()).isEqualTo("7d");
            assertThat(week.stepSeconds()).isEqualTo(3600);
            assertThat(week.series()).hasSizeLessThanOrEqualTo(169);
            assertThat(week.cpuCores()).isNull();
        }
    }
}
