package org.platformforge.extension.maven;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.maven.plugin.AbstractMojo;
import org.apache.maven.plugin.MojoExecutionException;
import org.apache.maven.plugins.annotations.Component;
import org.apache.maven.plugins.annotations.LifecyclePhase;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;
import org.apache.maven.project.MavenProject;
import org.apache.maven.project.MavenProjectHelper;

/**
 * Packs the extension's bundle and its private libraries into the ZIP archive that is published. Without libraries the JAR is what
 * is published, and there is no archive.
 */
@Mojo(name = "package", defaultPhase = LifecyclePhase.PACKAGE, threadSafe = true)
public final class PackageMojo extends AbstractMojo {
    @Parameter(
            required = true,
            readonly = true,
            defaultValue = "${project.build.directory}/${project.build.finalName}.jar")
    private File jar;

    @Parameter(required = true, readonly = true, defaultValue = "${project.build.directory}/" + LibrariesMojo.FOLDER)
    private File libraries;

    @Parameter(defaultValue = "${project}", readonly = true)
    private MavenProject project;

    @Component
    private MavenProjectHelper projects;

    public PackageMojo() {}

    PackageMojo(Path jar, Path libraries) {
        this.jar = jar.toFile();
        this.libraries = libraries.toFile();
    }

    @Override
    public void execute() throws MojoExecutionException {
        if (project != null && project.getPackaging().equals("pom")) {
            return; // a parent of extensions
        }
        if (!jar.isFile()) {
            throw new MojoExecutionException("There is no " + jar + ": run the goal after jar:jar");
        }
        Path archive = archiveOf(jar.toPath());
        try {
            List<Path> bundles = Libraries.in(libraries.toPath());
            if (bundles.isEmpty()) {
                Files.deleteIfExists(archive);
                return;
            }
            Map<String, byte[]> entries = new TreeMap<>();
            entries.put(jar.getName(), Files.readAllBytes(jar.toPath()));
            for (Path bundle : bundles) {
                entries.put(bundle.getFileName().toString(), Files.readAllBytes(bundle));
            }
            Files.write(archive, Archives.zip(entries));
            getLog().info("Packed with " + bundles.size() + " private libraries: " + archive);
        } catch (IOException e) {
            throw new MojoExecutionException("The archive cannot be written: " + e.getMessage(), e);
        }
        if (project != null) {
            projects.attachArtifact(project, "zip", archive.toFile());
        }
    }

    /** Where the archive of this JAR is, when there is one. */
    static Path archiveOf(Path jar) {
        String name = jar.getFileName().toString();
        return jar.resolveSibling(name.substring(0, name.length() - ".jar".length()) + ".zip");
    }
}
