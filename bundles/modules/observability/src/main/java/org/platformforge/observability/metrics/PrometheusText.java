package org.platformforge.observability.metrics;

import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import org.platformforge.kernel.api.metrics.DurationHistogram;

/** The text formats of Prometheus: its own 0.0.4, or OpenMetrics 1.0.0. For one page, by one thread. */
final class PrometheusText {
    static final String PLAIN = "text/plain; version=0.0.4; charset=utf-8";
    static final String OPEN_METRICS = "application/openmetrics-text; version=1.0.0; charset=utf-8";

    private static final String TOTAL = "_total";

    private final boolean openMetrics;
    private final StringBuilder text = new StringBuilder(64 * 1024);

    PrometheusText(boolean openMetrics) {
        this.openMetrics = openMetrics;
    }

    byte[] page(Collection<Series.Family> families) {
        families.forEach(this::family);
        if (openMetrics) {
            text.append("# EOF\n");
        }
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    private void family(Series.Family family) {
        // OpenMetrics names a family of counters without the suffix that its samples have
        String name = openMetrics && family.type() == Series.Type.COUNTER
                ? family.name().substring(0, family.name().length() - TOTAL.length())
                : family.name();
        text.append("# HELP ")
                .append(name)
                .append(' ')
                .append(help(family.help()))
                .append('\n');
        text.append("# TYPE ").append(name).append(' ');
        text.append(family.type().name().toLowerCase(Locale.ROOT)).append('\n');
        for (Map.Entry<String, Object> sample : family.samples().entrySet()) {
            if (sample.getValue() instanceof DurationHistogram.Snapshot histogram) {
                histogram(family.name(), sample.getKey(), histogram);
            } else {
                sample(family.name(), sample.getKey(), (Double) sample.getValue());
            }
        }
    }

    private static String help(String help) {
        return help.replace("\\", "\\\\").replace("\n", "\\n");
    }

    private void histogram(String name, String labels, DurationHistogram.Snapshot histogram) {
        String before = labels.isEmpty() ? "" : labels + ',';
        long count = 0;
        for (int i = 0; i < histogram.counts().length; i++) {
            count += histogram.counts()[i];
            boolean last = i == histogram.upperBounds().length;
            String bound = last ? "+Inf" : Double.toString(histogram.upperBounds()[i]);
            sample(name + "_bucket", before + "le=\"" + bound + '"', count);
        }
        sample(name + "_sum", labels, histogram.sum());
        sample(name + "_count", labels, count);
    }

    private void sample(String name, String labels, double value) {
        text.append(name);
        if (!labels.isEmpty()) {
            text.append('{').append(labels).append('}');
        }
        text.append(' ').append(number(value)).append('\n');
    }

    private static String number(double value) {
        if (Double.isInfinite(value)) {
            return value > 0 ? "+Inf" : "-Inf";
        }
        boolean whole = value == Math.rint(value) && Math.abs(value) < 1e15;
        return whole ? Long.toString((long) value) : Double.toString(value);
    }
}
