package org.platformforge.infrastructure.logs;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/**
 * What the index knows of a block of lines.
 *
 * @param first number of its first line
 * @param offset of its compressed lines in the segment; its filter follows them
 * @param size of the lines, compressed
 * @param raw their size before
 * @param filter size of the filter of words
 * @param crc CRC-32 of the compressed lines
 * @param from time of the oldest line, in ms
 * @param to time of the newest line, in ms
 * @param counts lines by service and level, as {@link Block#LEVELS} orders them
 */
record Block(
        long first,
        int lines,
        long offset,
        int size,
        int raw,
        int filter,
        int crc,
        long from,
        long to,
        Map<String, int[]> counts) {
    static final List<String> LEVELS = List.of("trace", "debug", "info", "warn", "error", "fatal");
    private static final int COMPRESSION = Deflater.BEST_SPEED;
    private static final int MOST_TEXT = 20_000;

    /** How many lines match, of a query that needs no more than the index and of a time this block is wholly in. */
    long count(LogQuery query) {
        int level = query.level() == null ? -1 : LEVELS.indexOf(query.level());
        if (query.service() != null) {
            int[] of = counts.get(query.service());
            return of == null ? 0 : sum(of, level);
        }
        long all = 0;
        for (int[] of : counts.values()) {
            all += sum(of, level);
        }
        return all;
    }

    private static long sum(int[] of, int level) {
        if (level >= 0) {
            return of[level];
        }
        long all = 0;
        for (int one : of) {
            all += one;
        }
        return all;
    }

    boolean mayMatch(LogQuery query) {
        return (query.from() == null || to >= query.from().toEpochMilli())
                && (query.to() == null || from <= query.to().toEpochMilli())
                && count(query) > 0;
    }

    boolean isWithin(LogQuery query) {
        return (query.from() == null || from > query.from().toEpochMilli())
                && (query.to() == null || to < query.to().toEpochMilli());
    }

    /** A block's bytes. @param compressed with its filter behind it */
    record Packed(byte[] compressed, int size, int raw) {}

    static Packed pack(List<LogEntry> entries, byte[] filter) {
        ByteBuffer out = ByteBuffer.allocate(64 * 1024);
        long time = 0;
        for (LogEntry entry : entries) {
            byte[][] texts = {
                bytes(entry.service()),
                bytes(entry.environment()),
                bytes(entry.instance()),
                bytes(entry.logger()),
                bytes(entry.requestId()),
                bytes(entry.message()),
                bytes(entry.stackTrace())
            };
            int needed = 16;
            for (byte[] text : texts) {
                needed += 5 + (text == null ? 0 : text.length);
            }
            if (out.remaining() < needed) {
                out = ByteBuffer.allocate(Math.max(out.capacity() * 2, out.position() + needed))
                        .put(out.flip());
            }
            long at = entry.timestamp().toEpochMilli();
            putNumber(out, (at - time) << 1 ^ (at - time) >> 63);
            time = at;
            out.put((byte) LEVELS.indexOf(entry.level()));
            for (byte[] text : texts) {
                putNumber(out, text == null ? 0 : text.length + 1L);
                if (text != null) {
                    out.put(text);
                }
            }
        }
        int raw = out.position();
        Deflater deflater = new Deflater(COMPRESSION, true);
        try {
            deflater.setInput(out.flip());
            deflater.finish();
            byte[] compressed = new byte[raw + 1024];
            int size = deflater.deflate(compressed);
            byte[] all = new byte[size + filter.length];
            System.arraycopy(compressed, 0, all, 0, size);
            System.arraycopy(filter, 0, all, size, filter.length);
            return new Packed(all, size, raw);
        } finally {
            deflater.end();
        }
    }

    private static byte[] bytes(String text) {
        return text == null ? null : cut(text).getBytes(StandardCharsets.UTF_8);
    }

    private static String cut(String text) {
        return text.length() > MOST_TEXT ? text.substring(0, MOST_TEXT) : text;
    }

    private static void putNumber(ByteBuffer out, long number) {
        long rest = number;
        while ((rest & ~0x7fL) != 0) {
            out.put((byte) (rest & 0x7f | 0x80));
            rest >>>= 7;
        }
        out.put((byte) rest);
    }

    private static long number(ByteBuffer in) {
        long number = 0;
        for (int shift = 0; ; shift += 7) {
            byte next = in.get();
            number |= (next & 0x7fL) << shift;
            if (next >= 0) {
                return number;
            }
        }
    }

    /** The lines; those that the cheap conditions rule out are null. */
    LogEntry[] unpack(byte[] compressed, LogQuery query) throws DataFormatException {
        byte[] raw = new byte[this.raw];
        Inflater inflater = new Inflater(true);
        try {
            inflater.setInput(compressed, 0, size);
            int at = 0;
            while (at < raw.length) {
                int some = inflater.inflate(raw, at, raw.length - at);
                if (some == 0) {
                    throw new DataFormatException("A block of the log is cut short");
                }
                at += some;
            }
        } finally {
            inflater.end();
        }
        int level = query.level() == null ? -1 : LEVELS.indexOf(query.level());
        byte[] service = bytes(query.service());
        Map<ByteBuffer, String> known = new HashMap<>();
        ByteBuffer in = ByteBuffer.wrap(raw);
        LogEntry[] entries = new LogEntry[lines];
        long time = 0;
        for (int i = 0; i < lines; i++) {
            long delta = number(in);
            time += delta >>> 1 ^ -(delta & 1);
            int of = in.get();
            boolean wanted = level < 0 || level == of;
            String[] texts = new String[7];
            for (int t = 0; t < texts.length; t++) {
                int length = (int) number(in) - 1;
                if (length >= 0) {
                    if (t == 0 && wanted && service != null) {
                        wanted = equal(raw, in.position(), length, service);
                    }
                    if (wanted) {
                        texts[t] = t < 4 ? shared(known, in, length) : text(raw, in.position(), length);
                    }
                    in.position(in.position() + length);
                }
            }
            if (wanted) {
                entries[i] = new LogEntry(
                        Instant.ofEpochMilli(time),
                        LEVELS.get(of),
                        texts[0],
                        texts[1],
                        texts[2],
                        texts[3],
                        texts[4],
                        texts[5],
                        texts[6]);
            }
        }
        return entries;
    }

    private static boolean equal(byte[] raw, int at, int length, byte[] other) {
        return java.util.Arrays.equals(raw, at, at + length, other, 0, other.length);
    }

    private static String text(byte[] raw, int at, int length) {
        return new String(raw, at, length, StandardCharsets.UTF_8);
    }

    /** Names repeat in every line: each is made once. */
    private static String shared(Map<ByteBuffer, String> known, ByteBuffer in, int length) {
        ByteBuffer bytes = in.slice(in.position(), length);
        String name = known.get(bytes);
        if (name == null) {
            name = StandardCharsets.UTF_8.decode(bytes.duplicate()).toString();
            known.put(bytes, name);
        }
        return name;
    }
}
