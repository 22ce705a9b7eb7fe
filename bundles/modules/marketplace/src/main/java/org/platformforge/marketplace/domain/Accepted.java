package org.platformforge.marketplace.domain;

import java.util.List;
import org.platformforge.kernel.api.jobs.Operation;

/** A change of an installation that is under way as a durable operation. */
public record Accepted(Installation installation, Operation operation) {
    /** Extensions that are installed with it. */
    public List<String> along() {
        return OperationEnd.along(operation);
    }
}
