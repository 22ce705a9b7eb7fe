package org.platformforge.kernel.store.tx;

import java.time.Duration;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.store.database.SqlErrors;

/** Turns what ended a transaction into what its caller gets. */
final class Failures {
    private static final Duration BUSY = Duration.ofSeconds(1);
    private static final Duration UNREACHABLE = Duration.ofSeconds(5);

    private Failures() {}

    /**
     * @return a PlatformException unchanged; a failure of the database as the kind it means; an unchecked failure of
     *     the work itself unchanged; a checked one as INTERNAL
     */
    static RuntimeException toCaller(Throwable failure) {
        if (failure instanceof PlatformException platform) {
            return platform;
        }
        if (SqlErrors.fromDatabase(failure)) {
            return ofDatabase(failure);
        }
        if (failure instanceof RuntimeException unchecked) {
            return unchecked;
        }
        if (failure instanceof InterruptedException) {
            Thread.currentThread().interrupt();
            return PlatformException.of(ErrorKind.UNAVAILABLE, "The work was interrupted")
                    .withCause(failure);
        }
        return PlatformException.of(ErrorKind.INTERNAL, "Internal error").withCause(failure);
    }

    static PlatformException unavailable(Throwable cause) {
        return PlatformException.of(ErrorKind.UNAVAILABLE, "The database cannot be reached")
                .withRetryAfter(UNREACHABLE)
                .withCause(cause);
    }

    private static PlatformException ofDatabase(Throwable failure) {
        return switch (SqlErrors.meaning(failure)) {
            case CONTENTION ->
                PlatformException.of(ErrorKind.UNAVAILABLE, "The database is busy")
                        .withRetryAfter(BUSY)
                        .withCause(failure);
            case OPTIMISTIC_LOCK ->
                PlatformException.of(ErrorKind.CONFLICT, "It was changed by somebody else in the meantime")
                        .withCause(failure);
            case DUPLICATE ->
                PlatformException.of(ErrorKind.CONFLICT, "It exists already").withCause(failure);
            case CONNECTION -> unavailable(failure);
            case TIMEOUT ->
                PlatformException.of(ErrorKind.UNAVAILABLE, "The database took too long")
                        .withRetryAfter(BUSY)
                        .withCause(failure);
            case STORAGE ->
                PlatformException.of(ErrorKind.UNAVAILABLE, "The database has no room to write")
                        .withRetryAfter(UNREACHABLE)
                        .withCause(failure);
            case OTHER ->
                PlatformException.of(ErrorKind.INTERNAL, "Internal error").withCause(failure);
        };
    }
}
