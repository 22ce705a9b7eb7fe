package org.platformforge.kernel.store.testing;

import java.util.Optional;
import java.util.Set;
import org.platformforge.kernel.api.Caller;

/** Somebody who may do everything in a tenant. */
public record TestCaller(String tenantId, String subject) implements Caller {
    public static final TestCaller ACME = new TestCaller("ten_acme", "user_pat");
    public static final TestCaller ALICE = new TestCaller("ten_a", "user_alice");
    public static final TestCaller BOB = new TestCaller("ten_b", "user_bob");
    public static final TestCaller OPERATOR = new TestCaller("platform", "user_op");

    @Override
    public Scheme scheme() {
        return Scheme.JWT;
    }

    @Override
    public Optional<String> onBehalfOf() {
        return Optional.empty();
    }

    @Override
    public Set<String> roles() {
        return Set.of("admin");
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
        return "test";
    }

    @Override
    public boolean isPermitted(String permission) {
        return true;
    }
}
