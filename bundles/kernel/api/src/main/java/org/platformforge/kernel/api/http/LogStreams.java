package org.platformforge.kernel.api.http;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.IntSupplier;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Logs as server-sent events: one {@code log} event for each line with its number as id, a comment as heartbeat, and an {@code
 * end} event with the status when nothing more will come. A stream that ends without it is to be opened again, with the last
 * id. Thread-safe.
 */
@ProviderType
public interface LogStreams {
    /** The media type. */
    String SSE = "text/event-stream";

    /**
     * @param number the event's id; grows from line to line
     * @param fields texts and numbers in their order on the wire; null for what is left out
     */
    record Line(long number, Map<String, ?> fields) {}

    /**
     * What a log has after a number.
     *
     * @param next what to ask for next
     * @param more whether there is more already
     * @param end the status when nothing will come after the lines, else null
     */
    record Part(List<Line> lines, long next, boolean more, String end) {}

    /** A log; what it throws ends the stream. */
    @FunctionalInterface
    interface Log {
        Part after(long number);
    }

    /**
     * Streams that may be open, each of which holds a thread; one tenant takes half at most, and one at least. Thread-safe.
     */
    @ProviderType
    interface Places {}

    /** What is written to the client. */
    @FunctionalInterface
    interface Stream {
        void write(OutputStream out) throws IOException;
    }

    /**
     * @param longest when the stream ends although the log goes on
     * @param drain ends it at once; its client comes back to the successor
     * @param after number of the last line the client has
     */
    record Request(String tenantId, Duration longest, Drain drain, long after) {}

    /** Whether an {@code Accept} header asks for a stream. @param accept null for none */
    boolean accepts(String accept);

    /**
     * The number in a {@code Last-Event-ID}.
     *
     * @param header null for none
     * @param none what stands for none
     * @throws org.platformforge.kernel.api.PlatformException {@code VALIDATION} for what is no id of ours
     */
    long lastEvent(String header, long none);

    /** @param most may change at any time */
    Places places(IntSupplier most);

    /**
     * A stream, which takes its place when it is written.
     *
     * @throws org.platformforge.kernel.api.PlatformException {@code UNAVAILABLE} when there is no place for the tenant
     */
    Stream open(Places places, Request request, Log log);
}
