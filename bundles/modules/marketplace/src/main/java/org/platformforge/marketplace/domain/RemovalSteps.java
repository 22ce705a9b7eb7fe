package org.platformforge.marketplace.domain;

import java.util.Map;
import java.util.Optional;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.jobs.OperationException;
import org.platformforge.kernel.api.jobs.StepContext;

/** The end of an installation: detach → erase → remove. Thread-safe. */
final class RemovalSteps {
    private final ExtensionOperation.Parts parts;
    private final OperationRows rows;
    private final StillNeeded need;

    RemovalSteps(ExtensionOperation.Parts parts, OperationRows rows, StillNeeded need) {
        this.parts = parts;
        this.rows = rows;
        this.need = need;
    }

    /** No new call from here on; the end of it cannot be taken back. */
    Map<String, Object> detach(StepContext context) throws OperationException {
        Installation seen = rows.installation(context);
        boolean resumed = seen.state() == Installation.State.UNINSTALLING;
        if (!resumed) {
            need.require(seen);
        }
        rows.become(seen, Installation.State.UNINSTALLING);
        if (!resumed) {
            stayIfNeeded(seen);
        }
        return Map.of();
    }

    /** Something may have been made with it between the question and its end; from here on nothing more can. */
    private void stayIfNeeded(Installation seen) {
        try {
            need.require(seen);
        } catch (PlatformException e) {
            rows.become(seen, seen.state());
            throw e;
        }
    }

    Map<String, Object> erase(StepContext context) throws OperationException {
        Installation seen = rows.installation(context);
        parts.runtime().erase(seen.tenantId(), seen.extensionId());
        context.log("The tenant's data is erased");
        return Map.of();
    }

    Map<String, Object> remove(StepContext context) {
        String tenantId = context.operation().tenantId();
        parts.store().run(tenantId, tx -> {
            Optional<Installation> row =
                    parts.installations().byId(tx, tenantId, context.operation().target());
            if (row.isPresent()) {
                parts.installations().delete(tx, row.get());
                parts.figures().forget(tx, row.get());
            }
        });
        parts.director().tidy((String) context.operation().input().get("extension_id"));
        return Map.of();
    }
}
