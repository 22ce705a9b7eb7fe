package org.platformforge.deployments.domain;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Configuration of deployments, {@code config/org.platformforge.deployments.cfg}. */
@ObjectClassDefinition(id = DeploymentsConfig.PID, name = "Platform Forge: deployments")
public @interface DeploymentsConfig {
    String PID = "org.platformforge.deployments";

    @AttributeDefinition(name = "Seconds a request waits for a deployment to run, or to be gone")
    int wait_seconds() default 120;

    @AttributeDefinition(name = "Requests that wait at the same time; more are answered at once")
    int waiters() default 32;

    @AttributeDefinition(name = "Which engine makes which machine: vm=engine, lxc=engine")
    String[] machine_engines() default {};

    @AttributeDefinition(name = "Seconds new instances are watched under traffic before the old ones are given up")
    int observe_seconds() default 2;

    @AttributeDefinition(name = "Lines kept of a deployment's log; the oldest ones go first")
    int log_lines() default 20_000;

    @AttributeDefinition(name = "Days for which the log of a deleted deployment is kept")
    int log_days() default 30;

    @AttributeDefinition(name = "Log streams open at the same time on this node, half of them for one tenant")
    int streams() default 32;

    @AttributeDefinition(name = "Seconds after which a log stream ends; clients connect again where they were")
    int stream_seconds() default 3600;
}
