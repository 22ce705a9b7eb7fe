package org.platformforge.kernel.http.chain;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import javax.servlet.http.HttpServletResponse;
import org.junit.jupiter.api.Test;
import org.platformforge.kernel.api.security.RateLimiter.Decision;

class RateLimitHeadersTest {
    private static final Duration WINDOW = Duration.ofHours(1);

    /** Of a window that began this moment, and of one that a clock ahead of this one began. */
    @Test
    void neverSaysThatMoreThanTheWindowIsLeft() {
        for (Duration ahead : new Duration[] {Duration.ZERO, Duration.ofMillis(999), Duration.ofSeconds(5)}) {
            Map<String, String> headers = headers(Instant.now().plus(WINDOW).plus(ahead));
            assertThat(headers).containsEntry("RateLimit-Policy", "\"p\";q=10;w=3600");
            assertThat(left(headers)).isBetween(1L, 3600L);
        }
    }

    @Test
    void saysThatNothingIsLeftOfAWindowThatIsOver() {
        assertThat(left(headers(Instant.now().minusSeconds(3)))).isZero();
    }

    private static long left(Map<String, String> headers) {
        return Long.parseLong(headers.get("RateLimit").replaceFirst(".*;t=", ""));
    }

    private static Map<String, String> headers(Instant reset) {
        Map<String, String> headers = new HashMap<>();
        HttpServletResponse response = (HttpServletResponse) Proxy.newProxyInstance(
                RateLimitHeadersTest.class.getClassLoader(),
                new Class<?>[] {HttpServletResponse.class},
                (proxy, method, arguments) -> headers.put((String) arguments[0], (String) arguments[1]));
        RateLimitHeaders.apply(new Decision(true, "p", 10, 9, WINDOW, reset, Duration.ZERO), response);
        return headers;
    }
}
