package org.platformforge.infrastructure.resource;

import java.time.Duration;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.delivery.Resources;
import org.platformforge.kernel.api.jobs.OperationException;

/** The module that takes care of engines, which is swapped while this one runs: looked up for each call. Thread-safe. */
@Component(service = Engines.class)
public final class Engines {
    private static final String MISSING = "The module that takes care of engines is not there at the moment";

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    volatile Resources resources;

    /** For a step, which waits for it. */
    Resources forStep() throws OperationException {
        Resources now = resources;
        if (now == null) {
            throw OperationException.transientFailure("ENGINE_MISSING", MISSING, Duration.ofSeconds(1), null);
        }
        return now;
    }

    /** For a request. */
    Resources forRequest() {
        Resources now = resources;
        if (now == null) {
            throw PlatformException.of(ErrorKind.UNAVAILABLE, MISSING).withRetryAfter(Duration.ofSeconds(1));
        }
        return now;
    }
}
