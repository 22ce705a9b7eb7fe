package org.platformforge.kernel.extension.host;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import java.util.stream.Stream;
import org.platformforge.kernel.extension.wire.Frame;
import org.platformforge.kernel.extension.wire.Frames;

/** Sends what is logged to the platform's log, so many lines a second and no more. Thread-safe. */
final class LogHandler extends Handler {
    /** Below what the platform takes for a flood. */
    private static final int LINES = 100;

    private static final int LONGEST = 8000;
    private static final long SECOND = 1_000_000_000;

    // held, because the log manager does not hold them and would forget what was set
    private static final Logger ROOT = Logger.getLogger("");

    /** What the host itself is built of, which is of no interest to who reads the platform's log. */
    private static final List<Logger> OWN = Stream.of(
                    "org.apache.cxf", "org.hibernate", "org.apache.felix", "org.apache.ws")
            .map(Logger::getLogger)
            .toList();

    private final Link link;
    private final SimpleFormatter formatter = new SimpleFormatter();
    private long began = System.nanoTime();
    private int lines;
    private int dropped;

    private LogHandler(Link link) {
        this.link = link;
        setLevel(Level.INFO);
    }

    static void install(Link link) {
        LogManager.getLogManager().reset();
        ROOT.addHandler(new LogHandler(link));
        OWN.forEach(logger -> logger.setLevel(Level.SEVERE));
    }

    @Override
    public void publish(LogRecord entry) {
        if (!isLoggable(entry)) {
            return;
        }
        int missing;
        synchronized (this) {
            long now = System.nanoTime();
            if (now - began > SECOND) {
                began = now;
                lines = 0;
            }
            if (++lines > LINES) {
                dropped++;
                return;
            }
            missing = dropped;
            dropped = 0;
        }
        StringWriter text = new StringWriter();
        text.append(formatter.formatMessage(entry));
        if (entry.getThrown() != null) {
            text.append('\n');
            entry.getThrown().printStackTrace(new PrintWriter(text));
        }
        if (missing > 0) {
            text.append("\n(").append(Integer.toString(missing)).append(" lines before it were left out)");
        }
        send(entry, text.toString());
    }

    private void send(LogRecord entry, String text) {
        try {
            link.send(new Frame(Frames.head("log")
                    .put("level", entry.getLevel().intValue())
                    .put("logger", entry.getLoggerName())
                    .put("text", text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "…")));
        } catch (IOException e) {
            throw new IllegalStateException("A line of the log cannot be too large", e);
        }
    }

    @Override
    public void flush() {
        // every line is sent at once
    }

    @Override
    public void close() {
        // the link outlives the log
    }
}
