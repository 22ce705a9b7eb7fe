package org.platformforge.kernel.http.config;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** The keys of {@value #PID}; {@code config/org.platformforge.kernel.http.cfg} explains each. */
@ObjectClassDefinition(id = HttpConfig.PID, name = "Platform Forge HTTP")
public @interface HttpConfig {
    /** The settings made over the API, which override the file's. */
    String SETTINGS_PID = "org.platformforge.settings";

    String PID = "org.platformforge.kernel.http";

    @AttributeDefinition(description = "Seconds a replaced or stopped module may finish its requests in")
    int drain_timeout() default 30;

    @AttributeDefinition(description = "Seconds a request waits for a module that restarts, beyond the drain")
    int hold_timeout() default 10;

    @AttributeDefinition(description = "Seconds an updated module may take to become ready")
    int ready_timeout() default 60;

    @AttributeDefinition(description = "Seconds an asynchronous answer may take")
    int async_timeout() default 300;

    @AttributeDefinition(
            description = "Bytes a request body may have at most, whatever its route allows; 0 for no further limit")
    int max_body() default 0;

    @AttributeDefinition(description = "Nested arrays and objects in a JSON body")
    int json_max_depth() default 64;

    @AttributeDefinition(description = "Characters of one string in a JSON body")
    int json_max_string() default 1 << 20;

    @AttributeDefinition(description = "Digits of one number in a JSON body")
    int json_max_number() default 64;

    @AttributeDefinition(description = "Characters of one field name in a JSON body")
    int json_max_name() default 256;

    @AttributeDefinition(description = "Problems of one request that are listed; the rest is counted")
    int json_max_problems() default 50;

    @AttributeDefinition(description = "Characters of the request path and query")
    int max_uri() default 8192;

    @AttributeDefinition(description = "Bytes of all request headers")
    int max_headers() default 16384;

    @AttributeDefinition(description = "Bytes from which answers are compressed")
    int gzip_minimum() default 1024;

    @AttributeDefinition(description = "Origins that may call the API from a browser")
    String[] cors_origins() default {};

    @AttributeDefinition(description = "Whether these origins may send cookies")
    boolean cors_credentials() default false;

    @AttributeDefinition(description = "Seconds a browser may remember a preflight answer")
    int cors_max_age() default 600;

    @AttributeDefinition(description = "Whether answers over HTTPS carry Strict-Transport-Security")
    boolean hsts() default false;

    @AttributeDefinition(description = "Addresses or networks of proxies whose word about their clients is believed")
    String[] trusted_proxies() default {};

    @AttributeDefinition(description = "The headers these proxies write: x-forwarded or forwarded")
    String trusted_header() default "x-forwarded";

    @AttributeDefinition(
            description = "Seconds between the end of readiness and the end of service when the platform stops")
    int stop_delay() default 0;

    @AttributeDefinition(description = "Seconds requests may finish in when the platform stops")
    int stop_timeout() default 10;

    @AttributeDefinition(description = "Requests that may wait for a thread of the server")
    int max_queued() default 1024;

    @AttributeDefinition(description = "Whether requests are answered 503, but for health, sign-in and administration")
    boolean maintenance_mode() default false;

    @AttributeDefinition(description = "Seconds after which clients come again during maintenance")
    int maintenance_retry_after() default 120;

    @AttributeDefinition(description = "Names of the health checks that must be there for the platform to be ready")
    String[] required_checks() default {"store", "jobs"};

    @AttributeDefinition(description = "Seconds after a sign-in in which routes that are marked so need no other one")
    int step_up_seconds() default 900;

    @AttributeDefinition(description = "Folder for updated modules and other data of the platform")
    String data() default "";
}
