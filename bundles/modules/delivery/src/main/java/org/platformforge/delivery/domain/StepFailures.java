package org.platformforge.delivery.domain;

import java.time.Duration;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.jobs.OperationException;

/** What our own store refused, as a step's failure. */
final class StepFailures {
    private StepFailures() {}

    /** Worth another try when somebody was quicker or the database is busy. */
    static OperationException of(PlatformException e) {
        boolean passing = e.kind() == ErrorKind.UNAVAILABLE || e.kind() == ErrorKind.CONFLICT;
        return passing
                ? OperationException.transientFailure(e.kind().name(), e.getMessage(), Duration.ZERO, e)
                : OperationException.fatal(e.code().orElse(e.kind().name()), e.getMessage(), e);
    }
}
