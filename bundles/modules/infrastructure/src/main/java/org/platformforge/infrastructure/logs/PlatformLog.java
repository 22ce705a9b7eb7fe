package org.platformforge.infrastructure.logs;

import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.kernel.api.jobs.RecurringTask;
import org.platformforge.kernel.api.security.Tenants;

/**
 * Follows the platform's own log into its store: {@code platform.log} and what was rolled from it, {@code platform-1.log.gz} and so on,
 * the highest number the newest. Who logs waits for nobody here, and nothing is lost: the files are the queue. A file is known by its
 * first line, which it keeps when it is renamed and compressed. Thread-safe.
 */
@Component(service = {RecurringTask.class, PlatformLog.class})
public final class PlatformLog implements RecurringTask {
    static final String SOURCE = "platform.log";
    private static final Pattern ROLLED = Pattern.compile("platform-(\\d{1,6})\\.log(\\.gz)?");
    private static final int CHUNK = 128 << 10;
    /** So much of the first line tells a file. */
    private static final int HEAD = 300;

    /** A file that is being compressed is whole after this. */
    private static final Duration WHOLE = Duration.ofMinutes(1);

    private final Path folder;
    private final LogStores stores;

    /**
     * How far was read.
     *
     * @param file hash of the file's first line
     * @param offset of what was not read yet, in bytes before compression
     * @param time of the last event
     */
    private record Position(String file, long offset, Instant time) {
        static Position parse(String text) {
            String[] parts = text == null ? new String[0] : text.split(" ");
            return parts.length == 3
                    ? new Position(parts[0], Long.parseLong(parts[1]), Instant.parse(parts[2]))
                    : new Position("", 0, Instant.EPOCH);
        }

        @Override
        public String toString() {
            return file + " " + offset + " " + time;
        }
    }

    @Activate
    public PlatformLog(@Reference LogStores stores) {
        this(stores, Path.of(System.getProperty("karaf.log", System.getProperty("forge.data", "data") + "/log")));
    }

    PlatformLog(LogStores stores, Path folder) {
        this.stores = stores;
        this.folder = folder;
    }

    @Override
    public String name() {
        return "infrastructure.platform-log";
    }

    @Override
    public Duration period() {
        return Duration.ofSeconds(1);
    }

    @Override
    public Duration delay() {
        return Duration.ofSeconds(2);
    }

    /** Reads what was written since the last time; nothing while another generation of this module does. */
    @Override
    public synchronized void run() {
        stores.write(Tenants.PLATFORM).ifPresent(this::follow);
    }

    private void follow(LogStore store) {
        Position position = Position.parse(store.position(SOURCE));
        Path current = folder.resolve(SOURCE);
        try {
            if (position.file.equals(first(current))) {
                read(store, current, position, false);
                return;
            }
            List<Path> files = new ArrayList<>(rolled());
            files.add(current);
            int known = files.size() - 1;
            while (known >= 0 && !position.file.equals(first(files.get(known)))) {
                known--;
            }
            for (Path file : files.subList(Math.max(0, known), files.size())) {
                position = read(store, file, position, true);
            }
        } catch (NoSuchFileException | EOFException e) {
            // it is being rolled at this moment: the next look finds it in its place
        } catch (IOException e) {
            throw new UncheckedIOException("The platform's log cannot be read", e);
        }
    }

    /** Oldest first. One that is being compressed is there twice: the one that is whole counts. */
    private List<Path> rolled() throws IOException {
        Map<Integer, Path> byNumber = new TreeMap<>();
        try (Stream<Path> all = Files.list(folder)) {
            all.sorted().forEach(file -> {
                Matcher name = ROLLED.matcher(String.valueOf(file.getFileName()));
                if (name.matches()) {
                    byNumber.putIfAbsent(Integer.parseInt(name.group(1)), file); // .log is before .log.gz
                }
            });
        }
        return List.copyOf(byNumber.values());
    }

    private static InputStream open(Path file) throws IOException {
        InputStream in = Files.newInputStream(file);
        try {
            return new BufferedInputStream(file.toString().endsWith(".gz") ? new GZIPInputStream(in, 1 << 16) : in);
        } catch (IOException e) {
            in.close();
            throw e;
        }
    }

    /** Hash of the first line; empty while there is none, and of a file that cannot be read. */
    private static String first(Path file) throws IOException {
        try (InputStream in = open(file)) {
            return first(in);
        } catch (NoSuchFileException | EOFException | ZipException e) {
            return "";
        }
    }

    /** Leaves the stream at its beginning. */
    private static String first(InputStream in) throws IOException {
        in.mark(HEAD);
        byte[] head = in.readNBytes(HEAD);
        in.reset();
        int end = 0;
        while (end < head.length && head[end] != '\n') {
            end++;
        }
        return end == head.length && end < HEAD ? "" : LineHash.of(new String(head, 0, end, StandardCharsets.UTF_8));
    }

    /** @param rolled whether it may be another file than the one that was read before */
    private static Position read(LogStore store, Path file, Position before, boolean rolled) throws IOException {
        Position position = before;
        try (InputStream in = open(file)) {
            String head = first(in);
            boolean same = head.equals(before.file);
            if (head.isEmpty() || !same && !rolled) {
                return before;
            }
            position = same ? before : new Position(head, 0, before.time);
            in.skipNBytes(position.offset);
            byte[] rest = new byte[0];
            for (boolean more = true; more; ) {
                byte[] next = in.readNBytes(CHUNK);
                more = next.length == CHUNK;
                byte[] chunk = Arrays.copyOf(rest, rest.length + next.length);
                System.arraycopy(next, 0, chunk, rest.length, next.length);
                int end = more ? lastEvent(chunk) : lastLine(chunk);
                position = append(store, chunk, end, position, same || before.file.isEmpty());
                rest = Arrays.copyOfRange(chunk, end, chunk.length);
            }
        } catch (EOFException | ZipException e) {
            boolean broken = Files.getLastModifiedTime(file)
                    .toInstant()
                    .isBefore(Instant.now().minus(WHOLE));
            if (!broken) {
                throw new EOFException(e.getMessage());
            }
        }
        return position;
    }

    private static int lastLine(byte[] chunk) {
        int end = chunk.length;
        while (end > 0 && chunk[end - 1] != '\n') {
            end--;
        }
        return end;
    }

    /** Where the last event begins, whose stack trace may go on; all of it when there is none. */
    private static int lastEvent(byte[] chunk) {
        for (int at = lastLine(chunk) - 1; at > 0; at--) {
            if (chunk[at - 1] == '\n' && at + 25 < chunk.length && chunk[at + 10] == 'T' && chunk[at + 23] == 'Z') {
                return at;
            }
        }
        return lastLine(chunk) > 0 ? lastLine(chunk) : chunk.length;
    }

    /** @param all events as old as those that are known as well */
    private static Position append(LogStore store, byte[] chunk, int end, Position before, boolean all)
            throws IOException {
        if (end == 0) {
            return before;
        }
        List<LogEntry> entries = new ArrayList<>();
        Instant time = before.time;
        try (BufferedReader lines = new BufferedReader(
                new InputStreamReader(new ByteArrayInputStream(chunk, 0, end), StandardCharsets.UTF_8))) {
            LogLines events = new LogLines(lines);
            for (LogEntry entry = events.next(); entry != null; entry = events.next()) {
                if (all || !entry.timestamp().isBefore(before.time)) {
                    entries.add(entry);
                    time = entry.timestamp().isAfter(time) ? entry.timestamp() : time;
                }
            }
        }
        Position after = new Position(before.file, before.offset + end, time);
        store.append(SOURCE, after.toString(), entries);
        return after;
    }
}
