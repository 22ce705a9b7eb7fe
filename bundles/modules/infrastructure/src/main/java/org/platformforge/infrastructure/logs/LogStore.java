package org.platformforge.infrastructure.logs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.DataFormatException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The log lines of one tenant in a folder: segments of compressed blocks, of which an index in memory holds the time and the lines by
 * service and level, and a filter of words on disk rules out most blocks when a text is looked for. The newest lines are in memory until
 * they fill a block, or until {@link #flush}; the sources they come from are read again when that was lost, as the place they were read up
 * to is written with them. Numbers of lines grow and are not used twice. One writer at a time has the folder; who does not get it reads.
 * Thread-safe.
 */
public final class LogStore implements AutoCloseable {
    private static final int BLOCK_LINES = 1024;
    private static final int BLOCK_CHARS = 256 * 1024;
    private static final long SEGMENT_BYTES = 32L << 20;
    private static final long SEGMENT_MILLIS = Duration.ofDays(1).toMillis();
    /** Blocks that one query unpacks at most; a page may be shorter for it, and says where the next one begins. */
    private static final int MOST_BLOCKS = 400;
    /** Where more match than this they are not counted one by one any more. */
    private static final long COUNTED = 10_000;

    private static final Logger LOG = LoggerFactory.getLogger(LogStore.class);

    private final Path folder;
    private final FileChannel lock;
    private final List<Segment> segments = new ArrayList<>();
    /** How far the sources were read, with the lines that are in memory. */
    private final Map<String, String> positions = new HashMap<>();

    private final Words.Distinct words = new Words.Distinct();
    private List<LogEntry> open = new ArrayList<>();
    private int openChars;
    private Map<String, int[]> openCounts = new HashMap<>();
    private long next = 1;

    /** @param number of a line in its store */
    public record Numbered(long number, LogEntry entry) {}

    /**
     * @param lines newest first
     * @param total that match from the cursor on; at least so many where it is capped
     * @param next where the next page begins, 0 at the end
     */
    public record Found(List<Numbered> lines, long total, boolean capped, long next) {}

    private LogStore(Path folder, FileChannel lock) {
        this.folder = folder;
        this.lock = lock;
    }

    /**
     * Opens a folder to write, or only to read while somebody else writes.
     *
     * @throws UncheckedIOException when it cannot be read
     */
    public static LogStore open(Path folder) {
        try {
            Files.createDirectories(folder);
            LogStore store = new LogStore(folder, lock(folder.resolve("lock")));
            store.load();
            return store;
        } catch (IOException e) {
            throw new UncheckedIOException("The log cannot be opened", e);
        }
    }

    private static FileChannel lock(Path file) throws IOException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            if (channel.tryLock() != null) {
                return channel;
            }
        } catch (OverlappingFileLockException e) {
            // another generation of this module has it
        } catch (IOException e) {
            channel.close();
            throw e;
        }
        channel.close();
        return null;
    }

    /** Whether this one has the folder, so that lines can be appended. */
    public boolean writable() {
        return lock != null;
    }

    private synchronized void load() throws IOException {
        segments.clear();
        positions.clear();
        forgetOpen();
        next = 1;
        List<Path> indexes;
        try (Stream<Path> files = Files.list(folder)) {
            indexes = files.filter(Segment::isIndex).sorted().toList();
        }
        for (Path index : indexes) {
            Segment segment = Segment.read(index, positions);
            if (!segment.blocks.isEmpty()) {
                segments.add(segment);
                Block last = segment.blocks.get(segment.blocks.size() - 1);
                next = last.first() + last.lines();
            } else if (lock != null) {
                segment.delete();
            }
        }
    }

    private void forgetOpen() {
        open = new ArrayList<>();
        openCounts = new HashMap<>();
        openChars = 0;
        words.clear();
    }

    /** How far a source was read; null for never. */
    public synchronized String position(String source) {
        return positions.get(source);
    }

    /**
     * Appends lines of a source, and how far it was read with them; they are put into one block, so they should be few thousands at most.
     *
     * @param position null to forget the source
     * @throws UncheckedIOException when a block cannot be written; what is not on disk is forgotten then, and the source is to be read again
     */
    public synchronized void append(String source, String position, List<LogEntry> lines) {
        for (LogEntry line : lines) {
            LogEntry entry = Block.LEVELS.contains(line.level()) ? line : leveled(line);
            open.add(entry);
            next++;
            openChars += 64 + length(entry.message()) + length(entry.stackTrace());
            openCounts
                    .computeIfAbsent(entry.service(), service -> new int[Block.LEVELS.size()])[
                    Block.LEVELS.indexOf(entry.level())]++;
            Words.of(entry.message(), words);
            Words.of(entry.stackTrace(), words);
            Words.of(entry.requestId(), words);
        }
        if (position == null) {
            positions.remove(source);
        } else {
            positions.put(source, position);
        }
        if (open.size() >= BLOCK_LINES || openChars >= BLOCK_CHARS) {
            write(); // only here: a block that ended within these lines would have the place before them
        }
    }

    private static LogEntry leveled(LogEntry line) {
        return new LogEntry(
                line.timestamp(),
                "info",
                line.service(),
                line.environment(),
                line.instance(),
                line.logger(),
                line.requestId(),
                line.message(),
                line.stackTrace());
    }

    private static int length(String text) {
        return text == null ? 0 : text.length();
    }

    /** Writes what is only in memory, and older than this. */
    public synchronized void flush(Duration age) {
        boolean due = !open.isEmpty()
                && open.get(0).timestamp().isBefore(Instant.now().minus(age));
        if (due) {
            write();
        }
    }

    /** Writes what is only in memory. */
    public synchronized void flush() {
        if (!open.isEmpty()) {
            write();
        }
    }

    private void write() {
        try {
            if (lock == null || !lock.isOpen()) {
                throw new IOException("Another generation writes this log");
            }
            long from = Long.MAX_VALUE;
            long to = Long.MIN_VALUE;
            for (LogEntry entry : open) {
                from = Math.min(from, entry.timestamp().toEpochMilli());
                to = Math.max(to, entry.timestamp().toEpochMilli());
            }
            long first = next - open.size();
            Block block = new Block(first, open.size(), 0, 0, 0, 0, 0, from, to, openCounts);
            segment(first, to).append(Block.pack(open, words.filter()), block, positions);
            forgetOpen();
        } catch (IOException e) {
            reload();
            throw new UncheckedIOException("Lines cannot be written to the log", e);
        }
    }

    private void reload() {
        try {
            load();
        } catch (IOException e) {
            forgetOpen(); // what is in memory of the index still holds
        }
    }

    private Segment segment(long first, long now) {
        Segment last = segments.isEmpty() ? null : segments.get(segments.size() - 1);
        if (last != null && last.bytes() < SEGMENT_BYTES && now - last.oldest() < SEGMENT_MILLIS) {
            return last;
        }
        Segment fresh = Segment.at(folder, first);
        segments.add(fresh);
        return fresh;
    }

    /** A state to read from: what is appended later is not in it. */
    private record View(List<Segment> segments, List<List<Block>> blocks, List<LogEntry> open, long next) {}

    private synchronized View view() {
        List<List<Block>> blocks = new ArrayList<>();
        segments.forEach(segment -> blocks.add(List.copyOf(segment.blocks)));
        return new View(List.copyOf(segments), blocks, List.copyOf(open), next);
    }

    /** The number the next line gets. */
    public synchronized long next() {
        return next;
    }

    /**
     * Lines that match, newest first.
     *
     * @param before number of a line that is not to be found, nor newer ones; 0 for none
     */
    public Found find(LogQuery query, long before) {
        return new Search(query, before).run(view());
    }

    /** One query, newest first. */
    private static final class Search {
        private final LogQuery query;
        private final long before;
        private final List<Numbered> found = new ArrayList<>();
        private long total;
        private long goOn;
        private boolean capped;
        private int unpacked;

        private Search(LogQuery query, long before) {
            this.query = query;
            this.before = before > 0 ? before : Long.MAX_VALUE;
        }

        private Found run(View view) {
            take(view.open.toArray(new LogEntry[0]), view.next - view.open.size());
            for (int i = view.segments.size() - 1; i >= 0 && !capped; i--) {
                search(view.segments.get(i), view.blocks.get(i));
            }
            return new Found(found, total, capped, goOn);
        }

        private void search(Segment segment, List<Block> blocks) {
            try (Reader reader = new Reader(segment)) {
                for (int i = blocks.size() - 1; i >= 0 && !capped; i--) {
                    Block block = blocks.get(i);
                    if (block.first() < before && block.mayMatch(query)) {
                        search(reader, block);
                    }
                }
            } catch (NoSuchFileException e) {
                // it was too old to be kept, a moment ago
            } catch (IOException e) {
                throw new UncheckedIOException("A segment of the log cannot be read", e);
            }
        }

        private void search(Reader reader, Block block) throws IOException {
            boolean full = found.size() >= query.limit();
            if (full && query.countedByIndex() && block.isWithin(query) && block.first() + block.lines() <= before) {
                total += block.count(query);
                goOn = goOn == 0 ? block.first() + block.lines() : goOn;
                return;
            }
            if (query.text() != null && !query.text().mayBeIn(reader.filter(block))) {
                return;
            }
            if (unpacked >= MOST_BLOCKS || full && total >= COUNTED) {
                capped = true;
                goOn = goOn == 0 ? block.first() + block.lines() : goOn;
                return;
            }
            unpacked++;
            take(reader.unpack(block, query), block.first());
        }

        private void take(LogEntry[] entries, long first) {
            for (int i = entries.length - 1; i >= 0; i--) {
                if (entries[i] != null && first + i < before && query.matches(entries[i])) {
                    total++;
                    if (found.size() < query.limit()) {
                        found.add(new Numbered(first + i, entries[i]));
                    } else if (goOn == 0) {
                        goOn = first + i + 1;
                    }
                }
            }
        }
    }

    /** Lines that were appended after a number and match. @param next to go on from */
    public record Tail(List<Numbered> lines, long next) {}

    /** Oldest first, at most the query's limit. */
    public Tail after(long number, LogQuery query) {
        View view = view();
        List<Numbered> lines = new ArrayList<>();
        for (int i = 0; i < view.segments.size() && lines.size() < query.limit(); i++) {
            List<Block> blocks = view.blocks.get(i).stream()
                    .filter(block -> block.first() + block.lines() > number + 1 && block.mayMatch(query))
                    .toList();
            try (Reader reader = blocks.isEmpty() ? null : new Reader(view.segments.get(i))) {
                for (Block block : blocks) {
                    if (lines.size() < query.limit()) {
                        add(lines, reader.unpack(block, query), block.first(), number, query);
                    }
                }
            } catch (NoSuchFileException e) {
                // it was too old to be kept, a moment ago
            } catch (IOException e) {
                throw new UncheckedIOException("A segment of the log cannot be read", e);
            }
        }
        add(lines, view.open.toArray(new LogEntry[0]), view.next - view.open.size(), number, query);
        boolean all = lines.size() < query.limit();
        return new Tail(lines, all ? view.next - 1 : lines.get(lines.size() - 1).number());
    }

    private static void add(List<Numbered> lines, LogEntry[] entries, long first, long after, LogQuery query) {
        for (int i = 0; i < entries.length && lines.size() < query.limit(); i++) {
            if (entries[i] != null && first + i > after && query.matches(entries[i])) {
                lines.add(new Numbered(first + i, entries[i]));
            }
        }
    }

    /** Reads blocks of one segment. Used by one thread. */
    private static final class Reader implements AutoCloseable {
        private final FileChannel channel;
        private final Path name;

        private Reader(Segment segment) throws IOException {
            name = segment.data;
            channel = FileChannel.open(segment.data, StandardOpenOption.READ);
        }

        /** None of a block that a loss of power or the disk has damaged: the others are still worth something. */
        LogEntry[] unpack(Block block, LogQuery query) throws IOException {
            byte[] packed = read(block.offset(), block.size());
            try {
                if (Segment.crc(packed) == block.crc()) {
                    return block.unpack(packed, query);
                }
                LOG.debug("The block at {} of {} is damaged", block.offset(), name);
            } catch (DataFormatException e) {
                LOG.debug("The block at {} of {} is damaged", block.offset(), name, e);
            }
            return new LogEntry[0];
        }

        byte[] filter(Block block) throws IOException {
            return read(block.offset() + block.size(), block.filter());
        }

        private byte[] read(long at, int size) throws IOException {
            ByteBuffer bytes = ByteBuffer.allocate(size);
            while (bytes.hasRemaining()) {
                if (channel.read(bytes, at + bytes.position()) < 0) {
                    throw new IOException("A segment of the log is cut short");
                }
            }
            return bytes.array();
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }

    /** Removes the oldest segments beyond a size and an age; the one that is written to stays. */
    public synchronized void retain(long mostBytes, Instant oldest) {
        try {
            long bytes = bytes();
            while (lock != null
                    && segments.size() > 1
                    && (bytes > mostBytes || segments.get(0).newest() < oldest.toEpochMilli())) {
                Segment first = segments.remove(0);
                bytes -= first.bytes();
                first.delete();
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Old segments of the log cannot be removed", e);
        }
    }

    /** Removes everything when all of it is too old. */
    synchronized void expire(Instant oldest) {
        boolean over = lock != null
                && open.isEmpty()
                && segments.stream().allMatch(segment -> segment.newest() < oldest.toEpochMilli());
        if (over) {
            try {
                for (Segment segment : List.copyOf(segments)) {
                    segment.delete();
                    segments.remove(segment);
                }
            } catch (IOException e) {
                throw new UncheckedIOException("Old segments of the log cannot be removed", e);
            }
        }
    }

    /** On disk. */
    public synchronized long bytes() {
        return segments.stream().mapToLong(Segment::bytes).sum();
    }

    /** Writes what is in memory and gives the folder free. */
    @Override
    public synchronized void close() {
        if (lock != null && lock.isOpen()) {
            try {
                flush();
            } finally {
                try {
                    lock.close();
                } catch (IOException e) {
                    throw new UncheckedIOException("The log cannot be closed", e);
                }
            }
        }
    }
}
