package org.platformforge.extension.verifier;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * A ZIP archive in memory, read strictly: the central directory and the local headers must tell the same story without a gap
 * between them, so that every reader, whichever of the two it follows, sees what was checked here. Nothing is allocated on the
 * archive's word alone. Not thread-safe.
 */
final class ZipArchive {
    private static final int END = 0x06054b50;
    private static final int CENTRAL = 0x02014b50;
    private static final int LOCAL = 0x04034b50;
    private static final int DESCRIPTOR = 0x08074b50;
    private static final int END_BYTES = 22;
    private static final int CENTRAL_BYTES = 46;
    private static final int LOCAL_BYTES = 30;
    private static final int MAX_NAME = 512;
    private static final int FLAG_ENCRYPTED = 0x2041;
    private static final int FLAG_DESCRIPTOR = 8;
    private static final int FLAG_UTF8 = 0x800;
    private static final int STORED = 0;
    private static final int DEFLATED = 8;
    private static final int UNIX = 3;
    private static final Pattern DOTS = Pattern.compile("\\.+");

    /** @param start where its local header is */
    record Entry(String name, int method, int flags, int crc, int packed, int size, int start, int nameBytes) {
        boolean isDirectory() {
            return name.endsWith("/");
        }
    }

    private final String label;
    private final byte[] bytes;
    private final ByteBuffer buffer;
    private final Budget budget;
    private final Map<String, Entry> entries = new LinkedHashMap<>();
    private int directoryStart;

    private ZipArchive(String label, byte[] bytes, Budget budget) {
        this.label = label;
        this.bytes = bytes;
        this.buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        this.budget = budget;
    }

    /** @param label put before the names of entries in what is told; empty for the artifact itself */
    static ZipArchive open(String label, byte[] bytes, Budget budget) throws BadArchiveException {
        ZipArchive archive = new ZipArchive(label, bytes, budget);
        try {
            archive.readDirectory();
            archive.checkLayout();
        } catch (IndexOutOfBoundsException e) {
            throw archive.corrupt("", "The archive is cut off or damaged");
        }
        return archive;
    }

    /** Whether the bytes begin like an archive. */
    static boolean looksLike(byte[] bytes) {
        return bytes.length > 4 && bytes[0] == 'P' && bytes[1] == 'K' && bytes[2] <= 8 && bytes[3] <= 8;
    }

    Collection<Entry> entries() {
        return entries.values();
    }

    /** @return null when there is none */
    Entry entry(String name) {
        return entries.get(name);
    }

    String where(String name) {
        return label + name;
    }

    private void readDirectory() throws BadArchiveException {
        int end = bytes.length - END_BYTES;
        if (end < 0 || buffer.getInt(end) != END) {
            throw corrupt("", "This is no ZIP archive, it is cut off, or something follows its end");
        }
        int count = unsignedShort(end + 10);
        if (buffer.getInt(end + 4) != 0 || unsignedShort(end + 8) != count || count == 0xffff) {
            throw new BadArchiveException(
                    Code.ARCHIVE_FEATURE, label, "Archives of several disks and Zip64 archives are not taken");
        }
        budget.entries(count);
        int at = size(end + 16, "");
        if (at + (long) size(end + 12, "") != end) {
            throw corrupt("", "The central directory does not end where the archive does");
        }
        directoryStart = at;
        Set<String> names = new HashSet<>();
        for (int i = 0; i < count; i++) {
            at = readEntry(at, names);
        }
        if (at != end) {
            throw corrupt("", "The central directory holds something else than its entries");
        }
    }

    private int readEntry(int at, Set<String> names) throws BadArchiveException {
        if (buffer.getInt(at) != CENTRAL) {
            throw corrupt("", "The central directory is damaged");
        }
        int nameBytes = unsignedShort(at + 28);
        int flags = unsignedShort(at + 8);
        String name = name(at + CENTRAL_BYTES, nameBytes, flags);
        checkName(name, names);
        int method = unsignedShort(at + 10);
        if ((flags & FLAG_ENCRYPTED) != 0 || (method != STORED && method != DEFLATED) || unsignedShort(at + 34) != 0) {
            throw new BadArchiveException(
                    Code.ARCHIVE_FEATURE,
                    where(name),
                    "The entry is encrypted, or packed by another method than deflate");
        }
        int kind = buffer.getInt(at + 38) >>> 28;
        if (unsignedShort(at + 4) >>> 8 == UNIX && kind != 0 && kind != 8 && kind != 4) {
            throw new BadArchiveException(Code.SYMLINK, where(name), "The entry is a symbolic link or a special file");
        }
        Entry entry = new Entry(
                name,
                method,
                flags,
                buffer.getInt(at + 16),
                size(at + 20, name),
                size(at + 24, name),
                size(at + 42, name),
                nameBytes);
        if (entry.isDirectory() ? entry.size() != 0 : method == STORED && entry.size() != entry.packed()) {
            throw corrupt(name, "The entry's sizes do not agree");
        }
        entries.put(name, entry);
        return at + CENTRAL_BYTES + nameBytes + unsignedShort(at + 30) + unsignedShort(at + 32);
    }

    private String name(int at, int length, int flags) throws BadArchiveException {
        if (length == 0 || length > MAX_NAME) {
            throw new BadArchiveException(
                    Code.ENTRY_NAME,
                    label,
                    "The name of an entry has " + length + " bytes; 1 to " + MAX_NAME + " are taken");
        }
        try {
            return ((flags & FLAG_UTF8) != 0 ? StandardCharsets.UTF_8 : StandardCharsets.US_ASCII)
                    .newDecoder()
                    .decode(buffer.slice(at, length))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new BadArchiveException(
                    Code.ENTRY_NAME, label, "The name of an entry is not UTF-8, or does not say it is");
        }
    }

    private void checkName(String name, Set<String> names) throws BadArchiveException {
        String path = name.endsWith("/") ? name.substring(0, name.length() - 1) : name;
        boolean bad = path.isEmpty()
                || name.chars().anyMatch(c -> c < ' ' || c == 0x7f || c == '\\' || c == ':')
                || Arrays.stream(path.split("/", -1))
                        .anyMatch(part -> part.isEmpty() || DOTS.matcher(part).matches());
        if (bad) {
            throw new BadArchiveException(
                    Code.ENTRY_NAME, where(name), "The name leads out of the archive or is read differently elsewhere");
        }
        // META-INF/manifest.mf is META-INF/MANIFEST.MF for some readers
        if (!names.add(path.toLowerCase(Locale.ROOT))) {
            throw new BadArchiveException(
                    Code.ENTRY_DUPLICATE, where(name), "There is a second entry of this name, capitals aside");
        }
    }

    /** Entries must lie one after the other from the first byte to the central directory. */
    private void checkLayout() throws BadArchiveException {
        int at = 0;
        List<Entry> sorted = new ArrayList<>(entries.values());
        sorted.sort(Comparator.comparingInt(Entry::start));
        for (Entry entry : sorted) {
            if (entry.start() != at) {
                throw corrupt(entry.name(), "There is something between the entries, or they overlap");
            }
            at = checkLocal(entry);
        }
        if (at != directoryStart) {
            throw corrupt("", "There is something between the entries and the central directory");
        }
    }

    private int checkLocal(Entry entry) throws BadArchiveException {
        int at = entry.start();
        boolean descriptor = (entry.flags() & FLAG_DESCRIPTOR) != 0;
        boolean same = buffer.getInt(at) == LOCAL
                && unsignedShort(at + 6) == entry.flags()
                && unsignedShort(at + 8) == entry.method()
                && unsignedShort(at + 26) == entry.nameBytes()
                && name(at + LOCAL_BYTES, entry.nameBytes(), entry.flags()).equals(entry.name())
                && (descriptor || sizesAt(at + 14, entry));
        if (!same) {
            throw corrupt(entry.name(), "The entry's two headers do not say the same");
        }
        long end = dataStart(entry) + (long) entry.packed();
        if (descriptor) {
            if (end > bytes.length - 16) {
                throw corrupt(entry.name(), "The entry is cut off");
            }
            boolean signed = buffer.getInt((int) end) == DESCRIPTOR;
            if (!sizesAt((int) end + (signed ? 4 : 0), entry)) {
                throw corrupt(entry.name(), "The entry's header and descriptor do not say the same");
            }
            end += signed ? 16 : 12;
        }
        if (end > directoryStart) {
            throw corrupt(entry.name(), "The entry is cut off");
        }
        return (int) end;
    }

    private boolean sizesAt(int at, Entry entry) {
        return buffer.getInt(at) == entry.crc()
                && buffer.getInt(at + 4) == entry.packed()
                && buffer.getInt(at + 8) == entry.size();
    }

    private int dataStart(Entry entry) {
        return entry.start() + LOCAL_BYTES + entry.nameBytes() + unsignedShort(entry.start() + 28);
    }

    /**
     * The entry's content, unpacked and proved by its checksum.
     *
     * @param most bytes wanted
     */
    byte[] content(Entry entry, int most) throws BadArchiveException {
        budget.unpack(where(entry.name()), entry.size(), most);
        int start = dataStart(entry);
        byte[] content = entry.method() == STORED
                ? Arrays.copyOfRange(bytes, start, start + entry.packed())
                : inflate(entry, start);
        CRC32 crc = new CRC32();
        crc.update(content);
        if ((int) crc.getValue() != entry.crc()) {
            throw corrupt(entry.name(), "The entry's checksum is wrong");
        }
        return content;
    }

    private byte[] inflate(Entry entry, int start) throws BadArchiveException {
        Inflater inflater = new Inflater(true);
        try {
            inflater.setInput(bytes, start, entry.packed());
            byte[] content = new byte[entry.size()];
            int length = 0;
            while (length < content.length) {
                int more = inflater.inflate(content, length, content.length - length);
                if (more == 0) {
                    break;
                }
                length += more;
            }
            boolean more = inflater.inflate(new byte[1]) > 0;
            if (more || length < content.length || !inflater.finished() || inflater.getRemaining() > 0) {
                throw corrupt(entry.name(), "The entry does not hold as many bytes as it says");
            }
            return content;
        } catch (DataFormatException e) {
            throw corrupt(entry.name(), "The entry's packed data is damaged");
        } finally {
            inflater.end();
        }
    }

    private int unsignedShort(int at) {
        return buffer.getShort(at) & 0xffff;
    }

    private int size(int at, String name) throws BadArchiveException {
        int value = buffer.getInt(at);
        if (value < 0) {
            throw new BadArchiveException(
                    value == -1 ? Code.ARCHIVE_FEATURE : Code.TOO_LARGE,
                    where(name),
                    "An entry says that it has more than two gigabytes");
        }
        return value;
    }

    private BadArchiveException corrupt(String name, String message) {
        return new BadArchiveException(Code.ARCHIVE_CORRUPT, where(name), message);
    }
}
