package org.platformforge.auth.domain;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Configuration of the auth module, {@code config/org.platformforge.auth.cfg}. */
@ObjectClassDefinition(name = "Platform Forge: auth")
public @interface AuthConfig {
    String PID = "org.platformforge.auth";

    @AttributeDefinition(name = "Argon2id memory in KiB", min = "8192")
    int argon2_memory_kib() default 19456;

    @AttributeDefinition(name = "Argon2id iterations", min = "1")
    int argon2_iterations() default 2;

    @AttributeDefinition(name = "Threads that hash passwords; 0 is one for each processor")
    int hash_threads() default 0;

    @AttributeDefinition(name = "Password checks that may wait; more are answered 503", min = "1")
    int hash_queue() default 64;

    @AttributeDefinition(name = "Seconds in which the parent of the live refresh token still gets the same successor")
    int refresh_grace_seconds() default 10;

    @AttributeDefinition(name = "Days after which a session ends, however often it was refreshed", min = "1")
    int session_days() default 30;

    @AttributeDefinition(name = "Whether POST /api/v1/auth/register creates new tenants")
    boolean registration_enabled() default true;

    @AttributeDefinition(name = "E-mail address of the first operator")
    String admin_email() default "";

    @AttributeDefinition(name = "Password of the first operator; empty is generated")
    String admin_password() default "";

    @AttributeDefinition(name = "Folder of bootstrap-admin.json")
    String data_dir() default "data";
}
