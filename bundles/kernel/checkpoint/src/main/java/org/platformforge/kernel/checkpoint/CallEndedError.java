package org.platformforge.kernel.checkpoint;

/**
 * Takes a call out of an extension's code. An error, so that the usual handlers of exceptions let it pass; who catches it
 * all the same meets the next checkpoint. Without a stack trace of its own: it may be thrown again and again.
 */
public final class CallEndedError extends Error {
    private static final long serialVersionUID = 1L;

    CallEndedError() {
        super("The call's time is over, or the extension is being stopped", null, false, false);
    }
}
