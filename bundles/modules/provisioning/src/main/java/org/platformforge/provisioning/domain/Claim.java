package org.platformforge.provisioning.domain;

/**
 * A name that only one provision may have.
 *
 * @param scope the tenant within which it is unique, or {@link #PLATFORM}
 * @param kind what is named: {@code service}, or a resource type and property such as {@code http-route.host}
 * @param resourceId the resource that has the name, null when it is the provision itself
 */
public record Claim(String scope, String kind, String name, String resourceId) {
    public static final String PLATFORM = "*";
    public static final String SERVICE = "service";

    /** The claim that keeps a tenant from having the same service twice in one environment. */
    public static Claim service(String tenantId, String service, String environment) {
        return new Claim(tenantId, SERVICE, environment + "/" + service, null);
    }
}
