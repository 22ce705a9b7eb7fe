package org.platformforge.delivery.domain;

import java.util.Optional;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.delivery.Delivery;
import org.platformforge.kernel.api.delivery.DeployRequest;
import org.platformforge.kernel.api.delivery.Environments.Freeze;
import org.platformforge.kernel.api.jobs.OperationException;

/** Who may deploy while an environment is frozen. Stateless. */
final class Freezes {
    private static final int LONGEST_REASON = 500;

    private Freezes() {}

    /**
     * @return the freeze that is overridden, if any
     * @throws PlatformException {@code CONFLICT} in a freeze; {@code FORBIDDEN}, {@code VALIDATION} for an override that may not
     *     be or has no reason
     */
    static Optional<Freeze> check(Caller caller, DeployRequest request, Optional<Freeze> frozen) {
        String reason = request.freezeOverride();
        if (reason != null && (reason.isBlank() || reason.length() > LONGEST_REASON)) {
            throw PlatformException.invalid(
                    "freeze_override", "must say why, in 1 to " + LONGEST_REASON + " characters");
        }
        if (reason != null) {
            caller.require(DeployRequest.OVERRIDE);
            return frozen;
        }
        if (frozen.isPresent()) {
            Freeze freeze = frozen.get();
            throw PlatformException.of(ErrorKind.CONFLICT, message(request.environment(), freeze))
                    .withCode(Delivery.FROZEN)
                    .withDetail("environment", request.environment())
                    .withDetail("freeze_window", freeze.window())
                    .withDetail("until", freeze.until().toString());
        }
        return Optional.empty();
    }

    /** A release that had come to its end and is tried again is as good as a new one; an override was for the first try. */
    static void checkAgain(String environment, Optional<Freeze> frozen) throws OperationException {
        if (frozen.isPresent()) {
            throw OperationException.fatal(Delivery.FROZEN, message(environment, frozen.get()), null);
        }
    }

    private static String message(String environment, Freeze freeze) {
        return "The environment '" + environment + "' is frozen by the window '" + freeze.window() + "' until "
                + freeze.until();
    }
}
