package org.platformforge.kernel.http.chain;

/** A stream ended before its time, after its status was sent; already logged. */
final class BrokenStreamException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BrokenStreamException(Throwable cause) {
        super("The answer broke off", cause);
    }
}
