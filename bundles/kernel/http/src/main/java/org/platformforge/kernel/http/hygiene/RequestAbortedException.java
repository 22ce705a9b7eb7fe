package org.platformforge.kernel.http.hygiene;

import java.io.IOException;
import java.util.concurrent.TimeoutException;

/** The body did not arrive as announced: cut off, garbled, or too slow. The client's fault, so nobody's error. */
public final class RequestAbortedException extends IOException {
    private static final long serialVersionUID = 1L;

    RequestAbortedException(Exception cause) {
        super(message(cause), cause);
    }

    /** The message is fit for the client. */
    private static String message(Throwable cause) {
        for (Throwable t = cause; t != null; t = t.getCause()) {
            if (t instanceof TimeoutException) {
                return "The request body did not arrive in time";
            }
        }
        return "The request body ended early or is garbled";
    }
}
