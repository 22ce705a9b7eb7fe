package org.platformforge.provisioning.domain;

import java.time.Duration;
import org.platformforge.extension.api.driver.Driver;
import org.platformforge.extension.api.driver.DriverException;
import org.platformforge.extension.api.driver.Progress;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.jobs.OperationException;
import org.platformforge.kernel.api.jobs.StepContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Calls an engine from a step and turns whatever goes wrong into what the operation needs to know. */
final class StepFailures {
    private static final Logger LOG = LoggerFactory.getLogger(StepFailures.class);
    /** The operations' own wait, which grows with each attempt. */
    static final Duration WAIT = Duration.ZERO;

    private StepFailures() {}

    /** A call to an engine. */
    @FunctionalInterface
    interface EngineCall<T> {
        T apply(Progress progress) throws DriverException, InterruptedException;
    }

    static <T> T call(Driver driver, StepContext context, EngineCall<T> call)
            throws OperationException, InterruptedException {
        return call(driver, context, Redaction.NONE, call);
    }

    /** @param redaction what the engine says passes through it */
    static <T> T call(Driver driver, StepContext context, Redaction redaction, EngineCall<T> call)
            throws OperationException, InterruptedException {
        try {
            return call.apply(new StepProgress(context, redaction));
        } catch (DriverException e) {
            String message = redaction.apply(e.getMessage());
            if (e.retryable() && !context.cancelRequested()) {
                throw OperationException.transientFailure(e.code(), message, WAIT, e);
            }
            throw OperationException.fatal(e.code(), message, e);
        } catch (PlatformException e) {
            // an extension that is busy, or between two versions
            throw OperationException.transientFailure("ENGINE_BUSY", redaction.apply(e.getMessage()), WAIT, e);
        } catch (RuntimeException e) {
            // A driver that is being swapped, or a defect in it: neither is a reason to give up at once.
            LOG.error("The engine {} failed unexpectedly", driver.engine(), e);
            throw OperationException.transientFailure(
                    "ENGINE_ERROR", "The engine " + driver.engine() + " failed unexpectedly", WAIT, e);
        }
    }

    /** Drivers come back: a bundle is being swapped, or the platform is still starting. */
    static OperationException engineMissing(String message) {
        return OperationException.transientFailure("ENGINE_MISSING", message, WAIT, null);
    }

    /** What our own store refused: worth another try when somebody was quicker or the database is busy. */
    static OperationException ofStore(PlatformException e) {
        boolean passing = e.kind() == ErrorKind.UNAVAILABLE || e.kind() == ErrorKind.CONFLICT;
        return passing
                ? OperationException.transientFailure(e.kind().name(), e.getMessage(), WAIT, e)
                : OperationException.fatal(e.code().orElse(e.kind().name()), e.getMessage(), e);
    }

    private record StepProgress(StepContext context, Redaction redaction) implements Progress {
        @Override
        public void log(String line) {
            context.log(redaction.apply(line));
        }

        @Override
        public boolean cancelled() {
            return context.cancelRequested();
        }
    }
}
