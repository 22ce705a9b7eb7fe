package org.platformforge.kernel.http.dialect;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import org.platformforge.kernel.api.http.Dialect;

/**
 * Puts a dialect's envelope around a success body by writing the bytes before and after it; the body is neither parsed
 * nor copied. Thread-safe.
 */
public final class Envelope {
    /** The version of document 002's {@code meta}. */
    public static final String VERSION = "1.0";

    private static final byte[] FORGE_HEAD = bytes("{\"status\":\"success\",\"data\":");
    private static final byte[] PAAS_HEAD = bytes("{\"success\":true");
    private static final byte[] NULL = bytes("null");

    private final Timestamps timestamps;

    public Envelope() {
        this(Clock.systemUTC());
    }

    public Envelope(Clock clock) {
        this.timestamps = new Timestamps(clock);
    }

    /** Starts an answer; the caller then writes the body's JSON into the buffer and calls {@link #close}. */
    public void open(BodyBuffer out, RenderContext context) {
        if (context.dialect() == Dialect.PLATFORM_FORGE) {
            out.write(FORGE_HEAD);
        } else if (context.dialect() == Dialect.PAAS) {
            out.write(PAAS_HEAD);
        }
    }

    /**
     * Ends an answer.
     *
     * @param bodyStart where in the buffer the body begins, as {@link BodyBuffer#size()} was after {@link #open}
     */
    public void close(BodyBuffer out, int bodyStart, RenderContext context) {
        if (context.dialect() == Dialect.PLATFORM_FORGE) {
            closeForge(out, bodyStart, context);
        } else if (context.dialect() == Dialect.PAAS) {
            closePaas(out, bodyStart);
        }
    }

    private void closeForge(BodyBuffer out, int bodyStart, RenderContext context) {
        if (out.size() == bodyStart) {
            out.write(NULL);
        }
        out.write(bytes(",\"meta\":{\"timestamp\":\"" + timestamps.now() + "\",\"version\":\"" + VERSION
                + "\",\"request_id\":\"" + escaped(context.requestId()) + "\"}}"));
    }

    /** The body's own fields follow {@code "success":true} in the same object; what is no object becomes "data". */
    private static void closePaas(BodyBuffer out, int bodyStart) {
        boolean empty =
                out.size() == bodyStart || out.endsWithFrom(bodyStart, "null") || out.endsWithFrom(bodyStart, "{}");
        if (empty) {
            out.truncate(bodyStart);
            out.write('}');
        } else if (out.byteAt(bodyStart) == '{') {
            out.replace(bodyStart, ',');
        } else {
            out.insert(bodyStart, bytes(",\"data\":"));
            out.write('}');
        }
    }

    private static String escaped(String text) {
        return new String(JsonStringEncoder.getInstance().quoteAsString(text));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
