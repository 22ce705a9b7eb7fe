package org.platformforge.kernel.extension.process;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.platformforge.kernel.extension.wire.Frame;

/** What has come for one call and has not been looked at yet. Thread-safe. */
final class Mailbox {
    /** More an honest host does not ask at once: each of its threads waits for the reply. */
    private static final int MOST = 256;

    /** What became of a message. */
    enum Put {
        KEPT,
        TOO_MANY,
        NOBODY_WAITS
    }

    private final Deque<Frame> frames = new ArrayDeque<>();
    private boolean closed;
    private boolean left;

    synchronized Put put(Frame frame) {
        if (left) {
            return Put.NOBODY_WAITS;
        }
        if (frames.size() == MOST) {
            return Put.TOO_MANY;
        }
        frames.add(frame);
        notifyAll();
        return Put.KEPT;
    }

    /** The process is gone. */
    synchronized void close() {
        closed = true;
        notifyAll();
    }

    /** Nobody waits any more. @return what nobody has looked at */
    synchronized List<Frame> leave() {
        left = true;
        List<Frame> unread = List.copyOf(frames);
        frames.clear();
        return unread;
    }

    /** @return null when the process is gone */
    synchronized Frame take() throws InterruptedException {
        while (frames.isEmpty()) {
            if (closed) {
                return null;
            }
            wait();
        }
        return frames.poll();
    }
}
