package org.platformforge.infrastructure.rest;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.LongFunction;
import javax.ws.rs.core.StreamingOutput;
import org.platformforge.infrastructure.logs.LogEntry;
import org.platformforge.infrastructure.logs.LogStore;
import org.platformforge.kernel.api.http.Drain;

/**
 * A log as server-sent events: one {@code log} event for each line, with the line's number as id, and a comment as heartbeat. The client
 * opens it again when it ends, and goes on after the last id. Used by one thread.
 */
final class LogStream implements StreamingOutput {
    private static final long LOOK_MILLIS = 500;
    private static final long HEARTBEAT_NANOS = TimeUnit.SECONDS.toNanos(15);

    private final LongFunction<LogStore.Tail> log;
    private final BooleanSupplier takePlace;
    private final Runnable giveBack;
    private final Duration longest;
    private final Drain drain;
    private final JsonFactory json = new JsonFactory();
    private long number;
    private long lastWrite;

    /**
     * @param log what comes after a number
     * @param takePlace false when there is none
     * @param drain ends it at once; its client comes back with the number of the last line
     */
    LogStream(
            LongFunction<LogStore.Tail> log,
            BooleanSupplier takePlace,
            Runnable giveBack,
            Duration longest,
            Drain drain,
            long after) {
        this.log = log;
        this.takePlace = takePlace;
        this.giveBack = giveBack;
        this.longest = longest;
        this.drain = drain;
        this.number = after;
    }

    @Override
    public void write(OutputStream out) throws IOException {
        // only here, where it is certain that the place is given back: an answer may never get to be written
        if (!takePlace.getAsBoolean()) {
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
            giveBack.run();
        }
    }

    private void follow(OutputStream out, CountDownLatch over) throws IOException, InterruptedException {
        long end = System.nanoTime() + longest.toNanos();
        while (!drain.begun() && System.nanoTime() < end) {
            LogStore.Tail tail = log.apply(number);
            for (LogStore.Numbered line : tail.lines()) {
                send(out, "id: " + line.number() + "\nevent: log\ndata: " + data(line.entry()) + "\n\n");
            }
            number = tail.next();
            if (System.nanoTime() - lastWrite >= HEARTBEAT_NANOS) {
                send(out, ": still here\n\n");
            }
            if (tail.lines().isEmpty() && over.await(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
                send(out, "retry: 250\n: come again, where another version goes on\n\n");
            }
        }
    }

    private void send(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
        out.flush();
        lastWrite = System.nanoTime();
    }

    private String data(LogEntry entry) throws IOException {
        StringWriter text = new StringWriter();
        try (JsonGenerator generator = json.createGenerator(text)) {
            generator.writeStartObject();
            generator.writeStringField("timestamp", entry.timestamp().toString());
            field(generator, "level", entry.level());
            field(generator, "service", entry.service());
            field(generator, "environment", entry.environment());
            field(generator, "instance", entry.instance());
            field(generator, "logger", entry.logger());
            field(generator, "request_id", entry.requestId());
            field(generator, "message", entry.message());
            field(generator, "stack_trace", entry.stackTrace());
            generator.writeEndObject();
        }
        return text.toString();
    }

    private static void field(JsonGenerator generator, String name, String value) throws IOException {
        if (value != null) {
            generator.writeStringField(name, value);
        }
    }
}
