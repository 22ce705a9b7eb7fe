package org.platformforge.auth.domain;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.AttributeType;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Configuration of the auth module, {@code config/org.platformforge.auth.cfg}. */
@ObjectClassDefinition(id = AuthConfig.PID, name = "Platform Forge: auth")
public @interface AuthConfig {
    String PID = "org.platformforge.auth";

    /** The settings made over the API, which override the file's. */
    String SETTINGS_PID = "org.platformforge.settings";

    @AttributeDefinition(name = "Argon2id memory in KiB", min = "8192")
    int argon2_memory_kib() default 19456;

    @AttributeDefinition(name = "Argon2id iterations", min = "1")
    int argon2_iterations() default 2;

    @AttributeDefinition(name = "Threads that hash passwords; 0 is one for each processor")
    int hash_threads() default 0;

    @AttributeDefinition(name = "Niceness of these threads, on Linux: 0 to 19", min = "0", max = "19")
    int hash_nice() default 10;

    @AttributeDefinition(name = "Password checks that may wait; more are answered 503", min = "1")
    int hash_queue() default 64;

    @AttributeDefinition(name = "Seconds in which the parent of the live refresh token still gets the same successor")
    int refresh_grace_seconds() default 10;

    @AttributeDefinition(name = "Days after which a session ends, however often it was refreshed", min = "1")
    int session_days() default 30;

    @AttributeDefinition(name = "Days in which a remembered device stands in for a code; 0 remembers none", min = "0")
    int mfa_remember_days() default 0;

    @AttributeDefinition(name = "Wrong passwords of one account from one address before a wait begins", min = "1")
    int lockout_free() default 5;

    @AttributeDefinition(name = "Wrong passwords of one account from any address before a wait begins", min = "1")
    int lockout_account_free() default 50;

    @AttributeDefinition(name = "Wrong passwords of any account from one address before a wait begins", min = "1")
    int lockout_address_free() default 300;

    @AttributeDefinition(name = "Longest of these waits in seconds", min = "1")
    int lockout_wait_seconds() default 900;

    @AttributeDefinition(name = "SMS to one number in an hour; a day has twice as many", min = "1")
    int sms_number_hourly() default 5;

    @AttributeDefinition(name = "SMS to all numbers of one country in an hour", min = "1")
    int sms_country_hourly() default 100;

    @AttributeDefinition(name = "Country calling codes that SMS may go to, such as 49,1; empty for all")
    String[] sms_countries() default {};

    @AttributeDefinition(name = "Address of the operator's pages for tokens in mails; empty names the routes instead")
    String link_base() default "";

    @AttributeDefinition(name = "Whether POST /api/v1/auth/register creates new tenants")
    boolean registration_enabled() default true;

    @AttributeDefinition(name = "Whether an account comes to be only when the token of a mail is sent back")
    boolean registration_confirm() default false;

    @AttributeDefinition(name = "Seconds after which a session that was not refreshed ends", min = "60")
    long session_timeout_seconds() default 2_592_000;

    @AttributeDefinition(name = "Shorter ones of single tenants: <tenant>=<seconds>, separated by commas")
    String session_timeout_seconds_tenants() default "";

    @AttributeDefinition(name = "E-mail address of the first operator")
    String admin_email() default "";

    @AttributeDefinition(type = AttributeType.PASSWORD, name = "Password of the first operator; empty is generated")
    String admin_password() default "";

    @AttributeDefinition(name = "Folder of bootstrap-admin.json")
    String data_dir() default "data";
}
