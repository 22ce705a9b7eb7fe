package org.platformforge.auth.domain;

import java.time.Duration;
import java.time.Instant;

/**
 * What a mail asked somebody to send back, once.
 *
 * @param id keyed digest of the token in the mail
 * @param target the new address, for the change of one; else null
 */
public record Link(String tenantId, String id, String userId, Purpose purpose, String target, Instant expiresAt) {
    /** What it proves, and how long it is good. */
    public enum Purpose {
        VERIFY_EMAIL(Duration.ofHours(24)),
        RESET_PASSWORD(Duration.ofMinutes(30)),
        /** That the present address agrees to the change. */
        CHANGE_EMAIL_FROM(Duration.ofHours(24)),
        /** That the new address exists and agrees. */
        CHANGE_EMAIL_TO(Duration.ofHours(24)),
        /** That who registers receives mail at the address; the target. */
        REGISTER(Duration.ofHours(24)),
        /** Counts the invitations that a join policy sent; the invitation itself is another row. */
        INVITATION(Duration.ofHours(24));

        private final Duration lifetime;

        Purpose(Duration lifetime) {
            this.lifetime = lifetime;
        }

        public Duration lifetime() {
            return lifetime;
        }
    }
}
