package org.platformforge.marketplace.domain;

/** Whether the tenant, or what it has made, still needs the version an action takes away. Thread-safe. */
final class StillNeeded {
    private final Action action;
    private final ExtensionOperation.Parts parts;

    StillNeeded(Action action, ExtensionOperation.Parts parts) {
        this.action = action;
        this.parts = parts;
    }

    /** What the tenant has made with the version it has is taken over by the next one, or keeps it. */
    void require(Installation before) {
        switch (action) {
            case UPGRADE, ROLLBACK, PROMOTE ->
                parts.director()
                        .requireNotNeeded(
                                before.tenantId(),
                                before.extensionId(),
                                before.pending().sha256());
            case DISABLE, UNINSTALL -> {
                parts.planner().requireNoDependents(before.tenantId(), before.extensionId());
                parts.director().requireNotNeeded(before.tenantId(), before.extensionId(), null);
            }
            case INSTALL, ENABLE, WITHDRAW, CANARY -> {}
        }
    }
}
