package org.platformforge.driver.process;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import org.platformforge.extension.api.driver.Driver.Observation;
import org.platformforge.extension.api.driver.Driver.Problem;
import org.platformforge.extension.api.driver.Driver.State;
import org.platformforge.extension.api.driver.DriverException;
import org.platformforge.extension.api.driver.Progress;
import org.platformforge.extension.api.driver.ResourceSpec;
import org.platformforge.kernel.api.delivery.Artifacts.Artifact;

/**
 * Runs the commands of a build where an application would run: in a folder of its own, behind the same walls, with the same
 * limits, found again by its id after a crash. What the folder holds at the end is the artifact. Thread-safe.
 */
final class BuildRunner {
    private static final long POLL_MILLIS = 40;
    private static final int MOST_LINES = 20_000;
    private static final int LONGEST_LINE = 2_000;
    private static final int ERROR_LINES = 12;
    private static final String EACH =
            "for command in \"$@\"; do printf '+ %s\\n' \"$command\"; /bin/sh -c \"$command\" || exit $?; done";

    private final AppStore store;
    private final Supervisor supervisor;
    private final Sandbox sandbox;
    private final Archives archives;
    private final SealedEnvironment environment;
    private final ProcessConfig config;

    BuildRunner(
            AppStore store,
            Supervisor supervisor,
            Sandbox sandbox,
            Archives archives,
            SealedEnvironment environment,
            ProcessConfig config) {
        this.store = store;
        this.supervisor = supervisor;
        this.sandbox = sandbox;
        this.archives = archives;
        this.environment = environment;
        this.config = config;
    }

    /** From the beginning, whatever an earlier attempt has left. */
    Observation run(ResourceSpec spec, Progress progress) throws IOException, DriverException, InterruptedException {
        List<Problem> problems = new ArrayList<>();
        BuildSpec wanted = BuildSpec.parse(spec, config, problems);
        ProcessDriver.refuse(problems);
        Optional<App> earlier = supervisor.find(spec.id());
        if (earlier.isPresent()) {
            earlier.get().stop(config.stop_grace_seconds());
        }
        App app = prepare(spec, wanted);
        app.start();
        try {
            await(app, wanted, progress);
        } finally {
            // what it left running would go on changing the files
            app.stop(config.stop_grace_seconds());
        }
        Path folder = store.folder(spec.id());
        Artifact made = archives.pack(spec.tenantId(), store.work(spec.id()), folder);
        AppStore.clear(store.work(spec.id()));
        app.become(app.record().in(AppRecord.Phase.FINISHED));
        progress.log("Built " + made.digest() + ", " + made.size() + " bytes");
        return new Observation(
                State.STOPPED,
                "",
                Map.of("artifact", made.digest(), "size", Long.toString(made.size())),
                app.record().facts());
    }

    private App prepare(ResourceSpec spec, BuildSpec wanted) throws IOException, DriverException, InterruptedException {
        store.create(spec.id());
        List<String> command = new ArrayList<>(List.of("/bin/sh", "-c", EACH, "build"));
        command.addAll(wanted.commands());
        App app = supervisor.add(new AppRecord(
                spec.id(),
                spec.tenantId(),
                spec.provisionId(),
                spec.service(),
                spec.environment(),
                environment.fingerprint(spec.properties()),
                List.copyOf(command),
                ".",
                0,
                "/",
                wanted.cpuCores(),
                wanted.memoryBytes(),
                AppRecord.Phase.PREPARING,
                0,
                0,
                null,
                0,
                Map.of(),
                null));
        Path folder = store.folder(spec.id());
        AppStore.clear(store.work(spec.id()));
        AppStore.clear(folder.resolve(AppStore.TEMPORARY));
        store.create(spec.id());
        Files.deleteIfExists(store.log(spec.id()));
        archives.unpack(spec.tenantId(), wanted.source(), store.work(spec.id()));
        // what tools keep for the next time has no place in the artifact
        String caches = sandbox.temporary(folder).resolve("cache").toString();
        Map<String, String> variables = new LinkedHashMap<>();
        variables.put("XDG_CACHE_HOME", caches);
        variables.put("npm_config_cache", caches + "/npm");
        variables.put("CI", "true");
        variables.putAll(wanted.variables());
        environment.keep(spec.id(), variables);
        return app;
    }

    private void await(App app, BuildSpec wanted, Progress progress)
            throws IOException, DriverException, InterruptedException {
        String id = app.record().resourceId();
        Follower output = new Follower(store.log(id), progress);
        long limit = System.nanoTime() + TimeUnit.SECONDS.toNanos(wanted.timeoutSeconds());
        OptionalInt exit = app.exitCode();
        while (exit.isEmpty()) {
            if (progress.cancelled()) {
                throw new DriverException("CANCELLED", "Cancelled while the build was running", false, null);
            }
            if (System.nanoTime() > limit) {
                output.follow();
                throw failed("BUILD_TIMEOUT", "The build took longer than " + wanted.timeoutSeconds() + " s", id);
            }
            output.follow();
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
            exit = app.exitCode();
        }
        output.follow();
        if (exit.getAsInt() != 0) {
            throw failed("BUILD_FAILED", "The build ended with exit code " + exit.getAsInt(), id);
        }
    }

    private DriverException failed(String code, String what, String id) throws IOException {
        List<String> lines = LogFile.tail(store.log(id), ERROR_LINES);
        String output = lines.isEmpty() ? "; it wrote nothing" : "; its last lines: " + String.join(" | ", lines);
        return new DriverException(code, what + output, false, null);
    }

    /** Hands on what is new in a file, line by line. */
    private static final class Follower {
        private final Path file;
        private final Progress progress;
        private long position;
        private int lines;

        Follower(Path file, Progress progress) {
            this.file = file;
            this.progress = progress;
        }

        void follow() throws IOException {
            if (lines >= MOST_LINES || !Files.exists(file) || Files.size(file) <= position) {
                return;
            }
            try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "r")) {
                open.seek(position);
                byte[] fresh = new byte[(int) Math.min(1 << 20, open.length() - position)];
                int read = Math.max(0, open.read(fresh));
                int end = read;
                while (end > 0 && fresh[end - 1] != '\n') {
                    end--;
                }
                end = end == 0 && read == fresh.length ? read : end;
                position += end;
                new String(fresh, 0, end, StandardCharsets.UTF_8).lines().forEach(this::tell);
            }
        }

        private void tell(String line) {
            if (lines++ < MOST_LINES) {
                progress.log(line.length() > LONGEST_LINE ? line.substring(0, LONGEST_LINE) + " …" : line);
            } else if (lines == MOST_LINES + 1) {
                progress.log("… more than " + MOST_LINES + " lines; the rest is left out");
            }
        }
    }
}
