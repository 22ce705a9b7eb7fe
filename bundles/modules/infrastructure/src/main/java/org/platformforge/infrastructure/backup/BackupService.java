package org.platformforge.infrastructure.backup;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.infrastructure.store.BackupTable;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.FieldError;
import org.platformforge.kernel.api.Ids;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.jobs.Operation;
import org.platformforge.kernel.api.jobs.Operations;
import org.platformforge.kernel.api.security.Tenants;
import org.platformforge.kernel.api.store.AuditLog;
import org.platformforge.kernel.api.store.AuditRecord;
import org.platformforge.kernel.api.store.Outbox;
import org.platformforge.kernel.api.store.Store;
import org.platformforge.kernel.api.store.Transaction;

/** Backups of the platform's database; for operators. Thread-safe. */
@Component(service = BackupService.class)
public final class BackupService {
    /** What callers need. */
    public static final String PERMISSION = "platform:infrastructure";

    static final String MANUAL = "manual";
    static final String SCHEDULED = "scheduled";
    private static final String DATABASE = "database";
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");
    private static final Pattern ID = Pattern.compile("b-[0-9a-z]{1,40}");
    private static final Pattern TARGET = Pattern.compile("[a-z][a-z0-9_]{0,47}");
    private static final int DESCRIPTION = 1000;
    private static final List<String> KINDS = List.of(BackupHandler.KIND, DrillHandler.KIND, RestoreHandler.KIND);

    private final Store store;
    private final BackupTable backups;
    private final Operations operations;
    private final BackupWork work;
    private final LogArchiver archiver;
    private final AuditLog audit;
    private final Outbox outbox;

    /**
     * Work that was begun.
     *
     * @param target where a database is restored to, or null
     */
    public record Begun(Operation operation, String backupId, String target, Instant estimatedCompletion) {}

    @Activate
    public BackupService(
            @Reference Store store,
            @Reference BackupTable backups,
            @Reference Operations operations,
            @Reference BackupWork work,
            @Reference LogArchiver archiver,
            @Reference AuditLog audit,
            @Reference Outbox outbox) {
        this.store = store;
        this.backups = backups;
        this.operations = operations;
        this.work = work;
        this.archiver = archiver;
        this.audit = audit;
        this.outbox = outbox;
    }

    /** Newest first. */
    public List<Backup> list(Caller caller) {
        check(caller);
        return store.call(caller.tenantId(), backups::all);
    }

    public Backup get(Caller caller, String id) {
        check(caller);
        return find(caller, id);
    }

    private Backup find(Caller caller, String id) {
        return Optional.of(id)
                .filter(known -> ID.matcher(known).matches())
                .flatMap(known -> store.call(caller.tenantId(), tx -> backups.find(tx, known)))
                .orElseThrow(() -> PlatformException.notFound("Backup", id));
    }

    /** @throws PlatformException {@code VALIDATION} with every field that is wrong; {@code CONFLICT} for a known name */
    public Begun create(Caller caller, String name, String description) {
        check(caller);
        List<FieldError> wrong = new ArrayList<>();
        if (name == null || !NAME.matcher(name).matches()) {
            wrong.add(new FieldError(
                    "backup_name",
                    "must be 1 to 100 letters, digits, dots, dashes and underscores, the first a letter or digit"));
        }
        if (description != null && (description.length() > DESCRIPTION || description.indexOf('\0') >= 0)) {
            wrong.add(new FieldError("description", "must have at most " + DESCRIPTION + " characters, and no NUL"));
        }
        if (!wrong.isEmpty()) {
            throw PlatformException.invalid("Invalid request", wrong);
        }
        return create(caller, name, description == null ? "" : description, MANUAL);
    }

    Begun create(Caller caller, String name, String description, String origin) {
        String kind = work.databaseKind();
        Operation begun = store.call(caller.tenantId(), tx -> {
            Backup backup = new Backup(
                    Ids.next("b-"),
                    name,
                    description,
                    Backup.Status.INITIATED,
                    origin,
                    kind,
                    null,
                    null,
                    null,
                    null,
                    caller.subject(),
                    tx.now(),
                    null,
                    null,
                    null,
                    null);
            if (!backups.insert(tx, "postgresql".equals(store.databaseKind()), backup)) {
                throw PlatformException.of(ErrorKind.CONFLICT, "There is a backup " + name + " already");
            }
            Operation operation =
                    operations.submit(tx, caller, BackupHandler.KIND, backup.id(), Map.of(DATABASE, kind));
            backups.operation(tx, backup.id(), operation.id());
            told(tx, caller, "backup.create", backup.id(), Map.of("name", name, "origin", origin));
            return operation;
        });
        return begun(caller, begun, null);
    }

    /**
     * Restores it into a throw-away database and compares.
     *
     * @throws PlatformException {@code CONFLICT} while that is being done already
     */
    public Begun verify(Caller caller, String id) {
        check(caller);
        Backup backup = find(caller, id);
        refuseUnfinished(backup);
        refuseInUse(caller, id, List.of(DrillHandler.KIND));
        Operation begun = store.call(caller.tenantId(), tx -> {
            Operation operation =
                    operations.submit(tx, caller, DrillHandler.KIND, id, Map.of(DATABASE, backup.database()));
            told(tx, caller, "backup.verify", id, Map.of());
            return operation;
        });
        return begun(caller, begun, null);
    }

    private static void refuseUnfinished(Backup backup) {
        if (backup.completedAt() == null) {
            throw PlatformException.of(
                    ErrorKind.CONFLICT,
                    backup.status() == Backup.Status.FAILED
                            ? "The backup has failed: " + backup.problem()
                            : "The backup is not completed yet");
        }
    }

    /**
     * Restores a backup into a new database.
     *
     * @param dryRun into a throw-away database instead
     * @param target name of the new database
     */
    public Begun restore(Caller caller, String id, boolean dryRun, String target) {
        check(caller);
        if (id == null) {
            throw PlatformException.invalid("backup_id", "is missing, and so is point_in_time: one of them is needed");
        }
        if (dryRun) {
            return verify(caller, id);
        }
        refuseBadTarget(target);
        Backup backup = find(caller, id);
        refuseUnfinished(backup);
        Operation begun = store.call(caller.tenantId(), tx -> {
            Operation operation = operations.submit(
                    tx,
                    caller,
                    RestoreHandler.KIND,
                    id,
                    Map.of(RestoreHandler.TARGET, target, DATABASE, backup.database()));
            told(tx, caller, "backup.restore", id, Map.of("target", target));
            return operation;
        });
        return begun(caller, begun, work.restored(target));
    }

    private static void refuseBadTarget(String target) {
        if (target == null || !TARGET.matcher(target).matches()) {
            throw PlatformException.invalid(
                    "target", "must be 1 to 48 lower-case letters, digits and underscores, the first a letter");
        }
    }

    /**
     * To which instants the database can be restored, up to now.
     *
     * @return empty when it is not configured, or not done with this database
     */
    public Optional<PointInTime> pointInTime(Caller caller) {
        return archiver.window(list(caller));
    }

    /**
     * Brings a new database to the state of an instant.
     *
     * @param pointInTime RFC 3339
     * @param dryRun a throw-away database instead
     * @param target name of the new database
     * @throws PlatformException {@code UNPROCESSABLE} with the instants there are; {@code NOT_CONFIGURED}
     */
    public Begun restoreTo(Caller caller, String pointInTime, boolean dryRun, String target) {
        check(caller);
        Instant instant = instant(pointInTime);
        if (!dryRun) {
            refuseBadTarget(target);
        }
        String id = base(caller, instant);
        Map<String, Object> input = new HashMap<>();
        input.put(RestoreHandler.POINT_IN_TIME, instant.toString());
        input.put(DATABASE, work.databaseKind());
        if (!dryRun) {
            input.put(RestoreHandler.TARGET, target);
        }
        Operation begun = store.call(caller.tenantId(), tx -> {
            Operation operation = operations.submit(tx, caller, RestoreHandler.KIND, id, input);
            told(tx, caller, dryRun ? "backup.verify" : "backup.restore", id, input);
            return operation;
        });
        return begun(caller, begun, dryRun ? null : work.restored(target));
    }

    private static Instant instant(String pointInTime) {
        try {
            return OffsetDateTime.parse(pointInTime).toInstant();
        } catch (DateTimeParseException e) {
            throw PlatformException.invalid(
                    RestoreHandler.POINT_IN_TIME,
                    "must be an instant as RFC 3339 has it, such as 2026-11-27T19:00:00Z");
        }
    }

    /** The backup that is brought forward. */
    private String base(Caller caller, Instant instant) {
        if ("postgresql".equals(work.databaseKind())) {
            throw PlatformException.of(
                    ErrorKind.UNPROCESSABLE,
                    "On PostgreSQL the server itself is restored to a point in time, from its continuous archive;"
                            + " here its state at a backup can be restored");
        }
        PointInTime window = archiver.window(list(caller))
                .orElseThrow(() -> PlatformException.of(
                        ErrorKind.NOT_CONFIGURED,
                        "The database's log is not archived; point.in.time of the configuration " + BackupConfig.PID
                                + " turns that on"));
        return window.base(instant)
                .orElseThrow(() -> PlatformException.of(
                                ErrorKind.UNPROCESSABLE,
                                "The database cannot be restored to " + instant + ", only to instants from "
                                        + window.told())
                        .withDetail("earliest", String.valueOf(window.earliest()))
                        .withDetail("latest", String.valueOf(window.latest())));
    }

    /** @throws PlatformException {@code CONFLICT} while something is done with it */
    public void delete(Caller caller, String id) {
        check(caller);
        find(caller, id);
        refuseInUse(caller, id, KINDS);
        store.run(caller.tenantId(), tx -> {
            if (backups.delete(tx, id)) {
                told(tx, caller, "backup.delete", id, Map.of());
                tx.afterCommit(() -> removeFiles(id));
            }
        });
    }

    private void refuseInUse(Caller caller, String id, List<String> kinds) {
        for (String kind : kinds) {
            Optional<Operation> last = operations.findByTarget(caller.tenantId(), kind, id);
            if (last.isPresent() && !last.get().status().finished()) {
                throw PlatformException.of(ErrorKind.CONFLICT, "The backup is in use by an operation")
                        .withDetail("operation_id", last.get().id());
            }
        }
    }

    private void removeFiles(String id) {
        try {
            work.remove(id);
        } catch (IOException e) {
            throw new UncheckedIOException("The files of the backup " + id + " cannot be removed", e);
        }
    }

    private void told(Transaction tx, Caller caller, String action, String id, Map<String, ?> details)
            throws SQLException {
        audit.append(tx, AuditRecord.success(caller, action, id, details));
        Map<String, Object> event = new HashMap<>(details);
        event.put("backup", id);
        outbox.publish(tx, action, event);
    }

    /** Not in the transaction that begins it: another one looks at the history, and would wait for the operation's row. */
    private Begun begun(Caller caller, Operation operation, String target) {
        List<Duration> history = operations
                .history(
                        caller.tenantId(),
                        operation.kind(),
                        DATABASE,
                        operation.input().get(DATABASE).toString())
                .stream()
                .sorted()
                .toList();
        Instant estimate = history.isEmpty() ? null : operation.createdAt().plus(history.get(history.size() / 2));
        return new Begun(operation, operation.target(), target, estimate);
    }

    /** When a backup that is not known to be corrupt was last restored and compared; empty when none was. */
    public static Optional<Instant> lastProven(List<Backup> all) {
        return all.stream()
                .filter(Backup::restorable)
                .map(Backup::provenAt)
                .filter(Objects::nonNull)
                .max(Instant::compareTo);
    }

    /** The routes are for operators already; the domain does not rely on that. */
    private static void check(Caller caller) {
        caller.require(PERMISSION);
        if (!Tenants.PLATFORM.equals(caller.tenantId())) {
            throw PlatformException.of(ErrorKind.FORBIDDEN, "Backups are for those who run the platform");
        }
    }
}
