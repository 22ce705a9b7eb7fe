package org.platformforge.launcher.upgrade;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * Reads a compressed archive (POSIX.1-2001 pax and ustar, GNU long names) from its beginning to its end. Files and folders
 * only: links and devices are refused, and so is a name that leads out of the archive. Not thread-safe.
 */
final class Tar implements Closeable {
    /**
     * @param name relative, with {@code /}; no empty part, no {@code .} and no {@code ..}
     * @param size in bytes; 0 for a folder
     * @param modified seconds since 1970
     */
    record Entry(String name, boolean folder, int mode, long size, long modified) {}

    private static final int BLOCK = 512;
    private static final int LONGEST_HEADER = 1 << 20;

    private final InputStream in;
    private long left;
    private long padding;

    Tar(Path file) throws IOException {
        InputStream raw = Files.newInputStream(file);
        try {
            in = new BufferedInputStream(new GZIPInputStream(raw, 1 << 16), 1 << 16);
        } catch (ZipException | EOFException e) {
            raw.close();
            throw new Refusal(file + " is no .tar.gz archive");
        } catch (IOException e) {
            raw.close();
            throw e;
        }
    }

    /** Null at the end, when all of the archive has been read and its checksum was right. */
    Entry next() throws IOException {
        in.skipNBytes(left + padding);
        left = 0;
        padding = 0;
        Map<String, String> extended = new HashMap<>();
        while (true) {
            byte[] header = in.readNBytes(BLOCK);
            if (header.length < BLOCK) {
                throw new EOFException("the archive ends too early");
            }
            if (isEmpty(header)) {
                in.transferTo(java.io.OutputStream.nullOutputStream());
                return null;
            }
            check(header);
            long size = number(header, 124, 12);
            switch (header[156]) {
                case 'x' -> pax(content(size), extended);
                case 'g' -> content(size);
                case 'L' -> extended.put("path", string(content(size), 0, (int) size));
                case '0', 0, '5' -> {
                    return entry(header, extended, size);
                }
                default ->
                    throw new Refusal("The archive has something that is neither a file nor a folder: "
                            + printable(name(header, extended)));
            }
        }
    }

    /** The content of the entry that {@link #next} returned last. */
    InputStream content() {
        return new InputStream() {
            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] buffer, int offset, int length) throws IOException {
                if (left == 0) {
                    return -1;
                }
                int count = in.read(buffer, offset, (int) Math.min(length, left));
                if (count < 0) {
                    throw new EOFException("the archive ends too early");
                }
                left -= count;
                return count;
            }
        };
    }

    private Entry entry(byte[] header, Map<String, String> extended, long plainSize) throws IOException {
        boolean folder = header[156] == '5';
        long size = extended.containsKey("size") ? decimal(extended.get("size")) : plainSize;
        left = folder ? 0 : size;
        padding = (BLOCK - left % BLOCK) % BLOCK;
        return new Entry(
                safe(name(header, extended)), folder, (int) number(header, 100, 8), left, number(header, 136, 12));
    }

    private static String name(byte[] header, Map<String, String> extended) {
        if (extended.containsKey("path")) {
            return extended.get("path");
        }
        String name = string(header, 0, 100);
        String prefix = string(header, 257, 6).equals("ustar") ? string(header, 345, 155) : "";
        return prefix.isEmpty() ? name : prefix + "/" + name;
    }

    private static String safe(String name) {
        String path = name.startsWith("./") ? name.substring(2) : name;
        path = path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
        boolean bad = path.chars().anyMatch(c -> c < ' ' || c == '\\' || c == 127);
        for (String part : path.split("/", -1)) {
            bad |= part.isEmpty() && !path.isEmpty() || part.equals(".") || part.equals("..");
        }
        if (bad) {
            throw new Refusal("The archive has a name that leads elsewhere: " + printable(name));
        }
        return path;
    }

    private byte[] content(long size) throws IOException {
        if (size > LONGEST_HEADER) {
            throw new ZipException("a header of " + size + " bytes");
        }
        byte[] content = in.readNBytes((int) size);
        in.skipNBytes((BLOCK - size % BLOCK) % BLOCK);
        if (content.length < size) {
            throw new EOFException("the archive ends too early");
        }
        return content;
    }

    /** Records "length key=value\n", the length in decimal and counting itself. */
    private static void pax(byte[] records, Map<String, String> extended) throws IOException {
        int at = 0;
        while (at < records.length) {
            int blank = at;
            while (blank < records.length && records[blank] != ' ') {
                blank++;
            }
            long length = decimal(new String(records, at, blank - at, StandardCharsets.US_ASCII));
            if (length < 4 || length > records.length - at || blank - at >= length) {
                throw new ZipException("a broken header");
            }
            int end = at + (int) length;
            String record = new String(records, blank + 1, Math.max(0, end - blank - 2), StandardCharsets.UTF_8);
            int equals = record.indexOf('=');
            if (equals > 0) {
                extended.put(record.substring(0, equals), record.substring(equals + 1));
            }
            at = end;
        }
    }

    private static void check(byte[] header) throws IOException {
        long expected = number(header, 148, 8);
        long sum = 0;
        for (int i = 0; i < BLOCK; i++) {
            sum += i >= 148 && i < 156 ? ' ' : header[i] & 0xff;
        }
        if (sum != expected) {
            throw new ZipException("a broken header");
        }
    }

    /** Octal digits, or big endian with the highest bit set. */
    private static long number(byte[] header, int from, int length) throws IOException {
        if (header[from] < 0) {
            byte[] digits = Arrays.copyOfRange(header, from, from + length);
            digits[0] &= 0x7f;
            return decimal(new BigInteger(1, digits).toString());
        }
        String text = string(header, from, length).strip();
        if (!text.matches("[0-7]{0,12}")) {
            throw new ZipException("a broken header");
        }
        return text.isEmpty() ? 0 : Long.parseLong(text, 8);
    }

    private static long decimal(String text) throws IOException {
        if (!text.matches("[0-9]{1,15}")) {
            throw new ZipException("a broken header");
        }
        return Long.parseLong(text);
    }

    private static String string(byte[] bytes, int from, int length) {
        int end = from;
        while (end < from + length && bytes[end] != 0) {
            end++;
        }
        return new String(bytes, from, end - from, StandardCharsets.UTF_8);
    }

    private static String printable(String name) {
        return name.replaceAll("\\p{Cntrl}", "?");
    }

    private static boolean isEmpty(byte[] block) {
        for (byte b : block) {
            if (b != 0) {
                return false;
            }
        }
        return true;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
