package org.platformforge.kernel.api.jobs;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.platformforge.kernel.api.FieldError;

/** Why a step could not be done. The message is shown to the caller and holds nothing internal. */
public final class OperationException extends Exception {
    private static final long serialVersionUID = 1L;

    private final String code;
    private final transient List<FieldError> fields;
    private final Duration retryIn;

    private OperationException(
            String code, String message, List<FieldError> fields, Duration retryIn, Throwable cause) {
        super(message, cause);
        this.code = code;
        this.fields = fields;
        this.retryIn = retryIn;
    }

    /** Ends the operation: what this run created is undone, then it is failed. */
    public static OperationException fatal(String code, String message, Throwable cause) {
        return new OperationException(code, message, List.of(), null, cause);
    }

    /** The step is begun again after the wait, a bounded number of times. */
    public static OperationException transientFailure(String code, String message, Duration retryIn, Throwable cause) {
        return new OperationException(code, message, List.of(), retryIn, cause);
    }

    public String code() {
        return code;
    }

    public List<FieldError> fields() {
        return fields;
    }

    /** Empty when final. */
    public Optional<Duration> retryIn() {
        return Optional.ofNullable(retryIn);
    }
}
