package org.platformforge.infrastructure.backup;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.platformforge.infrastructure.backup.Manifest.TableState;
import org.platformforge.kernel.api.store.DatabaseMaintenance;

/**
 * PostgreSQL: {@code pg_dump} in its custom format. A transaction exports its snapshot; {@code pg_dump} and the checksums of the
 * tables see that one, so every table's state in the dump is known while others write.
 */
final class PostgresEngine implements Engine {
    private static final String PUBLIC = "public";
    private static final String MAY_NOT = "42501";
    private static final String EXISTS = "42P04";

    private final DatabaseMaintenance database;
    private final PostgresTools tools;

    PostgresEngine(DatabaseMaintenance database, PostgresTools tools) {
        this.database = database;
        this.tools = tools;
    }

    @Override
    public Map<String, TableState> dump(Path work, OutputStream out)
            throws IOException, SQLException, BackupException, InterruptedException {
        try (Connection connection = database.connect()) {
            Path program = tools.find("pg_dump", major(connection));
            connection.setAutoCommit(false);
            connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            String snapshot = text(connection, "SELECT pg_export_snapshot()");
            List<String> command = new ArrayList<>(List.of(
                    program.toString(),
                    "--format=custom",
                    "--no-owner",
                    "--no-privileges",
                    "--enable-row-security",
                    "--snapshot=" + snapshot));
            String schema = connection.getSchema();
            if (!PUBLIC.equals(schema)) {
                command.add("--schema=" + '"' + schema.replace("\"", "\"\"") + '"');
            }
            tools.run(command, server(), null, work, null, out);
            Map<String, TableState> states = TableStates.of(connection);
            connection.rollback();
            return states;
        }
    }

    private DatabaseMaintenance.Server server() {
        return database.server().orElseThrow();
    }

    private static int major(Connection connection) throws SQLException {
        return connection.getMetaData().getDatabaseMajorVersion();
    }

    private static String text(Connection connection, String sql) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql);
                ResultSet row = statement.executeQuery()) {
            row.next();
            return row.getString(1);
        }
    }

    @Override
    public String throwAway(String id, Path work) {
        return "forge_proof_" + id.replaceAll("[^a-z0-9]", "_");
    }

    @Override
    public void create(String name) throws SQLException, BackupException {
        try (Connection connection = database.connect()) {
            create(connection, name);
        }
    }

    @Override
    public void fill(InputStream in, Path work, String name)
            throws IOException, SQLException, BackupException, InterruptedException {
        String schema;
        try (Connection connection = database.connect()) {
            Path program = tools.find("pg_restore", major(connection));
            schema = connection.getSchema();
            List<String> command =
                    List.of(program.toString(), "--no-owner", "--no-privileges", "--exit-on-error", "--dbname=" + name);
            tools.run(command, server(), name, work, in, null);
        }
        if (!PUBLIC.equals(schema)) {
            try (Connection restored = database.connect(name)) {
                execute(restored, "ALTER DATABASE " + quote(name) + " SET search_path = " + quote(schema));
            }
        }
    }

    private static void create(Connection connection, String name) throws SQLException, BackupException {
        try {
            execute(connection, "CREATE DATABASE " + quote(name) + " TEMPLATE template0");
        } catch (SQLException e) {
            if (MAY_NOT.equals(e.getSQLState())) {
                throw new BackupException(
                        "The platform's role may not make a database to restore into; an administrator of "
                                + "PostgreSQL allows it with ALTER ROLE … CREATEDB");
            }
            if (EXISTS.equals(e.getSQLState())) {
                throw new BackupException("There is a database " + name + " already");
            }
            throw e;
        }
    }

    private static String quote(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    @Override
    public Map<String, TableState> inspect(String name) throws SQLException {
        try (Connection connection = database.connect(name)) {
            connection.setAutoCommit(false);
            Map<String, TableState> states = TableStates.of(connection);
            connection.rollback();
            return states;
        }
    }

    @Override
    public void release(String name) {
        // The server keeps it.
    }

    @Override
    public void drop(String name) throws SQLException {
        try (Connection connection = database.connect()) {
            execute(connection, "DROP DATABASE IF EXISTS " + quote(name) + " WITH (FORCE)");
        }
    }
}
