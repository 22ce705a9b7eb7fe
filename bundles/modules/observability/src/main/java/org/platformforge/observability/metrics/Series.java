package org.platformforge.observability.metrics;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.platformforge.kernel.api.metrics.DurationHistogram;
import org.platformforge.kernel.api.metrics.MetricSink;

/**
 * What one source has told, checked: a wrong figure is left out and never breaks the page of all others. Written by the source's
 * thread and read by another; after {@link #close} nothing more comes in. Thread-safe.
 */
final class Series implements MetricSink {
    private static final Pattern NAME = Pattern.compile("[a-zA-Z_:][a-zA-Z0-9_:]{0,127}");
    private static final Pattern LABEL = Pattern.compile("(?!__)[a-zA-Z_][a-zA-Z0-9_]{0,63}");
    private static final int LONGEST_VALUE = 200;
    private static final int MOST_LABELS = 8;

    enum Type {
        GAUGE,
        COUNTER,
        HISTOGRAM
    }

    /** @param samples by their labels: a number, or a {@link DurationHistogram.Snapshot} */
    record Family(String name, String help, Type type, Map<String, Object> samples) {}

    private final Map<String, Family> families = new LinkedHashMap<>();
    private int series;
    private int dropped;
    private boolean closed;

    @Override
    public void gauge(String name, String help, double value, String... labels) {
        add(name, help, Type.GAUGE, value, labels);
    }

    @Override
    public void counter(String name, String help, double value, String... labels) {
        if (name != null && name.endsWith("_total") && value >= 0) {
            add(name, help, Type.COUNTER, value, labels);
        } else {
            drop();
        }
    }

    @Override
    public void histogram(String name, String help, DurationHistogram durations, String... labels) {
        if (durations != null && name != null && name.endsWith("_seconds")) {
            add(name, help, Type.HISTOGRAM, durations.snapshot(), labels);
        } else {
            drop();
        }
    }

    private synchronized void drop() {
        dropped++;
    }

    private synchronized void add(String name, String help, Type type, Object value, String... labels) {
        String key = name != null && NAME.matcher(name).matches() ? labels(labels) : null;
        if (closed || key == null || series >= MOST_SERIES) {
            dropped++;
            return;
        }
        Family family = families.computeIfAbsent(
                name, any -> new Family(name, help == null ? "" : help, type, new LinkedHashMap<>()));
        if (family.type() != type || family.samples().putIfAbsent(key, value) != null) {
            dropped++;
        } else {
            series++;
        }
    }

    /** @return null when they are wrong */
    private static String labels(String... labels) {
        if (labels == null || labels.length % 2 != 0 || labels.length > 2 * MOST_LABELS) {
            return null;
        }
        StringBuilder text = new StringBuilder();
        Set<String> names = new LinkedHashSet<>();
        for (int i = 0; i < labels.length; i += 2) {
            String name = labels[i];
            if (name == null || !LABEL.matcher(name).matches() || name.equals("le") || !names.add(name)) {
                return null;
            }
            text.append(i == 0 ? "" : ",").append(name).append("=\"");
            escape(labels[i + 1] == null ? "" : labels[i + 1], text);
            text.append('"');
        }
        return text.toString();
    }

    private static void escape(String value, StringBuilder text) {
        int end = Math.min(value.length(), LONGEST_VALUE);
        for (int i = 0; i < end; i++) {
            char c = value.charAt(i);
            switch (c) {
                case '\\' -> text.append("\\\\");
                case '"' -> text.append("\\\"");
                case '\n' -> text.append("\\n");
                default -> text.append(c < ' ' || Character.isSurrogate(c) ? '?' : c);
            }
        }
    }

    /** Nothing more is taken. */
    synchronized Map<String, Family> close() {
        closed = true;
        return families;
    }

    synchronized int dropped() {
        return dropped;
    }
}
