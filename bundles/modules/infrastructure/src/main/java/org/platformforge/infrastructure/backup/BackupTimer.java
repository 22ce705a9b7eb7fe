package org.platformforge.infrastructure.backup;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.infrastructure.store.BackupTable;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.health.HealthCheck;
import org.platformforge.kernel.api.jobs.Cron;
import org.platformforge.kernel.api.jobs.RecurringTask;
import org.platformforge.kernel.api.security.Callers;
import org.platformforge.kernel.api.security.Tenants;
import org.platformforge.kernel.api.store.Store;

/**
 * Makes the backups that are due, proves the newest one anew, removes those that are not kept any longer, and tells the health
 * check what is wrong with them. When something is due follows from what is recorded, so a restart or an upgrade loses nothing;
 * of several nodes one makes it, because its name is taken from the time. Thread-safe.
 */
@Component(service = {RecurringTask.class, HealthCheck.class})
public final class BackupTimer implements RecurringTask, HealthCheck {
    private static final Duration PERIOD = Duration.ofMinutes(1);
    private static final Duration BASES_APART = Duration.ofHours(1);

    private final Store store;
    private final BackupTable backups;
    private final BackupService service;
    private final BackupSettings settings;
    private final LogArchiver archiver;
    private final Callers callers;
    /** When this one first looked at a schedule of which no backup is recorded yet. */
    private final AtomicReference<Instant> begun = new AtomicReference<>();

    private volatile Health health = Health.healthy();

    @Activate
    public BackupTimer(
            @Reference Store store,
            @Reference BackupTable backups,
            @Reference BackupService service,
            @Reference BackupSettings settings,
            @Reference LogArchiver archiver,
            @Reference Callers callers) {
        this.store = store;
        this.backups = backups;
        this.service = service;
        this.settings = settings;
        this.archiver = archiver;
        this.callers = callers;
    }

    @Override
    public String name() {
        return "infrastructure.backups";
    }

    @Override
    public Duration period() {
        return PERIOD;
    }

    /** A licence that ran out costs nobody a backup. */
    @Override
    public boolean runsReadOnly() {
        return true;
    }

    @Override
    public Health check() {
        return health;
    }

    private record Look(List<Backup> all, Instant now) {}

    @Override
    public void run() {
        Caller system = callers.system(Tenants.PLATFORM);
        Look look = store.call(Tenants.PLATFORM, tx -> new Look(backups.all(tx), tx.now()));
        health = health(look.all, archiver.problem());
        boolean busy =
                look.all.stream().anyMatch(one -> one.completedAt() == null && one.status() != Backup.Status.FAILED);
        if (!busy) {
            due(look).or(() -> base(look)).ifPresent(slot -> backUp(system, slot));
            settings.drillInterval().ifPresent(interval -> drill(system, look, interval));
        }
        overdue(look).forEach(old -> unlessInUse(() -> service.delete(system, old.id())));
        archiver.keep(store.call(Tenants.PLATFORM, backups::all));
    }

    /** @param all newest first */
    static Health health(List<Backup> all, Optional<String> archive) {
        Optional<Backup> bad = all.stream()
                .filter(one -> one.status() == Backup.Status.CORRUPT)
                .findFirst()
                .or(() -> all.stream().findFirst().filter(newest -> newest.status() == Backup.Status.FAILED));
        return bad.map(one -> new Health(
                        HealthCheck.Status.DEGRADED,
                        "Backup " + one.name() + " is " + one.status().name().toLowerCase(Locale.ROOT) + ": "
                                + one.problem()))
                .or(() -> archive.map(problem ->
                        new Health(HealthCheck.Status.DEGRADED, "The database's log is not archived: " + problem)))
                .orElseGet(Health::healthy);
    }

    /**
     * The time in whose name a backup is due now. By cron it is the last time there was, unless a scheduled backup is younger than that;
     * what was missed meanwhile is made up for once.
     */
    private Optional<Instant> due(Look look) {
        Optional<Instant> last = scheduled(look.all).map(Backup::createdAt).max(Comparator.naturalOrder());
        Optional<Cron.Schedule> schedule = settings.schedule();
        if (schedule.isPresent()) {
            Instant since = last.orElse(begun.updateAndGet(known -> known == null ? look.now : known));
            return schedule.get().next(since).filter(next -> !next.isAfter(look.now));
        }
        return settings.interval()
                .filter(interval -> last.isEmpty() || !last.get().plus(interval).isAfter(look.now))
                .map(interval ->
                        Instant.ofEpochSecond(look.now.getEpochSecond() / interval.toSeconds() * interval.toSeconds()));
    }

    /** A backup that the archived log begins with; when it keeps failing, not all the time. */
    private Optional<Instant> base(Look look) {
        boolean soon = scheduled(look.all)
                .anyMatch(one -> one.createdAt().plus(BASES_APART).isAfter(look.now));
        return archiver.waitsForBackup() && !soon
                ? Optional.of(look.now.truncatedTo(ChronoUnit.SECONDS))
                : Optional.empty();
    }

    private void backUp(Caller system, Instant slot) {
        String name = "scheduled-" + slot.toString().replace(":", "");
        unlessInUse(() -> service.create(system, name, "", BackupService.SCHEDULED));
    }

    private static Stream<Backup> scheduled(List<Backup> all) {
        return all.stream().filter(one -> BackupService.SCHEDULED.equals(one.origin()));
    }

    private void drill(Caller system, Look look, Duration interval) {
        look.all.stream()
                .filter(Backup::restorable)
                .findFirst()
                .filter(newest -> !newest.checkedAt().plus(interval).isAfter(look.now))
                .ifPresent(newest -> unlessInUse(() -> service.verify(system, newest.id())));
    }

    /** The newest that was proved stays, whatever the numbers say. */
    private List<Backup> overdue(Look look) {
        Optional<Backup> best = look.all.stream().filter(Backup::restorable).findFirst();
        List<Backup> kept = scheduled(look.all)
                .filter(one -> one.status() != Backup.Status.INITIATED && one.status() != Backup.Status.RUNNING)
                .toList();
        return kept.stream()
                .filter(one -> best.isPresent() && !best.get().id().equals(one.id()))
                .filter(one -> isOver(kept.indexOf(one), one, look.now))
                .toList();
    }

    private boolean isOver(int index, Backup backup, Instant now) {
        boolean tooMany = settings.keepCount() > 0 && index >= settings.keepCount();
        Instant oldest = now.minus(Duration.ofDays(settings.keepDays()));
        return tooMany || settings.keepDays() > 0 && backup.createdAt().isBefore(oldest);
    }

    /** Another node, or an operator, was faster. */
    private static void unlessInUse(Runnable work) {
        try {
            work.run();
        } catch (PlatformException e) {
            if (e.kind() != ErrorKind.CONFLICT && e.kind() != ErrorKind.NOT_FOUND) {
                throw e;
            }
        }
    }
}
