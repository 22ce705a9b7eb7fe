package org.platformforge.auth.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SessionTimeoutsTest {
    @Test
    void letsATenantHaveAShorterOneAndNoLongerOne() {
        SessionTimeouts timeouts = SessionTimeouts.of(TestConfig.with(Map.of(
                "session_timeout_seconds",
                3600L,
                "session_timeout_seconds_tenants",
                "ten_a=600, ten_b=7200,nonsense,ten_c=x,=5")));
        assertThat(timeouts.of("ten_a")).isEqualTo(Duration.ofMinutes(10));
        assertThat(timeouts.of("ten_b")).isEqualTo(Duration.ofHours(1));
        assertThat(timeouts.of("ten_c")).isEqualTo(Duration.ofHours(1));
        assertThat(SessionTimeouts.of(TestConfig.with(Map.of())).of("ten_a")).isEqualTo(Duration.ofDays(30));
    }
}
