package org.platformforge.observability.metrics;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceReference;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.platformforge.kernel.api.metrics.MetricSource;
import org.platformforge.kernel.api.module.Generations;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks every source at a scrape. One that fails, hangs or tells nonsense costs its own figures only; one that hangs is not asked
 * again before it has returned. Thread-safe.
 */
@Component(service = MetricCollector.class)
public final class MetricCollector {
    private static final Logger LOG = LoggerFactory.getLogger(MetricCollector.class);
    private static final Duration PATIENCE = Duration.ofSeconds(2);
    /** Media types of the two formats. */
    public static final String PLAIN = PrometheusText.PLAIN;

    public static final String OPEN_METRICS = PrometheusText.OPEN_METRICS;

    private static final String COLLECTOR = "collector";

    private final Duration patience;
    private final Map<Long, Source> sources = new ConcurrentHashMap<>();
    private final Set<Source> busy = ConcurrentHashMap.newKeySet();
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(null, task, "forge-metrics", 0, false);
        thread.setDaemon(true);
        return thread;
    });

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile Generations generations;

    private record Source(MetricSource source, long bundleId) {}

    private record Asked(String name, Source source, Series series, long began, Future<?> answer) {}

    @Activate
    public MetricCollector() {
        this(PATIENCE);
    }

    MetricCollector(Duration patience) {
        this.patience = patience;
    }

    @Deactivate
    void close() {
        threads.shutdownNow();
    }

    @Reference(
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindSource(MetricSource source, ServiceReference<MetricSource> reference) {
        add((Long) reference.getProperty(Constants.SERVICE_ID), source, (Long)
                reference.getProperty(Constants.SERVICE_BUNDLEID));
    }

    void unbindSource(ServiceReference<MetricSource> reference) {
        sources.remove((Long) reference.getProperty(Constants.SERVICE_ID));
    }

    void add(long serviceId, MetricSource source, long bundleId) {
        sources.put(serviceId, new Source(source, bundleId));
    }

    /** The page of all figures at this moment; one is made at a time. @param openMetrics or Prometheus' own format */
    public synchronized byte[] page(boolean openMetrics) {
        Generations now = generations;
        Series own = new Series();
        Map<String, Series.Family> families = new TreeMap<>();
        int dropped = 0;
        // of two generations of a module, which tell the same series, the one counts that acts
        List<Source> acting = new TreeMap<>(sources)
                .values().stream()
                        .filter(source -> now == null || now.acts(source.bundleId()))
                        .toList();
        List<Asked> asked = new ArrayList<>();
        acting.forEach(source -> asked.add(ask(source)));
        long deadline = System.nanoTime() + patience.toNanos();
        for (Asked one : asked) {
            boolean answered = await(one, deadline);
            dropped += merge(families, one.series());
            own.gauge(
                    "forge_scrape_collector_success",
                    "Whether a collector told its figures.",
                    answered ? 1 : 0,
                    COLLECTOR,
                    one.name());
        }
        own.gauge(
                "forge_metrics_dropped_series", "Series of this scrape that broke a rule and were left out.", dropped);
        merge(families, own);
        return new PrometheusText(openMetrics).page(families.values());
    }

    private Asked ask(Source source) {
        Series series = new Series();
        String name = source.source().getClass().getSimpleName();
        try {
            name = source.source().name();
        } catch (RuntimeException e) {
            LOG.debug("A source of metrics has no name", e);
        }
        Future<?> answer = busy.add(source) ? threads.submit(() -> collect(source, series)) : null;
        return new Asked(name, source, series, System.nanoTime(), answer);
    }

    private Void collect(Source source, Series series) throws Exception {
        try {
            source.source().collect(series);
            return null;
        } finally {
            busy.remove(source);
        }
    }

    private static boolean await(Asked asked, long deadline) {
        if (asked.answer() == null) {
            return false;
        }
        try {
            asked.answer().get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (TimeoutException | ExecutionException e) {
            LOG.debug("Metrics of {} are missing", asked.name(), e);
        }
        return false;
    }

    /** @return how many series were left out */
    private static int merge(Map<String, Series.Family> families, Series series) {
        int dropped = series.dropped();
        for (Series.Family family : series.close().values()) {
            Series.Family known = families.computeIfAbsent(
                    family.name(),
                    name -> new Series.Family(name, family.help(), family.type(), new LinkedHashMap<>()));
            for (Map.Entry<String, Object> sample : family.samples().entrySet()) {
                boolean taken = known.type() == family.type()
                        && known.samples().putIfAbsent(sample.getKey(), sample.getValue()) == null;
                dropped += taken ? 0 : 1;
            }
        }
        return dropped;
    }
}
