package org.platformforge.driver.process;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Configuration of the process engine, {@code config/org.platformforge.driver.process.cfg}. */
@ObjectClassDefinition(id = ProcessConfig.PID, name = "Platform Forge: process engine")
public @interface ProcessConfig {
    String PID = "org.platformforge.driver.process";

    @AttributeDefinition(name = "Folder of the applications, one below it for each resource")
    String folder() default "data/apps";

    @AttributeDefinition(name = "First port given to applications")
    int port_first() default 20000;

    @AttributeDefinition(name = "Last port given to applications")
    int port_last() default 29999;

    @AttributeDefinition(name = "Seconds an application may take until its probe answers")
    int start_timeout_seconds() default 60;

    @AttributeDefinition(name = "Seconds between SIGTERM and SIGKILL")
    int stop_grace_seconds() default 10;

    @AttributeDefinition(name = "Size at which a log file is rotated, in bytes")
    long log_bytes() default 10_485_760;

    @AttributeDefinition(name = "Rotated log files kept for each application")
    int log_files() default 3;

    @AttributeDefinition(name = "Repository prefixes that are allowed whatever their host or scheme is")
    String[] repository_allowed() default {};

    @AttributeDefinition(name = "Where repositories are really fetched from: prefix=other prefix")
    String[] repository_mirrors() default {};

    @AttributeDefinition(name = "Seconds a repository may take to be fetched")
    int repository_timeout_seconds() default 120;

    @AttributeDefinition(name = "Seconds a build may take where it says nothing else")
    int build_timeout_seconds() default 600;

    @AttributeDefinition(name = "Largest artifact of a build or a repository, in MiB")
    int artifact_megabytes() default 512;

    @AttributeDefinition(name = "Whether applications run in bubblewrap: auto, required or off")
    String sandbox() default "auto";

    @AttributeDefinition(name = "The bubblewrap program")
    String sandbox_program() default "bwrap";

    @AttributeDefinition(name = "Folders applications may read besides the system's own")
    String[] sandbox_paths() default {};

    @AttributeDefinition(name = "Folders no application may see, wherever they are")
    String[] sandbox_hidden() default {};
}
