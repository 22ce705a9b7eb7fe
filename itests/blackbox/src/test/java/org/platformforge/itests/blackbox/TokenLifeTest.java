package org.platformforge.itests.blackbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Access tokens that the platform signed and takes no more: what the settings ask counts for those issued before, too. */
@Order(8)
@Tag(Tags.ANY_DATABASE)
@ExtendWith(PlatformExtension.class)
class TokenLifeTest {
    private static final String ME = "/api/v1/auth/me";
    private static final Duration WITHIN = Duration.ofSeconds(30);

    private final Platform platform;
    private final Http http;
    private final Account account;

    TokenLifeTest(Platform platform) {
        this.platform = platform;
        this.http = platform.http();
        this.account = Account.register(platform);
    }

    /** Its life is cut to a minute after it was issued; in a run of all tests that minute is over long ago. */
    @Test
    void refusesTheGenuineTokenAfterItsTime() {
        Account elder = platform.elder();
        Account administrator = Account.login(platform, elder.email(), Account.PASSWORD);
        setTimeout(administrator, "60");
        try {
            await().atMost(Duration.ofSeconds(120))
                    .until(() -> http.get(ME, elder.bearer()).status() == 401);
            refused(elder);
            assertThat(http.get(ME, account.bearer()).status()).isEqualTo(200);
        } finally {
            Account again = Account.login(platform, elder.email(), Account.PASSWORD);
            setTimeout(again, "null");
        }
    }

    private void setTimeout(Account administrator, String seconds) {
        Answer answer = http.send(
                "PUT",
                "/api/v1/admin/config",
                "{\"settings\": {\"session_timeout\": %s}}".formatted(seconds),
                "Authorization",
                administrator.bearer()[1],
                "Content-Type",
                "application/json");
        assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
    }

    /** As one of another platform whose keys are known here. */
    @Test
    void refusesTheGenuineTokenOfAnotherAudience() throws IOException {
        Path file = platform.config().resolve("org.platformforge.kernel.security.cfg");
        String shipped = Files.readString(file);
        Files.writeString(file, shipped.replace("token.audience = platform-forge", "token.audience = elsewhere"));
        try {
            await().atMost(WITHIN).until(() -> http.get(ME, account.bearer()).status() == 401);
            refused(account);
        } finally {
            Files.writeString(file, shipped);
        }
        await().atMost(WITHIN).until(() -> http.get(ME, account.bearer()).status() == 200);
    }

    private void refused(Account of) {
        Answer answer = http.get(ME, of.bearer());
        assertThat(answer.status()).as(answer.toString()).isEqualTo(401);
        assertThat(answer.errorCode()).isEqualTo("UNAUTHORIZED");
    }
}
