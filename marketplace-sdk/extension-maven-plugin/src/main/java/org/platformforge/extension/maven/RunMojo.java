package org.platformforge.extension.maven;

import java.io.File;
import java.io.IOException;
import java.net.ConnectException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.maven.execution.MavenSession;
import org.apache.maven.lifecycle.LifecycleExecutor;
import org.apache.maven.model.Resource;
import org.apache.maven.plugin.AbstractMojo;
import org.apache.maven.plugin.BuildPluginManager;
import org.apache.maven.plugin.MojoExecutionException;
import org.apache.maven.plugin.MojoFailureException;
import org.apache.maven.plugin.descriptor.PluginDescriptor;
import org.apache.maven.plugins.annotations.Component;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;
import org.apache.maven.plugins.annotations.ResolutionScope;
import org.apache.maven.project.MavenProject;
import org.eclipse.aether.RepositorySystem;
import org.eclipse.aether.RepositorySystemSession;
import org.eclipse.aether.artifact.DefaultArtifact;
import org.eclipse.aether.repository.RemoteRepository;
import org.eclipse.aether.resolution.ArtifactRequest;
import org.eclipse.aether.resolution.ArtifactResolutionException;
import org.platformforge.extension.maven.PlatformClient.RefusedException;

/**
 * Starts a local platform with the extension in it. When a source changes, the project is compiled and takes the place of what runs,
 * without losing a request; when it does not compile, or the platform would refuse it, what runs goes on. Ctrl-C ends both.
 */
@Mojo(name = "run", requiresDependencyResolution = ResolutionScope.COMPILE_PLUS_RUNTIME)
public final class RunMojo extends AbstractMojo {
    private static final String DISTRIBUTION = "org.platformforge:karaf-assembly:tar.gz:";

    /** An unpacked distribution of the platform; without it the one of the plugin's version is fetched as an artifact. */
    @Parameter(property = "forge.home")
    private File home;

    /** Where the platform listens, on this machine only. */
    @Parameter(property = "forge.port", defaultValue = "8282")
    private int port;

    /** JSON file with the settings the extension is installed with. */
    @Parameter(property = "forge.settings")
    private File settings;

    @Parameter(required = true, readonly = true, defaultValue = "${project.build.directory}/forge")
    private File folder;

    @Parameter(required = true, readonly = true, defaultValue = "${project.build.directory}/" + LibrariesMojo.FOLDER)
    private File libraries;

    @Parameter(defaultValue = "${project}", readonly = true)
    private MavenProject project;

    @Parameter(defaultValue = "${session}", readonly = true)
    private MavenSession session;

    @Parameter(defaultValue = "${plugin}", readonly = true)
    private PluginDescriptor plugin;

    @Parameter(defaultValue = "${repositorySystemSession}", readonly = true)
    private RepositorySystemSession repositories;

    @Parameter(defaultValue = "${project.remoteProjectRepositories}", readonly = true)
    private List<RemoteRepository> remotes;

    @Component
    private RepositorySystem resolver;

    @Component
    private LifecycleExecutor lifecycle;

    @Component
    private BuildPluginManager plugins;

    private volatile boolean ending;

    @Override
    public void execute() throws MojoExecutionException, MojoFailureException {
        ProjectBuild build = new ProjectBuild(session, lifecycle, plugins);
        try {
            SourceWatch watch = new SourceWatch(sources());
            build.run();
            LocalPlatform platform =
                    new LocalPlatform(distribution(), folder.toPath().resolve("data"), port);
            Runtime.getRuntime().addShutdownHook(new Thread(() -> end(platform), "forge-stop"));
            getLog().info("Starting a platform on " + platform.url() + " …");
            platform.start();
            Workbench workbench = workbench(platform);
            long began = System.nanoTime();
            tell(platform, workbench, workbench.reload(), began);
            while (!ending) {
                watch.await();
                began = System.nanoTime();
                reload(build, workbench, began);
            }
        } catch (RefusedException | Workbench.NotAcceptedException e) {
            throw new MojoFailureException(e.getMessage(), e);
        } catch (IOException e) {
            throw new MojoExecutionException(e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private List<Path> sources() {
        List<Path> sources = new ArrayList<>();
        project.getCompileSourceRoots().forEach(root -> sources.add(Path.of(root)));
        for (Resource resource : project.getResources()) {
            sources.add(Path.of(resource.getDirectory()));
        }
        sources.add(project.getBasedir().toPath().resolve("bnd.bnd"));
        return sources;
    }

    private Path distribution() throws IOException, InterruptedException, MojoExecutionException {
        if (home != null) {
            return Distribution.at(home.toPath());
        }
        try {
            ArtifactRequest request =
                    new ArtifactRequest(new DefaultArtifact(DISTRIBUTION + plugin.getVersion()), remotes, null);
            Path archive = resolver.resolveArtifact(repositories, request)
                    .getArtifact()
                    .getFile()
                    .toPath();
            return Distribution.unpacked(archive, folder.toPath().resolve("distribution"));
        } catch (ArtifactResolutionException e) {
            throw new MojoExecutionException(
                    "There is no distribution of the platform: " + e.getMessage()
                            + "; name an unpacked one with -Dforge.home=…",
                    e);
        }
    }

    private Workbench workbench(LocalPlatform platform) throws IOException, InterruptedException, RefusedException {
        DevelopmentCopy copy =
                new DevelopmentCopy(Path.of(project.getBuild().getOutputDirectory()), libraries.toPath());
        Developer developer = Developer.on(platform, copy.manifest().publisher());
        Developer.secret(token(), developer.token());
        return new Workbench(
                developer,
                copy,
                folder.toPath().resolve("development.zip"),
                Optional.ofNullable(settings).map(File::toPath));
    }

    private Path token() {
        return folder.toPath().resolve("token");
    }

    private void tell(LocalPlatform platform, Workbench workbench, String version, long began)
            throws IOException, InterruptedException, RefusedException {
        Path classes = Path.of(project.getBuild().getOutputDirectory());
        String id = new DevelopmentCopy(classes, libraries.toPath()).manifest().id();
        Set<String> routes = workbench.routes(id);
        getLog().info(id + " " + version + " serves after " + millis(began) + " ms:");
        routes.forEach(route -> getLog().info("    " + route));
        String token = "$(cat " + Path.of("").toAbsolutePath().relativize(token().toAbsolutePath()) + ")";
        routes.stream()
                .filter(route -> route.startsWith("GET ") && !route.contains("{"))
                .findFirst()
                .ifPresent(route -> getLog().info("Try it: curl -s -H \"Authorization: Bearer " + token + "\" "
                        + platform.url() + route.substring("GET ".length())));
        getLog().info("The platform's log is " + platform.log());
        getLog().info("Change a source and it is replaced; Ctrl-C ends");
    }

    private void reload(ProjectBuild build, Workbench workbench, long began) throws IOException, InterruptedException {
        try {
            build.run();
            long built = millis(began);
            String version = workbench.reload();
            getLog().info(version + " serves after " + millis(began) + " ms, " + built + " of them to build it");
        } catch (MojoFailureException | MojoExecutionException e) {
            goesOn("It does not build: " + e.getMessage());
        } catch (Workbench.NotAcceptedException | RefusedException e) {
            goesOn(e.getMessage());
        } catch (ConnectException e) {
            if (!ending) {
                throw new IOException("The platform has ended; see " + folder + "/data/log/platform.log", e);
            }
        } catch (IOException e) {
            goesOn(e.getMessage());
        }
    }

    private void goesOn(String reason) {
        if (!ending) {
            getLog().error(reason);
            getLog().error("What ran before goes on");
        }
    }

    private static long millis(long began) {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
    }

    private void end(LocalPlatform platform) {
        ending = true;
        try {
            Files.deleteIfExists(token());
            platform.stop();
        } catch (IOException e) {
            getLog().error("The platform was not stopped: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
