package org.platformforge.kernel.store.audit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.platformforge.kernel.api.store.AuditTrail;
import org.platformforge.kernel.api.store.Store;
import org.platformforge.kernel.store.json.JsonText;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Everything about the audit log but taking records: signs, removes, pushes and reads. Thread-safe. */
public final class AuditKeeper implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AuditKeeper.class);
    private static final Duration RETENTION_EVERY = Duration.ofHours(1);
    private static final int STOP_SECONDS = 10;
    /** How long a receiver's connection must live on for what it took to count as pushed. */
    private static final Duration SETTLING = Duration.ofSeconds(5);

    private final AuditSettings settings;
    private final Adoption adoption;
    private final Checkpoints checkpoints;
    private final RetentionJob retention;
    private final JdbcAuditTrail trail;
    private final SyslogPush syslog;
    private ScheduledExecutorService timer;

    public AuditKeeper(Store store, JsonText json, JdbcAuditLog log, AuditSettings settings) {
        this.settings = settings;
        this.syslog = settings.syslog() == null ? null : new SyslogPush(store, settings.syslog(), SETTLING);
        this.adoption = new Adoption(store, json, log.chain());
        this.checkpoints = new Checkpoints(store, log.keys(), settings.folder(), this::signed);
        this.retention = new RetentionJob(store, log, settings.retention());
        this.trail = new JdbcAuditTrail(store, json, log.keys(), checkpoints, retention);
        log.onCommit(syslog == null ? () -> {} : syslog::wake);
    }

    private void signed() {
        if (syslog != null) {
            syslog.wake();
        }
    }

    /** Begins to work by itself, until it is closed. */
    public synchronized void start() {
        timer = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "forge-audit-keeper");
            thread.setDaemon(true);
            return thread;
        });
        if (syslog != null) {
            syslog.start();
        }
        timer.execute(guarded("Older audit records could not be taken into the chain", adoption::run));
        long period = settings.checkpoints().toMillis();
        timer.scheduleWithFixedDelay(
                guarded("Audit chains could not be signed", this::signAll), period, period, TimeUnit.MILLISECONDS);
        timer.scheduleWithFixedDelay(
                guarded("Old audit records could not be removed", this::removeOld),
                Duration.ofMinutes(1).toMillis(),
                RETENTION_EVERY.toMillis(),
                TimeUnit.MILLISECONDS);
    }

    /** An exception would end the timer for good; the next run makes up for it. */
    private static Runnable guarded(String failure, Runnable task) {
        return () -> {
            try {
                task.run();
            } catch (RuntimeException e) {
                LOG.info("{} now: {}", failure, e.getMessage());
            }
        };
    }

    public AuditTrail trail() {
        return trail;
    }

    /** Takes records that are older than the chain into it. */
    public void adopt() {
        adoption.run();
    }

    public void signAll() {
        checkpoints.signAll();
    }

    public void removeOld() {
        retention.run();
    }

    /** Tenants whose chain was found broken. */
    public List<String> broken() {
        return checkpoints.broken().keySet().stream().sorted().toList();
    }

    /** What an operator should look at, each in a few words; the log has the rest. */
    public List<String> problems() {
        List<String> problems = new ArrayList<>();
        if (!broken().isEmpty()) {
            problems.add(broken().size() + " audit chains were found changed; see the log");
        }
        if (syslog != null && syslog.problem() != null) {
            problems.add("Audit records wait for the syslog receiver");
        }
        if (retention.failing()) {
            problems.add("Audit records past their retention could not be removed");
        }
        return problems;
    }

    /** Lets what runs finish: Derby gives up a connection whose thread is interrupted. */
    @Override
    public synchronized void close() {
        if (timer != null) {
            timer.shutdown();
            try {
                timer.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        if (syslog != null) {
            syslog.close();
        }
    }
}
