package org.platformforge.kernel.extension.call;

import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.regex.Pattern;
import org.platformforge.extension.api.Metrics;

/** Figures of one running release, kept in memory. Thread-safe. */
public final class RecordedMetrics implements Metrics {
    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_.]{0,63}");
    private static final int MOST = 100;

    private interface Figure {
        void into(String name, Map<String, Number> figures);
    }

    private record Count(LongAdder sum) implements Figure {
        @Override
        public void into(String name, Map<String, Number> figures) {
            figures.put(name, sum.sum());
        }
    }

    private record Level(AtomicLong bits) implements Figure {
        @Override
        public void into(String name, Map<String, Number> figures) {
            figures.put(name, Double.longBitsToDouble(bits.get()));
        }
    }

    private record Times(LongAdder count, LongAdder nanos) implements Figure {
        @Override
        public void into(String name, Map<String, Number> figures) {
            figures.put(name + ".count", count.sum());
            figures.put(name + ".seconds", nanos.sum() / 1e9);
        }
    }

    private final Map<String, Figure> figures = new ConcurrentHashMap<>();

    @Override
    public void count(String name, long amount) {
        if (amount > 0 && figure(name, new Count(new LongAdder())) instanceof Count count) {
            count.sum().add(amount);
        }
    }

    @Override
    public void gauge(String name, double value) {
        if (figure(name, new Level(new AtomicLong())) instanceof Level level) {
            level.bits().set(Double.doubleToRawLongBits(value));
        }
    }

    @Override
    public void time(String name, Duration duration) {
        if (figure(name, new Times(new LongAdder(), new LongAdder())) instanceof Times times) {
            times.count().increment();
            times.nanos().add(Math.max(0, duration.toNanos()));
        }
    }

    /** @return null for a name that is none, or one too many */
    private Figure figure(String name, Figure fresh) {
        Figure known = figures.get(name);
        if (known != null) {
            return known;
        }
        if (figures.size() >= MOST || !NAME.matcher(name).matches()) {
            return null;
        }
        Figure before = figures.putIfAbsent(name, fresh);
        return before == null ? fresh : before;
    }

    /** By name, as they are now. */
    public Map<String, Number> read() {
        Map<String, Number> now = new TreeMap<>();
        figures.forEach((name, figure) -> figure.into(name, now));
        return now;
    }
}
