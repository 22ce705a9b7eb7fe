package org.platformforge.pipelines.domain;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Configuration of pipelines, {@code config/org.platformforge.pipelines.cfg}. */
@ObjectClassDefinition(id = PipelinesConfig.PID, name = "Platform Forge: pipelines")
public @interface PipelinesConfig {
    String PID = "org.platformforge.pipelines";

    @AttributeDefinition(name = "Runs of one pipeline that may wait for their turn", min = "1")
    int queue() default 20;

    @AttributeDefinition(name = "Seconds new instances are watched where a definition says nothing else", min = "0")
    int observe_seconds() default 5;

    @AttributeDefinition(name = "Percent of the traffic for a canary where a definition says nothing else", min = "1")
    int canary_percent() default 10;

    @AttributeDefinition(name = "Frameworks that give way to any other that recognises a repository, the first first")
    String[] general_frameworks() default {"python", "node", "static"};

    @AttributeDefinition(name = "Log streams of this node at the same time", min = "1")
    int streams() default 32;

    @AttributeDefinition(name = "Longest log stream in seconds; clients connect again where they were", min = "1")
    int stream_seconds() default 3600;

    @AttributeDefinition(name = "Runs of one pipeline, the newest, whose artifacts are kept", min = "1")
    int runs_kept() default 20;
}
