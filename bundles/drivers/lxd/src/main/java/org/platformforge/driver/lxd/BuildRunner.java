package org.platformforge.driver.lxd;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.platformforge.extension.api.driver.Driver.Observation;
import org.platformforge.extension.api.driver.Driver.State;
import org.platformforge.extension.api.driver.DriverException;
import org.platformforge.extension.api.driver.Progress;
import org.platformforge.extension.api.driver.ResourceSpec;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.delivery.Artifacts.Artifact;

/**
 * Runs the commands of a build in an instance of its own, in the folder an application will have. What the folder holds at
 * the end is the artifact. Thread-safe.
 */
final class BuildRunner {
    private static final int ERROR_LINES = 12;
    private static final String END_ALL = """
            for process in /proc/[0-9]*; do
                if [ "$(stat -c %u "$process" 2>/dev/null)" = "$1" ]; then kill -9 "${process#/proc/}" 2>/dev/null || :; fi
            done
            """;

    private final Machines machines;

    BuildRunner(Machines machines) {
        this.machines = machines;
    }

    Observation run(
            Instances instances, ResourceSpec spec, LxdSpec wanted, Map<String, String> facts, Progress progress)
            throws DriverException, InterruptedException {
        Map<String, String> tags = new LinkedHashMap<>();
        tags.put(Instance.PHASE, Machines.PREPARING);
        Instance made = machines.make(instances, spec, wanted, tags, progress);
        Guest guest = new Guest(instances, made.name());
        try {
            build(guest, wanted, instances.client().config(), progress);
            Artifact artifact = pack(guest, spec.tenantId(), instances.client().config());
            instances.tag(spec.id(), Map.of(Instance.PHASE, Machines.READY));
            progress.log("Built " + artifact.digest() + ", " + artifact.size() + " bytes");
            return new Observation(
                    State.STOPPED,
                    "",
                    Map.of("artifact", artifact.digest(), "size", Long.toString(artifact.size())),
                    facts);
        } catch (LxdFailure e) {
            throw e.driver("The build could not be run");
        }
    }

    private void build(Guest guest, LxdSpec wanted, LxdConfig config, Progress progress)
            throws LxdFailure, DriverException, InterruptedException {
        Follower output = new Follower(guest, Machines.limit(config), progress);
        String task = guest.begin(Guests.script("build.sh"), wanted.commands().toArray(String[]::new));
        long limit = System.nanoTime() + TimeUnit.SECONDS.toNanos(wanted.timeoutSeconds());
        Optional<Integer> exit = guest.ended(task);
        while (exit.isEmpty()) {
            output.follow();
            if (progress.cancelled()) {
                throw new DriverException("CANCELLED", "Cancelled while the build was running", false, null);
            }
            if (System.nanoTime() > limit) {
                throw failed("BUILD_TIMEOUT", "The build took longer than " + wanted.timeoutSeconds() + " s", guest);
            }
            exit = guest.ended(task);
        }
        while (output.follow()) {
            // until its end
        }
        if (exit.get() != 0) {
            throw failed("BUILD_FAILED", "The build ended with exit code " + exit.get(), guest);
        }
        // what it left running would go on changing the files
        guest.run(END_ALL, Machines.limit(config), Integer.toString(Guest.USER));
    }

    private static DriverException failed(String code, String what, Guest guest)
            throws LxdFailure, InterruptedException {
        List<String> lines = Machines.last(guest.read(Guests.BUILD_LOG).orElse(""), ERROR_LINES);
        String output = lines.isEmpty() ? "; it wrote nothing" : "; its last lines: " + String.join(" | ", lines);
        return new DriverException(code, what + output, false, null);
    }

    private Artifact pack(Guest guest, String tenantId, LxdConfig config)
            throws LxdFailure, DriverException, InterruptedException {
        long most = config.artifact_megabytes() * 1024L * 1024;
        Guest.Done packed = guest.run(Guests.script("pack.sh"), Machines.limit(config));
        Machines.require(packed);
        String size = packed.output().strip().replaceAll("(?s).*\\s", "");
        if (!size.matches("[0-9]{1,15}") || Long.parseLong(size) > most) {
            throw new DriverException(
                    "ARTIFACT_TOO_LARGE",
                    "The files are larger than the " + config.artifact_megabytes() + " MiB that are allowed",
                    false,
                    null);
        }
        try {
            Path file = Files.createTempFile("artifact", ".tar");
            try {
                guest.fetch(Guests.ARTIFACT, file, most);
                return machines.store().put(tenantId, file);
            } finally {
                Files.deleteIfExists(file);
            }
        } catch (PlatformException | IOException e) {
            throw new DriverException("ARTIFACT_STORE", "The artifact cannot be kept: " + e.getMessage(), true, e);
        }
    }

    /** Hands on what is new in the build's log, line by line. */
    private static final class Follower {
        private static final int PIECE = 256 << 10;
        private static final int MOST_LINES = 20_000;
        private static final int LONGEST_LINE = 2_000;
        private static final String READ =
                "[ -f " + Guests.BUILD_LOG + " ] || exit 0\ntail -c +$1 " + Guests.BUILD_LOG + " | head -c " + PIECE;

        private final Guest guest;
        private final Duration within;
        private final Progress progress;
        private long position;
        private int lines;

        Follower(Guest guest, Duration within, Progress progress) {
            this.guest = guest;
            this.within = within;
            this.progress = progress;
        }

        /** Whether there was more than one piece. */
        boolean follow() throws LxdFailure, InterruptedException {
            if (lines > MOST_LINES) {
                return false;
            }
            String fresh = guest.run(READ, within, Long.toString(position + 1)).raw();
            boolean full = fresh.length() >= PIECE;
            int end = fresh.lastIndexOf('\n') + 1;
            end = end == 0 && full ? fresh.length() : end;
            position += end;
            byte[] bytes = fresh.substring(0, end).getBytes(StandardCharsets.ISO_8859_1);
            new String(bytes, StandardCharsets.UTF_8).lines().forEach(this::tell);
            return full;
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
