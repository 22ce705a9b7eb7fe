package org.platformforge.extension.api.pipeline;

/** Why a step does not let its run go on, in words a user can act on. */
public final class StepException extends Exception {
    private static final long serialVersionUID = 1L;

    private final String code;
    private final boolean retryable;

    /**
     * @param code a stable machine name such as {@code LICENCE_DENIED}
     * @param retryable whether the same call may work later without anybody changing anything
     */
    public StepException(String code, String message, boolean retryable, Throwable cause) {
        super(message, cause);
        this.code = code;
        this.retryable = retryable;
    }

    public String code() {
        return code;
    }

    public boolean retryable() {
        return retryable;
    }
}
