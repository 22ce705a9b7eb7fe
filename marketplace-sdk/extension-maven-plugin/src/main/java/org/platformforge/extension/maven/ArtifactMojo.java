package org.platformforge.extension.maven;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.maven.plugin.AbstractMojo;
import org.apache.maven.plugin.MojoExecutionException;
import org.apache.maven.plugin.MojoFailureException;
import org.apache.maven.plugins.annotations.Parameter;
import org.platformforge.extension.verifier.ExtensionManifest;
import org.platformforge.extension.verifier.ExtensionVerifier;
import org.platformforge.extension.verifier.Finding;
import org.platformforge.extension.verifier.Verification;

/** A goal that needs an extension nothing stands against. */
abstract class ArtifactMojo extends AbstractMojo {
    /** The JAR, or the ZIP archive of a bundle and its private libraries; what the build made when nothing is said. */
    @Parameter(property = "forge.artifact")
    private File artifact;

    @Parameter(
            required = true,
            readonly = true,
            defaultValue = "${project.build.directory}/${project.build.finalName}.jar")
    private File jar;

    ArtifactMojo() {}

    /** @param jar of the build, or another artifact */
    ArtifactMojo(Path jar) {
        this.jar = jar.toFile();
    }

    private Path artifact() {
        if (artifact != null) {
            return artifact.toPath();
        }
        Path archive = PackageMojo.archiveOf(jar.toPath());
        return Files.isRegularFile(archive) ? archive : jar.toPath();
    }

    /** @param manifest of the artifact */
    record Verified(Path file, ExtensionManifest manifest, Verification verification) {}

    /** Prints every finding; fails when one of them is an error. */
    final Verified verified() throws MojoExecutionException, MojoFailureException {
        Path file = artifact();
        if (!Files.isRegularFile(file)) {
            throw new MojoExecutionException("There is no " + file + ": run the goal after package");
        }
        Verification verification = new ExtensionVerifier().verify(file);
        for (Finding finding : verification.findings()) {
            if (finding.severity() == Finding.Severity.ERROR) {
                getLog().error(finding.toString());
            } else {
                getLog().warn(finding.toString());
            }
        }
        if (!verification.accepted()) {
            throw new MojoFailureException("The platform would refuse " + file.getFileName() + ": "
                    + verification.errors().size() + " errors");
        }
        return new Verified(file, verification.manifest().orElseThrow(), verification);
    }

    static Path signatureOf(Path artifact) {
        return artifact.resolveSibling(artifact.getFileName() + ".sig");
    }
}
