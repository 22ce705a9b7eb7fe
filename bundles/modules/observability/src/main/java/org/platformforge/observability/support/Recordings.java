package org.platformforge.observability.support;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import jdk.jfr.Configuration;
import jdk.jfr.Recording;
import jdk.jfr.RecordingState;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.PlatformException;

/**
 * One recording of the JDK Flight Recorder at a time, bounded in time and size. It ends with the module's generation. Events that
 * hold the process's environment and system properties, and with them secrets, are left out. Thread-safe.
 */
@Component(service = Recordings.class)
public final class Recordings {
    public static final Duration LONGEST = Duration.ofHours(24);
    public static final int LARGEST_MEGABYTES = 2048;

    private static final long MEGABYTE = 1024L * 1024;
    private static final String NAME = "platform-forge";

    private final Path data;
    private Recording current;

    /** @param running whether it still records; when it does not, it waits to be stopped or dumped */
    public record State(boolean running, Instant since, Duration duration, long bytes) {}

    @Activate
    public Recordings(BundleContext context) {
        String folder = context.getProperty("forge.data");
        this.data = Path.of(folder == null ? "data" : folder);
    }

    @Deactivate
    synchronized void close() {
        if (current != null) {
            current.close();
            current = null;
        }
    }

    /**
     * Starts a recording.
     *
     * @param settings {@code default} (about 1 % of the processor) or {@code profile} (about 2 %)
     * @throws PlatformException {@code CONFLICT} when there is one already; {@code VALIDATION}
     */
    public synchronized State start(String settings, Duration duration, int megabytes) throws IOException {
        if (!settings.equals("default") && !settings.equals("profile")) {
            throw PlatformException.invalid("--settings", "must be default or profile");
        }
        if (duration.compareTo(Duration.ofSeconds(1)) < 0 || duration.compareTo(LONGEST) > 0) {
            throw PlatformException.invalid("--minutes", "must be 1 to " + LONGEST.toMinutes());
        }
        if (megabytes < 1 || megabytes > LARGEST_MEGABYTES) {
            throw PlatformException.invalid("--megabytes", "must be 1 to " + LARGEST_MEGABYTES);
        }
        if (current != null) {
            throw PlatformException.of(
                    ErrorKind.CONFLICT, "There is a recording already: forge:jfr dump or stop ends it");
        }
        try {
            Recording recording = new Recording(Configuration.getConfiguration(settings));
            recording.setName(NAME);
            recording.setToDisk(true);
            recording.setDuration(duration);
            recording.setMaxSize(megabytes * MEGABYTE);
            recording.disable("jdk.InitialEnvironmentVariable");
            recording.disable("jdk.InitialSystemProperty");
            recording.disable("jdk.JVMInformation");
            recording.disable("jdk.SystemProcess");
            recording.start();
            current = recording;
            return of(recording);
        } catch (ParseException e) {
            throw new IllegalStateException("The JDK's own settings cannot be read", e);
        }
    }

    public synchronized Optional<State> state() {
        return Optional.ofNullable(current).map(Recordings::of);
    }

    /**
     * Writes what has been recorded so far; the recording goes on.
     *
     * @return the file, of mode 600, in {@code diagnostics} of the data folder
     */
    public synchronized Path dump() throws IOException {
        Recording recording = existing();
        Path file = Folder.file(data, "recording-", ".jfr");
        try {
            recording.dump(file);
            return file;
        } catch (IOException | RuntimeException e) {
            Files.deleteIfExists(file);
            throw e;
        }
    }

    /** Ends the recording. @return the file, as of {@link #dump} */
    public synchronized Path stop() throws IOException {
        Path file = dump();
        close();
        return file;
    }

    private Recording existing() {
        if (current == null) {
            throw PlatformException.of(ErrorKind.CONFLICT, "Nothing is being recorded: forge:jfr start");
        }
        return current;
    }

    private static State of(Recording recording) {
        return new State(
                recording.getState() == RecordingState.RUNNING,
                recording.getStartTime(),
                recording.getDuration(),
                recording.getSize());
    }
}
