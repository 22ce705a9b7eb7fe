package org.platformforge.kernel.store.database;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;
import javax.sql.DataSource;
import org.apache.derby.jdbc.EmbeddedDataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Embedded Derby. A database left by a killed process is recovered from its log when it is opened; its stale
 * {@code db.lck} is no obstacle, because the lock that counts is the operating system's on {@code dbex.lck}.
 */
final class DerbyDriver implements DatabaseDriver {
    private static final Logger LOG = LoggerFactory.getLogger(DerbyDriver.class);
    /** Derby reports a successful shutdown of one database as an error with this state. */
    private static final String DATABASE_STOPPED = "08006";
    /** What Derby misses in a file that was cut off while it was written. */
    private static final String WRITTEN_WHOLE = "derby.serviceProtocol=";

    private final DatabaseSettings settings;
    private final DerbyDisk disk;

    DerbyDriver(DatabaseSettings settings) {
        this.settings = settings;
        this.disk = new DerbyDisk(settings.displayUrl(), this::usable, this::reopen, this::end, System::nanoTime);
    }

    @Override
    public void prepare() throws SQLException {
        makeFolder();
        EmbeddedDataSource source = newDataSource();
        source.setCreateDatabase("create");
        try (Connection connection = source.getConnection()) {
            tune(connection);
        } catch (SQLException e) {
            if (SqlErrors.meaning(e) == SqlErrors.Meaning.STORAGE) {
                // Opened without room it would be read-only for as long as it is open.
                end();
            }
            throw e;
        }
        markComplete();
    }

    private void makeFolder() throws SQLException {
        if (settings.derbyInMemory()) {
            return;
        }
        Path folder = Path.of(settings.derbyName()).toAbsolutePath();
        try {
            Files.createDirectories(folder.getParent());
            setAsideIfIncomplete(folder);
            if (!Files.exists(folder) && usable() < DerbyDisk.ROOM) {
                throw new SQLException("There is no room for a database in " + folder, "53100");
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot create the database folder " + folder, e);
        }
    }

    /**
     * Derby writes {@code service.properties} last of all, and refuses a folder without it or with a part of it, such as the
     * one left by a process that was killed while it created the database. It holds nothing, yet is kept for whoever
     * doubts it. What was a database once is never taken for that.
     */
    private static void setAsideIfIncomplete(Path folder) throws IOException {
        if (!Files.isDirectory(folder) || isComplete(folder)) {
            return;
        }
        Path aside = folder.resolveSibling(folder.getFileName() + ".incomplete-" + System.currentTimeMillis());
        Files.move(folder, aside);
        LOG.warn("The database in {} was never completed; it is set aside as {}", folder, aside.getFileName());
    }

    private static boolean isComplete(Path folder) throws IOException {
        Path properties = folder.resolve("service.properties");
        if (!Files.exists(properties)) {
            return false;
        }
        return Files.exists(mark(folder))
                || Files.readString(properties, StandardCharsets.ISO_8859_1).contains(WRITTEN_WHOLE);
    }

    /** Says, beside the folder, that it has been opened once. */
    private void markComplete() {
        if (settings.derbyInMemory()) {
            return;
        }
        Path mark = mark(Path.of(settings.derbyName()).toAbsolutePath());
        try {
            if (!Files.exists(mark)) {
                Files.createFile(mark);
            }
        } catch (IOException e) {
            LOG.warn("{} could not be written", mark, e);
        }
    }

    private static Path mark(Path folder) {
        return folder.resolveSibling(folder.getFileName() + ".complete");
    }

    private Map<String, String> databaseProperties() {
        long wait = Math.max(1, settings.lockTimeout().toSeconds());
        // Whoever would wait looks for a deadlock first: it is found when it arises, not seconds later.
        return Map.of("derby.locks.waitTimeout", Long.toString(wait), "derby.locks.deadlockTimeout", "0");
    }

    /** Writes to the database, too. */
    private void tune(Connection connection) throws SQLException {
        for (Map.Entry<String, String> property : databaseProperties().entrySet()) {
            set(connection, property.getKey(), property.getValue());
        }
    }

    private static void set(Connection connection, String key, String value) throws SQLException {
        try (PreparedStatement call =
                connection.prepareStatement("CALL SYSCS_UTIL.SYSCS_SET_DATABASE_PROPERTY(?, ?)")) {
            call.setString(1, key);
            call.setString(2, value);
            call.execute();
        }
    }

    @Override
    public DataSource pooled() {
        return new DiskSource(disk, newDataSource());
    }

    @Override
    public DataSource unpooled() {
        return pooled();
    }

    @Override
    public boolean failed(SQLException failure) {
        return disk.failed(failure);
    }

    @Override
    public Optional<String> recover(Runnable changed) {
        return disk.recover(changed);
    }

    /** Recovers what the log has, and writes. */
    private void reopen() throws SQLException {
        end();
        try (Connection connection = newDataSource().getConnection();
                PreparedStatement checkpoint =
                        connection.prepareStatement("CALL SYSCS_UTIL.SYSCS_CHECKPOINT_DATABASE()")) {
            tune(connection);
            checkpoint.execute();
        }
    }

    /** In bytes; a file system that does not tell has enough. */
    private long usable() {
        if (settings.derbyInMemory()) {
            return Long.MAX_VALUE;
        }
        try {
            Path folder = Path.of(settings.derbyName()).toAbsolutePath();
            return Files.getFileStore(folder.getParent()).getUsableSpace();
        } catch (IOException e) {
            LOG.debug("The room for the database is not known", e);
            return Long.MAX_VALUE;
        }
    }

    private EmbeddedDataSource newDataSource() {
        EmbeddedDataSource source = new EmbeddedDataSource();
        source.setDatabaseName(settings.derbyName());
        return source;
    }

    @Override
    public void shutdown() {
        SQLException end = end();
        if (end == null) {
            LOG.warn("The embedded database did not confirm its shutdown");
        } else if (!DATABASE_STOPPED.equals(end.getSQLState())) {
            LOG.warn("The embedded database did not shut down cleanly: {}", end.getMessage());
        }
    }

    /** @return what Derby answers, which is an error in any case */
    private SQLException end() {
        EmbeddedDataSource source = newDataSource();
        if (settings.derbyInMemory()) {
            source.setConnectionAttributes("drop=true");
        } else {
            source.setShutdownDatabase("shutdown");
        }
        try (Connection unexpected = source.getConnection()) {
            return null;
        } catch (SQLException e) {
            return e;
        }
    }
}
