package org.platformforge.kernel.api.http;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.ErrorKind;

/**
 * What the request chain and the OpenAPI document need to know of a resource method. A resource method without it keeps
 * its whole generation from being served.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface Endpoint {
    /** Stable across releases, unique on the platform. */
    String operationId();

    String summary();

    /**
     * The Shiro permission the caller must hold. {@link #ANY_CALLER} asks for a credential only, {@link #PUBLIC} for
     * nothing; both must be written out, so that a forgotten permission cannot open a route.
     */
    String permission();

    /**
     * Whom the permission can be granted to. What one tenant's administrators must never do or see, whatever roles are
     * configured, is {@link Scope#PLATFORM}; see also {@link #PLATFORM_PERMISSION}.
     */
    Scope scope() default Scope.TENANT;

    /** How far a route reaches. */
    enum Scope {
        /**
         * The caller's own tenant: the method takes the {@link Caller} and touches nothing of other tenants. One that asks
         * for a permission and takes no caller cannot do so, and keeps its generation from being served.
         */
        TENANT,
        /** The whole platform: only operators in the tenant {@code platform} get here, and then need the permission. */
        PLATFORM
    }

    /**
     * Whether the person behind an access token must have proved who they are a short time ago ({@code step.up.seconds});
     * otherwise the answer is {@code STEP_UP_REQUIRED}. No person stands behind a key: one does what its scopes permit, which
     * was decided when it was made, or nothing, where {@link #schemes()} leaves keys out. {@link Caller.Scheme#JWT} must be
     * among them.
     */
    boolean stepUp() default false;

    /** The status of success. */
    int status() default 200;

    /** The type of a JSON body where the method takes it as a stream. */
    Class<?> request() default Void.class;

    /**
     * A record with the parts of a {@code multipart/form-data} body, where a component that is an {@link
     * java.io.InputStream} is a file, or with the fields of an {@code application/x-www-form-urlencoded} one, where the
     * method takes such a body.
     */
    Class<?> form() default Void.class;

    /** The type of the success body where the method returns {@code javax.ws.rs.core.Response}. */
    Class<?> response() default Void.class;

    /**
     * Statuses of failure that the method answers with the body of its success, as a health check does with 503; for the
     * OpenAPI document.
     */
    int[] sameBody() default {};

    /** Credentials the route accepts. */
    Caller.Scheme[] schemes() default {Caller.Scheme.JWT, Caller.Scheme.API_TOKEN, Caller.Scheme.API_KEY};

    /** Names of rate-limit policies; empty means those of the dialect, {@link #UNLIMITED} alone none. */
    String[] rateLimits() default {};

    /** Kinds of error beyond those any route can answer; for the OpenAPI document. */
    ErrorKind[] errors() default {};

    /** Largest request body in bytes; larger is 413. */
    int maxBody() default 1 << 20;

    /** Whether the answer is a stream (SSE, log follow, download): no buffering, no idempotent replay, no compression. */
    boolean streaming() default false;

    /**
     * What the permissions of platform-wide actions begin with. No role but the operators' ever grants one, whatever
     * the configuration says, so that a check outside a route, in a shell command or a job, is safe too.
     */
    String PLATFORM_PERMISSION = "platform:";

    /** Permission value for routes open to every authenticated caller. */
    String ANY_CALLER = "*caller*";

    /** Rate-limit value for routes that must answer however often they are asked, such as health. */
    String UNLIMITED = "*unlimited*";

    /** Permission value for routes that need no credential. */
    String PUBLIC = "*public*";
}
