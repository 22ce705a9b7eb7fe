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

    DerbyDriver(DatabaseSettings settings) {
        this.settings = settings;
    }

    @Override
    public void prepare() throws SQLException {
        makeRoom();
        EmbeddedDataSource source = newDataSource();
        source.setCreateDatabase("create");
        try (Connection connection = source.getConnection()) {
            for (Map.Entry<String, String> property : databaseProperties().entrySet()) {
                set(connection, property.getKey(), property.getValue());
            }
        }
        markComplete();
    }

    private void makeRoom() {
        if (settings.derbyInMemory()) {
            return;
        }
        Path folder = Path.of(settings.derbyName()).toAbsolutePath();
        try {
            Files.createDirectories(folder.getParent());
            setAsideIfIncomplete(folder);
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
        return newDataSource();
    }

    @Override
    public DataSource unpooled() {
        return newDataSource();
    }

    private EmbeddedDataSource newDataSource() {
        EmbeddedDataSource source = new EmbeddedDataSource();
        source.setDatabaseName(settings.derbyName());
        return source;
    }

    @Override
    public void shutdown() {
        EmbeddedDataSource source = newDataSource();
        if (settings.derbyInMemory()) {
            source.setConnectionAttributes("drop=true");
        } else {
            source.setShutdownDatabase("shutdown");
        }
        try (Connection unexpected = source.getConnection()) {
            LOG.warn("The embedded database did not confirm its shutdown");
        } catch (SQLException e) {
            if (!DATABASE_STOPPED.equals(e.getSQLState())) {
                LOG.warn("The embedded database did not shut down cleanly: {}", e.getMessage());
            }
        }
    }
}
