package org.platformforge.kernel.security.caller;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.security.config.Settings;
import org.platformforge.kernel.security.permission.Grant;

/**
 * An identity in one request.
 *
 * @param remoteAddress null for the platform itself
 * @param authenticationAge how long before the request the person proved who they are; empty where that is not known
 */
public record RequestCaller(
        Identity identity,
        String requestId,
        String remoteAddress,
        String userAgent,
        Optional<Duration> authenticationAge)
        implements Caller {

    public RequestCaller(Identity identity, String requestId, String remoteAddress, String userAgent) {
        this(identity, requestId, remoteAddress, userAgent, Optional.empty());
    }

    public RequestCaller {
        requestId = requestId == null ? "" : requestId;
        userAgent = userAgent == null ? "" : userAgent;
    }

    @Override
    public Scheme scheme() {
        return identity.scheme();
    }

    @Override
    public String tenantId() {
        return identity.tenantId();
    }

    @Override
    public String subject() {
        return identity.subject();
    }

    @Override
    public Optional<String> onBehalfOf() {
        return identity.onBehalfOf();
    }

    @Override
    public Set<String> roles() {
        return identity.roles();
    }

    @Override
    public Set<String> scopes() {
        return identity.grant().scopes();
    }

    @Override
    public Optional<String> sessionId() {
        return identity.sessionId();
    }

    @Override
    public Optional<String> plan() {
        return identity.plan();
    }

    @Override
    public boolean authenticatedWithin(Duration time) {
        return scheme() == Scheme.SYSTEM
                || authenticationAge.filter(age -> age.compareTo(time) <= 0).isPresent();
    }

    @Override
    public boolean isPermitted(String permission) {
        return identity.grant().permits(permission);
    }

    /** Who only has to enrol a second factor is told so: nobody's roles would help. */
    @Override
    public void require(String permission) {
        if (roles().contains(Settings.ENROLMENT) && !isPermitted(permission)) {
            throw PlatformException.of(
                            ErrorKind.FORBIDDEN,
                            "A second factor is required here, and this session has shown none: sign in with its code, or set"
                                    + " one up by POST /api/v1/auth/mfa/enable and /verify and refresh the access token")
                    .withDetail("permission", permission);
        }
        Caller.super.require(permission);
    }

    /** The same actor as an audit record of another tenant names it; it may do nothing there. */
    public static RequestCaller in(String tenantId, Caller actor) {
        Identity identity = new Identity(
                actor.scheme(),
                tenantId,
                actor.subject(),
                actor.onBehalfOf(),
                actor.roles(),
                actor.sessionId(),
                actor.plan(),
                Grant.NONE);
        return new RequestCaller(identity, actor.requestId(), actor.remoteAddress(), actor.userAgent());
    }

    /** What a caller may hand on; a caller that is not of this bundle hands on nothing. */
    public static Grant grantOf(Caller caller) {
        return caller instanceof RequestCaller ours ? ours.identity.grant() : Grant.NONE;
    }
}
