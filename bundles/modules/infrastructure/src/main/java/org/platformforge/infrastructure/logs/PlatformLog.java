package org.platformforge.infrastructure.logs;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;

/**
 * The platform's own log: {@code platform.log} and what was rolled from it, {@code platform-1.log.gz} and so on, the highest number
 * the newest. Files are looked through newest first, and those whose time is out of the question are not read; of each file only as
 * many events are held as are asked for. Thread-safe.
 */
@Component(service = PlatformLog.class)
public final class PlatformLog {
    private static final String CURRENT = "platform.log";
    private static final Pattern ROLLED = Pattern.compile("platform-(\\d{1,6})\\.log\\.gz");
    /** Older files are not counted any more when the page is full. */
    private static final long COUNTED = 10_000;

    private final Path folder;

    /**
     * Events, newest first.
     *
     * @param total that match; at least so many where it is capped
     * @param capped whether older ones were not counted
     * @param next cursor of the next page, null at the end
     */
    public record Found(List<LogEntry> entries, long total, boolean capped, String next) {}

    /** A file and when it begins; null for one without an event. */
    private record Segment(Path file, Instant begin) {}

    @Activate
    public PlatformLog() {
        this(Path.of(System.getProperty("karaf.log", System.getProperty("forge.data", "data") + "/log")));
    }

    PlatformLog(Path folder) {
        this.folder = folder;
    }

    public Found find(LogQuery query) throws IOException {
        List<LogEntry> newestFirst = new ArrayList<>();
        int wanted = query.limit() + query.skip() + 1; // one more tells whether there is a next page
        long total = 0;
        boolean capped = false;
        Instant end = null; // of the segment that is looked at: the beginning of the newer one
        for (Segment segment : segments()) {
            boolean tooNew = query.to() != null && segment.begin != null && segment.begin.isAfter(query.to());
            boolean tooOld = query.from() != null && end != null && end.isBefore(query.from());
            if (tooOld) {
                break;
            }
            if (!tooNew) {
                if (newestFirst.size() >= wanted && total >= COUNTED) {
                    capped = true;
                    break;
                }
                total += read(segment.file, query, wanted - newestFirst.size(), newestFirst);
            }
            end = segment.begin == null ? end : segment.begin;
        }
        return page(query, newestFirst, total, capped);
    }

    /** Newest first. */
    private List<Segment> segments() throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.list(folder)) {
            files = all.filter(file -> number(file) >= 0)
                    .sorted(Comparator.comparingInt(PlatformLog::number).reversed())
                    .toList();
        } catch (NoSuchFileException e) {
            return List.of();
        }
        List<Segment> segments = new ArrayList<>();
        for (Path file : files) {
            segments.add(new Segment(file, begin(file)));
        }
        return segments;
    }

    /** The current one is the newest; -1 for other files. */
    private static int number(Path file) {
        String name = String.valueOf(file.getFileName());
        Matcher rolled = ROLLED.matcher(name);
        return name.equals(CURRENT) ? Integer.MAX_VALUE : rolled.matches() ? Integer.parseInt(rolled.group(1)) : -1;
    }

    private static BufferedReader open(Path file) throws IOException {
        InputStream in = Files.newInputStream(file);
        try {
            InputStream plain = number(file) == Integer.MAX_VALUE ? in : new GZIPInputStream(in, 1 << 16);
            return new BufferedReader(new InputStreamReader(plain, StandardCharsets.UTF_8), 1 << 16);
        } catch (IOException e) {
            in.close();
            throw e;
        }
    }

    private static Instant begin(Path file) throws IOException {
        try (BufferedReader lines = open(file)) {
            LogEntry first = new LogLines(lines).next();
            return first == null ? null : first.timestamp();
        } catch (NoSuchFileException e) {
            return null; // rolled away meanwhile
        }
    }

    /** @return how many match */
    private static long read(Path file, LogQuery query, int room, List<LogEntry> newestFirst) throws IOException {
        Deque<LogEntry> last = new ArrayDeque<>();
        long matching = 0;
        try (BufferedReader lines = open(file)) {
            LogLines events = new LogLines(lines);
            for (LogEntry entry = events.next(); entry != null; entry = events.next()) {
                if (query.matches(entry)) {
                    matching++;
                    last.addLast(entry);
                    if (last.size() > room) {
                        last.removeFirst();
                    }
                }
            }
        } catch (NoSuchFileException e) {
            return 0; // rolled away meanwhile
        }
        last.descendingIterator().forEachRemaining(newestFirst::add);
        return matching;
    }

    private static Found page(LogQuery query, List<LogEntry> found, long total, boolean capped) {
        int from = Math.min(query.skip(), found.size());
        int to = Math.min(from + query.limit(), found.size());
        List<LogEntry> entries = found.subList(from, to).stream()
                .map(entry -> new LogEntry(
                        entry.timestamp(),
                        entry.level(),
                        entry.service(),
                        entry.logger(),
                        entry.requestId(),
                        Secrecy.blank(entry.message()),
                        Secrecy.blank(entry.stackTrace())))
                .toList();
        String next = null;
        if (to < found.size() && to > from) {
            Instant at = found.get(to - 1).timestamp();
            int known = (int) found.subList(0, to).stream()
                    .filter(entry -> entry.timestamp().equals(at))
                    .count();
            next = LogQuery.cursor(at, known);
        }
        return new Found(entries, Math.max(0, total - from), capped, next);
    }
}
