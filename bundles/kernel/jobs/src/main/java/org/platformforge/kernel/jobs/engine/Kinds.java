package org.platformforge.kernel.jobs.engine;

import com.github.kagkarlsson.scheduler.jdbc.JdbcCustomization;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collections;
import java.util.List;

/**
 * The due executions a node may pick: those it has a handler for. What waits for a module is not looked at over and
 * over, and with several nodes it is left to one that has the module.
 */
record Kinds(List<String> names) {
    boolean none() {
        return names.isEmpty();
    }

    String condition() {
        return "picked = ? AND execution_time <= ? AND kind IN ("
                + String.join(", ", Collections.nCopies(names.size(), "?")) + ") ORDER BY execution_time";
    }

    void bind(PreparedStatement statement, int first, Instant now, JdbcCustomization times) throws SQLException {
        int index = first;
        statement.setBoolean(index++, false);
        times.setInstant(statement, index++, now);
        for (String name : names) {
            statement.setString(index++, name);
        }
    }
}
