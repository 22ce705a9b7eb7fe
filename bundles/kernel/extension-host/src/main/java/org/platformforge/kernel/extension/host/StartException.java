package org.platformforge.kernel.extension.host;

/** Why the release cannot be started, in words for the person who asked for it. */
final class StartException extends Exception {
    private static final long serialVersionUID = 1L;

    StartException(String message, Throwable cause) {
        super(message, cause);
    }
}
