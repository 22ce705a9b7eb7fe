package org.platformforge.driver.kubernetes;

import org.platformforge.extension.api.driver.DriverException;

/** What went wrong between the platform and the cluster, with the cluster's own words where it said any. */
final class KubernetesFailure extends Exception {
    private static final long serialVersionUID = 1L;

    enum Kind {
        /** No file, no context, a certificate that cannot be read. */
        CONFIGURATION("KUBERNETES_CONFIGURATION", false),
        /** Nobody answered in time. */
        UNREACHABLE("KUBERNETES_UNREACHABLE", true),
        /** The API server does not know the credential; the client has read the kubeconfig anew before it says so. */
        UNAUTHORIZED("KUBERNETES_UNAUTHORIZED", false),
        /** It knows it, and does not let it. */
        FORBIDDEN("KUBERNETES_FORBIDDEN", false),
        QUOTA("KUBERNETES_QUOTA", false),
        NOT_FOUND("KUBERNETES_NOT_FOUND", false),
        /** Another manager owns a field, or something else has the name. */
        CONFLICT("KUBERNETES_CONFLICT", false),
        /** The API server, or an admission controller, does not take the object. */
        INVALID("KUBERNETES_INVALID", false),
        /** Overloaded, or an error of its own. */
        BUSY("KUBERNETES_BUSY", true),
        TIMEOUT("KUBERNETES_TIMEOUT", true);

        private final String code;
        private final boolean retryable;

        Kind(String code, boolean retryable) {
            this.code = code;
            this.retryable = retryable;
        }
    }

    private final Kind kind;

    KubernetesFailure(Kind kind, String message, Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    Kind kind() {
        return kind;
    }

    /** @param what was to be done, the beginning of a sentence */
    DriverException driver(String what) {
        return new DriverException(kind.code, what + ": " + getMessage(), kind.retryable, this);
    }
}
