package org.platformforge.gateway.domain;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Configuration of the gateway, {@code config/org.platformforge.gateway.cfg}. */
@ObjectClassDefinition(id = GatewayConfig.PID, name = "Platform Forge: gateway")
public @interface GatewayConfig {
    String PID = "org.platformforge.gateway";

    @AttributeDefinition(name = "What host names of applications end with")
    String suffix() default ".localhost";

    @AttributeDefinition(name = "Port that stands in the addresses of applications", min = "1", max = "65535")
    int public_port() default 8181;

    @AttributeDefinition(name = "Seconds to connect to an application", min = "1")
    int connect_timeout() default 5;

    @AttributeDefinition(name = "Seconds from the end of a request to the beginning of its answer", min = "1")
    int response_timeout() default 60;

    @AttributeDefinition(name = "Seconds a connection to an application may be silent", min = "1")
    int idle_timeout() default 300;

    @AttributeDefinition(name = "Connections to one application", min = "1")
    int max_connections() default 256;

    @AttributeDefinition(name = "Requests that may wait for a connection to one application", min = "1")
    int max_queued() default 1024;

    @AttributeDefinition(name = "Seconds after which routes are read again", min = "1")
    int reload_interval() default 1;

    @AttributeDefinition(name = "Seconds an application may take to answer what it was asked when it loses its traffic")
    int drain_seconds() default 60;

    @AttributeDefinition(name = "Days measurements are kept", min = "1")
    int retention_days() default 8;
}
