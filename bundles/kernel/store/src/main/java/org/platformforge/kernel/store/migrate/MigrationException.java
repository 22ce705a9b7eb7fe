package org.platformforge.kernel.store.migrate;

/** A bundle's migrations cannot be applied. The message names the bundle and what is wrong, for an operator. */
public final class MigrationException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public MigrationException(String message) {
        super(message);
    }

    public MigrationException(String message, Throwable cause) {
        super(message, cause);
    }
}
