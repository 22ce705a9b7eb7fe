package org.platformforge.auth.domain;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Pattern;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.kernel.api.security.Secrets;

/**
 * Says for five minutes that somebody knew a user's password: {@code pfm_<tenant>.<user>.<end>.<MAC>}. The MAC covers the
 * password's hash too, so that a changed password voids it. It is no session and opens nothing but the second half of a
 * sign-in.
 */
@Component(service = MfaTokens.class)
public class MfaTokens {
    static final Duration LIFETIME = Duration.ofMinutes(5);
    private static final String PREFIX = "pfm_";
    private static final String PURPOSE = "auth.mfa-token";
    private static final int MAX_LENGTH = 256;
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9_-]{1,64}");

    private final Secrets secrets;

    @Activate
    public MfaTokens(@Reference Secrets secrets) {
        this.secrets = secrets;
    }

    /** What a token says about itself; to be trusted only when it is {@link #genuine}. */
    record Claimed(String tenantId, String userId, long end, byte[] mac) {}

    String issue(User user, Instant now) {
        long end = now.plus(LIFETIME).getEpochSecond();
        return PREFIX
                + user.tenantId()
                + '.'
                + user.id()
                + '.'
                + end
                + '.'
                + Base64.getUrlEncoder().withoutPadding().encodeToString(mac(user, end));
    }

    /** Empty for what does not look like one. */
    static Optional<Claimed> read(String token) {
        if (token.length() > MAX_LENGTH || !token.startsWith(PREFIX)) {
            return Optional.empty();
        }
        String[] parts = token.substring(PREFIX.length()).split("\\.", -1);
        if (parts.length != 4
                || !ID.matcher(parts[0]).matches()
                || !ID.matcher(parts[1]).matches()
                || !parts[2].matches("[0-9]{1,12}")) {
            return Optional.empty();
        }
        try {
            byte[] mac = Base64.getUrlDecoder().decode(parts[3]);
            return Optional.of(new Claimed(parts[0], parts[1], Long.parseLong(parts[2]), mac));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    boolean genuine(Claimed claimed, User user, Instant now) {
        return MessageDigest.isEqual(claimed.mac(), mac(user, claimed.end())) && now.getEpochSecond() < claimed.end();
    }

    private byte[] mac(User user, long end) {
        String text = user.tenantId() + '|' + user.id() + '|' + end + '|' + user.passwordHash();
        return secrets.mac(PURPOSE, text.getBytes(StandardCharsets.UTF_8));
    }
}
