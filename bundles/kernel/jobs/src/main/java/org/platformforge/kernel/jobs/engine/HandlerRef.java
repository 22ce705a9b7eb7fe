package org.platformforge.kernel.jobs.engine;

import org.platformforge.kernel.api.jobs.OperationHandler;

/**
 * A handler service of one bundle. Thread-safe.
 */
public final class HandlerRef {
    private static final int LONGEST_KIND = 64;

    private final OperationHandler handler;
    private final String kind;
    private final long bundleId;
    private final long serviceId;
    private volatile boolean retired;

    /** @throws IllegalArgumentException for a kind that cannot be kept */
    public HandlerRef(OperationHandler handler, long bundleId, long serviceId) {
        this.handler = handler;
        this.kind = handler.kind();
        if (kind == null || kind.isBlank() || kind.length() > LONGEST_KIND) {
            throw new IllegalArgumentException("A kind has 1 to " + LONGEST_KIND + " characters: " + kind);
        }
        this.bundleId = bundleId;
        this.serviceId = serviceId;
    }

    public OperationHandler handler() {
        return handler;
    }

    public String kind() {
        return kind;
    }

    long bundleId() {
        return bundleId;
    }

    long serviceId() {
        return serviceId;
    }

    /** Whether no step may be begun on it any more. */
    boolean retired() {
        return retired;
    }

    void retire(boolean value) {
        retired = value;
    }
}
