package org.platformforge.kernel.api.http;

/**
 * The wire form of one of the API documents the platform serves: its envelope, its error body, its names of errors and
 * its rate limits. A route speaks exactly one; {@code Accept: application/problem+json} gets RFC 9457 on any.
 */
public enum Dialect {
    /** Platform API: bare objects; {@code {"error":{code,message,details}}}. */
    PLATFORM_API,
    /** API Reference: bare objects; {@code details} is an array of {@code {field,message}}. */
    API_REFERENCE,
    /** Platform Forge: {@code {"status","data","meta"}}. */
    PLATFORM_FORGE,
    /** PaaS: {@code {"success":true,…}}; errors as {@code errors[]} or {@code error}. */
    PAAS,
    /** Infrastructure: as {@link #PLATFORM_API} with its own names of errors. */
    INFRASTRUCTURE
}
