package org.platformforge.pipelines.trigger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.platformforge.kernel.api.jobs.Cron;

class TriggerTest {
    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** The example of GitHub's documentation, "Validating webhook deliveries". */
    @Test
    void signsAsGitHubDocumentsIt() {
        String signature = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";
        byte[] secret = bytes("It's a Secret to Everybody");
        byte[] body = bytes("Hello, World!");

        assertThat(Signature.of(secret, body)).isEqualTo(signature);
        assertThat(Signature.matches(signature, secret, body)).isTrue();
        assertThat(Signature.matches(signature, secret, bytes("Hello, World? ")))
                .isFalse();
        assertThat(Signature.matches(signature, bytes("other"), body)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "sha256=",
                "sha1=757107ea0eb2509fc211221cce984b8a37570b6d",
                "sha256=757107EA0EB2509FC211221CCE984B8A37570B6D7586C22C46F4379C8B043E17",
                "757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"
            })
    void takesNoOtherForm(String header) {
        assertThat(Signature.matches(header, bytes("It's a Secret to Everybody"), bytes("Hello, World!")))
                .isFalse();
        assertThat(Signature.matches(null, bytes("x"), bytes("y"))).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "*/15 * * * *, UTC, 2026-03-01T10:00:00Z, 2026-03-01T10:15:00Z",
        "0 3 * * 1-5, UTC, 2026-02-27T10:00:00Z, 2026-03-02T03:00:00Z",
        "30 2 * * *, Europe/Berlin, 2026-01-10T00:00:00Z, 2026-01-10T01:30:00Z",
        "30 2 * * *, Europe/Berlin, 2026-07-10T00:00:00Z, 2026-07-10T00:30:00Z",
        "0 0 29 2 *, UTC, 2026-03-01T00:00:00Z, 2028-02-29T00:00:00Z",
        "0 12 1 1 *, UTC, 2026-01-01T12:00:00Z, 2027-01-01T12:00:00Z"
    })
    void findsTheNextTime(String expression, String zone, Instant after, Instant next) {
        assertThat(Cron.parse(expression, zone).next(after)).contains(next);
    }

    @ParameterizedTest
    @CsvSource({
        "* * * *, UTC",
        "* * * * * *, UTC",
        "61 * * * *, UTC",
        "a b c d e, UTC",
        "@reboot, UTC",
        "0 0 30 2 *, UTC",
        "'0 0 31 2,4,6,9,11 *', UTC",
        "0 0 * * *, Mars/Olympus"
    })
    void refusesWhatIsNoSchedule(String expression, String zone) {
        assertThatThrownBy(() -> Cron.parse(expression, zone)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void matchesBranches() {
        assertThat(Branches.matches(List.of("main"), "main")).isTrue();
        assertThat(Branches.matches(List.of("main"), "mainline")).isFalse();
        assertThat(Branches.matches(List.of("release/*"), "release/1.2/x")).isTrue();
        assertThat(Branches.matches(List.of("a.c"), "abc")).isFalse();
        assertThat(Branches.matches(List.of(), "main")).isFalse();
        assertThat(Branches.isPattern("a(b")).isFalse();
        assertThat(Branches.isPattern("*****")).isFalse();
    }
}
