package org.platformforge.kernel.store.database;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Calendar;
import java.util.TimeZone;

/** Instants in columns, always UTC: Derby's TIMESTAMP has no zone and would otherwise take the machine's. */
public final class SqlTime {
    private SqlTime() {}

    /** @param instant may be null; cut to the microsecond, which both databases keep */
    public static void set(PreparedStatement statement, int index, Instant instant) throws SQLException {
        if (instant == null) {
            statement.setNull(index, Types.TIMESTAMP);
        } else {
            statement.setTimestamp(index, Timestamp.from(instant.truncatedTo(ChronoUnit.MICROS)), utc());
        }
    }

    /** Null when the column is. */
    public static Instant get(ResultSet row, String column) throws SQLException {
        Timestamp value = row.getTimestamp(column, utc());
        return value == null ? null : value.toInstant();
    }

    private static Calendar utc() {
        return Calendar.getInstance(TimeZone.getTimeZone("UTC"));
    }
}
