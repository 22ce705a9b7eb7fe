package org.platformforge.kernel.store.tx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.store.Store;
import org.platformforge.kernel.store.database.DatabaseKind;
import org.platformforge.kernel.store.sample.LineEntity;
import org.platformforge.kernel.store.sample.NoteEntity;
import org.platformforge.kernel.store.sample.NoteKey;
import org.platformforge.kernel.store.testing.StoreFixture;

class DatabaseStoreTest {
    private static final String TENANT = "ten_a";
    private StoreFixture store;

    @AfterEach
    void close() {
        store.close();
    }

    private void open(DatabaseKind kind) {
        store = StoreFixture.open(kind, NoteEntity.class);
    }

    private static NoteEntity note(String id) {
        return new NoteEntity(TENANT, id, "text of " + id, Instant.parse("2026-03-29T01:30:00.123456Z"));
    }

    private long count(String table) {
        return store.call(Store.ALL_TENANTS, tx -> count(tx.connection(), table));
    }

    private static long count(Connection connection, String table) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT count(*) FROM " + table)) {
            row.next();
            return row.getLong(1);
        }
    }

    @ParameterizedTest
    @EnumSource
    void keepsEntitiesThatWereCommitted(DatabaseKind kind) {
        open(kind);
        store.run(TENANT, tx -> {
            NoteEntity note = note("n1");
            tx.em().persist(note);
            tx.em().persist(new LineEntity(TENANT, "l1", note));
        });

        LineEntity line = store.call(TENANT, tx -> {
            LineEntity found = tx.em().find(LineEntity.class, new NoteKey(TENANT, "l1"));
            found.note().text();
            return found;
        });

        assertThat(line.note().text()).isEqualTo("text of n1");
        assertThat(line.note().createdAt()).isEqualTo("2026-03-29T01:30:00.123456Z");
        assertThat(store.databaseKind()).isEqualTo(kind.id());
    }

    @ParameterizedTest
    @EnumSource
    void loadsRelationsLazilyBecauseClassesAreWoven(DatabaseKind kind) {
        open(kind);
        assertThat(NoteEntity.class.getInterfaces())
                .extracting(Class::getSimpleName)
                .contains("PersistenceWeaved", "PersistenceWeavedChangeTracking");
    }

    @ParameterizedTest
    @EnumSource
    void leavesNothingWhenTheWorkThrows(DatabaseKind kind) {
        open(kind);
        PlatformException refused = PlatformException.of(ErrorKind.FORBIDDEN, "No");

        assertThatThrownBy(() -> store.run(TENANT, tx -> {
                    tx.em().persist(note("n1"));
                    tx.em().flush();
                    throw refused;
                }))
                .isSameAs(refused);

        assertThat(count("sample_note")).isZero();
    }
}
