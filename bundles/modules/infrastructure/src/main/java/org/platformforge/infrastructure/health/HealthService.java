package org.platformforge.infrastructure.health;

import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.metatype.annotations.Designate;
import org.platformforge.infrastructure.health.ComponentHealth.Status;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.health.HealthCheck;
import org.platformforge.kernel.api.store.Sql;
import org.platformforge.kernel.api.store.Store;

/**
 * How the components of document 004 are. They are asked in parallel, each with a time-out; an answer is given again for a
 * short time, so that many who ask do not ask the components. Thread-safe.
 */
@Component(service = HealthService.class, configurationPid = HealthConfig.PID)
@Designate(ocd = HealthConfig.class)
public final class HealthService {
    private static final String DATABASE = "database";
    private static final String APPLICATION = "application";
    /** The platform's own check of the database; it is told under its own name. */
    private static final String STORE_CHECK = "store";

    private final Store store;
    private final Clock clock;
    private final List<HealthCheck> checks = new CopyOnWriteArrayList<>();
    private final ProbeRounds rounds = new ProbeRounds();
    private volatile Setup setup;
    private volatile Known known;

    /** @param components by name, in the document's order */
    public record Report(Status status, Map<String, ComponentHealth> components, Instant at) {}

    private record Known(Report report, Setup setup, long nanos) {}

    private record Setup(Map<String, Probe> probes, Set<String> required, long cacheMillis, long timeoutMillis) {}

    @Activate
    public HealthService(@Reference Store store, HealthConfig config) {
        this(store, config, Clock.systemUTC());
    }

    HealthService(Store store, HealthConfig config, Clock clock) {
        this.store = store;
        this.clock = clock;
        modified(config);
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void addCheck(HealthCheck check) {
        checks.add(check);
    }

    void removeCheck(HealthCheck check) {
        checks.remove(check);
    }

    @Modified
    void modified(HealthConfig config) {
        int timeout = (int) Math.max(50, Math.min(30_000, config.timeout_millis()));
        Map<String, Probe> probes = new LinkedHashMap<>();
        probes.put(DATABASE, this::database);
        probes.put("redis", configured("redis", config.redis(), timeout));
        probes.put("elasticsearch", configured("elasticsearch", config.elasticsearch(), timeout));
        probes.put(APPLICATION, this::application);
        probes.put("nginx", configured("nginx", config.nginx(), timeout));
        for (String more : list(config.components())) {
            String[] parts = more.split("=", 2);
            if (parts.length == 2 && !parts[0].isBlank()) {
                probes.putIfAbsent(parts[0].strip(), configured(parts[0].strip(), parts[1], timeout));
            }
        }
        Set<String> required = new HashSet<>(list(config.required()));
        required.add(DATABASE);
        required.add(APPLICATION);
        setup = new Setup(probes, required, Math.max(0, config.cache_millis()), timeout);
    }

    /** A file gives one text for a list. */
    private static List<String> list(String... configured) {
        return Arrays.stream(configured)
                .flatMap(texts -> Stream.of(texts.split(",")))
                .map(String::strip)
                .filter(text -> !text.isEmpty())
                .toList();
    }

    private static Probe configured(String name, String address, int timeout) {
        return address.isBlank()
                ? () -> ComponentHealth.NOT_CONFIGURED
                : NetworkProbes.of(name, address.strip(), timeout);
    }

    @Deactivate
    void stop() {
        rounds.close();
    }

    /** Not older than the configured time. */
    public Report report() {
        Known last = known;
        return isFresh(last) ? last.report : renewed();
    }

    private boolean isFresh(Known last) {
        Setup now = setup;
        return last != null
                && last.setup == now
                && System.nanoTime() - last.nanos < TimeUnit.MILLISECONDS.toNanos(now.cacheMillis);
    }

    private synchronized Report renewed() {
        if (!isFresh(known)) {
            Setup now = setup;
            try {
                Map<String, ComponentHealth> found = rounds.round(now.probes, now.timeoutMillis);
                Report report =
                        new Report(overall(found, now.required), Collections.unmodifiableMap(found), clock.instant());
                known = new Known(report, now, System.nanoTime());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw PlatformException.of(ErrorKind.UNAVAILABLE, "The module is being stopped");
            }
        }
        return known.report;
    }

    /** Down is what cannot work without what is down; the rest is not at its best. */
    static Status overall(Map<String, ComponentHealth> components, Set<String> required) {
        boolean down = components.entrySet().stream()
                .anyMatch(one -> one.getValue().status() == Status.UNHEALTHY && required.contains(one.getKey()));
        boolean weak = components.values().stream()
                .anyMatch(one -> one.status() == Status.UNHEALTHY || one.status() == Status.DEGRADED);
        return down ? Status.UNHEALTHY : weak ? Status.DEGRADED : Status.HEALTHY;
    }

    private ComponentHealth database() {
        return store.call(Store.ALL_TENANTS, tx -> Sql.number(tx.connection(), "VALUES (1)")) == 1
                ? ComponentHealth.HEALTHY
                : ComponentHealth.unhealthy("It does not answer a query");
    }

    private ComponentHealth application() {
        StringBuilder unhealthy = new StringBuilder();
        StringBuilder degraded = new StringBuilder();
        for (HealthCheck check : checks) {
            HealthCheck.Health health = check.check();
            if (health.status() == HealthCheck.Status.UNHEALTHY && !check.name().equals(STORE_CHECK)) {
                add(unhealthy, check, health);
            } else if (health.status() == HealthCheck.Status.DEGRADED) {
                add(degraded, check, health);
            }
        }
        if (unhealthy.length() > 0) {
            return ComponentHealth.unhealthy(unhealthy.toString());
        }
        return degraded.length() > 0 ? ComponentHealth.degraded(degraded.toString()) : ComponentHealth.HEALTHY;
    }

    private static void add(StringBuilder reasons, HealthCheck check, HealthCheck.Health health) {
        reasons.append(reasons.length() == 0 ? "" : "; ")
                .append(check.name())
                .append(": ")
                .append(health.message());
    }
}
