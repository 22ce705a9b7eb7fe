package org.platformforge.auth.domain.mfa;

import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.platformforge.auth.domain.User;
import org.platformforge.auth.store.UserRepository;
import org.platformforge.kernel.api.store.Transaction;

/**
 * How often a user's codes may be guessed: five times, then once after each of growing waits. A try is counted before its
 * code is looked at, in the same transaction and under the lock of the user's row, so that parallel tries gain nothing. It
 * counts over all factors. Only who knows the password, or has a session, gets here: a stranger cannot bring the wait about.
 */
final class CodeGuard {
    static final int FREE = 5;
    static final Duration FIRST_WAIT = Duration.ofSeconds(30);
    static final Duration LONGEST_WAIT = Duration.ofMinutes(15);

    private CodeGuard() {}

    /** @return how long to wait until a code is looked at; empty when one may be looked at now */
    static Optional<Duration> begin(Transaction tx, User user, Instant now) throws SQLException {
        if (!UserRepository.countCode(tx, user, now)) {
            Instant until = UserRepository.codesRefusedUntil(tx, user);
            return Optional.of(until == null ? FIRST_WAIT : Duration.between(now, until));
        }
        int tries = UserRepository.codeFailures(tx, user);
        if (tries >= FREE) {
            UserRepository.setCodeFailures(tx, user, tries, now.plus(waitAfter(tries)));
        }
        return Optional.empty();
    }

    static void passed(Transaction tx, User user) throws SQLException {
        UserRepository.setCodeFailures(tx, user, 0, null);
    }

    static Duration waitAfter(int tries) {
        int doublings = Math.min(tries - FREE, 10);
        Duration wait = FIRST_WAIT.multipliedBy(1L << doublings);
        return wait.compareTo(LONGEST_WAIT) < 0 ? wait : LONGEST_WAIT;
    }
}
