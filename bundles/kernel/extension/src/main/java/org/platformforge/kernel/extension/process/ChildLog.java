package org.platformforge.kernel.extension.process;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.BiConsumer;
import org.platformforge.kernel.extension.wire.Frame;

/** What a process logs and prints, in measure. Thread-safe. */
final class ChildLog {
    /** More a second an honest host does not send; see its own limit. */
    private static final int MOST_LINES = 1000;

    private static final int KEPT = 500;
    private static final int BUFFER = 8192;
    private static final long SECOND = 1_000_000_000;

    private final BiConsumer<Frame, String> lines;
    private final StringBuilder last = new StringBuilder();
    private long began = System.nanoTime();
    private int count;

    /** @param lines is given each line to be logged: as a message, or as printed text */
    ChildLog(BiConsumer<Frame, String> lines) {
        this.lines = lines;
    }

    /** @return whether there were not too many lines */
    boolean line(Frame frame) {
        if (!idle()) {
            return false;
        }
        lines.accept(frame, null);
        return true;
    }

    /** Counts a message that belongs to no call. @return whether there were not too many */
    synchronized boolean idle() {
        long now = System.nanoTime();
        if (now - began > SECOND) {
            began = now;
            count = 0;
        }
        return ++count <= MOST_LINES;
    }

    /** Reads what is printed until the end. */
    void follow(InputStream errors) {
        byte[] buffer = new byte[BUFFER];
        try (errors) {
            for (int length = errors.read(buffer); length >= 0; length = errors.read(buffer)) {
                String text = new String(buffer, 0, length, StandardCharsets.UTF_8).strip();
                if (text.isEmpty()) {
                    continue;
                }
                synchronized (last) {
                    last.append(last.isEmpty() ? "" : " ").append(text);
                    last.delete(0, Math.max(0, last.length() - KEPT));
                }
                // more is lost: it is no way to fill the platform's disk
                if (idle()) {
                    lines.accept(null, text);
                }
            }
        } catch (IOException e) {
            // closed with the process
        }
    }

    /** Why it ended. Of what it printed nothing is repeated: it may be one tenant's, and many are told the reason. */
    String reason(int exitCode) {
        synchronized (last) {
            return "It ended with exit code " + exitCode
                    + (last.indexOf("OutOfMemoryError") < 0 ? "" : ": it needed more memory than it may have");
        }
    }
}
