package org.platformforge.driver.lxd;

import org.platformforge.extension.api.driver.DriverException;

/** What went wrong between the platform and the server, with the server's own words where it said any. */
final class LxdFailure extends Exception {
    private static final long serialVersionUID = 1L;

    enum Kind {
        /** No file, no key, a certificate that cannot be read. */
        CONFIGURATION("LXD_CONFIGURATION", false),
        /** Nobody answered, or somebody else than the server did. */
        UNREACHABLE("LXD_UNREACHABLE", true),
        /** The server does not know the client's certificate, or it may not do that. */
        FORBIDDEN("LXD_FORBIDDEN", false),
        NOT_FOUND("LXD_NOT_FOUND", false),
        /** The name is taken. */
        CONFLICT("LXD_CONFLICT", false),
        /** The server will not do it, whatever the time. */
        REFUSED("LXD_REFUSED", false),
        /** Something else of the server holds the instance. */
        BUSY("LXD_BUSY", true),
        /** The server tried and failed. */
        FAILED("LXD_FAILED", true),
        TIMEOUT("LXD_TIMEOUT", true),
        /** An answer that is no answer of LXD. */
        NONSENSE("LXD_ANSWER", true);

        private final String code;
        private final boolean retryable;

        Kind(String code, boolean retryable) {
            this.code = code;
            this.retryable = retryable;
        }
    }

    private final Kind kind;

    LxdFailure(Kind kind, String message, Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    LxdFailure(Kind kind, String message) {
        this(kind, message, null);
    }

    Kind kind() {
        return kind;
    }

    /** Whether the server may have done what it was asked all the same. */
    boolean perhapsDone() {
        return kind == Kind.UNREACHABLE
                || kind == Kind.FAILED
                || kind == Kind.TIMEOUT
                || kind == Kind.NONSENSE
                || kind == Kind.CONFLICT;
    }

    /** @param what was to be done, the beginning of a sentence */
    DriverException driver(String what) {
        return new DriverException(kind.code, what + ": " + getMessage(), kind.retryable, this);
    }
}
