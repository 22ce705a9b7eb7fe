package org.platformforge.kernel.http.chain;

import java.util.Optional;
import java.util.Set;
import org.platformforge.kernel.api.Caller;

/** A request without a credential, on a route that needs none, or refused before anybody was known. */
record AnonymousCaller(String requestId, String remoteAddress, String userAgent) implements Caller {
    static AnonymousCaller of(Exchange exchange) {
        return new AnonymousCaller(
                exchange.requestId, exchange.remoteAddress, exchange.request().getHeader("User-Agent"));
    }

    @Override
    public Scheme scheme() {
        return Scheme.NONE;
    }

    @Override
    public String tenantId() {
        return "";
    }

    @Override
    public String subject() {
        return "anonymous";
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
    public boolean isPermitted(String permission) {
        return false;
    }
}
