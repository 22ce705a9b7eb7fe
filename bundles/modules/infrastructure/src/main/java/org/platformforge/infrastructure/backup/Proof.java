package org.platformforge.infrastructure.backup;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Map;
import java.util.TreeMap;
import org.platformforge.infrastructure.backup.Manifest.TableState;

/** Makes backups and proves that they can be restored, on the files alone. Used by one thread at a time for each backup. */
final class Proof {
    private final Engine engine;
    private final Vault vault;

    Proof(Engine engine, Vault vault) {
        this.engine = engine;
        this.vault = vault;
    }

    /**
     * Writes the data of a backup, not yet its manifest.
     *
     * @param draft id, database, product, time and schemas
     */
    Manifest write(Path folder, Path work, Manifest draft)
            throws IOException, SQLException, BackupException, InterruptedException {
        Vault.Key key = vault.newKey(draft.id());
        Map<String, TableState> known = new TreeMap<>();
        SealedOutput written = vault.write(folder, draft.id(), key, out -> known.putAll(engine.dump(work, out)));
        return new Manifest(
                Manifest.FORMAT,
                draft.id(),
                draft.database(),
                draft.product(),
                draft.createdAt(),
                draft.schemas(),
                known,
                known.size(),
                Chunks.SIZE,
                written.digests(),
                written.digest(),
                written.size(),
                key.id(),
                key.sealed());
    }

    /**
     * Restores a backup into a throw-away database, which is removed again, and says what is in it.
     *
     * @param expected tables and what must be in them
     * @throws CorruptBackupException naming the chunk or the table that is not as it was
     */
    Map<String, TableState> prove(Path folder, Path work, Manifest manifest, Map<String, TableState> expected)
            throws IOException, SQLException, BackupException, InterruptedException {
        String throwAway = engine.throwAway(manifest.id(), work);
        engine.drop(throwAway);
        try {
            engine.create(throwAway);
            return fill(folder, work, manifest, expected, throwAway);
        } finally {
            engine.drop(throwAway);
        }
    }

    /** Restores a backup into a new, empty database, which stays, closed. */
    Map<String, TableState> fill(
            Path folder, Path work, Manifest manifest, Map<String, TableState> expected, String database)
            throws IOException, SQLException, BackupException, InterruptedException {
        vault.read(folder, manifest, in -> engine.fill(in, work, database));
        try {
            Map<String, TableState> found = engine.inspect(database);
            compare(expected, found);
            return found;
        } finally {
            engine.release(database);
        }
    }

    private static void compare(Map<String, TableState> expected, Map<String, TableState> found)
            throws TableDiffersException {
        for (Map.Entry<String, TableState> table : expected.entrySet()) {
            TableState there = found.get(table.getKey());
            if (there == null) {
                throw new TableDiffersException("The table " + table.getKey() + " is missing after the restore");
            }
            if (!there.equals(table.getValue())) {
                throw new TableDiffersException("The table " + table.getKey() + " has " + there.rows()
                        + " rows after the restore, and had " + table.getValue().rows()
                        + (there.rows() == table.getValue().rows() ? ", with other contents" : ""));
            }
        }
    }
}
