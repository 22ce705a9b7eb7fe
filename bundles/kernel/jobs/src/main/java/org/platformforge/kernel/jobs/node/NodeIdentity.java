package org.platformforge.kernel.jobs.node;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import org.platformforge.kernel.api.Ids;

/**
 * The name under which this process works, the same in each of its lives: what it had picked before it was killed, it
 * may take back at once. The name is kept in the data folder in a file that is locked as long as the process lives, so
 * two living processes never share one; a second process on the same folder takes the next slot. A copied data folder
 * (another host or path) gets a name of its own.
 */
public final class NodeIdentity implements AutoCloseable {
    private static final int SLOTS = 64;
    private static final int MAX_SIZE = 4096;

    private final String name;
    private final FileChannel channel;
    private final FileLock lock;

    private NodeIdentity(String name, FileChannel channel, FileLock lock) {
        this.name = name;
        this.channel = channel;
        this.lock = lock;
    }

    /**
     * @param folder created when it is not there
     * @throws IOException when it cannot be written, or all slots are taken
     */
    public static NodeIdentity acquire(Path folder) throws IOException {
        Files.createDirectories(folder);
        for (int slot = 0; slot < SLOTS; slot++) {
            Optional<NodeIdentity> identity = tryAcquire(folder.resolve("node-" + slot));
            if (identity.isPresent()) {
                return identity.get();
            }
        }
        throw new IOException("All " + SLOTS + " node slots are taken in " + folder);
    }

    private static Optional<NodeIdentity> tryAcquire(Path file) throws IOException {
        FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            FileLock lock = tryLock(channel);
            if (lock == null) {
                channel.close();
                return Optional.empty();
            }
            return Optional.of(new NodeIdentity(nameIn(channel, place(file)), channel, lock));
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private static FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            // Held by another component of this very process.
            return null;
        }
    }

    private static String nameIn(FileChannel channel, String place) throws IOException {
        ByteBuffer content = ByteBuffer.allocate(MAX_SIZE);
        while (channel.read(content, content.position()) > 0 && content.hasRemaining()) {
            // Until the end of the file.
        }
        List<String> lines = new String(content.array(), 0, content.position(), StandardCharsets.UTF_8)
                .lines()
                .toList();
        if (lines.size() == 2 && lines.get(1).equals(place) && lines.get(0).matches("node-[0-9a-z]{16,40}")) {
            return lines.get(0);
        }
        return write(channel, Ids.next("node-"), place);
    }

    private static String write(FileChannel channel, String name, String place) throws IOException {
        channel.truncate(0);
        ByteBuffer text = ByteBuffer.wrap((name + "\n" + place + "\n").getBytes(StandardCharsets.UTF_8));
        while (text.hasRemaining()) {
            channel.write(text, text.position());
        }
        channel.force(true);
        return name;
    }

    private static String place(Path file) throws IOException {
        String path = file.toRealPath().toString();
        return hostName() + ":" + path.substring(Math.max(0, path.length() - MAX_SIZE / 4));
    }

    private static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "localhost";
        }
    }

    /** At most 50 characters, db-scheduler's column. */
    public String name() {
        return name;
    }

    @Override
    public void close() throws IOException {
        try {
            lock.release();
        } finally {
            channel.close();
        }
    }
}
