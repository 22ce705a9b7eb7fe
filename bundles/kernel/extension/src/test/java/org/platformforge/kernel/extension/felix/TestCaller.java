package org.platformforge.kernel.extension.felix;

import java.util.Optional;
import java.util.Set;
import org.platformforge.kernel.api.Caller;

/** Somebody in a tenant. */
public record TestCaller(String tenantId) implements Caller {
    @Override
    public Scheme scheme() {
        return Scheme.JWT;
    }

    @Override
    public String subject() {
        return "user_1";
    }

    @Override
    public Optional<String> onBehalfOf() {
        return Optional.empty();
    }

    @Override
    public Set<String> roles() {
        return Set.of("developer");
    }

    @Override
    public Optional<String> sessionId() {
        return Optional.empty();
    }

    @Override
    public Optional<String> plan() {
        return Optional.empty();
    }

    @Override
    public String requestId() {
        return "req_1";
    }

    @Override
    public String remoteAddress() {
        return null;
    }

    @Override
    public String userAgent() {
        return "";
    }

    @Override
    public boolean isPermitted(String permission) {
        return true;
    }
}
