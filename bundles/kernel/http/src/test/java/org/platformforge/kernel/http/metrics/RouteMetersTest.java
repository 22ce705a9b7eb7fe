package org.platformforge.kernel.http.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class RouteMetersTest {
    private static final RouteMeters.Key KEY = new RouteMeters.Key("org.example", "GET", "/things/{id}");

    private final RouteMeters meters = new RouteMeters();

    private List<RouteMeters.Key> keys() {
        List<RouteMeters.Key> keys = new ArrayList<>();
        meters.forEach((key, meter) -> keys.add(key));
        return keys;
    }

    @Test
    void goesOnCountingOverASwapAndForgetsWithTheLastGeneration() {
        RouteMeter old = meters.acquire(KEY);
        old.record(200, 1);
        RouteMeter fresh = meters.acquire(KEY);
        meters.release(List.of(KEY));
        fresh.record(299, 1);

        assertThat(fresh).isSameAs(old);
        assertThat(LongStream.of(fresh.of(2).snapshot().counts()).sum()).isEqualTo(2);
        assertThat(keys()).contains(KEY);
        meters.release(List.of(KEY));
        meters.release(List.of(KEY));
        assertThat(keys()).doesNotContain(KEY).hasSize(1);
    }

    @Test
    void keepsStatusesNobodyKnowsInOneSeries() {
        RouteMeter meter = meters.unrouted();
        for (int status : new int[] {-1, 0, 99, 600, 1000}) {
            meter.record(status, -5);
        }

        assertThat(meter.of(0).snapshot().counts()[0]).isEqualTo(5);
        assertThat(meter.of(0).snapshot().sum()).isZero();
        assertThat(meter.of(2)).isNull();
    }

    @Test
    void countsSwapsByModule() {
        meters.swapped("a");
        meters.swapped("a");
        meters.failedWhileSwapping("a", 3);

        assertThat(meters.swaps()).containsOnlyKeys("a").containsValue(new RouteMeters.Swaps(2, 3));
    }
}
