package org.platformforge.auth.domain.mfa;

import java.time.Duration;
import java.util.List;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.PlatformException;

/**
 * What became of a code. A value and no exception, so that the transaction that counted the try commits.
 *
 * @param accepted whether it was right, and is used up now
 * @param methods {@code amr} of who showed it; empty unless accepted
 * @param retryIn how long no code is looked at; zero unless it was not
 */
public record CodeCheck(boolean accepted, List<String> methods, Duration retryIn) {
    static final CodeCheck REFUSED = new CodeCheck(false, List.of(), Duration.ZERO);

    static CodeCheck accepted(List<String> methods) {
        return new CodeCheck(true, methods, Duration.ZERO);
    }

    static CodeCheck later(Duration wait) {
        return new CodeCheck(false, List.of(), wait);
    }

    /** The answer to a code that was not accepted; it does not tell a wrong code from one that was used before. */
    public PlatformException refusal() {
        return retryIn.isZero()
                ? PlatformException.of(ErrorKind.UNAUTHENTICATED, "The code is not valid")
                : PlatformException.of(ErrorKind.RATE_LIMITED, "Too many wrong codes; try again later")
                        .withRetryAfter(retryIn);
    }
}
