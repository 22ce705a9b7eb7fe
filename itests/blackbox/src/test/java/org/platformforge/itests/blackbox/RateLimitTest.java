package org.platformforge.itests.blackbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.platformforge.itests.extensions.Shop;

/** The limits are lifted for all other tests, through the same file. */
@Order(4)
@Tag(Tags.ANY_DATABASE)
@ExtendWith(PlatformExtension.class)
class RateLimitTest {
    private static final Duration APPLIED_WITHIN = Duration.ofSeconds(20);

    private final Platform platform;
    private final Account account;

    RateLimitTest(Platform platform) {
        this.platform = platform;
        this.account = Account.register(platform);
    }

    @AfterEach
    void lift() {
        platform.liftRateLimits();
        await().atMost(APPLIED_WITHIN).until(() -> attempt().header("X-RateLimit-Limit") == null);
    }

    @Test
    void refusesMoreThanThePolicyAllowsAndSaysWhenToComeBack() {
        platform.limit("platform-forge", "5/1m per tenant");
        await().atMost(APPLIED_WITHIN).until(() -> "5".equals(attempt().header("X-RateLimit-Limit")));

        Answer last = attempt();
        for (int i = 0; i < 5; i++) {
            last = attempt();
        }

        assertThat(last.status()).as(last.toString()).isEqualTo(429);
        assertThat(last.errorCode()).isEqualTo("RATE_LIMIT_EXCEEDED");
        assertThat(Long.parseLong(last.header("Retry-After"))).isBetween(1L, 60L);
        assertThat(last.header("X-RateLimit-Limit")).isEqualTo("5");
        assertThat(last.header("X-RateLimit-Remaining")).isEqualTo("0");
        assertThat(Long.parseLong(last.header("X-RateLimit-Reset")))
                .isGreaterThan(Instant.now().getEpochSecond());
        assertThat(last.header("RateLimit-Policy")).isEqualTo("\"platform-forge\";q=5;w=60");
        assertThat(last.header("RateLimit")).startsWith("\"platform-forge\";r=0;t=");
        assertThat(platform.http().get("/health").status()).isEqualTo(200);
    }

    @Test
    void countsAnExtensionByItself() {
        Publisher publisher = Publisher.trusted(platform, "counted-");
        Marketplace tenant = new Marketplace(platform, account);
        String flooded = publisher.id("flooded");
        String quiet = publisher.id("quiet");
        for (String id : List.of(flooded, quiet)) {
            publisher.publish(Shop.small(id, "1.0.0"));
            tenant.install(id, "1.0.0", Map.of());
        }
        platform.limit("extension", "5/1m per tenant");
        await().atMost(APPLIED_WITHIN)
                .until(() -> "5".equals(tenant.call(flooded, "/shop").header("X-RateLimit-Limit")));

        Answer last = tenant.call(flooded, "/shop");
        for (int i = 0; i < 5; i++) {
            last = tenant.call(flooded, "/shop");
        }

        assertThat(last.status()).as(last.toString()).isEqualTo(429);
        assertThat(last.header("RateLimit-Policy")).isEqualTo("\"extension\";q=5;w=60");
        assertThat(tenant.call(quiet, "/shop").status()).isEqualTo(200);
        assertThat(attempt().status()).isEqualTo(200);
        platform.liftRateLimits();
        await().atMost(APPLIED_WITHIN).until(() -> tenant.call(flooded, "/shop").header("X-RateLimit-Limit") == null);
        tenant.uninstall(flooded);
        tenant.uninstall(quiet);
    }

    private Answer attempt() {
        return platform.http().get("/api/v1/auth/me", account.bearer());
    }
}
