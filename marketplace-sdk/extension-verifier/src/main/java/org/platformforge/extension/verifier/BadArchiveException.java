package org.platformforge.extension.verifier;

/** Why an archive is not read any further. */
final class BadArchiveException extends Exception {
    private static final long serialVersionUID = 1L;

    private final Code code;
    private final String where;

    BadArchiveException(Code code, String where, String message) {
        super(message);
        this.code = code;
        this.where = where;
    }

    Code code() {
        return code;
    }

    String where() {
        return where;
    }
}
