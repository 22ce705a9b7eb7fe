package org.platformforge.kernel.http.generation;

/** Why a bundle's generation cannot be served; the message is shown to operators. */
public final class GenerationException extends Exception {
    private static final long serialVersionUID = 1L;

    GenerationException(String message) {
        super(message);
    }

    GenerationException(String message, Throwable cause) {
        super(message, cause);
    }
}
