package org.platformforge.kernel.api;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Who is behind a request, a shell command or a job. Resources take it as a {@code @Context Caller} parameter and hand
 * it on; nothing else decides the tenant. Immutable and safe for use by several threads.
 */
@ProviderType
public interface Caller {
    /** How the caller proved who it is. */
    enum Scheme {
        /** No credential; only routes that say so accept it. */
        NONE,
        JWT,
        /** {@code Authorization: Bearer} with an API token (document 000). */
        API_TOKEN,
        /** {@code X-API-Key} (document 001). */
        API_KEY,
        /** The platform itself, or an operator in the shell. */
        SYSTEM
    }

    Scheme scheme();

    /** The only source of the tenant; never null, empty for {@link Scheme#NONE}. */
    String tenantId();

    /** The acting user or key: {@code user_…}, {@code key_…}, {@code system}; never null. */
    String subject();

    /** The person a key or token acts for, when it is not the subject itself. */
    Optional<String> onBehalfOf();

    /**
     * Who has asked for what is done: whom the platform names when it acts for somebody, such as the person behind a step of
     * an operation or {@code github:octocat}; otherwise the subject.
     */
    default String initiator() {
        return scheme() == Scheme.SYSTEM ? onBehalfOf().orElse(subject()) : subject();
    }

    Set<String> roles();

    /** The permissions that its credential is narrowed to; empty for all that the roles grant. */
    default Set<String> scopes() {
        return Set.of();
    }

    /** The login session ({@code sid}) of a JWT. */
    Optional<String> sessionId();

    /**
     * Whether the person behind the session proved who they are within the time: by signing in or by {@code POST
     * /api/v1/auth/reauthenticate}, not by refreshing a token. Never for API keys and tokens; always for {@link
     * Scheme#SYSTEM}.
     */
    default boolean authenticatedWithin(Duration time) {
        return scheme() == Scheme.SYSTEM;
    }

    /** The plan of an API token, {@code standard} or {@code premium} (document 000). */
    Optional<String> plan();

    /** The request id that is in the answer, the logs and the audit records; never null. */
    String requestId();

    /** The client's address as the chain sees it, null for {@link Scheme#SYSTEM}. */
    String remoteAddress();

    String userAgent();

    /**
     * Whether the roles, narrowed by the credential's scopes, grant the permission.
     *
     * @param permission a Shiro wildcard permission such as {@code provision:create}
     */
    boolean isPermitted(String permission);

    /** @throws PlatformException of kind {@link ErrorKind#FORBIDDEN} naming the permission that is missing */
    default void require(String permission) {
        if (!isPermitted(permission)) {
            throw PlatformException.of(ErrorKind.FORBIDDEN, "The permission " + permission + " is missing")
                    .withDetail("permission", permission);
        }
    }
}
