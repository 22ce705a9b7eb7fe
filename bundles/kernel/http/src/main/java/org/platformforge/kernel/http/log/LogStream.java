package org.platformforge.kernel.http.log;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.platformforge.kernel.api.http.Drain;
import org.platformforge.kernel.api.http.LogStreams;

/** Used by one thread. */
final class LogStream implements LogStreams.Stream {
    private static final JsonFactory JSON = new JsonFactory();

    private final TenantPlaces places;
    private final LogStreams.Request request;
    private final LogStreams.Log log;
    private final Pace pace;
    private long lastWrite;

    /**
     * @param look how long until the log is looked at again
     * @param heartbeat the longest silence
     */
    record Pace(Duration look, Duration heartbeat) {
        static final Pace USUAL = new Pace(Duration.ofMillis(500), Duration.ofSeconds(15));
    }

    LogStream(TenantPlaces places, LogStreams.Request request, LogStreams.Log log, Pace pace) {
        this.places = places;
        this.request = request;
        this.log = log;
        this.pace = pace;
    }

    @Override
    public void write(OutputStream out) throws IOException {
        // only here, where it is certain that the place is given back: an answer may never get to be written
        if (!places.take(request.tenantId())) {
            send(out, "retry: 5000\n: too many streams are open\n\n");
            return;
        }
        CountDownLatch over = new CountDownLatch(1);
        try (Drain.Registration ending = request.drain().onBegin(over::countDown)) {
            send(out, "retry: 1000\n\n");
            follow(out, over);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("The stream was interrupted");
        } finally {
            places.giveBack(request.tenantId());
        }
    }

    private void follow(OutputStream out, CountDownLatch over) throws IOException, InterruptedException {
        long end = System.nanoTime() + request.longest().toNanos();
        long number = request.after();
        while (!request.drain().begun() && System.nanoTime() < end) {
            LogStreams.Part part = log.after(number);
            lines(out, part);
            number = part.next();
            if (part.end() != null) {
                send(out, "event: end\ndata: " + json(Map.of("status", part.end())) + "\n\n");
                return;
            }
            if (System.nanoTime() - lastWrite >= pace.heartbeat().toNanos()) {
                send(out, ": still here\n\n");
            }
            if (!part.more() && over.await(pace.look().toMillis(), TimeUnit.MILLISECONDS)) {
                break;
            }
        }
        if (request.drain().begun()) {
            send(out, "retry: 250\n: come again, where another version goes on\n\n");
        }
    }

    private void lines(OutputStream out, LogStreams.Part part) throws IOException {
        StringBuilder events = new StringBuilder();
        for (LogStreams.Line line : part.lines()) {
            events.append("id: ").append(line.number()).append("\nevent: log\ndata: ");
            events.append(json(line.fields())).append("\n\n");
        }
        if (!events.isEmpty()) {
            send(out, events.toString());
        }
    }

    private void send(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
        out.flush();
        lastWrite = System.nanoTime();
    }

    private static String json(Map<String, ?> fields) throws IOException {
        StringWriter text = new StringWriter();
        try (JsonGenerator generator = JSON.createGenerator(text)) {
            generator.writeStartObject();
            for (Map.Entry<String, ?> field : fields.entrySet()) {
                if (field.getValue() instanceof Number number) {
                    generator.writeNumberField(field.getKey(), number.longValue());
                } else if (field.getValue() != null) {
                    generator.writeStringField(field.getKey(), field.getValue().toString());
                }
            }
            generator.writeEndObject();
        }
        return text.toString();
    }
}
