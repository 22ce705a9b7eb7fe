package org.platformforge.infrastructure.backup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.platformforge.infrastructure.backup.DerbyLog.Position;
import org.platformforge.infrastructure.backup.LogSegment.Entry;
import org.platformforge.infrastructure.backup.PointInTime.Base;
import org.platformforge.infrastructure.backup.PointInTime.Span;
import org.platformforge.kernel.api.security.Secrets;

/**
 * The folder of the archived log: {@link LogSegment}s, in order. What follows a backup without a gap brings that backup forward.
 * Thread-safe.
 */
final class LogArchive {
    private final Path folder;
    private final Secrets secrets;
    /** Of files that are not written to any more, when what they have ends. */
    private final Map<String, Instant> ends = new ConcurrentHashMap<>();

    LogArchive(Path folder, Secrets secrets) {
        this.folder = folder;
        this.secrets = secrets;
    }

    Path folder() {
        return folder;
    }

    /** In order. */
    List<LogSegment> segments() throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(LogSegment::of)
                    .flatMap(Optional::stream)
                    .sorted(Comparator.comparingLong(LogSegment::number))
                    .toList();
        }
    }

    /** Whether the newest backup is another one, and began after an instant. */
    boolean hasNewer(Set<String> restorable, Instant after) throws IOException {
        return segments().stream()
                .filter(segment -> segment.backup() != null)
                .reduce((older, newer) -> newer)
                .filter(newest -> !restorable.contains(newest.backup()))
                .filter(newest -> newest.from().isAfter(after))
                .isPresent();
    }

    boolean isNewest(LogSegment segment) throws IOException {
        List<LogSegment> all = segments();
        return !all.isEmpty() && all.get(all.size() - 1).equals(segment);
    }

    /** In bytes. */
    long size() throws IOException {
        return Files.isDirectory(folder) ? Folders.size(folder) : 0;
    }

    LogSegment begin(Instant from, String backup, boolean continues) throws IOException {
        Folders.make(folder);
        List<LogSegment> all = segments();
        long number = all.isEmpty() ? 1 : all.get(all.size() - 1).number() + 1;
        return LogSegment.in(folder, number, from, backup, continues);
    }

    /**
     * What can be restored.
     *
     * @param restorable backups
     * @param archivedUntil of what is being archived now; null when nothing is
     */
    List<Span> spans(Set<String> restorable, Instant archivedUntil) throws IOException {
        List<Span> spans = new ArrayList<>();
        List<LogSegment> chain = new ArrayList<>();
        for (LogSegment segment : segments()) {
            if (!segment.continues()) {
                span(chain, restorable, null).ifPresent(spans::add);
                chain.clear();
            }
            chain.add(segment);
        }
        span(chain, restorable, archivedUntil).ifPresent(spans::add);
        return spans;
    }

    private Optional<Span> span(List<LogSegment> chain, Set<String> restorable, Instant archivedUntil)
            throws IOException {
        List<Base> bases = chain.stream()
                .filter(segment -> segment.backup() != null && restorable.contains(segment.backup()))
                .map(segment -> new Base(segment.backup(), segment.from()))
                .toList();
        if (bases.isEmpty()) {
            return Optional.empty();
        }
        Instant from = bases.get(0).from();
        Instant until = archivedUntil == null ? end(chain.get(chain.size() - 1)) : archivedUntil;
        return until.isBefore(from) ? Optional.empty() : Optional.of(new Span(from, until, bases));
    }

    private Instant end(LogSegment segment) throws IOException {
        String name = segment.name();
        Instant known = ends.get(name);
        if (known == null) {
            try {
                known = segment.last(secrets).map(Entry::until).orElse(segment.from());
            } catch (CorruptBackupException e) {
                known = segment.from(); // whoever needs it is told
            }
            ends.put(name, known);
        }
        return known;
    }

    /**
     * Removes what no backup that is kept can be brought forward with.
     *
     * @return whether anything is left
     */
    boolean trim(Set<String> kept) throws IOException {
        List<LogSegment> all = segments();
        int first = 0;
        while (first < all.size()
                && (all.get(first).backup() == null
                        || !kept.contains(all.get(first).backup()))) {
            first++;
        }
        for (LogSegment segment : all.subList(0, first)) {
            remove(segment);
        }
        return first < all.size();
    }

    private void remove(LogSegment segment) throws IOException {
        Files.deleteIfExists(segment.file());
        ends.remove(segment.name());
    }

    /**
     * Gives up the oldest backup's instants up to where the next one's begin.
     *
     * @param restorable backups; empty when they are not known
     * @return from when on instants are left; empty when there is only one backup, of which nothing was removed
     */
    Optional<Instant> dropOldest(Set<String> restorable) throws IOException {
        List<LogSegment> all = segments();
        List<LogSegment> bases = all.stream()
                .filter(segment ->
                        segment.backup() != null && (restorable.contains(segment.backup()) || restorable.isEmpty()))
                .toList();
        Optional<LogSegment> next = bases.stream()
                .filter(base -> !Objects.equals(base.backup(), bases.get(0).backup()))
                .findFirst();
        if (next.isPresent()) {
            for (LogSegment segment : all) {
                if (segment.number() < next.get().number()) {
                    remove(segment);
                }
            }
        }
        return next.map(LogSegment::from);
    }

    void clear() throws IOException {
        ends.clear();
        Folders.delete(folder);
    }

    /**
     * Puts the log that a restored backup is brought forward with into its folder.
     *
     * @param database a folder that a backup was restored to, and that was not opened yet
     * @return to which instant it is brought: the given one, or one shortly before when it is not known exactly
     * @throws CorruptBackupException naming the file that is broken or the place that is missing
     */
    Instant restore(Path database, String backup, Instant instant) throws IOException {
        List<LogSegment> all = segments();
        int first = -1;
        for (int i = 0; i < all.size(); i++) {
            first = backup.equals(all.get(i).backup()) ? i : first;
        }
        if (first < 0) {
            throw new CorruptBackupException("The archived log that follows the backup " + backup + " is gone");
        }
        Replay replay = new Replay(new DerbyLog(database.resolve("log")), instant);
        boolean more = all.get(first).read(secrets, replay::take);
        for (int i = first + 1; more && i < all.size() && all.get(i).continues(); i++) {
            more = all.get(i).read(secrets, replay::take);
        }
        return replay.finish();
    }

    /** Writes entries up to an instant, and looks whether one follows the other. Used by one thread. */
    private static final class Replay {
        private final DerbyLog log;
        private final Instant instant;
        private Position end;
        private Position whole;
        private Instant reached;

        Replay(DerbyLog log, Instant instant) throws IOException {
            this.log = log;
            this.instant = instant;
            this.reached = instant;
            this.end = new Position(log.newest().orElseThrow(() -> new IOException("The backup has no log")) + 1, 0);
        }

        boolean take(Entry entry) throws IOException {
            if (entry.until().isAfter(instant)) {
                reached = earlier(entry.since());
                return false;
            }
            Position from = entry.piece().from();
            if (from.compareTo(end) > 0) {
                boolean next = from.equals(new Position(end.file() + 1, 0));
                if (!next || !DerbyLog.follows(entry.piece().bytes(), end)) {
                    throw new CorruptBackupException("The archived log lacks what follows " + end + ", written between "
                            + entry.since() + " and " + entry.until());
                }
                log.finish(end);
            }
            log.write(entry.piece());
            if (entry.piece().end().compareTo(end) > 0) {
                end = entry.piece().end();
            }
            whole = entry.whole() ? end : whole;
            reached = entry.whole() ? instant : earlier(entry.since());
            return true;
        }

        private Instant earlier(Instant since) {
            return since.isBefore(instant) ? since : instant;
        }

        Instant finish() throws IOException {
            if (whole == null) {
                throw new CorruptBackupException("The archived log lacks what follows " + end);
            }
            log.cut(whole);
            return reached;
        }
    }
}
