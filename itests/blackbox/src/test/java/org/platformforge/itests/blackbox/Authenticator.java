package org.platformforge.itests.blackbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.StreamSupport;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** An authenticator app (RFC 6238: SHA-1, 30 s, 6 digits) that gives every code once. */
final class Authenticator {
    static final String ENABLE = "/api/v1/auth/mfa/enable";
    static final String VERIFY = "/api/v1/auth/mfa/verify";
    static final String TOTP = "{\"method\": \"totp\"}";

    private final byte[] key;
    private final List<String> backupCodes;
    private long used;

    /** @param enrolment the answer to {@link #ENABLE} */
    Authenticator(JsonNode enrolment) {
        this.key = decode(enrolment.path("secret").asText());
        this.backupCodes = StreamSupport.stream(enrolment.path("backup_codes").spliterator(), false)
                .map(JsonNode::asText)
                .toList();
    }

    /** Sets one up for the account, whose session has shown it from now on. */
    static Authenticator enrol(Platform platform, Account account) throws GeneralSecurityException {
        Answer enabled = platform.http().post(ENABLE, TOTP, account.bearer());
        assertThat(enabled.status()).as(enabled.toString()).isEqualTo(200);
        Authenticator app = new Authenticator(enabled.data());
        Answer verified = platform.http().post(VERIFY, verification(app.next()), account.bearer());
        assertThat(verified.status()).as(verified.toString()).isEqualTo(200);
        return app;
    }

    static String verification(String code) {
        return "{\"method\": \"totp\", \"code\": \"%s\"}".formatted(code);
    }

    List<String> backupCodes() {
        return backupCodes;
    }

    /**
     * A code that was not given before. The second one in 30 s is the one of the next, and the third would be too far ahead:
     * it waits, at most half a minute.
     */
    String next() throws GeneralSecurityException {
        long step = Math.max(used + 1, now());
        await().atMost(Duration.ofSeconds(60)).until(() -> step <= now() + 1);
        used = step;
        return code(step);
    }

    private static long now() {
        return Instant.now().getEpochSecond() / 30;
    }

    private String code(long step) throws GeneralSecurityException {
        Mac mac = Mac.getInstance("HmacSHA1");
        mac.init(new SecretKeySpec(key, "HmacSHA1"));
        byte[] hash = mac.doFinal(ByteBuffer.allocate(8).putLong(step).array());
        int number = ByteBuffer.wrap(hash).getInt(hash[hash.length - 1] & 0xf) & 0x7fffffff;
        return String.format("%06d", number % 1_000_000);
    }

    /** Base32. */
    private static byte[] decode(String secret) {
        ByteBuffer key = ByteBuffer.allocate(secret.length() * 5 / 8);
        int bits = 0;
        int held = 0;
        for (char c : secret.toCharArray()) {
            held = held << 5 | "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(c);
            bits += 5;
            if (bits >= 8) {
                bits -= 8;
                key.put((byte) (held >> bits));
            }
        }
        return key.array();
    }
}
