package org.platformforge.kernel.store.audit;

import java.util.Optional;
import java.util.Set;
import org.platformforge.kernel.api.Caller;

/** The platform itself, as the actor of what the log records about itself. */
record SystemCaller(String tenantId) implements Caller {
    @Override
    public Scheme scheme() {
        return Scheme.SYSTEM;
    }

    @Override
    public String subject() {
        return "system";
    }

    @Override
    public Optional<String> onBehalfOf() {
        return Optional.empty();
    }

    @Override
    public Set<String> roles() {
        return Set.of();
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
        return "";
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
