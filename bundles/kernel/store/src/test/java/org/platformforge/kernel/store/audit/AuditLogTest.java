package org.platformforge.kernel.store.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.store.AuditRecord;
import org.platformforge.kernel.api.store.Store;
import org.platformforge.kernel.store.database.DatabaseKind;
import org.platformforge.kernel.store.testing.FixedSecrets;
import org.platformforge.kernel.store.testing.StoreFixture;

class AuditLogTest {
    private StoreFixture store;

    @AfterEach
    void close() {
        if (store != null) {
            store.close();
        }
    }

    @ParameterizedTest
    @EnumSource
    void commitsARecordWithTheChangeItDescribes(DatabaseKind kind) {
        store = StoreFixture.open(kind);
        AuditRecord record =
                AuditRecord.success(new SomeCaller("ten_a", "agent"), "note.create", "note-1", Map.of("size", 3));
        store.run("ten_a", tx -> store.audit().append(tx, record));
        assertThatThrownBy(() -> store.run("ten_a", tx -> {
                    store.audit().append(tx, record);
                    throw new IllegalStateException();
                }))
                .isInstanceOf(IllegalStateException.class);

        List<Map<String, String>> rows = rows("ten_a");
        assertThat(rows).hasSize(1);
        assertThat(rows.get(0))
                .containsEntry("tenant_id", "ten_a")
                .containsEntry("actor", "user_1")
                .containsEntry("on_behalf_of", "user_2")
                .containsEntry("scheme", "JWT")
                .containsEntry("action", "note.create")
                .containsEntry("target", "note-1")
                .containsEntry("result", "success")
                .containsEntry("request_id", "req-1")
                .containsEntry("address", "127.0.0.1")
                .containsEntry("user_agent", "agent")
                .containsEntry("details", "{\"size\":3}");
        assertThat(rows.get(0).get("id")).startsWith("log_");
    }

    @ParameterizedTest
    @EnumSource
    void filesARecordUnderTheTenantThatWasChanged(DatabaseKind kind) {
        store = StoreFixture.open(kind);
        AuditRecord byOperator =
                AuditRecord.success(new SomeCaller("platform", ""), "tenant.suspend", "ten_a", Map.of());
        store.run("ten_a", tx -> store.audit().append(tx, byOperator));
        store.run(Store.ALL_TENANTS, tx -> store.audit().append(tx, byOperator));
        assertThat(rows("ten_a")).hasSize(1);
        assertThat(rows("platform")).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource
    void takesWhateverAClientSends(DatabaseKind kind) {
        store = StoreFixture.open(kind);
        String nasty = "a\u0000b\r\n\uD800" + "\uD83D\uDE00".repeat(600);
        AuditRecord record =
                AuditRecord.success(new SomeCaller("ten_a", nasty), "x".repeat(999), nasty, Map.of("v", nasty));
        store.run("ten_a", tx -> store.audit().append(tx, record));
        Map<String, String> row = rows("ten_a").get(0);
        assertThat(row.get("user_agent"))
                .startsWith("a\uFFFDb\uFFFD\uFFFD\uFFFD")
                .hasSizeLessThanOrEqualTo(512);
        assertThat(row.get("action")).hasSize(128);
        assertThat(row.get("details")).contains("\\u0000");
    }

    @ParameterizedTest
    @EnumSource
    void recordsRefusedAttemptsOnItsOwn(DatabaseKind kind) {
        store = StoreFixture.open(kind);
        store.audit().refused(AuditRecord.refused(new SomeCaller("ten_a", ""), "note.delete", "n", Map.of()));
        store.audit().refused(AuditRecord.refused(new SomeCaller("", ""), "auth.login", null, Map.of()));
        store.audit().refused(AuditRecord.refused(new SomeCaller("ten_a", ""), "bad", "n", Map.of("o", new Object())));
        store.audit().refused(AuditRecord.refused(new SomeCaller("ten_a", ""), "last", "n", Map.of()));
        await().until(() -> rows("ten_a").size() == 2);
        await().until(() -> rows("platform").size() == 1);
        assertThat(rows("ten_a")).extracting(row -> row.get("result")).containsOnly("refused");
    }

    @ParameterizedTest
    @EnumSource
    void writesRefusedAttemptsThatStillWaitWhenItStops(DatabaseKind kind) {
        store = StoreFixture.open(kind);
        JdbcAuditLog log = new JdbcAuditLog(
                store.storeOf(org.platformforge.kernel.store.database.Database.class),
                new org.platformforge.kernel.store.json.JsonText(),
                new FixedSecrets("test"),
                1000);
        for (int i = 0; i < 500; i++) {
            log.refused(AuditRecord.refused(new SomeCaller("ten_a", ""), "note.delete", "n" + i, Map.of()));
        }
        log.close();
        assertThat(rows("ten_a")).hasSize(500);
        assertThatCode(() -> log.refused(AuditRecord.refused(new SomeCaller("ten_a", ""), "late", "n", Map.of())))
                .doesNotThrowAnyException();
    }

    @Test
    void dropsAndCountsWhatDoesNotFit() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        CountDownLatch writing = new CountDownLatch(1);
        List<Integer> written = new CopyOnWriteArrayList<>();
        RefusalQueue<Integer> queue = new RefusalQueue<>(10, batch -> {
            writing.countDown();
            awaitQuietly(release);
            written.addAll(batch);
        });
        queue.offer(0);
        writing.await();
        for (int i = 1; i <= 30; i++) {
            queue.offer(i);
        }
        assertThat(queue.dropped()).isEqualTo(20);
        release.countDown();
        queue.close();
        assertThat(written).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10);
    }

    @Test
    void dropsOnlyTheRecordThatCanNeverBeWritten() {
        List<Integer> written = new CopyOnWriteArrayList<>();
        RefusalQueue<Integer> queue = new RefusalQueue<>(10, batch -> {
            if (batch.contains(3)) {
                throw PlatformException.of(ErrorKind.INTERNAL, "Internal error");
            }
            written.addAll(batch);
        });
        List.of(1, 2, 3, 4).forEach(queue::offer);
        queue.close();
        assertThat(written).containsExactly(1, 2, 4);
        assertThat(queue.dropped()).isOne();
    }

    @Test
    void keepsRecordsWhileTheDatabaseIsAway() {
        AtomicBoolean away = new AtomicBoolean(true);
        List<Integer> written = new CopyOnWriteArrayList<>();
        RefusalQueue<Integer> queue = new RefusalQueue<>(10, batch -> {
            if (away.getAndSet(false)) {
                throw PlatformException.of(ErrorKind.UNAVAILABLE, "away");
            }
            written.addAll(batch);
        });
        queue.offer(1);
        queue.offer(2);
        await().atMost(Duration.ofSeconds(10)).until(() -> written.size() == 2);
        queue.close();
        assertThat(queue.dropped()).isZero();
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private List<Map<String, String>> rows(String tenant) {
        return store.call(tenant, tx -> {
            List<Map<String, String>> found = new ArrayList<>();
            try (Statement statement = tx.connection().createStatement();
                    ResultSet rows =
                            statement.executeQuery("SELECT * FROM store_audit WHERE tenant_id = '" + tenant + "'")) {
                while (rows.next()) {
                    Map<String, String> row = new LinkedHashMap<>();
                    for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
                        row.put(rows.getMetaData().getColumnName(i).toLowerCase(), rows.getString(i));
                    }
                    found.add(row);
                }
            }
            return found;
        });
    }
}
