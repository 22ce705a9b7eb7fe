package org.platformforge.auth.domain.mfa;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TotpTest {
    private static final byte[] SECRET = "12345678901234567890".getBytes(StandardCharsets.US_ASCII);
    private static final Instant NOW = Instant.ofEpochSecond(1_700_000_010);

    /** RFC 6238, appendix B, SHA-1, the last six digits. */
    @ParameterizedTest
    @CsvSource({
        "59, 287082",
        "1111111109, 081804",
        "1111111111, 050471",
        "1234567890, 005924",
        "2000000000, 279037",
        "20000000000, 353130"
    })
    void makesTheCodesOfTheStandard(long seconds, String code) {
        assertThat(Totp.code(SECRET, Totp.step(Instant.ofEpochSecond(seconds)))).isEqualTo(code);
    }

    @Test
    void agreesWithOathtool() throws Exception {
        Path tool = Path.of("/usr/bin/oathtool");
        assumeTrue(Files.isExecutable(tool), "oathtool is not installed: .ci/run installs it");
        Random random = new Random(1);
        SecureRandom secrets = new SecureRandom();
        for (int i = 0; i < 40; i++) {
            byte[] secret = Totp.newSecret(secrets);
            long second = random.nextInt(Integer.MAX_VALUE);
            assertThat(Totp.code(secret, Totp.step(Instant.ofEpochSecond(second))))
                    .as("%s at %s", Totp.text(secret), second)
                    .isEqualTo(oathtool(tool, Totp.text(secret), second));
        }
    }

    private static String oathtool(Path tool, String secret, long second) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(tool.toString(), "--totp", "--base32", "--now", "@" + second, "--", secret)
                .redirectErrorStream(true)
                .start();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(printed).isZero();
        return printed.strip();
    }

    @Test
    void acceptsOneStepBeforeAndAfterAndNoMore() {
        long now = Totp.step(NOW);
        for (long step = now - 3; step <= now + 3; step++) {
            assertThat(Totp.match(SECRET, Totp.code(SECRET, step), NOW, 0).isPresent())
                    .as("step %s", step - now)
                    .isEqualTo(Math.abs(step - now) <= 1);
        }
    }

    @Test
    void goesForwardOnly() {
        long now = Totp.step(NOW);
        assertThat(Totp.match(SECRET, Totp.code(SECRET, now), NOW, now - 1)).hasValue(now);
        assertThat(Totp.match(SECRET, Totp.code(SECRET, now), NOW, now)).isEmpty();
        assertThat(Totp.match(SECRET, Totp.code(SECRET, now - 1), NOW, now)).isEmpty();
        assertThat(Totp.match(SECRET, Totp.code(SECRET, now + 1), NOW, now)).hasValue(now + 1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "12345", "1234567", "abcdef", "０１２３４５", "\0\0\0\0\0\0", "-12345"})
    void refusesWhatIsNoCode(String text) {
        assertThat(Totp.match(SECRET, text, NOW, 0)).isEmpty();
    }

    @Test
    void writesWhatAuthenticatorAppsRead() {
        assertThat(Totp.uri("Platform Forge", "ann+x@example.com", SECRET))
                .isEqualTo("otpauth://totp/Platform%20Forge:ann%2Bx%40example.com"
                        + "?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Platform%20Forge"
                        + "&algorithm=SHA1&digits=6&period=30");
    }
}
