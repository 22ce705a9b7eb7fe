package org.platformforge.kernel.store.testing;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** A small file system, in memory, that a test fills up. For one thread. */
public final class SmallDisk implements AutoCloseable {
    private static final byte[] BLOCK = new byte[4096];

    private final Path folder;
    private ScheduledExecutorService filler;

    private SmallDisk(Path folder) {
        this.folder = folder;
    }

    /**
     * @param folder of the new file system, empty
     * @return empty where file systems cannot be mounted, as in many containers
     */
    public static Optional<SmallDisk> mount(Path folder, int megabytes) {
        boolean mounted = run("mount", "-t", "tmpfs", "-o", "size=" + megabytes + "m", "tmpfs", folder.toString());
        return mounted ? Optional.of(new SmallDisk(folder)) : Optional.empty();
    }

    private static boolean run(String... command) {
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return process.waitFor(30, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    public Path folder() {
        return folder;
    }

    /** Leaves about as many bytes; a {@link #free} ends it. */
    public void fillUpTo(long left) {
        try (OutputStream out = Files.newOutputStream(ballast())) {
            while (folder.toFile().getUsableSpace() > left) {
                out.write(BLOCK);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Leaves no byte, and until {@link #free} takes what others give back. */
    public void fill() {
        takeEverything();
        filler = Executors.newSingleThreadScheduledExecutor();
        filler.scheduleWithFixedDelay(this::takeEverything, 1, 1, TimeUnit.MILLISECONDS);
    }

    private void takeEverything() {
        try (OutputStream out =
                Files.newOutputStream(ballast(), StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
            while (true) {
                out.write(BLOCK);
            }
        } catch (IOException full) {
            return;
        }
    }

    private Path ballast() {
        return folder.resolve("ballast");
    }

    public void free() {
        try {
            if (filler != null) {
                filler.shutdown();
            }
            if (filler != null && !filler.awaitTermination(30, TimeUnit.SECONDS)) {
                throw new IllegalStateException("The disk is still being filled");
            }
            Files.delete(ballast());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        if (filler != null) {
            filler.shutdownNow();
        }
        // Also when somebody still has a file open.
        run("umount", "-l", folder.toString());
    }
}
