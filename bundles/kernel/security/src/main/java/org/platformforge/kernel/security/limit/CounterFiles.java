package org.platformforge.kernel.security.limit;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.Set;
import org.platformforge.kernel.security.config.DataFolder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files counters live in, one per policy. They are mapped: an increment is a write to memory, and the operating
 * system keeps it when the process is killed (a crash of the machine may lose it). All blocks are written when a file
 * is made, so a full disk shows then and not at an increment.
 */
final class CounterFiles {
    private static final Logger LOG = LoggerFactory.getLogger(CounterFiles.class);
    private static final String FOLDER = "ratelimit";
    private static final int CHUNK = 1 << 16;

    private final DataFolder data;
    private final SecureRandom random = new SecureRandom();

    CounterFiles(DataFolder data) {
        this.data = data;
    }

    /** The counters of a policy; in plain memory, and gone at the next start, when no file can be had. */
    CounterTable open(String policy, int subjects) {
        int size = CounterTable.size(subjects);
        try {
            return new CounterTable(map(data.privateFolder(FOLDER).resolve(policy + ".bin"), size));
        } catch (IOException e) {
            LOG.warn("The counters of the policy {} have no file and begin anew at each start", policy, e);
            return new CounterTable(ByteBuffer.allocateDirect(size).put(0, salt()));
        }
    }

    private ByteBuffer map(Path file, int size) throws IOException {
        Set<StandardOpenOption> options =
                Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try (FileChannel channel = FileChannel.open(file, options, DataFolder.ownerOnly("rw-------"))) {
            if (channel.size() != size) {
                fill(channel, size);
            }
            return channel.map(MapMode.READ_WRITE, 0, size);
        }
    }

    /**
     * Of another size it holds counters of another layout, which cannot be carried over. It has its right size only
     * when all of it has been written; until then the next start fills it again.
     */
    private void fill(FileChannel channel, int size) throws IOException {
        channel.truncate(0);
        channel.write(ByteBuffer.allocate(CounterTable.HEADER).put(0, salt()), 0);
        ByteBuffer zeros = ByteBuffer.allocate(CHUNK);
        for (long at = CounterTable.HEADER; at < size; at += CHUNK) {
            zeros.clear().limit((int) Math.min(CHUNK, size - at));
            channel.write(zeros, at);
        }
        if (channel.size() != size) {
            throw new IOException("The file of the counters could not be written whole");
        }
    }

    private byte[] salt() {
        byte[] salt = new byte[16];
        random.nextBytes(salt);
        return salt;
    }
}
