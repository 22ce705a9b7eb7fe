package org.platformforge.kernel.extension.host;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.extension.wire.Failures;
import org.platformforge.kernel.extension.wire.Frame;
import org.platformforge.kernel.extension.wire.Frames;

/** The way to the platform: what it is asked, and what it answered. Thread-safe. */
final class Link {
    private final OutputStream out;
    private final Map<Long, CompletableFuture<Frame>> asked = new ConcurrentHashMap<>();
    private final AtomicLong numbers = new AtomicLong();

    Link(OutputStream out) {
        this.out = out;
    }

    /** @throws IOException when the message is too large; nothing has been sent then */
    void send(Frame frame) throws IOException {
        byte[] bytes = Frames.bytes(frame);
        synchronized (out) {
            try {
                out.write(bytes);
                out.flush();
            } catch (IOException e) {
                // nobody is there any more for whom there would be something to do
                Runtime.getRuntime().halt(Main.NO_PLATFORM);
            }
        }
    }

    /** An operation in the call this thread is in, to be filled. */
    static ObjectNode operation(String name) {
        return Frames.head("op").put("op", name);
    }

    JsonNode ask(ObjectNode head) throws IOException, InterruptedException {
        return json(ask(head, new byte[0]));
    }

    /** As {@link #ask}, for methods that declare no exception of their own. */
    JsonNode askQuietly(ObjectNode head) {
        try {
            return ask(head);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw PlatformException.of(ErrorKind.UNAVAILABLE, "The call was ended")
                    .withCause(e);
        } catch (InterruptedIOException e) {
            throw PlatformException.of(ErrorKind.UNAVAILABLE, "The call was ended")
                    .withCause(e);
        } catch (IOException e) {
            throw PlatformException.of(ErrorKind.VALIDATION, "It is too large for the platform")
                    .withCause(e);
        }
    }

    private static JsonNode json(Frame reply) throws IOException {
        return reply.body().length == 0 ? reply.head().path("value") : Frames.JSON.readTree(reply.body());
    }

    /**
     * Asks in the call this thread is in, and waits.
     *
     * @throws IOException the platform's own, or when the message is too large
     * @throws IllegalStateException outside of a call
     */
    Frame ask(ObjectNode head, byte[] body) throws IOException, InterruptedException {
        long id = numbers.incrementAndGet();
        CompletableFuture<Frame> answer = new CompletableFuture<>();
        asked.put(id, answer);
        try {
            send(new Frame(head.put("id", id).put("call", CallScope.current().id()), body));
            Frame reply = answer.get();
            JsonNode failure = reply.head().path("failure");
            if (failure.isObject()) {
                throw thrown(Failures.read(failure));
            }
            return reply;
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        } finally {
            asked.remove(id);
        }
    }

    private static IOException thrown(Exception failure) {
        if (failure instanceof RuntimeException runtime) {
            throw runtime;
        }
        return failure instanceof IOException io ? io : new IOException(failure.getMessage(), failure);
    }

    /** The platform's answer has come. */
    void replied(Frame reply) {
        CompletableFuture<Frame> waiting = asked.remove(reply.number("id"));
        if (waiting != null) {
            waiting.complete(reply);
        }
    }
}
