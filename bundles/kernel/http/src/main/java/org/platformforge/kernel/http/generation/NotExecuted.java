package org.platformforge.kernel.http.generation;

/** The request could not be turned into a call of the resource method; the cause says why. Nothing was executed. */
public final class NotExecuted extends Exception {
    private static final long serialVersionUID = 1L;

    public NotExecuted(Throwable cause) {
        super(cause);
    }
}
