package org.platformforge.driver.process;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.extension.api.driver.DriverException;
import org.platformforge.kernel.api.delivery.Artifacts;
import org.platformforge.kernel.api.delivery.Artifacts.Artifact;
import org.platformforge.kernel.api.delivery.Sources;
import org.platformforge.kernel.api.jobs.OperationException;

/** Commits as artifacts, by the rules for repositories that hold for this engine's applications. Thread-safe. */
@Component(service = Sources.class, configurationPid = ProcessConfig.PID)
public final class GitSources implements Sources {
    private static final Duration LONGEST_CHECKOUT = Duration.ofHours(1);

    private final LiveConfig config;
    private final Path folder;
    private final Repositories repositories;
    private final Archives archives;

    @Activate
    public GitSources(@Reference Artifacts artifacts, ProcessConfig first) throws IOException {
        this.config = new LiveConfig(first);
        this.folder = AppStore.directory(
                Path.of(first.folder()).toAbsolutePath().normalize().resolve(".checkouts"));
        this.repositories = Repositories.of(config);
        this.archives = new Archives(() -> artifacts, config);
        tidy();
    }

    @Modified
    void modified(ProcessConfig changed) {
        config.change(changed);
    }

    /** What a killed node has left; another generation of this module may still be at work beside it. */
    private void tidy() throws IOException {
        FileTime old = FileTime.from(Instant.now().minus(LONGEST_CHECKOUT));
        try (DirectoryStream<Path> left = Files.newDirectoryStream(
                folder, path -> Files.getLastModifiedTime(path).compareTo(old) < 0)) {
            for (Path path : left) {
                AppStore.clear(path);
            }
        }
    }

    @Override
    public Optional<String> objection(String repository) {
        return Optional.ofNullable(repositories.objection(repository));
    }

    @Override
    public Snapshot snapshot(String tenantId, String repository, String ref, String token)
            throws OperationException, InterruptedException {
        return told(() -> {
            Path checkout = Files.createTempDirectory(folder, "checkout");
            try {
                String commit = repositories.fetch(repository, ref, token, checkout);
                Artifact files = archives.pack(tenantId, checkout, folder);
                return new Snapshot(commit, files.digest(), files.size());
            } finally {
                AppStore.clear(checkout);
            }
        });
    }

    @Override
    public List<String> list(String tenantId, String artifact) throws OperationException, InterruptedException {
        return told(() -> archives.list(tenantId, artifact));
    }

    @Override
    public Map<String, byte[]> read(String tenantId, String artifact, Set<String> paths)
            throws OperationException, InterruptedException {
        return told(() -> archives.read(tenantId, artifact, paths));
    }

    @FunctionalInterface
    private interface Work<T> {
        T call() throws IOException, DriverException, InterruptedException;
    }

    /** Failures in the words of operations. */
    private static <T> T told(Work<T> work) throws OperationException, InterruptedException {
        try {
            return work.call();
        } catch (DriverException e) {
            throw e.retryable()
                    ? OperationException.transientFailure(e.code(), e.getMessage(), Duration.ZERO, e)
                    : OperationException.fatal(e.code(), e.getMessage(), e);
        } catch (IOException e) {
            throw OperationException.transientFailure(
                    "HOST_FAILURE", "The host's file system refused: " + e.getMessage(), Duration.ZERO, e);
        }
    }
}
