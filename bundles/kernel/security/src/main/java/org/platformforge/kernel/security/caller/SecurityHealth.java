package org.platformforge.kernel.security.caller;

import java.util.Optional;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.kernel.api.health.HealthCheck;
import org.platformforge.kernel.security.token.SigningKeys;

/** Unhealthy while tokens cannot be signed, or while revocations of other nodes cannot be read. */
@Component
public final class SecurityHealth implements HealthCheck {
    private final SigningKeys keys;
    private final ChangePoller poller;

    @Activate
    public SecurityHealth(@Reference SigningKeys keys, @Reference ChangePoller poller) {
        this.keys = keys;
        this.poller = poller;
    }

    @Override
    public String name() {
        return "security";
    }

    @Override
    public Health check() {
        Optional<String> problem = keys.problem().or(poller::problem);
        return problem.map(Health::unhealthy).orElseGet(Health::healthy);
    }
}
