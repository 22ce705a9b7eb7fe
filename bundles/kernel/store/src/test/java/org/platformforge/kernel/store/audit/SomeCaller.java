package org.platformforge.kernel.store.audit;

import java.util.Optional;
import java.util.Set;
import org.platformforge.kernel.api.Caller;

record SomeCaller(String tenantId, String userAgent) implements Caller {
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
        return Optional.of("user_2");
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
        return "req-1";
    }

    @Override
    public String remoteAddress() {
        return "127.0.0.1";
    }

    @Override
    public boolean isPermitted(String permission) {
        return true;
    }
}
