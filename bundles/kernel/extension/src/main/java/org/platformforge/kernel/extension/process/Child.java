package org.platformforge.kernel.extension.process;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.extension.wire.Failures;
import org.platformforge.kernel.extension.wire.Frame;
import org.platformforge.kernel.extension.wire.Frames;

/**
 * One process of an extension and the way to it. Nothing it says is believed: what does not keep to the protocol and its
 * limits ends it. Thread-safe.
 */
final class Child {
    /** A call that was told to end has so long, and the process no longer. */
    private static final long GRACE_NANOS = Duration.ofSeconds(3).toNanos();

    /** Messages that wait to be sent to a process that does not listen. */
    private static final int MOST_WAITING = 1024;

    /** Bytes that have come and have not been looked at. */
    private static final long MOST_BYTES = 64L << 20;

    private static final long LAST_WORDS_MILLIS = 500;
    private static final long ENDING_MILLIS = 500;

    private final String name;
    private final Process process;
    private final Runnable killing;
    private final ChildLog log;
    private final BlockingQueue<byte[]> outgoing = new ArrayBlockingQueue<>(MOST_WAITING);
    private final Map<Long, Mailbox> calls = new ConcurrentHashMap<>();

    /** Calls nobody waits for any more, with the time at which they were told to end. */
    private final Map<Long, Long> cancelled = new ConcurrentHashMap<>();

    private final AtomicLong numbers = new AtomicLong();
    private final AtomicLong unread = new AtomicLong();
    private final CompletableFuture<Frame> introduction = new CompletableFuture<>();
    private final CompletableFuture<String> ended = new CompletableFuture<>();
    private volatile String fault;

    /**
     * @param name of the release, for threads and messages
     * @param killing ends everything that belongs to the process at once
     */
    Child(String name, Process process, Runnable killing, BiConsumer<Frame, String> lines) {
        this.name = name;
        this.process = process;
        this.killing = killing;
        this.log = new ChildLog(lines);
        Thread reader = thread("reads", this::read);
        Thread writer = thread("writes", this::write);
        Thread errors = thread("errors", () -> log.follow(process.getErrorStream()));
        process.onExit().thenAccept(gone -> {
            try {
                // what it said last says why
                errors.join(LAST_WORDS_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            over(gone.exitValue(), writer);
        });
        reader.start();
        writer.start();
        errors.start();
    }

    private Thread thread(String does, Runnable work) {
        Thread thread = new Thread(null, work, "forge-process " + name + " " + does, 0, false);
        thread.setDaemon(true);
        return thread;
    }

    private void over(int exitCode, Thread writer) {
        String reason = fault != null ? fault : log.reason(exitCode);
        writer.interrupt();
        introduction.completeExceptionally(new IOException(reason));
        ended.complete(reason);
        calls.values().forEach(Mailbox::close);
    }

    /** What it says of itself, {@code ready} or {@code failed}; fails when it ends before. */
    CompletableFuture<Frame> introduction() {
        return introduction;
    }

    /** Whether calls can be made. */
    boolean isReady() {
        return introduction.isDone()
                && !introduction.isCompletedExceptionally()
                && introduction.join().type().equals("ready")
                && !ended.isDone();
    }

    /** Why it has ended, when it has. */
    CompletableFuture<String> ended() {
        return ended;
    }

    long pid() {
        return process.pid();
    }

    ProcessHandle handle() {
        return process.toHandle();
    }

    /** Ends it at once, because of what it did. */
    void kill(String reason) {
        if (fault == null) {
            fault = reason;
        }
        killing.run();
    }

    /** Lets it end by itself within the patience. */
    void stop(Duration patience) throws InterruptedException {
        fault = "It was stopped";
        send(new Frame(Frames.head("stop")));
        if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
            killing.run();
        }
    }

    /** @return whether it is gone */
    boolean awaitEnd(Duration patience) throws InterruptedException {
        return process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** @return false when the message is too large; nothing is sent then */
    boolean send(Frame frame) {
        byte[] bytes;
        try {
            bytes = Frames.bytes(frame);
        } catch (IOException e) {
            return false;
        }
        if (!outgoing.offer(bytes)) {
            kill("It does not read what the platform sends");
        }
        return true;
    }

    /**
     * Makes a call and does meanwhile what the other side asks for in it.
     *
     * @return the answer
     * @throws PlatformException {@code UNAVAILABLE} when the process ends before
     * @throws Exception what the extension has thrown, or told in its place
     */
    Frame call(ObjectNode head, byte[] body, Operations operations) throws Exception {
        long id = numbers.incrementAndGet();
        Mailbox box = new Mailbox();
        calls.put(id, box);
        boolean over = true;
        try {
            if (ended.isDone()) {
                throw gone();
            }
            if (!send(new Frame(head.put("id", id), body))) {
                throw PlatformException.of(ErrorKind.UNPROCESSABLE, "It is too large to be given to " + name);
            }
            over = false;
            while (true) {
                Frame frame = box.take();
                if (frame == null) {
                    throw gone();
                }
                unread.addAndGet(-weight(frame));
                if (frame.type().equals("answer")) {
                    over = true;
                    return answered(frame, operations);
                }
                Frame reply = operations.execute(frame);
                reply(frame.number("id"), reply);
            }
        } finally {
            if (!over && !ended.isDone()) {
                cancelled.put(id, System.nanoTime());
                send(new Frame(Frames.head("cancel").put("id", id)));
            }
            leave(id, box);
        }
    }

    private void reply(long id, Frame reply) {
        reply.head().put("id", id);
        if (!send(reply)) {
            refuse(id, "The answer is too large to be given to the extension");
        }
    }

    private void refuse(long id, String reason) {
        ObjectNode reply = Frames.head("reply").put("id", id);
        reply.set("failure", Failures.write(new IllegalStateException(reason)));
        send(new Frame(reply));
    }

    /** Nobody waits for the call any more; what comes for it later is told to end or forgotten. */
    private void leave(long id, Mailbox box) {
        for (Frame frame : box.leave()) {
            unread.addAndGet(-weight(frame));
            if (frame.type().equals("answer")) {
                cancelled.remove(id);
            }
        }
        calls.remove(id);
    }

    private static Frame answered(Frame answer, Operations operations) throws Exception {
        operations.measured(answer.head().path("figures"));
        if (answer.head().path("failure").isObject()) {
            throw Failures.told(answer.head().path("failure"));
        }
        return answer;
    }

    private PlatformException gone() {
        return PlatformException.of(ErrorKind.UNAVAILABLE, "The process of " + name + " ended during the call")
                .withRetryAfter(Duration.ofSeconds(1));
    }

    /** Ends the process when it goes on with a call that is over; from time to time. */
    void watch() {
        long now = System.nanoTime();
        if (cancelled.values().stream().anyMatch(since -> now - since > GRACE_NANOS)) {
            kill("It went on with a call whose time was over");
        }
    }

    private void write() {
        try (OutputStream out = new BufferedOutputStream(process.getOutputStream(), 1 << 16)) {
            while (!ended.isDone()) {
                out.write(outgoing.take());
                out.flush();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            killUnlessEnding("It has closed the channel");
        }
    }

    /** A channel that breaks off is mostly that of a process that ends, which has a better reason. */
    private void killUnlessEnding(String reason) {
        try {
            if (!process.waitFor(ENDING_MILLIS, TimeUnit.MILLISECONDS)) {
                kill(reason);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void read() {
        try {
            DataInputStream in = new DataInputStream(new BufferedInputStream(process.getInputStream(), 1 << 16));
            for (Frame frame = Frames.read(in); frame != null; frame = Frames.read(in)) {
                String wrong = take(frame);
                if (wrong != null) {
                    kill(wrong);
                    return;
                }
            }
            killUnlessEnding("It has closed the channel");
        } catch (EOFException e) {
            killUnlessEnding("It has closed the channel");
        } catch (IOException e) {
            kill("It does not keep to the protocol: " + e.getMessage());
        }
    }

    /** @return what is wrong with it, null when nothing is */
    private String take(Frame frame) {
        switch (frame.type()) {
            case "ready", "failed" -> {
                if (frame.type().equals("failed") && fault == null) {
                    fault = frame.text("text");
                }
                return introduction.complete(frame) ? null : "It introduced itself twice";
            }
            case "log" -> {
                return log.line(frame) ? null : "It floods the log";
            }
            case "op", "answer" -> {
                return forCall(frame);
            }
            default -> {
                return "It sent a message of no known type";
            }
        }
    }

    private String forCall(Frame frame) {
        boolean answer = frame.type().equals("answer");
        long id = frame.number(answer ? "id" : "call");
        Mailbox box = calls.get(id);
        if (box != null) {
            boolean room = unread.addAndGet(weight(frame)) <= MOST_BYTES;
            Mailbox.Put put = box.put(frame);
            if (!room || put == Mailbox.Put.TOO_MANY) {
                return "It asks for too much at once";
            }
            if (put == Mailbox.Put.KEPT) {
                return null;
            }
            unread.addAndGet(-weight(frame));
        }
        if (answer) {
            cancelled.remove(id);
            return null;
        }
        refuse(frame.number("id"), "The call is over");
        return log.idle() ? null : "It asks again and again for calls that are over";
    }

    /** What it takes in memory, roughly. */
    private static long weight(Frame frame) {
        return frame.size() + 1024L;
    }
}
