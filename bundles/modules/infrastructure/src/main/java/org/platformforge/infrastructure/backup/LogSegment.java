package org.platformforge.infrastructure.backup;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import org.platformforge.infrastructure.backup.DerbyLog.Piece;
import org.platformforge.infrastructure.backup.DerbyLog.Position;
import org.platformforge.kernel.api.security.Secrets;

/**
 * A file of the archived log, with a key of its own that the platform's secret key seals. {@code PFL1}, 7 bytes of prefix, length
 * and text of the sealed key, then the records, each with its length: compressed, and sealed as {@link Chunks} are, with the
 * file's name, so that none can be changed, moved or taken from another file. A record that was not written whole ends the file;
 * that nothing is missing there follows from where the next one goes on. Stateless.
 *
 * @param number the order of the files
 * @param from when it was begun
 * @param backup of which it is the first log; null for none
 * @param continues whether nothing is missing between it and the file before it
 */
record LogSegment(Path file, long number, Instant from, String backup, boolean continues) {
    private static final byte[] MAGIC = "PFL1".getBytes(StandardCharsets.US_ASCII);
    private static final String PURPOSE = "infrastructure.log";
    private static final int KEY = 32;
    private static final int FIXED = 5 * Long.BYTES + 1;
    private static final int MOST = 256 << 20;
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Pattern NAME =
            Pattern.compile("(\\d{10})-(\\d{13})-(continued|begun)(?:-(b-[0-9a-z]{1,40}))?\\.pfl");

    /**
     * What was new in the log.
     *
     * @param since everything up to then is in what was archived before
     * @param until everything in it was written by then
     * @param whole whether everything that was written by then is archived with it; otherwise more follows
     */
    record Entry(Instant since, Instant until, boolean whole, Piece piece) {}

    /** Takes entries. */
    interface Visitor {
        /** @return whether to go on */
        boolean visit(Entry entry) throws IOException;
    }

    static LogSegment in(Path folder, long number, Instant from, String backup, boolean continues) {
        String name = String.format(
                Locale.ROOT,
                "%010d-%013d-%s%s.pfl",
                number,
                from.toEpochMilli(),
                continues ? "continued" : "begun",
                backup == null ? "" : "-" + backup);
        return new LogSegment(folder.resolve(name), number, from, backup, continues);
    }

    /** Empty when it is no such file. */
    static Optional<LogSegment> of(Path file) {
        Matcher name = NAME.matcher(String.valueOf(file.getFileName()));
        return name.matches()
                ? Optional.of(new LogSegment(
                        file,
                        Long.parseLong(name.group(1)),
                        Instant.ofEpochMilli(Long.parseLong(name.group(2))),
                        name.group(4),
                        "continued".equals(name.group(3))))
                : Optional.empty();
    }

    String name() {
        return String.valueOf(file.getFileName());
    }

    /** Writes one file. Used by one thread at a time. */
    static final class Writer implements AutoCloseable {
        private final FileOutputStream out;
        private final Chunks chunks;
        private int number;
        private long size;

        Writer(LogSegment segment, Secrets secrets) throws IOException {
            byte[] key = new byte[KEY];
            byte[] prefix = new byte[Chunks.PREFIX];
            RANDOM.nextBytes(key);
            RANDOM.nextBytes(prefix);
            byte[] sealed = secrets.seal(PURPOSE, segment.name(), key).getBytes(StandardCharsets.UTF_8);
            chunks = new Chunks(key, prefix, segment.name());
            Files.createFile(
                    segment.file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            out = new FileOutputStream(
                    segment.file.toFile()); // a channel would be closed when its thread is interrupted
            write(ByteBuffer.allocate(MAGIC.length + prefix.length + Integer.BYTES + sealed.length)
                    .put(MAGIC)
                    .put(prefix)
                    .putInt(sealed.length)
                    .put(sealed));
        }

        private void write(ByteBuffer bytes) throws IOException {
            out.write(bytes.array());
            size += bytes.capacity();
        }

        void write(Entry entry) throws IOException {
            byte[] plain = pack(entry);
            try {
                byte[] sealed = chunks.seal(number, false, plain, plain.length);
                write(ByteBuffer.allocate(Integer.BYTES + sealed.length)
                        .putInt(sealed.length)
                        .put(sealed));
                number++;
            } catch (GeneralSecurityException e) {
                throw new IOException("AES-GCM is not available", e);
            }
        }

        private static byte[] pack(Entry entry) {
            byte[] bytes = entry.piece().bytes();
            ByteArrayOutputStream packed = new ByteArrayOutputStream();
            packed.writeBytes(ByteBuffer.allocate(FIXED)
                    .putLong(entry.since().toEpochMilli())
                    .putLong(entry.until().toEpochMilli())
                    .putLong(entry.piece().from().file())
                    .putLong(entry.piece().from().offset())
                    .putLong(bytes.length)
                    .put((byte) (entry.whole() ? 1 : 0))
                    .array());
            Deflater deflater = new Deflater(Deflater.BEST_SPEED);
            try {
                deflater.setInput(bytes);
                deflater.finish();
                byte[] buffer = new byte[1 << 13];
                while (!deflater.finished()) {
                    packed.write(buffer, 0, deflater.deflate(buffer));
                }
            } finally {
                deflater.end();
            }
            return packed.toByteArray();
        }

        /** Has what was written on the disk. */
        void force() throws IOException {
            out.getFD().sync();
        }

        long size() {
            return size;
        }

        @Override
        public void close() throws IOException {
            out.close();
        }
    }

    /**
     * Hands out what is in the file, in order.
     *
     * @return whether to go on with the next file
     * @throws CorruptBackupException naming the file and the record
     */
    boolean read(Secrets secrets, Visitor visitor) throws IOException {
        try (DataInputStream in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
            Chunks chunks = open(in, secrets);
            for (int number = 0; ; number++) {
                byte[] sealed = record(in);
                if (sealed == null) {
                    return true;
                }
                if (!visitor.visit(unpack(chunks, number, sealed))) {
                    return false;
                }
            }
        } catch (NoSuchFileException e) {
            throw corrupt("is missing");
        }
    }

    private Chunks open(DataInputStream in, Secrets secrets) throws IOException {
        byte[] magic = in.readNBytes(MAGIC.length);
        byte[] prefix = in.readNBytes(Chunks.PREFIX);
        byte[] length = in.readNBytes(Integer.BYTES);
        if (!Arrays.equals(magic, MAGIC) || length.length < Integer.BYTES) {
            throw corrupt("does not begin as one does");
        }
        int size = ByteBuffer.wrap(length).getInt();
        byte[] sealed = in.readNBytes(Math.max(0, Math.min(size, 1 << 16)));
        try {
            return new Chunks(
                    secrets.open(PURPOSE, name(), new String(sealed, StandardCharsets.UTF_8)), prefix, name());
        } catch (IllegalArgumentException e) {
            throw corrupt("has a key that cannot be opened: its secret key is not here, or it was changed");
        }
    }

    /** Null at the end. */
    private byte[] record(DataInputStream in) throws IOException {
        try {
            int length = in.readInt();
            if (length == 0) {
                return null; // never written: the file system had grown the file, and no more
            }
            if (length < Chunks.TAG || length > MOST) {
                throw corrupt("has a record of an impossible length");
            }
            byte[] sealed = in.readNBytes(length);
            return sealed.length < length ? null : sealed;
        } catch (EOFException e) {
            return null;
        }
    }

    private Entry unpack(Chunks chunks, int number, byte[] sealed) throws IOException {
        try {
            ByteBuffer plain = ByteBuffer.wrap(chunks.open(number, false, sealed, sealed.length));
            Instant since = Instant.ofEpochMilli(plain.getLong());
            Instant until = Instant.ofEpochMilli(plain.getLong());
            Position from = new Position(plain.getLong(), plain.getLong());
            byte[] bytes = new byte[(int) plain.getLong()];
            boolean whole = plain.get() == 1;
            Inflater inflater = new Inflater();
            try {
                inflater.setInput(plain);
                for (int at = 0; at < bytes.length; ) {
                    int some = inflater.inflate(bytes, at, bytes.length - at);
                    if (some == 0) {
                        throw corrupt("has a record that is too short, number " + (number + 1));
                    }
                    at += some;
                }
            } finally {
                inflater.end();
            }
            return new Entry(since, until, whole, new Piece(from, bytes));
        } catch (GeneralSecurityException | DataFormatException e) {
            throw corrupt("was changed: its record " + (number + 1) + " cannot be decrypted");
        }
    }

    private CorruptBackupException corrupt(String problem) {
        return new CorruptBackupException("The archived log " + name() + " " + problem);
    }

    /** The last entry after which all was archived; empty when there is none. */
    Optional<Entry> last(Secrets secrets) throws IOException {
        Entry[] last = new Entry[1];
        read(secrets, entry -> {
            last[0] = entry.whole() ? entry : last[0];
            return true;
        });
        return Optional.ofNullable(last[0]);
    }
}
