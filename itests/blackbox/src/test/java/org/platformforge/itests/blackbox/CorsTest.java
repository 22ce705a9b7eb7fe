package org.platformforge.itests.blackbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A console on another origin, once the configuration names it. */
@Order(7)
@Tag(Tags.ANY_DATABASE)
@ExtendWith(PlatformExtension.class)
class CorsTest {
    private static final Duration APPLIED_WITHIN = Duration.ofSeconds(20);
    private static final String CONSOLE = "https://console.example.com";
    private static final String KEYS = "/api/v1/auth/api-keys";

    private final Platform platform;
    private final Http http;
    private final Path file;
    private String shipped;

    CorsTest(Platform platform) {
        this.platform = platform;
        this.http = platform.http();
        this.file = platform.config().resolve("org.platformforge.kernel.http.cfg");
    }

    @AfterEach
    void restore() throws IOException {
        Files.writeString(file, shipped);
        await().atMost(APPLIED_WITHIN).until(() -> allowed(CONSOLE) == null);
    }

    @Test
    void letsTheNamedOriginInAndNoOther() throws IOException {
        shipped = Files.readString(file);
        Files.writeString(file, shipped.replace("cors.origins =", "cors.origins = " + CONSOLE));
        await().atMost(APPLIED_WITHIN).until(() -> CONSOLE.equals(allowed(CONSOLE)));

        Answer preflight = http.send(
                "OPTIONS",
                KEYS,
                null,
                "Origin",
                CONSOLE,
                "Access-Control-Request-Method",
                "POST",
                "Access-Control-Request-Headers",
                "authorization,content-type,idempotency-key,x-tenant-id");
        assertThat(preflight.status()).as(preflight.toString()).isEqualTo(204);
        assertThat(preflight.header("Access-Control-Allow-Methods")).contains("POST");
        assertThat(preflight.header("Access-Control-Allow-Headers").toLowerCase(Locale.ROOT))
                .contains("authorization", "content-type", "idempotency-key", "x-tenant-id");
        assertThat(preflight.header("Access-Control-Max-Age")).isEqualTo("600");
        assertThat(preflight.header("Access-Control-Allow-Credentials")).isNull();

        Answer refused = http.post(KEYS, "{}", "Origin", CONSOLE);
        assertThat(refused.status()).isEqualTo(401);
        assertThat(refused.header("Access-Control-Allow-Origin")).isEqualTo(CONSOLE);
        assertThat(refused.header("Vary")).contains("Origin");

        assertThat(allowed("https://console.example.com.evil.example")).isNull();
        assertThat(allowed("http://console.example.com")).isNull();
        assertThat(allowed("null")).isNull();
    }

    private String allowed(String origin) {
        return http.get("/health/live", "Origin", origin).header("Access-Control-Allow-Origin");
    }
}
