package org.platformforge.infrastructure.backup;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.platformforge.infrastructure.backup.Manifest.TableState;

/**
 * Rows and checksum of every table of a connection's schema. The checksum is the sum of the SHA-256 of the rows modulo 2^256,
 * so the order of rows and of columns does not matter. Rows are read a few at a time.
 */
final class TableStates {
    private static final int FETCH = 200;
    private static final BigInteger MODULUS = BigInteger.ONE.shiftLeft(256);
    private static final String HISTORY = "schema_of_";

    private TableStates() {}

    /** By name. The connection must not commit by itself, or PostgreSQL sends a table as a whole. */
    static Map<String, TableState> of(Connection connection) throws SQLException {
        Map<String, TableState> states = new TreeMap<>();
        for (String table : tables(connection)) {
            states.put(table, state(connection, table));
        }
        return states;
    }

    static List<String> tables(Connection connection) throws SQLException {
        List<String> names = new ArrayList<>();
        try (ResultSet rows = connection
                .getMetaData()
                .getTables(
                        connection.getCatalog(), connection.getSchema(), "%", new String[] {"TABLE", "PARTITIONED TABLE"
                        })) {
            while (rows.next()) {
                names.add(rows.getString("TABLE_NAME"));
            }
        }
        names.sort(Comparator.naturalOrder());
        return names;
    }

    static String quoted(Connection connection, String table) throws SQLException {
        return quote(connection.getSchema()) + "." + quote(table);
    }

    private static String quote(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }

    private static TableState state(Connection connection, String table) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("SELECT * FROM " + quoted(connection, table))) {
            statement.setFetchSize(FETCH);
            try (ResultSet rows = statement.executeQuery()) {
                List<Integer> columns = columns(rows.getMetaData());
                BigInteger sum = BigInteger.ZERO;
                long count = 0;
                while (rows.next()) {
                    sum = sum.add(new BigInteger(1, digest(rows, columns)));
                    count++;
                }
                return new TableState(count, String.format("%064x", sum.mod(MODULUS)));
            }
        }
    }

    /** By name. */
    private static List<Integer> columns(ResultSetMetaData about) throws SQLException {
        Map<String, Integer> byName = new TreeMap<>();
        for (int i = 1; i <= about.getColumnCount(); i++) {
            byName.put(about.getColumnName(i), i);
        }
        return List.copyOf(byName.values());
    }

    private static byte[] digest(ResultSet rows, List<Integer> columns) throws SQLException {
        MessageDigest digest = Digests.sha256();
        for (int column : columns) {
            byte[] value = bytes(rows, column);
            digest.update(ByteBuffer.allocate(Integer.BYTES)
                    .putInt(value == null ? -1 : value.length)
                    .array());
            if (value != null) {
                digest.update(value);
            }
        }
        return digest.digest();
    }

    private static byte[] bytes(ResultSet rows, int column) throws SQLException {
        int type = rows.getMetaData().getColumnType(column);
        if (type == Types.BLOB || type == Types.BINARY || type == Types.VARBINARY || type == Types.LONGVARBINARY) {
            return rows.getBytes(column);
        }
        String text = rows.getString(column);
        return text == null ? null : text.getBytes(StandardCharsets.UTF_8);
    }

    /** The newest migration of each module, by its history table. */
    static Map<String, String> schemas(Connection connection) throws SQLException {
        Map<String, String> schemas = new TreeMap<>();
        for (String table : tables(connection)) {
            if (table.startsWith(HISTORY)) {
                try (PreparedStatement statement = connection.prepareStatement("SELECT \"version\" FROM "
                                + quoted(connection, table) + " ORDER BY \"installed_rank\"");
                        ResultSet rows = statement.executeQuery()) {
                    while (rows.next()) {
                        if (rows.getString(1) != null) {
                            schemas.put(table, rows.getString(1));
                        }
                    }
                }
            }
        }
        return schemas;
    }
}
