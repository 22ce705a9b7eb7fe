package org.platformforge.infrastructure.deploy;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Configuration of the application that document 004 deploys, {@code config/org.platformforge.infrastructure.deploy.cfg}. */
@ObjectClassDefinition(id = DeployConfig.PID, name = "Platform Forge: the application that is deployed")
public @interface DeployConfig {
    String PID = "org.platformforge.infrastructure.deploy";

    @AttributeDefinition(description = "Name of its service; empty: there is no application")
    String application() default "";

    @AttributeDefinition(description = "Its repository, https://…; empty: there is no application")
    String repository() default "";

    @AttributeDefinition(description = "Token of a private repository")
    String token() default "";

    @AttributeDefinition(description = "The ref of a version; {version} stands for the version that is asked for")
    String ref() default "{version}";

    @AttributeDefinition(
            description = "Names of the environments it may be deployed to, separated by commas; empty: any")
    String environments() default "";

    @AttributeDefinition(description = "Command that builds it; empty: nothing is to be built")
    String build() default "";

    @AttributeDefinition(description = "Command that starts it")
    String start() default "";

    @AttributeDefinition(description = "Directory of a static site, in place of a command")
    String static_directory() default "";

    @AttributeDefinition(description = "Path that answers below 400 when an instance is ready")
    String probe_path() default "/";

    @AttributeDefinition(description = "Its variables, each name=value, separated by commas")
    String env() default "";

    @AttributeDefinition(description = "Instances")
    int replicas() default 1;

    @AttributeDefinition(description = "Cores of each instance; empty: no limit")
    String cpu() default "";

    @AttributeDefinition(description = "Memory of each instance; empty: no limit")
    String memory() default "";

    @AttributeDefinition(description = "Engine; empty: the environment's, or the one the platform prefers")
    String engine() default "";

    @AttributeDefinition(description = "rolling, blue_green or canary")
    String strategy() default "rolling";

    @AttributeDefinition(description = "Percent of the traffic for a canary")
    int canary_percent() default 10;

    @AttributeDefinition(description = "Seconds new instances are watched under traffic")
    int observe_seconds() default 5;
}
