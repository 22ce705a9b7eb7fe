package org.platformforge.kernel.http.chain;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.PlatformException;

/**
 * During maintenance only what ends it, and what tells how the platform is, is answered: health, sign-in, administration,
 * keys and the description of the API and its errors.
 */
final class MaintenanceStep implements Step {
    private static final String CODE = "MAINTENANCE";

    private static final List<String> OPEN = List.of(
            "/health",
            "/api/health",
            "/v1/infrastructure/health",
            "/api/v1/infrastructure/health",
            "/api/v1/admin/",
            "/api/v1/auth/",
            "/api/v1/modules",
            "/api/v1/openapi.json",
            "/docs/",
            "/.well-known/");

    @Override
    public void apply(Exchange exchange) {
        Optional<Duration> wait = exchange.settings().maintenanceWait();
        if (wait.isPresent() && OPEN.stream().noneMatch(exchange.path()::startsWith)) {
            throw PlatformException.of(ErrorKind.UNAVAILABLE, "The platform is being maintained; try again later")
                    .withCode(CODE)
                    .withRetryAfter(wait.get());
        }
    }

    /** Whether it is the operator's will, and nothing that went wrong. */
    static boolean isMaintenance(PlatformException refusal) {
        return refusal.code().filter(CODE::equals).isPresent();
    }
}
