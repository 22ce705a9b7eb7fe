package org.platformforge.kernel.store.migrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.platformforge.kernel.api.store.Store;
import org.platformforge.kernel.store.sample.NoteEntity;
import org.platformforge.kernel.store.sample.NoteKey;
import org.platformforge.kernel.store.testing.StoreFixture;

/** The attacker has any SQL he likes, on the connection of his own tenant. */
class RowLevelSecurityTest {
    private static StoreFixture store;

    @BeforeAll
    static void open() {
        store = StoreFixture.postgresql(NoteEntity.class);
    }

    @AfterAll
    static void close() {
        store.close();
    }

    @BeforeEach
    void twoTenants() {
        store.run(Store.ALL_TENANTS, tx -> {
            execute(tx.connection(), "DELETE FROM sample_note");
            tx.em().persist(new NoteEntity("ten_a", "mine", "a", Instant.EPOCH));
            tx.em().persist(new NoteEntity("ten_b", "secret", "b", Instant.EPOCH));
        });
    }

    @Test
    void showsOnlyTheTenantsOwnRows() {
        assertThat(column("ten_a", "SELECT id FROM sample_note")).containsExactly("mine");
        assertThat(column("ten_a", "SELECT id FROM sample_note WHERE tenant_id = 'ten_b'"))
                .isEmpty();
        assertThat(column("ten_c", "SELECT id FROM sample_note")).isEmpty();
        assertThat(column(Store.ALL_TENANTS, "SELECT id FROM sample_note ORDER BY id"))
                .containsExactly("mine", "secret");
        NoteEntity foreign = store.call("ten_a", tx -> tx.em().find(NoteEntity.class, new NoteKey("ten_b", "secret")));
        assertThat(foreign).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "UPDATE sample_note SET text = 'x' WHERE id = 'secret'",
                "UPDATE sample_note SET amount = 1 WHERE tenant_id = 'ten_b'",
                "DELETE FROM sample_note WHERE id = 'secret'",
                "DELETE FROM sample_note WHERE tenant_id <> 'ten_a'",
                "UPDATE store_event SET data = '' WHERE tenant_id = 'ten_b'",
                "DELETE FROM store_audit WHERE tenant_id = 'ten_b'"
            })
    void changesNoForeignRow(String sql) {
        int changed = store.call("ten_a", tx -> {
            try (Statement statement = tx.connection().createStatement()) {
                return statement.executeUpdate(sql);
            }
        });
        assertThat(changed).isZero();
        assertThat(column("ten_b", "SELECT text || amount FROM sample_note")).containsExactly("b0");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "INSERT INTO sample_note (tenant_id, id, amount, version) VALUES ('ten_b', 'planted', 0, 0)",
                "UPDATE sample_note SET tenant_id = 'ten_b'",
                "INSERT INTO sample_note (tenant_id, id, amount, version) VALUES ('ten_b', 'secret', 0, 0)"
                        + " ON CONFLICT (tenant_id, id) DO UPDATE SET text = 'overwritten'"
            })
    void putsNoRowIntoAnotherTenant(String sql) {
        assertThatThrownBy(() -> store.run("ten_a", tx -> execute(tx.connection(), sql)))
                .rootCause()
                .hasMessageContaining("row-level security");
        assertThat(column("ten_b", "SELECT id || text FROM sample_note")).containsExactly("secretb");
    }

    @Test
    void leavesNoTenantOnAPooledConnection() throws SQLException {
        for (int i = 0; i < 40; i++) {
            store.run("ten_a", tx -> {});
        }
        try (Connection connection = store.dataSource().getConnection()) {
            assertThat(column(connection, "SELECT id FROM sample_note")).isEmpty();
        }
    }

    @Test
    void bindsTheOwnerOfTheTables() throws SQLException {
        try (Connection connection = store.dataSource().getConnection()) {
            assertThat(column(connection, "SELECT tableowner FROM pg_tables WHERE tablename = 'sample_note'"))
                    .isEqualTo(column(connection, "SELECT current_user"));
            assertThat(column(
                            connection,
                            "SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid"
                                    + " AND a.attname = 'tenant_id' WHERE c.relkind = 'r'"
                                    + " AND NOT (c.relrowsecurity AND c.relforcerowsecurity)"))
                    .isEmpty();
        }
    }

    private static List<String> column(String tenant, String sql) {
        return store.call(tenant, tx -> column(tx.connection(), sql));
    }

    private static List<String> column(Connection connection, String sql) throws SQLException {
        List<String> values = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                values.add(rows.getString(1));
            }
        }
        return values;
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
