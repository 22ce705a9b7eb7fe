package org.platformforge.gateway.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

class TrafficTest {
    private final Traffic traffic = new Traffic();

    private static Route route(Upstream... upstreams) {
        return new Route("ten_a", "res-r", "rel-1", "shop-dev", List.of(upstreams), "shop", "dev");
    }

    private Map<String, Integer> chosen(Route route, int requests) {
        Map<String, Integer> counts = new HashMap<>();
        for (int i = 0; i < requests; i++) {
            Upstream upstream = traffic.enter(route);
            traffic.exit(upstream);
            counts.merge(upstream.backend(), 1, Integer::sum);
        }
        return counts;
    }

    @Test
    void sharesRequestsByWeight() {
        Upstream a = new Upstream("127.0.0.1:1", "res-a", 90);
        Upstream b = new Upstream("127.0.0.1:2", "res-b", 10);
        Upstream none = new Upstream("127.0.0.1:3", "res-c", 0);

        Map<String, Integer> counts = chosen(route(a, b, none), 10_000);

        assertThat(counts.get("res-a")).isCloseTo(9_000, Percentage.withPercentage(2));
        assertThat(counts.get("res-b")).isCloseTo(1_000, Percentage.withPercentage(15));
        assertThat(counts).doesNotContainKey("res-c");
    }

    @Test
    void passesOverWhoRefusedAConnectionUnlessNobodyElseIsLeft() {
        Upstream a = new Upstream("127.0.0.1:1", "res-a", 1);
        Upstream b = new Upstream("127.0.0.1:2", "res-b", 1);
        Route both = route(a, b);
        traffic.suspect(a);

        assertThat(traffic.enter(both)).isEqualTo(b);
        traffic.suspect(b);
        assertThat(traffic.enter(both)).isIn(a, b);
    }

    @Test
    void waitsForRequestsOnTheirWayAndForNothingElse() throws Exception {
        Upstream a = new Upstream("127.0.0.1:1", "res-a", 1);
        traffic.enter(route(a));
        traffic.enter(route(a));

        assertThat(traffic.awaitIdle(List.of("res-b"), Duration.ZERO)).isTrue();
        assertThat(traffic.awaitIdle(List.of("res-a"), Duration.ZERO)).isFalse();
        traffic.exit(a);
        assertThat(traffic.awaitIdle(List.of("res-a"), Duration.ZERO)).isFalse();
        traffic.exit(a);
        assertThat(traffic.awaitIdle(List.of("res-a"), Duration.ZERO)).isTrue();
    }
}
