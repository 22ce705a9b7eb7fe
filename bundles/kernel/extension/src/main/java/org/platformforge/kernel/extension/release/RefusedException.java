package org.platformforge.kernel.extension.release;

/** Why a release cannot be started; the message is for the person who asked for it. */
final class RefusedException extends Exception {
    private static final long serialVersionUID = 1L;

    RefusedException(String message) {
        super(message);
    }

    RefusedException(String message, Throwable cause) {
        super(message, cause);
    }
}
