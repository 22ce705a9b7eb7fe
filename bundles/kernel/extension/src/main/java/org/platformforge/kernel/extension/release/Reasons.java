package org.platformforge.kernel.extension.release;

import org.osgi.framework.BundleException;

/** Failures in the words of whoever failed. */
final class Reasons {
    private Reasons() {}

    static String of(Throwable failure) {
        Throwable cause = failure;
        while (cause instanceof BundleException bundle
                && bundle.getType() == BundleException.ACTIVATOR_ERROR
                && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause.getMessage() == null ? cause.toString() : cause.getMessage();
    }
}
