package org.platformforge.kernel.security.config;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.AttributeType;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Keys of {@code config/org.platformforge.kernel.security.cfg}; further roles as {@code role.<name>}. */
@ObjectClassDefinition(id = SecurityConfig.PID, name = "Platform Forge security")
public @interface SecurityConfig {
    String PID = "org.platformforge.kernel.security";

    /** The settings made over the API, which override the file's. */
    String SETTINGS_PID = "org.platformforge.settings";

    @AttributeDefinition(description = "Permissions of the operators, effective in the tenant platform only")
    String role_operator() default "*";

    @AttributeDefinition(description = "Permissions of a tenant's administrators")
    String role_admin() default "*";

    @AttributeDefinition(description = "Permissions of a tenant's developers")
    String role_developer() default
            "template:read,provision:*,resource:*,metrics:read,operation:*,service:*,environment:*,pipeline:*,"
                    + "deployment:*,framework:read,marketplace:read,marketplace:rate,extension:read,extension:write,"
                    + "apikey:create,apikey:read,apikey:revoke";

    @AttributeDefinition(description = "Permissions of those who only look")
    String role_viewer() default "*:read";

    @AttributeDefinition(description = "Permissions of those who read the audit log and nothing else")
    String role_auditor() default "audit:list,audit:verify,audit:export";

    @AttributeDefinition(description = "Permissions that no role but operator can grant")
    String operator_only() default "tenant:*,module:*,ratelimit:*,system:*,apikey:premium";

    @AttributeDefinition(description = "iss of access tokens")
    String token_issuer() default "platform-forge";

    @AttributeDefinition(description = "aud of access tokens")
    String token_audience() default "platform-forge";

    @AttributeDefinition(description = "Seconds an access token lives, 60 to 86400")
    int token_lifetime_seconds() default 3600;

    @AttributeDefinition(description = "Whether a second factor is needed to do anything but enrol one")
    boolean mfa_required() default false;

    @AttributeDefinition(description = "Seconds of clock difference that are forgiven, 0 to 60")
    int token_leeway_seconds() default 5;

    @AttributeDefinition(description = "Days after which the next signing key signs, 1 to 3650")
    int token_key_rotation_days() default 90;

    @AttributeDefinition(
            type = AttributeType.PASSWORD,
            description = "Base64 of 32 bytes, several separated by commas: the first seals, all open")
    String secret_key() default "";

    @AttributeDefinition(description = "Folder of the platform's data; empty for the property forge.data")
    String data_folder() default "";

    @AttributeDefinition(description = "Hours an answer to an Idempotency-Key is kept, 24 to 720")
    int idempotency_retention_hours() default 24;

    @AttributeDefinition(description = "Seconds after which a request of a crashed node counts as dead, 5 to 600")
    int idempotency_lease_seconds() default 30;
}
