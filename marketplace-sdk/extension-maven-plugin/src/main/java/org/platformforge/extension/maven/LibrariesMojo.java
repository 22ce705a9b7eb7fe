package org.platformforge.extension.maven;

import java.io.File;
import java.io.IOException;
import java.util.List;
import org.apache.maven.artifact.Artifact;
import org.apache.maven.plugin.AbstractMojo;
import org.apache.maven.plugin.MojoExecutionException;
import org.apache.maven.plugin.MojoFailureException;
import org.apache.maven.plugins.annotations.LifecyclePhase;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;
import org.apache.maven.plugins.annotations.ResolutionScope;
import org.apache.maven.project.MavenProject;

/**
 * Puts the extension's private libraries, its dependencies of the scopes compile and runtime, as bundles where the testkit and the
 * goal {@code package} find them.
 */
@Mojo(
        name = "libraries",
        defaultPhase = LifecyclePhase.PROCESS_CLASSES,
        requiresDependencyResolution = ResolutionScope.RUNTIME,
        threadSafe = true)
public final class LibrariesMojo extends AbstractMojo {
    /** Where the bundles go. */
    @Parameter(required = true, readonly = true, defaultValue = "${project.build.directory}/" + FOLDER)
    private File folder;

    @Parameter(defaultValue = "${project}", readonly = true)
    private MavenProject project;

    static final String FOLDER = "libraries";

    @Override
    public void execute() throws MojoExecutionException, MojoFailureException {
        List<Libraries.Library> libraries = project.getArtifacts().stream()
                .filter(LibrariesMojo::isPrivate)
                .map(one -> new Libraries.Library(
                        one.getFile(), one.getGroupId(), one.getArtifactId(), one.getBaseVersion()))
                .toList();
        try {
            new Libraries(folder.toPath(), getLog()).write(libraries);
        } catch (IOException e) {
            throw new MojoExecutionException("The libraries cannot be written: " + e.getMessage(), e);
        }
    }

    private static boolean isPrivate(Artifact artifact) {
        return (artifact.getScope().equals(Artifact.SCOPE_COMPILE)
                        || artifact.getScope().equals(Artifact.SCOPE_RUNTIME))
                && artifact.getArtifactHandler().isAddedToClasspath();
    }
}
