package org.platformforge.infrastructure.logs;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;

/**
 * A part of a store: a file of compressed blocks, and an index beside it with a record for each block: its length, a CRC-32, what
 * {@link Block} says, and how far the sources of the lines were read. A block counts when its record is whole, so that lines and the
 * places they were read up to are kept together or not at all. Written by one thread; readers open the file for themselves.
 */
final class Segment {
    private static final String DATA = ".log";
    private static final String INDEX = ".idx";
    private static final int MOST_RECORD = 1 << 24;

    final Path data;
    final Path index;
    final List<Block> blocks;
    private long size;
    private long indexSize;

    private Segment(Path data, Path index, List<Block> blocks, long size, long indexSize) {
        this.data = data;
        this.index = index;
        this.blocks = blocks;
        this.size = size;
        this.indexSize = indexSize;
    }

    /** @param first number of its first line */
    static Segment at(Path folder, long first) {
        String name = String.format("%019d", first);
        return new Segment(folder.resolve(name + DATA), folder.resolve(name + INDEX), new ArrayList<>(), 0, 0);
    }

    static boolean isIndex(Path file) {
        return String.valueOf(file.getFileName()).matches("\\d{19}\\.idx");
    }

    /**
     * Reads an index up to its first record that is not whole.
     *
     * @param positions is given how far the sources were read
     */
    static Segment read(Path index, Map<String, String> positions) throws IOException {
        String name = String.valueOf(index.getFileName());
        Path data = index.resolveSibling(name.substring(0, name.length() - INDEX.length()) + DATA);
        long there = Files.exists(data) ? Files.size(data) : 0;
        List<Block> blocks = new ArrayList<>();
        Map<String, String> names = new HashMap<>();
        ByteBuffer in = ByteBuffer.wrap(Files.readAllBytes(index));
        long size = 0;
        long good = 0;
        while (in.remaining() > 8) {
            int length = in.getInt();
            int crc = in.getInt();
            if (length <= 0 || length > Math.min(MOST_RECORD, in.remaining())) {
                break;
            }
            byte[] record = new byte[length];
            in.get(record);
            if (crc(record) != crc) {
                break;
            }
            Block block = block(record, names, positions);
            if (block.offset() + block.size() + block.filter() > there) {
                break;
            }
            blocks.add(block);
            size = block.offset() + block.size() + block.filter();
            good = in.position();
        }
        return new Segment(data, index, blocks, size, good);
    }

    static int crc(byte[] bytes) {
        CRC32 crc = new CRC32();
        crc.update(bytes);
        return (int) crc.getValue();
    }

    private static Block block(byte[] record, Map<String, String> names, Map<String, String> positions)
            throws IOException {
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(record));
        long first = in.readLong();
        int lines = in.readInt();
        long offset = in.readLong();
        int size = in.readInt();
        int raw = in.readInt();
        int filter = in.readInt();
        int crc = in.readInt();
        long from = in.readLong();
        long to = in.readLong();
        Map<String, int[]> counts = new HashMap<>();
        for (int services = in.readInt(); services > 0; services--) {
            String service = names.computeIfAbsent(in.readUTF(), name -> name);
            int[] of = new int[Block.LEVELS.size()];
            for (int i = 0; i < of.length; i++) {
                of[i] = in.readInt();
            }
            counts.put(service, of);
        }
        for (int sources = in.readInt(); sources > 0; sources--) {
            positions.put(in.readUTF(), in.readUTF());
        }
        return new Block(first, lines, offset, size, raw, filter, crc, from, to, counts);
    }

    private static byte[] record(Block block, Map<String, String> positions) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeLong(block.first());
        out.writeInt(block.lines());
        out.writeLong(block.offset());
        out.writeInt(block.size());
        out.writeInt(block.raw());
        out.writeInt(block.filter());
        out.writeInt(block.crc());
        out.writeLong(block.from());
        out.writeLong(block.to());
        out.writeInt(block.counts().size());
        for (Map.Entry<String, int[]> of : block.counts().entrySet()) {
            out.writeUTF(of.getKey());
            for (int count : of.getValue()) {
                out.writeInt(count);
            }
        }
        out.writeInt(positions.size());
        for (Map.Entry<String, String> position : positions.entrySet()) {
            out.writeUTF(position.getKey());
            out.writeUTF(position.getValue());
        }
        return bytes.toByteArray();
    }

    /** Puts a block to the end; what an earlier attempt left behind it is written over. */
    void append(Block.Packed packed, Block of, Map<String, String> positions) throws IOException {
        Block block = new Block(
                of.first(),
                of.lines(),
                size,
                packed.size(),
                packed.raw(),
                packed.compressed().length - packed.size(),
                crc(Arrays.copyOf(packed.compressed(), packed.size())),
                of.from(),
                of.to(),
                of.counts());
        byte[] record = record(block, positions);
        ByteBuffer head = ByteBuffer.allocate(8 + record.length)
                .putInt(record.length)
                .putInt(crc(record))
                .put(record)
                .flip();
        write(data, size, ByteBuffer.wrap(packed.compressed()));
        write(index, indexSize, head);
        size += packed.compressed().length;
        indexSize += 8 + record.length;
        blocks.add(block);
    }

    private static void write(Path file, long at, ByteBuffer bytes) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            channel.truncate(at);
            long position = at;
            while (bytes.hasRemaining()) {
                position += channel.write(bytes, position);
            }
        }
    }

    long bytes() {
        return size + indexSize;
    }

    /** Time of its newest line, in ms. */
    long newest() {
        return blocks.stream().mapToLong(Block::to).max().orElse(Long.MAX_VALUE);
    }

    long oldest() {
        return blocks.stream().mapToLong(Block::from).min().orElse(Long.MAX_VALUE);
    }

    void delete() throws IOException {
        Files.deleteIfExists(index);
        Files.deleteIfExists(data);
    }
}
