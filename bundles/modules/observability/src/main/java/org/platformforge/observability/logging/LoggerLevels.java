package org.platformforge.observability.logging;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.apache.karaf.log.core.LogService;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.security.Tenants;
import org.platformforge.kernel.api.store.AuditLog;
import org.platformforge.kernel.api.store.AuditRecord;
import org.platformforge.kernel.api.store.Store;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Levels of loggers, changed for this run of the platform: at the next start, and when the module is replaced, the configured
 * ones are back. Every change is in the audit log; while the database is away, in the platform's log. Thread-safe; changes run
 * one after another.
 */
@Component(service = LoggerLevels.class)
public final class LoggerLevels {
    /** The logger all others inherit from. */
    public static final String ROOT = "ROOT";

    /** From quiet to loud. */
    public static final List<String> LEVELS = List.of("off", "error", "warn", "info", "debug", "trace");

    public static final Duration LONGEST = Duration.ofDays(7);

    private static final Logger LOG = LoggerFactory.getLogger(LoggerLevels.class);
    private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9_$-]*(\\.[A-Za-z0-9_$-]+){0,30}");
    private static final int LONGEST_NAME = 200;
    private static final int MOST_CHANGED = 100;
    private static final String INHERIT = "DEFAULT";
    /** Libraries that write credentials, headers or values of SQL into the log when they are loud. */
    private static final Set<String> WIRE = Set.of(
            "org.eclipse.jetty",
            "org.ops4j.pax.web",
            "org.apache.cxf",
            "org.apache.sshd",
            "org.eclipse.persistence",
            "org.postgresql",
            "com.zaxxer.hikari",
            "org.apache.shiro",
            "com.nimbusds",
            "com.sun.mail",
            "javax.mail",
            "jdk.internal.httpclient",
            "org.apache.karaf.jaas");

    private final Levels log;
    private final Map<String, Changed> changes = new TreeMap<>();
    private final ScheduledThreadPoolExecutor timer;
    private long numbers;

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile AuditLog audit;

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile Store store;

    /** @param before {@link #INHERIT} when it had none of its own; @param number tells it from a later change */
    private record Changed(long number, String before, Instant until, ScheduledFuture<?> end) {}

    /**
     * A logger with a level of its own.
     *
     * @param configured what it is when nobody changes it at run time; null where it inherits
     * @param until when the change ends by itself; null for no change or the next start
     */
    public record Level(String name, String level, String configured, boolean changed, Instant until) {}

    /** Where levels are kept: {@link LogService}, without what it does beside. */
    interface Levels {
        /** By logger; null for one that is known and has none of its own any more. */
        Map<String, String> all();

        /** @param level in upper case, or {@link LoggerLevels#INHERIT} */
        void set(String logger, String level);
    }

    @Activate
    public LoggerLevels(@Reference LogService log) {
        this(new Levels() {
            @Override
            public Map<String, String> all() {
                return log.getLevel("ALL");
            }

            @Override
            public void set(String logger, String level) {
                log.setLevel(logger, level);
            }
        });
    }

    LoggerLevels(Levels log) {
        this.log = log;
        this.timer = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "forge-loggers");
            thread.setDaemon(true);
            return thread;
        });
        timer.setRemoveOnCancelPolicy(true);
        timer.setKeepAliveTime(1, TimeUnit.SECONDS);
        timer.allowCoreThreadTimeOut(true);
    }

    @Deactivate
    synchronized void close() {
        timer.shutdownNow();
        List.copyOf(changes.keySet()).forEach(this::restore);
    }

    /** Every logger with a level of its own, by name. */
    public synchronized List<Level> list() {
        Map<String, Level> found = new TreeMap<>();
        levels().forEach((name, level) -> found.put(name, level(name, level)));
        return List.copyOf(found.values());
    }

    /** What a logger is at; with the level of the nearest parent that has one when it has none of its own. */
    public synchronized Level of(String name) {
        return level(checked(name), effective(name));
    }

    private Level level(String name, String level) {
        Changed changed = changes.get(name);
        String before = changed == null ? own(name) : changed.before();
        return new Level(
                name,
                level.toLowerCase(Locale.ROOT),
                before.equals(INHERIT) ? null : before.toLowerCase(Locale.ROOT),
                changed != null,
                changed == null ? null : changed.until());
    }

    private Map<String, String> levels() {
        Map<String, String> known = new TreeMap<>(log.all());
        known.values().removeIf(Objects::isNull);
        return known;
    }

    private String own(String name) {
        return levels().getOrDefault(name, INHERIT);
    }

    private String effective(String name) {
        Map<String, String> levels = levels();
        String at = name;
        while (!levels.containsKey(at) && !at.equals(ROOT)) {
            int dot = at.lastIndexOf('.');
            at = dot < 0 ? ROOT : at.substring(0, dot);
        }
        return levels.getOrDefault(at, "INFO");
    }

    /**
     * Changes a level for this run.
     *
     * @param actor who does it; permissions are the caller's to check
     * @param level one of {@link #LEVELS}
     * @param time after which the configured level is back; null for the rest of the run
     * @throws PlatformException {@code VALIDATION} naming every wrong field
     */
    public synchronized Level set(Caller actor, String name, String level, Duration time) {
        String logger = checked(name);
        String wanted = level == null ? "" : level.toLowerCase(Locale.ROOT);
        if (!LEVELS.contains(wanted)) {
            throw PlatformException.invalid("level", "must be one of " + String.join(", ", LEVELS));
        }
        if (time != null && (time.isNegative() || time.isZero() || time.compareTo(LONGEST) > 0)) {
            throw PlatformException.invalid("duration_seconds", "must be 1 to " + LONGEST.toSeconds());
        }
        if (LEVELS.indexOf(wanted) > LEVELS.indexOf("info") && isWire(logger)) {
            throw PlatformException.invalid(
                    "level", "must be info or quieter: " + logger + " would write credentials into the log");
        }
        if (!changes.containsKey(logger) && changes.size() >= MOST_CHANGED) {
            throw PlatformException.invalid("name", "No more than " + MOST_CHANGED + " loggers are changed at a time");
        }
        String from = effective(logger);
        Changed before = changes.get(logger);
        String configured = before == null ? own(logger) : before.before();
        record(actor, logger, from, wanted, time);
        cancel(before);
        log.set(logger, wanted.toUpperCase(Locale.ROOT));
        long number = ++numbers;
        ScheduledFuture<?> end =
                time == null ? null : timer.schedule(() -> end(logger, number), time.toMillis(), TimeUnit.MILLISECONDS);
        changes.put(
                logger,
                new Changed(
                        number, configured, time == null ? null : Instant.now().plus(time), end));
        return of(logger);
    }

    /** Brings back the configured level. Without a change nothing happens. */
    public synchronized Level reset(Caller actor, String name) {
        String logger = checked(name);
        Changed before = changes.get(logger);
        if (before != null) {
            record(actor, logger, effective(logger), before.before(), null);
            cancel(before);
            restore(logger);
        }
        return of(logger);
    }

    private synchronized void end(String logger, long number) {
        Changed changed = changes.get(logger);
        if (changed != null && changed.number() == number) {
            restore(logger);
            LOG.info("The logger {} is back at its configured level", logger);
        }
    }

    private void restore(String logger) {
        Changed changed = changes.remove(logger);
        log.set(logger, changed.before());
    }

    private static void cancel(Changed changed) {
        if (changed != null && changed.end() != null) {
            changed.end().cancel(false);
        }
    }

    private static String checked(String name) {
        if (name == null || name.length() > LONGEST_NAME || !NAME.matcher(name).matches()) {
            throw PlatformException.invalid("name", "must be the name of a logger, such as org.platformforge.gateway");
        }
        return name.equalsIgnoreCase(ROOT) ? ROOT : name;
    }

    private static boolean isWire(String logger) {
        return WIRE.stream().anyMatch(wire -> logger.equals(wire) || logger.startsWith(wire + "."));
    }

    /** Before it is done. Whoever looks for what is wrong with the database must be able to change levels without it. */
    private void record(Caller actor, String logger, String from, String to, Duration time) {
        String seconds = time == null ? "the run" : time.toSeconds() + " s";
        LOG.info("{} changes the level of {} from {} to {} for {}", actor.subject(), logger, from, to, seconds);
        AuditLog log = audit;
        Store database = store;
        if (log == null || database == null) {
            return;
        }
        Map<String, Object> details = Map.of("from", from, "to", to, "for", seconds);
        try {
            database.run(
                    Tenants.PLATFORM, tx -> log.append(tx, AuditRecord.success(actor, "logger.set", logger, details)));
        } catch (PlatformException e) {
            LOG.warn("That is not in the audit log: {}", e.getMessage());
        }
    }
}
