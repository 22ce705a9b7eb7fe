package org.platformforge.kernel.derby;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process killed at the moment at which an index gets its second page. */
class RootGrowthTest {
    private static final int TABLES = 16;
    private static final int ROWS = 110;
    private static final String LOG = "log/log1.dat";

    @TempDir
    static Path folder;

    private static final List<Path> LEFT = new ArrayList<>();

    private static Path derby(String which) {
        return Path.of(System.getProperty("derby." + which));
    }

    /** One database, and of it what is left of a kill at each of the moments. */
    @BeforeAll
    static void kill() throws Exception {
        System.setProperty(
                "derby.stream.error.file", folder.resolve("derby.log").toString());
        // nothing but the log is written, and that into one file
        System.setProperty("derby.storage.checkpointInterval", "16777216");
        System.setProperty("derby.storage.logSwitchInterval", "16777216");
        System.setProperty("derby.storage.pageCacheSize", "20000");
        Path database = folder.resolve("database");
        try (Derby derby = new Derby(derby("original"))) {
            try (Connection connection = derby.connect(database, ";create=true")) {
                createTables(connection);
            }
            derby.shutdown(database);
            try (Connection connection = derby.connect(database, "")) {
                connection.setAutoCommit(false);
                fill(connection);
                TransactionLog log = new TransactionLog(database.resolve(LOG));
                for (TransactionLog.Cut cut :
                        log.updatesAfterPurges(TransactionLog.checkpoint(database.resolve("log/log.ctrl")))) {
                    Path left = folder.resolve("left-" + LEFT.size());
                    copy(database, left);
                    Files.write(left.resolve(LOG), log.upTo(cut));
                    LEFT.add(left);
                }
            }
        }
    }

    @AfterAll
    static void forget() {
        Stream.of(
                        "stream.error.file",
                        "storage.checkpointInterval",
                        "storage.logSwitchInterval",
                        "storage.pageCacheSize")
                .forEach(name -> System.clearProperty("derby." + name));
        LEFT.clear();
    }

    private static void createTables(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (int table = 0; table < TABLES; table++) {
                statement.execute("CREATE TABLE t" + table + " (tenant varchar(64) NOT NULL, id varchar(64) NOT NULL,"
                        + " PRIMARY KEY (tenant, id))");
            }
        }
    }

    /** Keys of another length in every table: some pages are full to the last byte when they are split. */
    private static void fill(Connection connection) throws SQLException {
        for (int table = 0; table < TABLES; table++) {
            try (PreparedStatement insert =
                    connection.prepareStatement("INSERT INTO t" + table + " VALUES ('acme', ?)")) {
                for (int row = 0; row < ROWS; row++) {
                    insert.setString(1, String.format("%06d", row) + "x".repeat(20 + table));
                    insert.execute();
                }
            }
            connection.commit();
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                String name = file.getFileName().toString();
                Path copy = to.resolve(from.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(copy);
                } else if (!name.endsWith(".lck") && !file.endsWith(LOG)) {
                    Files.copy(file, copy);
                }
            }
        }
    }

    @Test
    void isFoundInDerbysLogOncePerIndex() {
        assertThat(LEFT).hasSizeGreaterThanOrEqualTo(TABLES);
    }

    @Test
    void losesTheDatabaseAsDerbyIs() throws Exception {
        assertThat(opened("original"))
                .as("if this Derby opens them all, the repair is no longer needed")
                .anyMatch(result -> result.contains("XSDB0"));
    }

    @Test
    void losesNothingWithTheRepair() throws Exception {
        assertThat(opened("repaired")).containsOnly("consistent");
    }

    private static List<String> opened(String which) throws Exception {
        List<String> results = new ArrayList<>();
        try (Derby derby = new Derby(derby(which))) {
            for (Path left : LEFT) {
                Path database = left.resolveSibling(left.getFileName() + "-" + which);
                copy(left, database);
                Files.copy(left.resolve(LOG), database.resolve(LOG));
                try (Connection connection = derby.connect(database, "")) {
                    results.add(consistency(connection));
                } catch (SQLException e) {
                    results.add(states(e));
                }
                derby.shutdown(database);
            }
        }
        return results;
    }

    private static String consistency(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet tables = statement.executeQuery(
                        "SELECT count(*), sum(SYSCS_UTIL.SYSCS_CHECK_TABLE('APP', tablename)) FROM sys.systables"
                                + " WHERE tabletype = 'T'")) {
            tables.next();
            return tables.getInt(1) == TABLES && tables.getInt(2) == TABLES ? "consistent" : "not consistent";
        }
    }

    private static String states(Throwable thrown) {
        StringBuilder states = new StringBuilder();
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            states.append(cause).append('\n');
        }
        return states.toString();
    }
}
