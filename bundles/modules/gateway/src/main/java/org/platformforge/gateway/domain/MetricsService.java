package org.platformforge.gateway.domain;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.extension.api.driver.Driver;
import org.platformforge.gateway.store.MetricRepository;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.FieldError;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.store.Store;

/** Answers what was measured, of the caller's own services only. Thread-safe. */
@Component(service = MetricsService.class)
public final class MetricsService {
    private static final int SECONDS = 60;
    private static final int DIGITS = 2;
    private static final double MICROS_PER_MILLI = 1000.0;

    private final Store store;
    private final MetricRepository repository;
    private final MetricRecorder recorder;
    private final RouteTable routes;
    private final Backends backends;

    @Activate
    public MetricsService(
            @Reference Store store,
            @Reference MetricRepository repository,
            @Reference MetricRecorder recorder,
            @Reference RouteTable routes,
            @Reference Backends backends) {
        this.store = store;
        this.repository = repository;
        this.recorder = recorder;
        this.routes = routes;
        this.backends = backends;
    }

    /**
     * @param environment null for all
     * @throws PlatformException VALIDATION naming every wrong parameter; NOT_FOUND when the tenant has no such service
     */
    public Metrics metrics(Caller caller, String service, String environment, String timeframe) {
        Timeframe frame = checked(service, timeframe);
        long now = recorder.epochMinute();
        long from = Math.floorDiv(now - frame.minutes() + 1, frame.stepMinutes()) * frame.stepMinutes();
        Collection<Measurement> measured = measured(caller.tenantId(), service, environment, from);
        List<Route> known = routes.ofService(caller.tenantId(), service, environment);
        if (known.isEmpty() && measured.isEmpty()) {
            throw PlatformException.notFound("Service", service);
        }
        List<Driver.Usage> usage = known.stream()
                .flatMap(route -> route.upstreams().stream())
                .map(Upstream::backend)
                .distinct()
                .map(backends::usage)
                .flatMap(Optional::stream)
                .toList();
        return new Metrics(
                service,
                environment,
                frame.text(),
                instant(from),
                instant(now + 1),
                frame.stepMinutes() * SECONDS,
                series(measured, from, now, frame.stepMinutes()),
                point(from, measured),
                usage.stream()
                        .map(Driver.Usage::cpuCores)
                        .filter(Objects::nonNull)
                        .reduce(Double::sum)
                        .orElse(null),
                usage.stream()
                        .map(Driver.Usage::memoryBytes)
                        .filter(Objects::nonNull)
                        .reduce(Long::sum)
                        .orElse(null));
    }

    private static Timeframe checked(String service, String timeframe) {
        Optional<Timeframe> frame = Timeframe.parse(timeframe);
        List<FieldError> wrong = new ArrayList<>();
        if (service == null || service.isBlank()) {
            wrong.add(new FieldError("service", "must be the name of a service"));
        }
        if (frame.isEmpty()) {
            wrong.add(new FieldError(
                    "timeframe", "must be a whole number followed by m, h or d, such as 15m, 24h or 7d"));
        }
        if (!wrong.isEmpty()) {
            throw PlatformException.invalid("Invalid request", wrong);
        }
        return frame.get();
    }

    /** First what is in memory: what is written in between is found twice and counted once. */
    private Collection<Measurement> measured(String tenantId, String service, String environment, long from) {
        List<Measurement> memory = recorder.unwritten(tenantId, service);
        List<Measurement> all = new ArrayList<>(store.call(tenantId, tx -> repository.since(tx, service, from)));
        List<String> written = all.stream().map(Measurement::part).toList();
        memory.stream().filter(one -> !written.contains(one.part())).forEach(all::add);
        all.removeIf(one -> one.epochMinute() < from
                || environment != null && !one.environment().equals(environment));
        return all;
    }

    private static List<Metrics.Point> series(Collection<Measurement> measured, long from, long now, long step) {
        Map<Long, List<Measurement>> byStep = new TreeMap<>();
        for (long at = from; at <= now; at += step) {
            byStep.put(at, new ArrayList<>());
        }
        for (Measurement one : measured) {
            List<Measurement> bucket = byStep.get(from + Math.floorDiv(one.epochMinute() - from, step) * step);
            if (bucket != null) {
                bucket.add(one);
            }
        }
        List<Metrics.Point> points = new ArrayList<>();
        byStep.forEach((at, bucket) -> points.add(point(at, bucket)));
        return List.copyOf(points);
    }

    private static Metrics.Point point(long minute, Collection<Measurement> measured) {
        if (measured.isEmpty()) {
            return new Metrics.Point(instant(minute), null, null, null);
        }
        Histogram latency = new Histogram(DIGITS);
        measured.forEach(one -> latency.add(one.latency()));
        return new Metrics.Point(
                instant(minute),
                measured.stream().mapToLong(Measurement::requests).sum(),
                measured.stream().mapToLong(Measurement::errors).sum(),
                new Metrics.Latency(percentile(latency, 50), percentile(latency, 95), percentile(latency, 99)));
    }

    private static double percentile(Histogram latency, double percentile) {
        return latency.getValueAtPercentile(percentile) / MICROS_PER_MILLI;
    }

    private static Instant instant(long epochMinute) {
        return Instant.ofEpochSecond(epochMinute * SECONDS);
    }
}
