package org.platformforge.kernel.jobs.engine;

import org.platformforge.kernel.api.jobs.OperationHandler;

/**
 * A handler service of one bundle. Thread-safe.
 */
public final class HandlerRef {
    private final OperationHandler handler;
    private final String kind;
    private final long bundleId;
    private final long serviceId;
    private volatile boolean retired;

    public HandlerRef(OperationHandler handler, long bundleId, long serviceId) {
        this.handler = handler;
        this.kind = handler.kind();
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
