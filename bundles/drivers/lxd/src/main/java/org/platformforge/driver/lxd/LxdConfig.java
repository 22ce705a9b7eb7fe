package org.platformforge.driver.lxd;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Configuration of the LXD engine, {@code config/org.platformforge.driver.lxd.cfg}. */
@ObjectClassDefinition(id = LxdConfig.PID, name = "Platform Forge: LXD engine")
public @interface LxdConfig {
    String PID = "org.platformforge.driver.lxd";

    @AttributeDefinition(name = "Address of the server or of a cluster's member; empty: not configured")
    String url() default "";

    @AttributeDefinition(name = "File with the client's certificate, PEM")
    String client_certificate() default "";

    @AttributeDefinition(name = "File with the client's private key, PEM (PKCS #8)")
    String client_key() default "";

    @AttributeDefinition(name = "File with the server's own certificate, PEM; no other one is accepted")
    String server_certificate() default "";

    @AttributeDefinition(name = "Project of the instances")
    String project() default "default";

    @AttributeDefinition(name = "Storage pool of the instances' root disks")
    String pool() default "default";

    @AttributeDefinition(name = "Managed network of the instances; empty: the default profile's")
    String network() default "";

    @AttributeDefinition(name = "Member or @group of a cluster that new instances go to; empty: LXD chooses")
    String target() default "";

    @AttributeDefinition(name = "Alias of the image of instances that name no other")
    String image() default "";

    @AttributeDefinition(name = "Images by framework: framework=alias")
    String[] images() default {};

    @AttributeDefinition(name = "What instances are made where nothing else is asked: container or vm")
    String instance_type() default "container";

    @AttributeDefinition(name = "Port applications listen on within their instances")
    int port() default 8080;

    @AttributeDefinition(name = "Networks the instances' addresses lie in, such as 10.20.0.0/16; empty: any")
    String[] networks() default {};

    @AttributeDefinition(name = "Size at which an application's log is rotated, in bytes")
    long log_bytes() default 10_485_760;

    @AttributeDefinition(name = "Seconds to connect to the server")
    int connect_timeout_seconds() default 5;

    @AttributeDefinition(name = "Seconds until an answer of the server is complete")
    int request_timeout_seconds() default 30;

    @AttributeDefinition(
            name = "Seconds a long task of the server may take: to make, start, stop or remove an instance")
    int operation_timeout_seconds() default 300;

    @AttributeDefinition(name = "Seconds an instance may be held by another task of the server")
    int busy_timeout_seconds() default 60;

    @AttributeDefinition(name = "Seconds an application may take until its probe answers")
    int start_timeout_seconds() default 60;

    @AttributeDefinition(name = "Seconds an instance may take to shut down")
    int stop_grace_seconds() default 15;

    @AttributeDefinition(name = "Seconds a build may take where it says nothing else")
    int build_timeout_seconds() default 600;

    @AttributeDefinition(name = "Largest artifact of a build, in MiB")
    int artifact_megabytes() default 512;
}
