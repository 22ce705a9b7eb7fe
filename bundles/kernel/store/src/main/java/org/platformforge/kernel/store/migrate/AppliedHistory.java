package org.platformforge.kernel.store.migrate;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;
import org.flywaydb.core.internal.resolver.ChecksumCalculator;

/**
 * Tells from Flyway's own history table whether it would find nothing to do. Flyway takes a few hundred milliseconds to
 * say that; one query is enough. Whatever is not exactly as expected is left to Flyway, which knows what it means.
 */
final class AppliedHistory {
    private AppliedHistory() {}

    /** @return true when the history holds the set's scripts, all applied, with the same contents, and no other */
    static boolean isExactly(MigrationSet set, Connection connection) {
        Map<String, Integer> expected = new HashMap<>();
        Scripts scripts = new Scripts(set);
        for (String name : set.scripts().keySet()) {
            if (!name.startsWith("V")) {
                return false;
            }
            expected.put(name, ChecksumCalculator.calculate(scripts.getResource(name)));
        }
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(
                        "SELECT \"script\", \"checksum\", \"success\", \"type\" FROM \"" + set.historyTable() + "\"")) {
            while (rows.next()) {
                if (!rows.getBoolean("success")) {
                    return false;
                }
                if (!"BASELINE".equals(rows.getString("type"))
                        && !expected.remove(rows.getString("script"), rows.getInt("checksum"))) {
                    return false;
                }
            }
            return expected.isEmpty();
        } catch (SQLException e) {
            // No history yet, or a database in trouble: Flyway makes the one and reports the other.
            return false;
        }
    }
}
