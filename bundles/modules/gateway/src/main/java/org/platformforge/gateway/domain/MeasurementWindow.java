package org.platformforge.gateway.domain;

import java.util.Optional;
import java.util.UUID;
import org.HdrHistogram.Histogram;

/** One minute of one service while it is being measured. Thread-safe. */
final class MeasurementWindow {
    private static final int DIGITS = 2;
    private static final long MAX_MICROS = 3_600_000_000L;

    /** The same in every reading, so that what is written meanwhile is not counted twice. */
    private final String part = UUID.randomUUID().toString();

    private final Histogram latency = new Histogram(DIGITS);
    private long requests;
    private long errors;
    private boolean closed;

    /** @return false when the minute has been closed meanwhile */
    synchronized boolean add(int status, long micros) {
        if (closed) {
            return false;
        }
        requests++;
        if (status >= 500) {
            errors++;
        }
        latency.recordValue(Math.max(0, Math.min(MAX_MICROS, micros)));
        return true;
    }

    /** Ends the minute; empty when it was closed before. */
    synchronized Optional<Measurement> close(MetricRecorder.Key key) {
        if (closed) {
            return Optional.empty();
        }
        closed = true;
        return Optional.of(snapshot(key));
    }

    /** As far as it is measured; empty when the minute is closed. */
    synchronized Optional<Measurement> peek(MetricRecorder.Key key) {
        return closed ? Optional.empty() : Optional.of(snapshot(key));
    }

    private Measurement snapshot(MetricRecorder.Key key) {
        return new Measurement(
                key.tenantId(),
                key.service(),
                key.environment(),
                key.epochMinute(),
                part,
                requests,
                errors,
                latency.copy());
    }
}
