package org.platformforge.kernel.jobs.engine;

/** Another executor took the operation over; nothing was written. */
final class LeaseLostException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    LeaseLostException(String operationId) {
        super("Operation " + operationId + " was taken over by another executor");
    }
}
