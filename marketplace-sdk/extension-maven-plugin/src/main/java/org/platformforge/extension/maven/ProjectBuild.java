package org.platformforge.extension.maven;

import java.util.List;
import org.apache.maven.execution.MavenSession;
import org.apache.maven.lifecycle.LifecycleExecutor;
import org.apache.maven.plugin.BuildPluginManager;
import org.apache.maven.plugin.MojoExecution;
import org.apache.maven.plugin.MojoExecutionException;
import org.apache.maven.plugin.MojoFailureException;

/** The project's own build up to its classes, in this Maven: as often as wanted, with everything warm. */
final class ProjectBuild {
    private static final String PHASE = "process-classes";

    private final MavenSession session;
    private final LifecycleExecutor lifecycle;
    private final BuildPluginManager plugins;

    ProjectBuild(MavenSession session, LifecycleExecutor lifecycle, BuildPluginManager plugins) {
        this.session = session;
        this.lifecycle = lifecycle;
        this.plugins = plugins;
    }

    /** @throws MojoFailureException when the project does not compile, for instance; the plugin has said why */
    void run() throws MojoExecutionException, MojoFailureException {
        try {
            List<MojoExecution> executions =
                    lifecycle.calculateExecutionPlan(session, PHASE).getMojoExecutions();
            for (MojoExecution execution : executions) {
                plugins.executeMojo(session, execution);
            }
        } catch (MojoFailureException | MojoExecutionException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new MojoExecutionException("The build cannot be run: " + e.getMessage(), e);
        }
    }
}
