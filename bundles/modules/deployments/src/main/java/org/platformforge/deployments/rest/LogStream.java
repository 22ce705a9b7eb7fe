package org.platformforge.deployments.rest;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import javax.ws.rs.core.StreamingOutput;
import org.platformforge.deployments.domain.Deployment;
import org.platformforge.deployments.domain.LogEntry;
import org.platformforge.deployments.domain.LogKeeper;
import org.platformforge.deployments.domain.Status;
import org.platformforge.kernel.api.http.Drain;

/**
 * A deployment's log as server-sent events: one {@code log} event for each line with its number as id, a comment as
 * heartbeat, and an {@code end} event when nothing more will be written. One that ends without it is to be opened again.
 * Used by one thread.
 */
final class LogStream implements StreamingOutput {
    private static final int BATCH = 200;
    private static final long LOOK_MILLIS = 500;
    private static final long HEARTBEAT_NANOS = TimeUnit.SECONDS.toNanos(15);

    private final Supplier<Deployment> deployment;
    private final LogKeeper logs;
    private final StreamPlaces places;
    private final String tenantId;
    private final Duration longest;
    private final Drain drain;
    private final JsonFactory json = new JsonFactory();
    private long sequence;
    private long lastWrite;

    /**
     * @param deployment as it is at each time
     * @param after number of the last line the client has
     */
    LogStream(
            Supplier<Deployment> deployment,
            LogKeeper logs,
            StreamPlaces places,
            String tenantId,
            Duration longest,
            Drain drain,
            long after) {
        this.deployment = deployment;
        this.logs = logs;
        this.places = places;
        this.tenantId = tenantId;
        this.longest = longest;
        this.drain = drain;
        this.sequence = after;
    }

    @Override
    public void write(OutputStream out) throws IOException {
        // only here, where it is certain that the place is given back: an answer may never get to be written
        if (!places.take(tenantId)) {
            send(out, "retry: 5000\n: too many streams are open\n\n");
            return;
        }
        Semaphore wake = new Semaphore(0);
        try (Drain.Registration ending = drain.onBegin(wake::release)) {
            long end = System.nanoTime() + longest.toNanos();
            send(out, "retry: 1000\n\n");
            boolean woken = false;
            while (!woken && System.nanoTime() < end) {
                // the state first: whatever was written before the end is then seen by the read that follows
                Deployment now = deployment.get();
                logs.collect(now);
                sendLines(out, now);
                if (isOver(now)) {
                    send(out, "event: end\ndata: {\"status\":\"" + WireMapper.wire(now.status()) + "\"}\n\n");
                    return;
                }
                beat(out);
                woken = wake.tryAcquire(LOOK_MILLIS, TimeUnit.MILLISECONDS);
            }
            if (drain.begun()) {
                send(out, "retry: 250\n: come again, where another version goes on\n\n");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("The stream was interrupted");
        } finally {
            places.giveBack(tenantId);
        }
    }

    private static boolean isOver(Deployment now) {
        return !now.work().busy() && now.status() != Status.RUNNING;
    }

    private void sendLines(OutputStream out, Deployment now) throws IOException {
        List<LogEntry> lines;
        do {
            lines = logs.after(now, sequence, BATCH);
            StringBuilder events = new StringBuilder();
            for (LogEntry line : lines) {
                events.append("id: ").append(line.sequence()).append("\nevent: log\ndata: ");
                events.append(data(line)).append("\n\n");
                sequence = line.sequence();
            }
            if (!lines.isEmpty()) {
                send(out, events.toString());
            }
        } while (lines.size() >= BATCH);
    }

    private void beat(OutputStream out) throws IOException {
        if (System.nanoTime() - lastWrite >= HEARTBEAT_NANOS) {
            send(out, ": still here\n\n");
        }
    }

    private void send(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
        out.flush();
        lastWrite = System.nanoTime();
    }

    private String data(LogEntry line) throws IOException {
        StringWriter text = new StringWriter();
        try (JsonGenerator generator = json.createGenerator(text)) {
            generator.writeStartObject();
            generator.writeNumberField("sequence", line.sequence());
            generator.writeStringField("at", line.at().toString());
            generator.writeStringField("stage", WireMapper.wire(line.stage()));
            generator.writeStringField("source", line.source());
            generator.writeStringField("text", line.line());
            generator.writeEndObject();
        }
        return text.toString();
    }
}
