package org.platformforge.infrastructure.backup;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.infrastructure.backup.Manifest.TableState;
import org.platformforge.kernel.api.jobs.OperationException;
import org.platformforge.kernel.api.jobs.StepContext;
import org.platformforge.kernel.api.security.Secrets;
import org.platformforge.kernel.api.store.DatabaseMaintenance;

/** What the steps of backups, drills and restores do. Each may be done again. Thread-safe. */
@Component(service = BackupWork.class)
public final class BackupWork {
    static final String CORRUPT = "BACKUP_CORRUPT";
    private static final String FAILED = "BACKUP_FAILED";
    private static final String MADE = "made";
    private static final String DERBY = "derby";
    /** A table that changed and changed back while Derby copied it was not what it was before and after. */
    private static final int ATTEMPTS = 3;

    private static final Duration AGAIN = Duration.ofSeconds(10);

    private final DatabaseMaintenance database;
    private final BackupSettings settings;
    private final Vault vault;
    private final LogArchiver archiver;

    /** Something that is done with files and the database. */
    private interface Work<T> {
        T apply(Path work) throws IOException, SQLException, BackupException, InterruptedException;
    }

    @Activate
    public BackupWork(
            @Reference DatabaseMaintenance database,
            @Reference BackupSettings settings,
            @Reference Secrets secrets,
            @Reference LogArchiver archiver) {
        this.database = database;
        this.settings = settings;
        this.archiver = archiver;
        this.vault = new Vault(secrets);
    }

    String databaseKind() {
        return database.databaseKind();
    }

    private Engine engine() {
        return engine(null);
    }

    /** @param backup the id of one that is to be made; null for none */
    private Engine engine(String backup) {
        return DERBY.equals(database.databaseKind())
                ? new DerbyEngine(database, archiver, backup)
                : new PostgresEngine(database, settings.tools());
    }

    private Path folder(String id) {
        return settings.folder().resolve(id);
    }

    /** Where a database is restored to. @param target a name that was checked */
    String restored(String target) {
        return DERBY.equals(database.databaseKind())
                ? settings.restoreFolder().resolve(target).toString()
                : target;
    }

    /** Makes a backup and proves it. */
    Map<String, Object> make(StepContext context, String id) throws OperationException, InterruptedException {
        return in(context, work -> {
            Proof proof = new Proof(engine(id), vault);
            for (int attempt = 1; ; attempt++) {
                try {
                    return make(context, id, proof, work);
                } catch (TableDiffersException e) {
                    if (attempt == ATTEMPTS) {
                        throw e;
                    }
                    context.log(e.getMessage() + "; it may have changed meanwhile: once more");
                }
            }
        });
    }

    private Map<String, Object> make(StepContext context, String id, Proof proof, Path work)
            throws IOException, SQLException, BackupException, InterruptedException {
        Path folder = Folders.fresh(folder(id));
        Manifest draft = draft(id);
        context.log("Writing a backup of " + draft.product());
        Manifest written = proof.write(folder, Folders.fresh(work), draft);
        vault.write(folder, written);
        context.log("Written: " + written.size() + " bytes in "
                + written.chunks().size() + " chunks; restoring it into a throw-away database");
        Map<String, TableState> found = proof.prove(folder, Folders.fresh(work), written, written.tables());
        vault.write(folder, written.with(found, written.compared()));
        context.log(found.size() + " tables restored; " + written.compared()
                + " of them compared with the platform's database: the same");
        return Map.of("size", written.size(), "tables", found.size(), "compared", written.compared());
    }

    private Manifest draft(String id) throws SQLException {
        try (Connection connection = database.connect()) {
            DatabaseMetaData about = connection.getMetaData();
            return new Manifest(
                    Manifest.FORMAT,
                    id,
                    database.databaseKind(),
                    about.getDatabaseProductName() + " " + about.getDatabaseProductVersion(),
                    Instant.now().truncatedTo(ChronoUnit.MILLIS).toString(),
                    TableStates.schemas(connection),
                    Map.of(),
                    0,
                    0,
                    null,
                    null,
                    0,
                    null,
                    null);
        }
    }

    /** Copies a backup to where copies are kept, if that is configured, and reads it back. */
    Map<String, Object> copy(StepContext context, String id) throws OperationException, InterruptedException {
        Optional<Path> target = settings.copyFolder();
        if (target.isEmpty()) {
            context.log("No folder for copies is configured");
            return Map.of();
        }
        return in(context, work -> {
            Path folder = folder(id);
            vault.copy(folder, Folders.make(target.get()).resolve(id), vault.manifest(folder, id));
            context.log("Copied, and read back");
            return Map.of();
        });
    }

    /** Proves anew that a backup can be restored. */
    Map<String, Object> drill(StepContext context, String id) throws OperationException, InterruptedException {
        return in(context, work -> {
            Path folder = folder(id);
            Manifest manifest = vault.manifest(folder, id);
            sameKind(manifest);
            Map<String, TableState> found =
                    new Proof(engine(), vault).prove(folder, Folders.fresh(work), manifest, manifest.tables());
            context.log(found.size() + " tables restored; all as they were");
            return result(found);
        });
    }

    /** Restores a backup into a new database, which stays. */
    Map<String, Object> restore(StepContext context, String id, String target)
            throws OperationException, InterruptedException {
        String name = restored(target);
        return in(context, work -> {
            Path folder = folder(id);
            Manifest manifest = vault.manifest(folder, id);
            sameKind(manifest);
            Engine engine = engine();
            if (isOurs(context)) {
                engine.drop(name); // of our own earlier attempt
            }
            engine.create(name);
            context.checkpoint(Map.of(MADE, true)); // not before: what is there already is never ours to remove
            context.log("Restoring into " + name);
            Map<String, TableState> found =
                    new Proof(engine, vault).fill(folder, Folders.fresh(work), manifest, manifest.tables(), name);
            context.log(found.size() + " tables restored; all as they were");
            Map<String, Object> result = new LinkedHashMap<>(result(found));
            result.put("database", name);
            result.put("url", url(name));
            return result;
        });
    }

    /** Brings a new database, which stays, to an instant after a backup. */
    Map<String, Object> restore(StepContext context, String id, String target, Instant instant)
            throws OperationException, InterruptedException {
        String name = restored(target);
        return in(context, work -> {
            Engine engine = engine();
            if (isOurs(context)) {
                engine.drop(name); // of our own earlier attempt
            }
            engine.create(name);
            context.checkpoint(Map.of(MADE, true)); // not before: what is there already is never ours to remove
            Map<String, Object> result = new LinkedHashMap<>(bringForward(context, engine, id, name, instant, work));
            result.put("database", name);
            result.put("url", url(name));
            return result;
        });
    }

    /** Brings a throw-away database to an instant after a backup. */
    Map<String, Object> tryRestore(StepContext context, String id, Instant instant)
            throws OperationException, InterruptedException {
        return in(context, work -> {
            Engine engine = engine();
            String throwAway = engine.throwAway(id, work);
            try {
                engine.create(throwAway);
                return bringForward(context, engine, id, throwAway, instant, work);
            } finally {
                engine.drop(throwAway);
            }
        });
    }

    private Map<String, Object> bringForward(
            StepContext context, Engine engine, String id, String name, Instant instant, Path work)
            throws IOException, SQLException, BackupException, InterruptedException {
        Path folder = folder(id);
        Manifest manifest = vault.manifest(folder, id);
        sameKind(manifest);
        context.log("Restoring the backup " + id + " into " + name);
        vault.read(folder, manifest, in -> engine.fill(in, work, name));
        Instant reached = archiver.restore(Path.of(name), id, instant);
        context.log("Bringing it forward to " + reached);
        try {
            Map<String, TableState> found = engine.inspect(name);
            context.log(found.size() + " tables as of " + reached + "; each agrees with its indexes");
            Map<String, Object> result = new LinkedHashMap<>(result(found));
            result.put("backup_id", id);
            result.put("point_in_time", reached.toString());
            return result;
        } finally {
            engine.release(name);
        }
    }

    /** Whether this operation made the database it restores into. */
    static boolean isOurs(StepContext context) {
        return context.checkpoint().containsKey(MADE);
    }

    private String url(String name) {
        return database.server()
                .map(server -> "jdbc:postgresql://" + server.host() + ":" + server.port() + "/" + name)
                .orElse("jdbc:derby:" + name);
    }

    private void sameKind(Manifest manifest) throws BackupException {
        if (!database.databaseKind().equals(manifest.database())) {
            throw new BackupException("The backup is of " + manifest.database() + ", and the platform's database is "
                    + database.databaseKind());
        }
    }

    private static Map<String, Object> result(Map<String, TableState> found) {
        long rows = found.values().stream().mapToLong(TableState::rows).sum();
        return Map.of("tables", found.size(), "rows", rows);
    }

    /** Takes back a database whose restore did not come to its end. */
    void unrestore(String target) throws OperationException {
        try {
            engine().drop(restored(target));
        } catch (IOException | SQLException e) {
            throw OperationException.transientFailure(FAILED, "What was restored cannot be removed", AGAIN, e);
        }
    }

    /** Removes the files of a backup, the copy too. */
    void remove(String id) throws IOException {
        Folders.delete(folder(id));
        Optional<Path> copies = settings.copyFolder();
        if (copies.isPresent()) {
            Folders.delete(copies.get().resolve(id));
        }
    }

    private Map<String, Object> in(StepContext context, Work<Map<String, Object>> done)
            throws OperationException, InterruptedException {
        Path work = settings.folder().resolve(".work-" + context.operation().id());
        try {
            Folders.make(settings.folder());
            Map<String, Object> result = done.apply(Folders.fresh(work));
            return Map.of("output", result);
        } catch (CorruptBackupException e) {
            throw OperationException.fatal(CORRUPT, e.getMessage(), e);
        } catch (BackupException e) {
            throw OperationException.fatal(FAILED, e.getMessage(), e);
        } catch (IOException e) {
            throw OperationException.fatal(FAILED, "A file cannot be written or read: " + e.getMessage(), e);
        } catch (SQLException e) {
            throw OperationException.transientFailure(FAILED, "The database answers: " + e.getMessage(), AGAIN, e);
        } finally {
            clean(context, work);
        }
    }

    private static void clean(StepContext context, Path work) {
        try {
            Folders.delete(work);
        } catch (IOException e) {
            context.log("The work folder cannot be removed: " + e.getMessage());
        }
    }
}
