package org.platformforge.extension.testkit;

import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.platformforge.kernel.api.Caller;

/** Somebody in a tenant, by a JWT. */
record TestCaller(String tenantId, Predicate<String> permitted) implements Caller {
    @Override
    public Scheme scheme() {
        return Scheme.JWT;
    }

    @Override
    public String subject() {
        return "user_test";
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
        return "req_test";
    }

    @Override
    public String remoteAddress() {
        return "127.0.0.1";
    }

    @Override
    public String userAgent() {
        return "extension-testkit";
    }

    @Override
    public boolean isPermitted(String permission) {
        return permitted.test(permission);
    }
}
