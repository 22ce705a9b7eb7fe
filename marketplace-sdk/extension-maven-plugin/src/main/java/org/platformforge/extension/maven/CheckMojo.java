package org.platformforge.extension.maven;

import java.nio.file.Path;
import org.apache.maven.plugin.MojoExecutionException;
import org.apache.maven.plugin.MojoFailureException;
import org.apache.maven.plugins.annotations.LifecyclePhase;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;

/** Makes every check on the built extension that the platform makes when it is published. */
@Mojo(name = "check", defaultPhase = LifecyclePhase.VERIFY, threadSafe = true)
public final class CheckMojo extends ArtifactMojo {
    @Parameter(defaultValue = "${project.packaging}", readonly = true)
    private String packaging = "jar";

    public CheckMojo() {}

    CheckMojo(Path artifact) {
        super(artifact);
    }

    @Override
    public void execute() throws MojoExecutionException, MojoFailureException {
        if (packaging.equals("pom")) {
            return; // a parent of extensions
        }
        Verified verified = verified();
        getLog().info(verified.manifest().id() + " " + verified.manifest().version()
                + " passes every check of the platform");
    }
}
