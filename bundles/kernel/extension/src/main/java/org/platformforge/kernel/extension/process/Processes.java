package org.platformforge.kernel.extension.process;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.platformforge.kernel.api.extension.ExtensionRelease;
import org.platformforge.kernel.api.extension.ExtensionRuntime;
import org.platformforge.kernel.extension.config.ExtensionSettings;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Processes of extensions on this node, and what they have in common. Thread-safe. */
public final class Processes implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Processes.class);
    private static final String UNCONFINED =
            "own process without walls, bubblewrap is missing: it reads what the platform's"
                    + " user may read, and reaches the network";
    private static final List<String> CONFINED = List.of(
            "own process behind bubblewrap: no network, no files but the JDK's and the host program's, no other process",
            "no variable of the platform's environment");

    private static final String ALONE = "one process: it cannot start another (seccomp)";
    private static final String NOT_ALONE = "no limit on the number of its processes";

    /** What does not work is tried again after this time: it may have been installed, or the host was busy. */
    private static final long AGAIN_NANOS = Duration.ofMinutes(1).toNanos();

    private final Supplier<ExtensionSettings.Current> settings;
    private final Path folders;
    private final List<Path> hidden;
    private final Set<ExtensionProcess> present = ConcurrentHashMap.newKeySet();

    /**
     * Starts every process: bubblewrap ends what it has started when the thread ends that has started it.
     */
    private final ExecutorService starter = Executors.newSingleThreadExecutor(task -> thread(task, "start"));

    private final ScheduledExecutorService timer =
            Executors.newSingleThreadScheduledExecutor(task -> thread(task, "restart"));

    private Probed probed;

    /**
     * What was found out about a bubblewrap program.
     *
     * @param problem null when it works
     * @param filter of system calls; null where there is none for this machine, or the kernel does not take it
     */
    private record Probed(String program, String problem, Path filter, long at) {}

    /**
     * @param folders where processes have their files when there are no walls around them; emptied
     * @param hidden folders of the platform
     */
    public Processes(Supplier<ExtensionSettings.Current> settings, Path folders, List<Path> hidden) {
        this.settings = settings;
        this.folders = folders;
        this.hidden = List.copyOf(hidden);
        Launcher.remove(folders);
    }

    private static Thread thread(Runnable task, String does) {
        Thread thread = new Thread(null, task, "forge-process-" + does, 0, false);
        thread.setDaemon(true);
        return thread;
    }

    /** What keeps releases in processes apart here; bubblewrap is tried once. */
    public ExtensionRuntime.Isolation isolation() {
        ExtensionSettings.Processes wanted = settings.get().processes();
        if (classPath(wanted).isEmpty()) {
            return new ExtensionRuntime.Isolation(
                    "The program that runs extensions in processes of their own is not installed", List.of());
        }
        Probed sandbox = probed(wanted);
        String problem = sandbox.problem();
        if (problem != null && !wanted.withoutSandbox()) {
            return new ExtensionRuntime.Isolation(
                    problem + ", and the operator allows no process without it", List.of());
        }
        List<String> walls = new ArrayList<>(problem == null ? CONFINED : List.of(UNCONFINED));
        boolean alone = problem == null && sandbox.filter() != null;
        walls.add(alone ? ALONE : NOT_ALONE);
        walls.add("heap " + wanted.heapMegabytes() + " MiB, addresses limited (ulimit)"
                + (alone ? ", which bounds all of its memory" : " for each of its processes"));
        return new ExtensionRuntime.Isolation(null, walls);
    }

    private synchronized Probed probed(ExtensionSettings.Processes wanted) {
        long now = System.nanoTime();
        boolean known = probed != null && probed.program().equals(wanted.sandboxProgram());
        if (known && (probed.problem() == null || now - probed.at() < AGAIN_NANOS)) {
            return probed;
        }
        try {
            Path filter = filter();
            String problem = filter == null
                    ? null
                    : new Sandbox(wanted.sandboxProgram(), wanted.java(), hidden, filter).problem();
            boolean broken = problem != null && problem.startsWith(Sandbox.DOES_NOT_WORK);
            if (filter == null || broken) {
                // perhaps it is only the filter that this kernel does not take; a busy host is no reason against it
                filter = null;
                problem = new Sandbox(wanted.sandboxProgram(), wanted.java(), hidden, null).problem();
            }
            if (!known || problem == null) {
                LOG.info(
                        "Processes of extensions: {}",
                        problem != null
                                ? problem
                                : "bubblewrap works on this host, " + (filter == null ? NOT_ALONE : ALONE));
            }
            probed = new Probed(wanted.sandboxProgram(), problem, filter, now);
            return probed;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Probed(wanted.sandboxProgram(), "the search for bubblewrap was interrupted", null, now);
        }
    }

    /** @return null where there is none for this machine, or it cannot be written */
    private Path filter() {
        Optional<byte[]> program = SystemCallFilter.of(System.getProperty("os.arch"));
        if (program.isEmpty()) {
            return null;
        }
        try {
            Files.createDirectories(folders);
            return Files.write(folders.resolve("system-calls.bpf"), program.get())
                    .toAbsolutePath();
        } catch (IOException e) {
            LOG.info("The filter of system calls for extensions' processes cannot be written: {}", e.toString());
            return null;
        }
    }

    private static List<Path> classPath(ExtensionSettings.Processes wanted) {
        List<Path> found = new ArrayList<>();
        for (String entry : wanted.host().split(File.pathSeparator)) {
            Path path = Path.of(entry.strip());
            if (entry.isBlank() || !Files.exists(path)) {
                continue;
            }
            try (Stream<Path> jars = Files.isDirectory(path) ? Files.list(path) : Stream.empty()) {
                List<Path> inside = jars.filter(one -> one.toString().endsWith(".jar"))
                        .sorted()
                        .toList();
                found.addAll(inside.isEmpty() ? List.of(path) : inside);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return found.stream().map(Path::toAbsolutePath).toList();
    }

    /**
     * A release's process, not yet started.
     *
     * @throws IllegalStateException saying why there can be none
     */
    public ExtensionProcess of(ExtensionRelease described, List<ExtensionProcess.Part> parts) {
        ExtensionSettings.Processes wanted = settings.get().processes();
        ExtensionRuntime.Isolation isolation = isolation();
        if (isolation.problem() != null) {
            throw new IllegalStateException(isolation.problem());
        }
        if (present.size() >= wanted.count()) {
            throw new IllegalStateException("This node runs " + present.size()
                    + " extensions in processes of their own, and the operator allows no more");
        }
        Probed found = probed(wanted);
        Sandbox sandbox = found.problem() == null
                ? new Sandbox(wanted.sandboxProgram(), wanted.java(), hidden, found.filter())
                : null;
        Launcher launcher = new Launcher(sandbox, wanted.java(), classPath(wanted));
        ExtensionProcess process = new ExtensionProcess(
                this, described, parts, isolation.walls(), () -> launcher.launch(wanted.heapMegabytes(), folders));
        present.add(process);
        return process;
    }

    Launcher.Launched launch(ExtensionProcess.Launch launch) throws IOException, InterruptedException {
        try {
            return starter.submit(launch::launch).get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException io) {
                throw io;
            }
            throw new IllegalStateException(e.getCause());
        }
    }

    Duration startTime() {
        return settings.get().processes().startTime();
    }

    void later(Runnable task, Duration delay) {
        timer.schedule(task, delay.toMillis(), TimeUnit.MILLISECONDS);
    }

    void gone(ExtensionProcess process) {
        present.remove(process);
    }

    /** Ends processes that do not keep to their limits; from time to time. */
    public void watch() {
        present.forEach(ExtensionProcess::watch);
    }

    @Override
    public void close() {
        timer.shutdownNow();
        present.forEach(ExtensionProcess::kill);
        starter.shutdown();
    }
}
