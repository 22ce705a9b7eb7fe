package org.platformforge.auth.domain.message;

/** A message was not taken over. The text is for the log. */
final class DeliveryException extends Exception {
    private static final long serialVersionUID = 1L;

    private final boolean permanent;

    /** @param permanent whether trying again is of no use, as with an address that does not exist */
    DeliveryException(String reason, boolean permanent, Throwable cause) {
        super(reason, cause);
        this.permanent = permanent;
    }

    boolean permanent() {
        return permanent;
    }
}
