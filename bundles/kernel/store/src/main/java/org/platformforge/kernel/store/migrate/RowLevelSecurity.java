package org.platformforge.kernel.store.migrate;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Repeats the tenant rule in PostgreSQL itself: whatever the SQL, a transaction touches only rows of its own tenant. An
 * unset tenant touches nothing. FORCE, because the platform owns its tables and owners are otherwise exempt.
 */
final class RowLevelSecurity {
    private static final Logger LOG = LoggerFactory.getLogger(RowLevelSecurity.class);
    private static final String POLICY = "forge_tenant";
    private static final String UNPROTECTED = """
            SELECT quote_ident(n.nspname) || '.' || quote_ident(c.relname),
                   EXISTS (SELECT 1 FROM pg_policy p WHERE p.polrelid = c.oid AND p.polname = ?)
              FROM pg_class c
              JOIN pg_namespace n ON n.oid = c.relnamespace
              JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id' AND NOT a.attisdropped
             WHERE n.nspname = current_schema()
               AND c.relkind IN ('r', 'p')
               AND pg_has_role(c.relowner, 'USAGE')
               AND NOT (c.relrowsecurity AND c.relforcerowsecurity
                        AND EXISTS (SELECT 1 FROM pg_policy p WHERE p.polrelid = c.oid AND p.polname = ?))
            """;

    private final String owner;

    RowLevelSecurity(String owner) {
        this.owner = owner;
    }

    /** Covers every table with a tenant and without the policy: the next run makes up for an interrupted one. */
    void protectTables(Connection connection) throws SQLException {
        for (Table table : unprotected(connection)) {
            try (Statement statement = connection.createStatement()) {
                if (!table.hasPolicy()) {
                    statement.execute("CREATE POLICY " + POLICY + " ON " + table.name() + " USING (" + rule()
                            + ") WITH CHECK (" + rule() + ")");
                }
                statement.execute(
                        "ALTER TABLE " + table.name() + " ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY");
            }
            LOG.info("{}: row-level security is on for {}", owner, table.name());
        }
    }

    private static String rule() {
        return "tenant_id = current_setting('forge.tenant', true) OR current_setting('forge.tenant', true) = '*'";
    }

    private static List<Table> unprotected(Connection connection) throws SQLException {
        List<Table> tables = new ArrayList<>();
        try (PreparedStatement query = connection.prepareStatement(UNPROTECTED)) {
            query.setString(1, POLICY);
            query.setString(2, POLICY);
            try (ResultSet rows = query.executeQuery()) {
                while (rows.next()) {
                    tables.add(new Table(rows.getString(1), rows.getBoolean(2)));
                }
            }
        }
        return tables;
    }

    private record Table(String name, boolean hasPolicy) {}
}
