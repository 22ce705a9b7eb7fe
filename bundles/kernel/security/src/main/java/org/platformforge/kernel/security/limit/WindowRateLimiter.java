package org.platformforge.kernel.security.limit;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.Designate;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.http.Dialect;
import org.platformforge.kernel.api.security.RateLimiter;
import org.platformforge.kernel.security.config.DataFolder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@link RateLimiter} with fixed windows that begin with a subject's first request: the reset that is reported is when
 * the full limit is there again, and not all clients come back at one moment. Windows run on the monotonic clock, so a
 * clock that is set neither ends nor prolongs one. Each node counts for itself.
 */
@Component(configurationPid = RateLimitConfig.PID)
@Designate(ocd = RateLimitConfig.class)
public final class WindowRateLimiter implements RateLimiter {
    private static final Logger LOG = LoggerFactory.getLogger(WindowRateLimiter.class);
    private static final long NANOS_PER_MILLI = 1_000_000;
    /** As much as two looks at two clocks may be apart; what is reported is in seconds. */
    private static final long APART_MILLIS = 1_000;

    private static final int FEWEST_COUNTERS = 1_024;
    private static final int MOST_COUNTERS = 1 << 20;

    private final CounterFiles files;
    private final int counters;
    private final LongSupplier millis;
    private final LongSupplier wallMillis;
    private final Map<String, CounterTable> tables = new ConcurrentHashMap<>();
    private final Set<String> unknown = ConcurrentHashMap.newKeySet();
    private volatile Policies policies;
    private volatile long wallAhead;

    @Activate
    public WindowRateLimiter(RateLimitConfig config, Map<String, Object> properties, @Reference DataFolder data) {
        this(
                Policies.of(properties, config.premium_tenants()),
                config.counters_per_policy(),
                data,
                monotonic(),
                System::currentTimeMillis);
    }

    WindowRateLimiter(Policies policies, int counters, DataFolder data, LongSupplier millis, LongSupplier wallMillis) {
        this.policies = policies;
        this.counters = Math.max(FEWEST_COUNTERS, Math.min(MOST_COUNTERS, counters));
        this.files = new CounterFiles(data);
        this.millis = millis;
        this.wallMillis = wallMillis;
        this.wallAhead = wallMillis.getAsLong() - millis.getAsLong();
    }

    /** The wall clock's time at that of the windows': the same end of a window is always the same time, until a clock is set. */
    private long wall(long now) {
        long ahead = wallMillis.getAsLong() - now;
        if (Math.abs(ahead - wallAhead) > APART_MILLIS) {
            wallAhead = ahead;
        }
        return now + wallAhead;
    }

    private static LongSupplier monotonic() {
        long offset = System.currentTimeMillis() - System.nanoTime() / NANOS_PER_MILLI;
        return () -> System.nanoTime() / NANOS_PER_MILLI + offset;
    }

    @Modified
    void modified(RateLimitConfig config, Map<String, Object> properties) {
        try {
            change(Policies.of(properties, config.premium_tenants()));
        } catch (IllegalArgumentException e) {
            LOG.error("The changed rate limits are refused, the former stay in force: {}", e.getMessage());
        }
    }

    /** From now on other limits; what was counted stays counted. */
    void change(Policies changed) {
        policies = changed;
    }

    @Override
    public Decision acquire(Dialect dialect, List<String> names, Caller caller, String remoteAddress) {
        if (caller.scheme() == Caller.Scheme.SYSTEM) {
            return null;
        }
        Policies current = policies;
        List<Counted> counted = counted(current, names(current, dialect, names), caller, remoteAddress);
        return counted.isEmpty() ? null : take(counted, 0);
    }

    @Override
    public Decision acquireExtension(String extensionId, Caller caller, String remoteAddress) {
        Policies current = policies;
        PolicyRule rule = current.rules().get(Policies.EXTENSION);
        if (caller.scheme() == Caller.Scheme.SYSTEM
                || rule == null
                || !rule.appliesTo(caller, current.premiumTenants())) {
            return null;
        }
        CounterTable table = table(Policies.EXTENSION);
        String subject = extensionId + " for " + rule.subject(caller, Addresses.counted(remoteAddress));
        return take(List.of(new Counted(rule.policy(), table, table.subject(subject))), 0);
    }

    @Override
    public Decision credentialAllowance(String remoteAddress) {
        Counted counted = refusals(remoteAddress);
        if (counted == null) {
            return null;
        }
        synchronized (counted.table.lock(counted.subject)) {
            long now = millis.getAsLong();
            counted.look(now);
            return counted.decision(counted.remaining() > 0, now, wall(now));
        }
    }

    @Override
    public void credentialRefused(String remoteAddress) {
        Counted counted = refusals(remoteAddress);
        if (counted != null) {
            synchronized (counted.table.lock(counted.subject)) {
                counted.look(millis.getAsLong());
                counted.take();
            }
        }
    }

    /** Null when refused credentials are unlimited. */
    private Counted refusals(String remoteAddress) {
        PolicyRule rule = policies.rules().get(Policies.REFUSED_CREDENTIALS);
        if (rule == null) {
            return null;
        }
        CounterTable table = table(Policies.REFUSED_CREDENTIALS);
        return new Counted(rule.policy(), table, table.subject(Addresses.counted(remoteAddress)));
    }

    private List<String> names(Policies current, Dialect dialect, List<String> names) {
        for (String name : names) {
            if (!current.names().contains(name)) {
                if (unknown.add(name)) {
                    LOG.warn("A route names the rate limit {}, which is not there; its document's apply", name);
                }
                return current.byDialect().getOrDefault(dialect, List.of());
            }
        }
        return names.isEmpty()
                ? current.byDialect().getOrDefault(dialect, List.of())
                : names.stream().distinct().sorted().toList();
    }

    private List<Counted> counted(Policies current, List<String> names, Caller caller, String remoteAddress) {
        List<Counted> counted = new ArrayList<>(names.size());
        String address = Addresses.counted(remoteAddress);
        for (String name : names) {
            PolicyRule rule = current.rules().get(name);
            if (rule != null && rule.appliesTo(caller, current.premiumTenants())) {
                CounterTable table = table(name);
                counted.add(new Counted(rule.policy(), table, table.subject(rule.subject(caller, address))));
            }
        }
        return counted;
    }

    private CounterTable table(String policy) {
        CounterTable known = tables.get(policy);
        return known != null ? known : tables.computeIfAbsent(policy, name -> files.open(name, counters));
    }

    /** Locks in the order of the names, so no two requests wait for each other; then decides for all at once. */
    private Decision take(List<Counted> counted, int index) {
        if (index == counted.size()) {
            return decide(counted);
        }
        Counted next = counted.get(index);
        synchronized (next.table.lock(next.subject)) {
            return take(counted, index + 1);
        }
    }

    private Decision decide(List<Counted> counted) {
        long now = millis.getAsLong();
        Counted refusing = null;
        for (Counted each : counted) {
            each.look(now);
            if (each.remaining() == 0 && (refusing == null || each.end > refusing.end)) {
                refusing = each;
            }
        }
        if (refusing != null) {
            return refusing.decision(false, now, wall(now));
        }
        Counted tightest = counted.get(0);
        for (Counted each : counted) {
            each.take();
            if (each.remaining() < tightest.remaining()) {
                tightest = each;
            }
        }
        return tightest.decision(true, now, wall(now));
    }

    @Override
    public List<Policy> policies() {
        return policies.rules().values().stream()
                .map(PolicyRule::policy)
                .sorted(Comparator.comparing(Policy::name))
                .toList();
    }

    /** One policy's counter in one request; used while its lock is held. */
    private static final class Counted {
        private final Policy policy;
        private final CounterTable table;
        private final CounterTable.Subject subject;
        private int slot;
        private long end;
        private long count;

        Counted(Policy policy, CounterTable table, CounterTable.Subject subject) {
            this.policy = policy;
            this.table = table;
            this.subject = subject;
        }

        /**
         * A window that would end later than a whole one from now was counted before a change: it ends with that one.
         */
        void look(long now) {
            slot = table.slot(subject, now);
            long latest = now + policy.window().toMillis();
            boolean live = table.end(slot) > now;
            end = live ? Math.min(table.end(slot), latest) : latest;
            count = live ? table.count(slot) : 0;
            if (live && table.end(slot) > latest) {
                table.put(slot, end, count);
            }
        }

        void take() {
            count++;
            table.put(slot, end, count);
        }

        long remaining() {
            return Math.max(0, policy.limit() - count);
        }

        Decision decision(boolean allowed, long now, long wall) {
            Duration wait = Duration.ofMillis(end - now);
            return new Decision(
                    allowed,
                    policy.name(),
                    policy.limit(),
                    remaining(),
                    policy.window(),
                    Instant.ofEpochMilli(wall).plus(wait),
                    allowed ? Duration.ZERO : wait);
        }
    }
}
