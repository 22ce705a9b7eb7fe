package org.platformforge.infrastructure.backup;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import java.util.zip.CRC32;

/**
 * The files of Derby's transaction log, read while Derby writes them. A file begins with 24 bytes: format, version, number, and
 * where the file before it ended. Records follow: length, instant (8 bytes), content, length. What Derby writes at once follows
 * a record with its length and CRC-32, so that what is not written whole yet is told from what is. Behind it are zeros.
 * Stateless.
 */
final class DerbyLog {
    private static final int HEADER = 24;
    private static final int NUMBER_AT = 8;
    private static final int PREVIOUS_AT = 16;
    private static final int BEFORE_CONTENT = 12;
    private static final int AROUND_CONTENT = 16;
    /** A number of bytes and a CRC-32, at the end of a record whose operation this is. */
    private static final int CHECKSUM = 453;

    private static final int SUM = 12;
    private static final int END_MARK = 4;
    private static final int SOME = 1 << 16;
    private static final Pattern NAME = Pattern.compile("log(\\d{1,10})\\.dat");

    private final Path folder;

    /** A place in the log. */
    record Position(long file, long offset) implements Comparable<Position> {
        @Override
        public int compareTo(Position other) {
            return file == other.file ? Long.compare(offset, other.offset) : Long.compare(file, other.file);
        }

        Position plus(long bytes) {
            return new Position(file, offset + bytes);
        }

        @Override
        public String toString() {
            return "byte " + offset + " of log file " + file;
        }
    }

    /** A part of one file. */
    record Piece(Position from, byte[] bytes) {
        Position end() {
            return from.plus(bytes.length);
        }
    }

    /** @param folder {@code log} of the database's folder */
    DerbyLog(Path folder) {
        this.folder = folder;
    }

    /**
     * What was written from there on, of one file.
     *
     * @return empty when nothing was that is whole
     * @throws NoSuchFileException when Derby has removed it
     */
    Optional<Piece> next(Position from) throws IOException {
        byte[] content = read(from);
        int end = from.offset() == 0 ? header(content, from.file()) : 0;
        if (from.offset() > 0 || end > 0) {
            end = groups(content, end);
        }
        if (end > 0) {
            return Optional.of(new Piece(from, Arrays.copyOf(content, end)));
        }
        Position following = new Position(from.file() + 1, 0);
        return Files.exists(file(following.file())) && follows(read(following), from)
                ? next(following)
                : Optional.empty();
    }

    private static int header(byte[] content, long number) {
        return content.length >= HEADER && ByteBuffer.wrap(content).getLong(NUMBER_AT) == number ? HEADER : 0;
    }

    /** Whether a file that begins like this goes on where the other one ended, and that one has nothing more. */
    static boolean follows(byte[] content, Position end) {
        if (header(content, end.file() + 1) == 0) {
            return false;
        }
        long previous = ByteBuffer.wrap(content).getLong(PREVIOUS_AT);
        return previous >>> Integer.SIZE == end.file() && (previous & 0xffffffffL) <= end.offset();
    }

    private Path file(long number) {
        return folder.resolve("log" + number + ".dat");
    }

    /** The rest of a file is mostly zeros, and then not read. */
    private byte[] read(Position from) throws IOException {
        Path file = file(from.file());
        if (!Files.exists(file)) {
            throw new NoSuchFileException(file.toString());
        }
        try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
            long rest = Math.max(0, in.length() - from.offset());
            byte[] some = part(in, from.offset(), Math.min(rest, SOME));
            boolean enough = rest <= SOME || from.offset() > 0 && isEnd(some, groups(some, 0));
            return enough ? some : part(in, from.offset(), rest);
        }
    }

    private static byte[] part(RandomAccessFile in, long offset, long length) throws IOException {
        byte[] content = new byte[(int) length];
        in.seek(offset);
        in.readFully(content);
        return content;
    }

    private static boolean isEnd(byte[] content, int at) {
        return at + END_MARK <= content.length && ByteBuffer.wrap(content).getInt(at) == 0;
    }

    /** Where the last group ends that is whole. */
    private static int groups(byte[] content, int from) {
        ByteBuffer bytes = ByteBuffer.wrap(content);
        int end = from;
        for (int next = group(bytes, end); next > end; next = group(bytes, end)) {
            end = next;
        }
        return end;
    }

    /** Where the group that begins there ends; -1 when it is not whole. */
    private static int group(ByteBuffer bytes, int at) {
        if (at + AROUND_CONTENT > bytes.capacity()) {
            return -1;
        }
        int length = bytes.getInt(at);
        if (length < SUM + 2 || length > bytes.capacity() - at - AROUND_CONTENT) {
            return -1;
        }
        int sumEnd = at + BEFORE_CONTENT + length;
        int covered = bytes.getInt(sumEnd - SUM);
        int begin = sumEnd + END_MARK;
        boolean isSum = bytes.getInt(sumEnd) == length && bytes.getShort(sumEnd - SUM - 3) == CHECKSUM;
        if (!isSum || covered <= 0 || covered > bytes.capacity() - begin) {
            return -1;
        }
        CRC32 sum = new CRC32();
        sum.update(bytes.array(), begin, covered);
        return sum.getValue() == bytes.getLong(sumEnd - SUM + Integer.BYTES) ? begin + covered : -1;
    }

    /** Whether the log still has this. */
    boolean has(Piece piece) throws IOException {
        Path file = file(piece.from().file());
        if (!Files.exists(file)) {
            return false;
        }
        try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
            if (in.length() < piece.end().offset()) {
                return false;
            }
            return Arrays.equals(part(in, piece.from().offset(), piece.bytes().length), piece.bytes());
        }
    }

    /** Writes a part of a log that is recovered later. */
    void write(Piece piece) throws IOException {
        try (RandomAccessFile out =
                new RandomAccessFile(file(piece.from().file()).toFile(), "rw")) {
            out.seek(piece.from().offset());
            out.write(piece.bytes());
        }
    }

    /** Writes what lets Derby look for a next file. */
    void finish(Position end) throws IOException {
        try (RandomAccessFile out = new RandomAccessFile(file(end.file()).toFile(), "rw")) {
            out.setLength(Math.max(out.length(), end.offset() + END_MARK));
        }
    }

    /** Removes what is behind. */
    void cut(Position end) throws IOException {
        try (RandomAccessFile out = new RandomAccessFile(file(end.file()).toFile(), "rw")) {
            out.setLength(Math.min(out.length(), end.offset()));
        }
        for (long later = newest().orElse(0); later > end.file(); later--) {
            Files.deleteIfExists(file(later));
        }
    }

    /** Number of the newest file. */
    OptionalLong newest() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return numbers(files).max();
        }
    }

    private static LongStream numbers(Stream<Path> files) {
        return files.map(file -> NAME.matcher(file.getFileName().toString()))
                .filter(Matcher::matches)
                .mapToLong(name -> Long.parseLong(name.group(1)));
    }

    Path folder() {
        return folder;
    }

    /** Of all files. */
    long size() throws IOException {
        return Folders.size(folder);
    }
}
