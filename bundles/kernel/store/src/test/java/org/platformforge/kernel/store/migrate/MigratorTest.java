package org.platformforge.kernel.store.migrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.platformforge.kernel.api.store.Store;
import org.platformforge.kernel.store.database.DatabaseKind;
import org.platformforge.kernel.store.testing.StoreFixture;

class MigratorTest {
    private static final String OWNER = "org.example.shop";
    private static final String CREATE =
            "CREATE TABLE shop_item (tenant_id VARCHAR(64) NOT NULL, id VARCHAR(64) NOT NULL,"
                    + " PRIMARY KEY (tenant_id, id));";
    private static final String WIDEN = "ALTER TABLE shop_item ADD COLUMN price BIGINT;";

    private StoreFixture store;

    @AfterEach
    void close() {
        store.close();
    }

    private static MigrationSet set(Map<String, String> scripts) {
        return new MigrationSet(OWNER, new TreeMap<>(scripts));
    }

    private static MigrationSet first() {
        return set(Map.of("V001__items.sql", CREATE));
    }

    private static MigrationSet second() {
        return set(Map.of("V001__items.sql", CREATE, "V002__price.sql", WIDEN));
    }

    private Migrator fresh() {
        return new Migrator(store.database());
    }

    @ParameterizedTest
    @EnumSource
    void appliesWhatIsMissingInOrder(DatabaseKind kind) throws SQLException {
        store = StoreFixture.open(kind);
        fresh().apply(first());
        fresh().apply(second());
        readable("price");
        assertThat(versions()).containsExactly("0", "001", "002");
    }

    @ParameterizedTest
    @EnumSource
    void namesTheBundleAndTheReasonOfABrokenScriptAndLeavesNothingOfIt(DatabaseKind kind) throws SQLException {
        store = StoreFixture.open(kind);
        fresh().apply(first());
        MigrationSet broken = set(Map.of(
                "V001__items.sql",
                CREATE,
                "V002__broken.sql",
                "CREATE TABLE shop_half (tenant_id VARCHAR(64));\nALTER TABLE nowhere ADD COLUMN x INT;"));

        assertThatThrownBy(() -> fresh().apply(broken))
                .isInstanceOf(MigrationException.class)
                .hasMessageContaining(OWNER)
                .hasMessageContaining("V002__broken.sql")
                .hasMessageNotContaining("\n");

        readable("id");
        assertThatThrownBy(() -> query("SELECT count(*) FROM shop_half")).isInstanceOf(RuntimeException.class);
        fresh().apply(first());
        fresh().apply(second());
        assertThat(versions()).containsExactly("0", "001", "002");
    }

    @ParameterizedTest
    @EnumSource
    void refusesAScriptThatWasChangedAfterItWasApplied(DatabaseKind kind) throws SQLException {
        store = StoreFixture.open(kind);
        fresh().apply(first());
        MigrationSet changed = set(Map.of("V001__items.sql", CREATE.replace("id VARCHAR(64)", "id VARCHAR(65)")));

        assertThatThrownBy(() -> fresh().apply(changed))
                .isInstanceOf(MigrationException.class)
                .hasMessageContaining("checksum mismatch");
    }

    @ParameterizedTest
    @EnumSource
    void letsTheOldVersionWorkAfterANewOneWasRefused(DatabaseKind kind) throws SQLException {
        store = StoreFixture.open(kind);
        fresh().apply(first());
        execute("INSERT INTO shop_item VALUES ('ten_a', '1')");
        fresh().apply(second()); // a candidate's, which is refused afterwards
        execute("INSERT INTO shop_item (tenant_id, id) VALUES ('ten_a', '2')");

        fresh().apply(first()); // the old version, after a restart
        assertThat(query("SELECT count(id) FROM shop_item")).isEqualTo("2");
        fresh().apply(second()); // and the new one, which is well by now
        assertThat(versions()).containsExactly("0", "001", "002");
    }

    @ParameterizedTest
    @EnumSource
    void appliesNothingThatWouldBreakTheOldVersion(DatabaseKind kind) throws SQLException {
        store = StoreFixture.open(kind);
        fresh().apply(first());
        MigrationSet contracting = set(Map.of(
                "V001__items.sql",
                CREATE,
                "V002__price.sql",
                WIDEN,
                "V003__less.sql",
                "ALTER TABLE shop_item DROP COLUMN id;"));

        assertThatThrownBy(() -> fresh().apply(contracting))
                .isInstanceOf(MigrationException.class)
                .hasMessageContaining("V003__less.sql: ALTER TABLE shop_item DROP COLUMN id");
        readable("id");
        assertThat(versions()).containsExactly("0", "001");
    }

    @ParameterizedTest
    @EnumSource
    void refusesNamesThatAreNoVersion(DatabaseKind kind) {
        store = StoreFixture.open(kind);
        assertThatThrownBy(() -> fresh().apply(set(Map.of("items.sql", CREATE))))
                .isInstanceOf(MigrationException.class)
                .hasMessageContaining("items.sql");
    }

    @ParameterizedTest
    @EnumSource
    void doesNotLookAtASetTwice(DatabaseKind kind) throws SQLException {
        store = StoreFixture.open(kind);
        Migrator migrator = fresh();
        migrator.apply(first());
        execute("DROP TABLE shop_item");
        // A second look at the history would be as silent; a dropped history table would not.
        execute("DROP TABLE \"schema_of_org_example_shop\"");
        migrator.apply(first());
        assertThatThrownBy(() -> readable("id")).isInstanceOf(RuntimeException.class);
    }

    @ParameterizedTest
    @EnumSource
    void letsManyNodesMigrateAtOnce(DatabaseKind kind) throws Exception {
        store = StoreFixture.open(kind);
        Migrator shared = fresh();
        ExecutorService nodes = Executors.newFixedThreadPool(8);
        List<Callable<Void>> starts = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            // Derby is embedded in one process, which has one migrator.
            Migrator migrator = kind == DatabaseKind.DERBY ? shared : fresh();
            starts.add(() -> {
                migrator.apply(second());
                return null;
            });
        }
        for (Future<Void> start : nodes.invokeAll(starts, 120, TimeUnit.SECONDS)) {
            start.get();
        }
        nodes.shutdown();
        assertThat(versions()).containsExactly("0", "001", "002");
    }

    @ParameterizedTest
    @EnumSource
    void keepsTheHistoriesOfBundlesApart(DatabaseKind kind) throws SQLException {
        store = StoreFixture.open(kind);
        fresh().apply(first());
        fresh().apply(new MigrationSet(
                "org.example.other",
                new TreeMap<>(Map.of("V001__other.sql", CREATE.replace("shop_item", "other_item")))));
        assertThat(versions()).containsExactly("0", "001");
    }

    @Test
    void changesRowsOfAllTenantsInAMigration() throws SQLException {
        store = StoreFixture.postgresql();
        fresh().apply(first());
        store.run("ten_a", tx -> execute(tx.connection(), "INSERT INTO shop_item VALUES ('ten_a', '1')"));
        store.run("ten_b", tx -> execute(tx.connection(), "INSERT INTO shop_item VALUES ('ten_b', '1')"));
        fresh().apply(set(
                Map.of("V001__items.sql", CREATE, "V002__price.sql", WIDEN + "\nUPDATE shop_item SET price = 5;")));
        assertThat(query("SELECT sum(price) FROM shop_item")).isEqualTo("10");
    }

    @Test
    void neverGivesTwoOwnersOneHistoryTable() {
        store = StoreFixture.derby();
        assertThat(table("a.b")).isEqualTo("schema_of_a_b");
        assertThat(List.of(table("a.b"), table("a_b"), table("a-b"), table("A.B"), table("a.b".repeat(40))))
                .doesNotHaveDuplicates()
                .allSatisfy(name -> assertThat(name).matches("[a-z0-9_]{1,63}"));
    }

    private static String table(String owner) {
        return new MigrationSet(owner, new TreeMap<>()).historyTable();
    }

    private void readable(String column) {
        query("SELECT count(" + column + ") FROM shop_item");
    }

    private List<String> versions() {
        return store.call(Store.ALL_TENANTS, tx -> {
            List<String> versions = new ArrayList<>();
            try (Statement statement = tx.connection().createStatement();
                    ResultSet rows = statement.executeQuery("SELECT \"version\" FROM \"schema_of_org_example_shop\""
                            + " ORDER BY \"installed_rank\"")) {
                while (rows.next()) {
                    versions.add(rows.getString(1));
                }
            }
            return versions;
        });
    }

    private String query(String sql) {
        return store.call(Store.ALL_TENANTS, tx -> {
            try (Statement statement = tx.connection().createStatement();
                    ResultSet row = statement.executeQuery(sql)) {
                row.next();
                return row.getString(1);
            }
        });
    }

    private void execute(String sql) {
        store.run(Store.ALL_TENANTS, tx -> execute(tx.connection(), sql));
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
