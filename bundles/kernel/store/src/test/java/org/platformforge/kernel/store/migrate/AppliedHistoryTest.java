package org.platformforge.kernel.store.migrate;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.platformforge.kernel.store.database.DatabaseKind;
import org.platformforge.kernel.store.testing.StoreFixture;

class AppliedHistoryTest {
    private static final String ITEMS = "V001__items.sql";
    private static final String PRICE = "V002__price.sql";
    private static final String CREATE =
            "CREATE TABLE shop_item (tenant_id VARCHAR(64) NOT NULL, id VARCHAR(64) NOT NULL,\r\n"
                    + " PRIMARY KEY (tenant_id, id)); -- Größe\n";
    private static final String WIDEN = "ALTER TABLE shop_item ADD COLUMN price BIGINT;";

    private StoreFixture store;

    @AfterEach
    void close() {
        store.close();
    }

    private static MigrationSet set(Map<String, String> scripts) {
        return new MigrationSet("org.example.shop", new TreeMap<>(scripts));
    }

    private static final MigrationSet BOTH = set(Map.of(ITEMS, CREATE, PRICE, WIDEN));

    private boolean isExactly(MigrationSet set) throws SQLException {
        try (Connection connection = store.database().unpooled().getConnection()) {
            return AppliedHistory.isExactly(set, connection);
        }
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = store.database().unpooled().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    @ParameterizedTest
    @EnumSource
    void leavesToFlywayWhatIsNotExactlyAsApplied(DatabaseKind kind) throws SQLException {
        store = StoreFixture.open(kind);
        assertThat(isExactly(BOTH)).as("no history").isFalse();

        new Migrator(store.database()).apply(BOTH);

        assertThat(isExactly(BOTH)).isTrue();
        assertThat(isExactly(set(Map.of(ITEMS, CREATE)))).as("fewer").isFalse();
        assertThat(isExactly(set(Map.of(ITEMS, CREATE, PRICE, WIDEN, "V003__more.sql", WIDEN))))
                .as("more")
                .isFalse();
        assertThat(isExactly(set(Map.of(ITEMS, CREATE, PRICE, WIDEN + " "))))
                .as("changed")
                .isFalse();
        assertThat(isExactly(set(Map.of(ITEMS, CREATE, "V002__cost.sql", WIDEN))))
                .as("renamed")
                .isFalse();
        assertThat(isExactly(set(Map.of(ITEMS, CREATE, PRICE, WIDEN, "R__view.sql", WIDEN))))
                .as("repeatable")
                .isFalse();
    }

    @ParameterizedTest
    @EnumSource
    void leavesAFailedMigrationToFlyway(DatabaseKind kind) throws SQLException {
        store = StoreFixture.open(kind);
        new Migrator(store.database()).apply(BOTH);

        execute("UPDATE \"schema_of_org_example_shop\" SET \"success\" = FALSE WHERE \"version\" = '002'");

        assertThat(isExactly(BOTH)).isFalse();
    }
}
