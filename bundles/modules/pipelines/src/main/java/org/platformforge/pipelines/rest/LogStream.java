package org.platformforge.pipelines.rest;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.LongFunction;
import javax.ws.rs.core.StreamingOutput;
import org.platformforge.kernel.api.http.Drain;
import org.platformforge.pipelines.domain.RunLog;

/**
 * A run's log as server-sent events: one {@code log} event for each line with its sequence number as id, a comment as
 * heartbeat, and an {@code end} event with the status when the run has ended. One that ends without it is to be opened
 * again. Used by one thread.
 */
final class LogStream implements StreamingOutput {
    private static final long LOOK_MILLIS = 400;
    private static final long HEARTBEAT_NANOS = TimeUnit.SECONDS.toNanos(15);

    private final LongFunction<RunLog.Part> log;
    private final Semaphore places;
    private final Duration longest;
    private final Drain drain;
    private final JsonFactory json = new JsonFactory();
    private long sequence;
    private long lastWrite;

    /**
     * @param log what comes after a sequence number
     * @param places one of which this stream takes while it is written
     * @param longest when the stream ends although the run has not; the client connects again
     * @param drain ends it at once; its client comes back with the number of the last line
     */
    LogStream(LongFunction<RunLog.Part> log, Semaphore places, Duration longest, Drain drain, long after) {
        this.log = log;
        this.places = places;
        this.longest = longest;
        this.drain = drain;
        this.sequence = after;
    }

    @Override
    public void write(OutputStream out) throws IOException {
        // only here, where it is certain that the place is given back: an answer may never get to be written
        if (!places.tryAcquire()) {
            send(out, "retry: 5000\n: too many streams are open\n\n");
            return;
        }
        CountDownLatch over = new CountDownLatch(1);
        try (Drain.Registration ending = drain.onBegin(over::countDown)) {
            send(out, "retry: 1000\n\n");
            follow(out, over);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("The stream was interrupted");
        } finally {
            places.release();
        }
    }

    private void follow(OutputStream out, CountDownLatch over) throws IOException, InterruptedException {
        long end = System.nanoTime() + longest.toNanos();
        while (!drain.begun() && System.nanoTime() < end) {
            RunLog.Part part = log.apply(sequence);
            for (RunLog.Line line : part.lines()) {
                send(out, "id: " + line.sequence() + "\nevent: log\ndata: " + data(line) + "\n\n");
            }
            sequence = part.next();
            if (part.complete()) {
                send(
                        out,
                        "event: end\ndata: {\"status\":\""
                                + WireMapper.wire(part.run().status()) + "\"}\n\n");
                return;
            }
            if (System.nanoTime() - lastWrite >= HEARTBEAT_NANOS) {
                send(out, ": still here\n\n");
            }
            if (part.lines().isEmpty() && over.await(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
                send(out, "retry: 250\n: come again, where another version goes on\n\n");
            }
        }
    }

    private void send(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
        out.flush();
        lastWrite = System.nanoTime();
    }

    private String data(RunLog.Line line) throws IOException {
        StringWriter text = new StringWriter();
        try (JsonGenerator generator = json.createGenerator(text)) {
            generator.writeStartObject();
            generator.writeNumberField("sequence", line.sequence());
            generator.writeStringField("at", line.at().toString());
            generator.writeStringField("stage", line.stage());
            generator.writeStringField("text", line.text());
            generator.writeEndObject();
        }
        return text.toString();
    }
}
