package org.platformforge.auth.domain;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Optional;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.kernel.api.security.Secrets;

/**
 * Makes and reads refresh tokens. A token is {@code pfr_<session>.<generation>.<MAC>} with the MAC keyed by the platform's
 * secret: it can be made again for a client that lost the answer (the grace window must return the same successor), and
 * neither the database nor an older token is enough to make one. A token that fails here was never issued and can
 * therefore not revoke anybody's session.
 */
@Component(service = RefreshTokens.class)
public class RefreshTokens {
    private static final String PREFIX = "pfr_";
    private static final String PURPOSE = "auth.refresh-token";
    private static final int MAX_LENGTH = 256;

    private final Secrets secrets;

    @Activate
    public RefreshTokens(@Reference Secrets secrets) {
        this.secrets = secrets;
    }

    /** A genuine token's content. */
    record Parsed(String sessionId, long generation) {}

    String issue(String sessionId, long generation) {
        String body = sessionId + '.' + generation;
        return PREFIX + body + '.' + Base64.getUrlEncoder().withoutPadding().encodeToString(mac(body));
    }

    /** Empty for whatever this platform did not issue. */
    Optional<Parsed> parse(String token) {
        if (token == null || token.length() > MAX_LENGTH || !token.startsWith(PREFIX)) {
            return Optional.empty();
        }
        String[] parts = token.substring(PREFIX.length()).split("\\.", -1);
        if (parts.length != 3 || !parts[1].matches("[1-9][0-9]{0,17}")) {
            return Optional.empty();
        }
        byte[] presented = decode(parts[2]);
        if (!MessageDigest.isEqual(presented, mac(parts[0] + '.' + parts[1]))) {
            return Optional.empty();
        }
        return Optional.of(new Parsed(parts[0], Long.parseLong(parts[1])));
    }

    private byte[] mac(String body) {
        return secrets.mac(PURPOSE, body.getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] decode(String text) {
        try {
            return Base64.getUrlDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            return new byte[0];
        }
    }
}
