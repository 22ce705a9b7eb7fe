package org.platformforge.kernel.license.document;

/** A licence that counts for nothing. The message is a sentence for an operator. */
public final class LicenseException extends Exception {
    private static final long serialVersionUID = 1L;

    private final LicenseFlaw flaw;

    public LicenseException(LicenseFlaw flaw, String message) {
        super(message);
        this.flaw = flaw;
    }

    public LicenseFlaw flaw() {
        return flaw;
    }
}
