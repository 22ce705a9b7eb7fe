package org.platformforge.infrastructure.backup;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.platformforge.infrastructure.backup.Manifest.TableState;
import org.platformforge.kernel.api.store.DatabaseMaintenance;

/**
 * Embedded Derby: {@code SYSCS_BACKUP_DATABASE}, which copies pages while others write and the log up to the end, so that the
 * copy is the database at the moment it ends. Derby has no snapshots to read the tables of that moment with; so every table is
 * read before and after, and those that are the same both times are known to be so in the copy.
 */
final class DerbyEngine implements Engine {
    private static final int BUFFER = 1 << 16;

    private final DatabaseMaintenance database;
    private final LogArchiver archiver;
    private final String backup;

    /**
     * @param archiver is told of a backup that is made
     * @param backup the id of the one to be made; null when none is
     */
    DerbyEngine(DatabaseMaintenance database, LogArchiver archiver, String backup) {
        this.database = database;
        this.archiver = archiver;
        this.backup = backup;
    }

    @Override
    public Map<String, TableState> dump(Path work, OutputStream out) throws IOException, SQLException {
        Map<String, TableState> unchanged;
        try (Connection connection = database.connect()) {
            connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
            Map<String, TableState> before = TableStates.of(connection);
            if (archiver.beforeBackup()) {
                copyAndKeepLog(connection, work);
            } else {
                copy(connection, work);
            }
            unchanged = new TreeMap<>(TableStates.of(connection));
            unchanged.entrySet().removeIf(table -> !table.getValue().equals(before.get(table.getKey())));
        }
        zip(onlyFolderIn(work), out);
        return unchanged;
    }

    private static void copy(Connection connection, Path work) throws SQLException {
        try (CallableStatement copy = connection.prepareCall("CALL SYSCS_UTIL.SYSCS_BACKUP_DATABASE(?)")) {
            copy.setString(1, work.toString());
            copy.execute();
        }
    }

    /** Derby removes the log files that it kept before. */
    private void copyAndKeepLog(Connection connection, Path work) throws SQLException, IOException {
        boolean done = false;
        try (CallableStatement copy =
                connection.prepareCall("CALL SYSCS_UTIL.SYSCS_BACKUP_DATABASE_AND_ENABLE_LOG_ARCHIVE_MODE(?, 1)")) {
            copy.setString(1, work.toString());
            copy.execute();
            archiver.afterBackup(backup, onlyFolderIn(work));
            done = true;
        } finally {
            if (!done) {
                archiver.backupFailed();
            }
        }
    }

    private static Path onlyFolderIn(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(Files::isDirectory)
                    .findFirst()
                    .orElseThrow(() -> new IOException("Derby has written no backup"));
        }
    }

    private static void zip(Path folder, OutputStream out) throws IOException {
        List<Path> all;
        try (Stream<Path> files = Files.walk(folder)) {
            all = files.filter(file -> !file.equals(folder)).sorted().toList();
        }
        ZipOutputStream zip = new ZipOutputStream(out);
        zip.setLevel(Deflater.BEST_SPEED);
        for (Path file : all) {
            boolean directory = Files.isDirectory(file);
            zip.putNextEntry(
                    new ZipEntry(folder.relativize(file).toString().replace('\\', '/') + (directory ? "/" : "")));
            if (!directory) {
                Files.copy(file, zip);
            }
            zip.closeEntry();
        }
        zip.finish();
    }

    @Override
    public String throwAway(String id, Path work) {
        return work.resolve("database").toString();
    }

    @Override
    public void create(String name) throws IOException, BackupException {
        if (!Folders.makeNew(Path.of(name))) {
            throw new BackupException("There is something at " + name + " already");
        }
    }

    @Override
    public void fill(InputStream in, Path work, String name) throws IOException {
        Path folder = Path.of(name);
        byte[] buffer = new byte[BUFFER];
        ZipInputStream zip = new ZipInputStream(in);
        for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
            Path file = folder.resolve(entry.getName()).normalize();
            if (!file.startsWith(folder)) {
                throw new CorruptBackupException("The backup holds a file outside of its folder");
            }
            if (entry.isDirectory()) {
                Files.createDirectories(file);
                continue;
            }
            try (OutputStream out = Files.newOutputStream(file)) {
                for (int read = zip.read(buffer); read >= 0; read = zip.read(buffer)) {
                    out.write(buffer, 0, read);
                }
            }
        }
        in.transferTo(OutputStream.nullOutputStream()); // to the last chunk, so that all of it was authenticated
    }

    @Override
    public Map<String, TableState> inspect(String name) throws SQLException {
        try (Connection connection = database.connect(name)) {
            if (LogArchiver.keepsLog(connection)) {
                LogArchiver.keepNoLog(connection); // what the backup's database did is not this one's wish
            }
            for (String table : TableStates.tables(connection)) {
                check(connection, table);
            }
            return TableStates.of(connection);
        }
    }

    /** Derby compares the table with its indexes and throws when they differ. */
    private static void check(Connection connection, String table) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("VALUES SYSCS_UTIL.SYSCS_CHECK_TABLE(?, ?)")) {
            statement.setString(1, connection.getSchema());
            statement.setString(2, table);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
            }
        }
    }

    @Override
    public void release(String name) {
        database.release(name);
    }

    @Override
    public void drop(String name) throws IOException {
        database.release(name);
        Folders.delete(Path.of(name));
    }
}
