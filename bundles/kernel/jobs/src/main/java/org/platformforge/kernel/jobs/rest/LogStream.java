package org.platformforge.kernel.jobs.rest;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.BooleanSupplier;
import javax.ws.rs.core.StreamingOutput;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.http.Drain;
import org.platformforge.kernel.api.jobs.Operation;
import org.platformforge.kernel.api.jobs.Operations;
import org.platformforge.kernel.api.jobs.Operations.LogLine;
import org.platformforge.kernel.jobs.engine.Signals;

/**
 * An operation's log as server-sent events: one {@code log} event for each line with its sequence number as id, a
 * comment as heartbeat, and an {@code end} event with the status when the operation has ended. One that ends without
 * it is to be opened again. Used by one thread.
 */
final class LogStream implements StreamingOutput {
    private static final int BATCH = 200;
    private static final Duration LOOK_AGAIN = Duration.ofMillis(500);

    /**
     * @param heartbeat longest silence
     * @param longest when the stream ends although the operation has not; the client connects again
     * @param closed whether the platform stops
     */
    record Limits(Duration heartbeat, Duration longest, BooleanSupplier closed) {}

    /** Which log, for whom. @param after sequence number of the last line the client has */
    record Request(String tenantId, String id, long after) {}

    private final Operations operations;
    private final Signals signals;
    private final Places places;
    private final Limits limits;
    private final Drain drain;
    private final Request request;
    private final JsonFactory json = new JsonFactory();
    private long sequence;
    private long lastWrite;

    /**
     * @param places one of which this stream takes while it is written
     * @param drain ends it at once; its client comes back with the number of the last line
     */
    LogStream(Operations operations, Signals signals, Places places, Limits limits, Drain drain, Request request) {
        this.operations = operations;
        this.signals = signals;
        this.places = places;
        this.limits = limits;
        this.drain = drain;
        this.request = request;
        this.sequence = request.after();
    }

    @Override
    public void write(OutputStream out) throws IOException {
        // Only here, where it is certain that the place is given back: an answer may never get to be written.
        if (!places.take(request.tenantId())) {
            send(out, "retry: 5000\n: too many streams are open\n\n");
            return;
        }
        try (Signals.Subscription news = signals.subscribe(request.id());
                Drain.Registration ending = drain.onBegin(news::wake)) {
            long end = System.nanoTime() + limits.longest().toNanos();
            send(out, "retry: 1000\n\n");
            while (!drain.begun() && !limits.closed().getAsBoolean() && System.nanoTime() < end) {
                // The status first: whatever was logged before the end is then seen by the read that follows.
                Operation operation = operations
                        .find(request.tenantId(), request.id())
                        .orElseThrow(() -> PlatformException.notFound("Operation", request.id()));
                sendLines(out);
                if (operation.status().finished()) {
                    send(out, "event: end\ndata: " + status(operation) + "\n\n");
                    return;
                }
                beat(out);
                news.await(LOOK_AGAIN);
            }
            if (drain.begun()) {
                send(out, "retry: 250\n: come again, where another version goes on\n\n");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("The stream was interrupted");
        } finally {
            places.giveBack(request.tenantId());
        }
    }

    private void sendLines(OutputStream out) throws IOException {
        List<LogLine> lines;
        do {
            lines = operations.logs(request.tenantId(), request.id(), sequence, BATCH);
            StringBuilder events = new StringBuilder();
            for (LogLine line : lines) {
                events.append("id: ").append(line.sequence()).append("\nevent: log\ndata: ");
                events.append(data(line)).append("\n\n");
                sequence = line.sequence();
            }
            if (!lines.isEmpty()) {
                send(out, events.toString());
            }
        } while (lines.size() == BATCH);
    }

    private void beat(OutputStream out) throws IOException {
        if (System.nanoTime() - lastWrite >= limits.heartbeat().toNanos()) {
            send(out, ": still here\n\n");
        }
    }

    private void send(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
        out.flush();
        lastWrite = System.nanoTime();
    }

    private String data(LogLine line) throws IOException {
        StringWriter text = new StringWriter();
        try (JsonGenerator generator = json.createGenerator(text)) {
            generator.writeStartObject();
            generator.writeNumberField("sequence", line.sequence());
            generator.writeStringField("at", line.at().toString());
            generator.writeStringField("step", line.step());
            generator.writeStringField("text", line.text());
            generator.writeEndObject();
        }
        return text.toString();
    }

    private static String status(Operation operation) {
        return "{\"status\":\"" + operation.status().name().toLowerCase(Locale.ROOT) + "\"}";
    }
}
