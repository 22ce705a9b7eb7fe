package org.platformforge.kernel.store.database;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Whether the platform's role can be bound by row-level security at all. */
public final class RolePrivileges {
    private static final Logger LOG = LoggerFactory.getLogger(RolePrivileges.class);

    private RolePrivileges() {}

    /** What an operator should know, if anything. */
    public static Optional<String> warning(Database database) {
        if (database.kind() != DatabaseKind.POSTGRESQL) {
            return Optional.empty();
        }
        try (Connection connection = database.dataSource().getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        "SELECT rolname FROM pg_roles WHERE rolname = current_user AND (rolsuper OR rolbypassrls)")) {
            return row.next()
                    ? Optional.of("The database role " + row.getString(1) + " is exempt from row-level security:"
                            + " use a role without SUPERUSER and BYPASSRLS")
                    : Optional.empty();
        } catch (SQLException e) {
            LOG.debug("The role's privileges could not be read", e);
            return Optional.empty();
        }
    }
}
