package org.platformforge.kernel.store.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.PreparedStatement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.platformforge.kernel.api.PageRequest;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.store.AuditRecord;
import org.platformforge.kernel.api.store.AuditTrail;
import org.platformforge.kernel.api.store.AuditTrail.Entry;
import org.platformforge.kernel.api.store.AuditTrail.Filter;
import org.platformforge.kernel.api.store.AuditTrail.Problem;
import org.platformforge.kernel.api.store.Store;
import org.platformforge.kernel.store.database.Database;
import org.platformforge.kernel.store.database.DatabaseKind;
import org.platformforge.kernel.store.json.JsonText;
import org.platformforge.kernel.store.testing.FixedSecrets;
import org.platformforge.kernel.store.testing.StoreFixture;

class AuditChainTest {
    private StoreFixture store;

    @AfterEach
    void close() {
        if (store != null) {
            store.close();
        }
    }

    @ParameterizedTest
    @EnumSource
    void numbersEveryRecordOfATenantWithoutGapsWhateverRunsAtOnce(DatabaseKind kind) throws Exception {
        store = StoreFixture.open(kind);
        ExecutorService threads = Executors.newFixedThreadPool(8);
        List<Future<?>> running = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            int thread = i;
            running.add(threads.submit(() -> writeSome(thread)));
        }
        for (Future<?> each : running) {
            each.get();
        }
        threads.shutdown();

        for (String tenant : List.of("ten_a", "ten_b")) {
            List<Long> numbers = all(tenant).stream().map(Entry::sequence).toList();
            assertThat(numbers)
                    .containsExactlyElementsOf(
                            LongStream.rangeClosed(1, 80).boxed().toList());
            assertThat(store.auditTrail().verify(tenant).problems()).isEmpty();
            assertThat(store.auditTrail().verify(tenant).records()).isEqualTo(80);
        }
    }

    /** With events before or after, of one tenant or of two, some of them rolled back. */
    private Void writeSome(int thread) {
        for (int i = 0; i < 20; i++) {
            boolean first = (i + thread) % 2 == 0;
            String tenant = first ? "ten_a" : "ten_b";
            AuditRecord record = record(tenant, "note.create", Map.of("number", i));
            if (i % 5 == 4) {
                assertThatThrownBy(() -> store.run(tenant, tx -> {
                            store.audit().append(tx, record);
                            throw new IllegalStateException();
                        }))
                        .isInstanceOf(IllegalStateException.class);
            }
            store.run(Store.ALL_TENANTS, tx -> {
                if (first) {
                    store.outbox().publish(tx, tenant, "note.created", Map.of());
                }
                store.audit().append(tx, record);
                if (!first) {
                    store.outbox().publish(tx, tenant, "note.created", Map.of());
                }
            });
        }
        return null;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "UPDATE store_audit SET actor = 'user_9' WHERE sequence = 3 | 3 | changed",
                "UPDATE store_audit SET details = '{}' WHERE sequence = 3 | 3 | changed",
                "UPDATE store_audit SET user_agent = NULL WHERE sequence = 3 | 3 | changed",
                "UPDATE store_audit SET result = 'success ' WHERE sequence = 3 | 3 | changed",
                "UPDATE store_audit SET hash = previous_hash WHERE sequence = 3 | 3 | changed",
                "UPDATE store_audit SET mac = hash WHERE sequence = 3 | 3 | changed",
                "UPDATE store_audit SET mac = 'zz' WHERE sequence = 3 | 3 | changed",
                "UPDATE store_audit SET key_id = '7' WHERE sequence = 3 | 3 | changed",
                "DELETE FROM store_audit WHERE sequence = 3 | 3 | missing",
                "DELETE FROM store_audit WHERE sequence = 1 | 1 | missing",
                "DELETE FROM store_audit WHERE sequence = 5 | 5 | missing",
                "DELETE FROM store_audit | 1 | missing",
                "UPDATE store_audit SET sequence = CASE sequence WHEN 2 THEN 30 ELSE sequence END | 2 | missing"
            })
    void findsWhatWasDoneToTheTable(String sql, long sequence, String what) {
        for (DatabaseKind kind : DatabaseKind.values()) {
            try (StoreFixture fixture = StoreFixture.open(kind)) {
                store = fixture;
                write("ten_a", 5);
                assertThat(store.auditTrail().verify("ten_a").problems()).isEmpty();
                execute(sql);
                Problem first = store.auditTrail().verify("ten_a").problems().get(0);
                assertThat(first.sequence()).isEqualTo(sequence);
                assertThat(first.message()).contains(what);
            }
        }
        store = null;
    }

    /** What somebody can do who has the database and not the key: make the chain fit again, hash by hash. */
    @ParameterizedTest
    @EnumSource
    void findsARecordThatWasChangedTogetherWithEveryHash(DatabaseKind kind) {
        store = StoreFixture.open(kind);
        write("ten_a", 4);
        forge();
        assertThat(store.auditTrail().verify("ten_a").problems())
                .extracting(Problem::message)
                .containsOnly("The record was changed: its digest was not made by this platform")
                .hasSize(3);
        store.auditTrail().checkpoint("ten_a");
        assertThat(store.auditTrail().checkpoints("ten_a")).isEmpty();
    }

    private void forge() {
        store.run("ten_a", tx -> {
            String previous = null;
            for (ChainedRow old : AuditTable.between(tx.connection(), "ten_a", 1, 4)) {
                Row row = old.row();
                String actor = old.sequence() == 2 ? "user_9" : row.actor();
                Row changed = new Row(
                        row.tenantId(),
                        row.id(),
                        row.at(),
                        actor,
                        row.onBehalfOf(),
                        row.scheme(),
                        row.action(),
                        row.target(),
                        row.result(),
                        row.requestId(),
                        row.address(),
                        row.userAgent(),
                        row.details());
                String before = previous == null ? old.previousHash() : previous;
                byte[] canonical = Digests.bytes(changed.canonical(old.sequence(), before, old.keyId()));
                String hash = Digests.hash(canonical, old.mac());
                try (PreparedStatement update = tx.connection()
                        .prepareStatement("UPDATE store_audit SET actor = ?, previous_hash = ?, hash = ?"
                                + " WHERE sequence = ?")) {
                    update.setString(1, actor);
                    update.setString(2, before);
                    update.setString(3, hash);
                    update.setLong(4, old.sequence());
                    update.executeUpdate();
                }
                previous = hash;
            }
            try (PreparedStatement update =
                    tx.connection().prepareStatement("UPDATE store_audit_chain SET last_hash = ?")) {
                update.setString(1, previous);
                update.executeUpdate();
            }
        });
    }

    @ParameterizedTest
    @EnumSource
    void findsThatNewestRecordsWereTakenAwayAfterTheyWereSigned(DatabaseKind kind) {
        store = StoreFixture.open(kind);
        write("ten_a", 5);
        store.auditTrail().checkpoint("ten_a");
        String fourth = all("ten_a").get(3).hash();
        execute("DELETE FROM store_audit WHERE sequence = 5");
        execute("UPDATE store_audit_chain SET last_sequence = 4, last_hash = '" + fourth + "'");
        assertThat(store.auditTrail().verify("ten_a").problems())
                .extracting(Problem::message)
                .containsExactly("Records 5 to 5 were signed and are gone");
    }

    @Test
    void acceptsNoSignatureButThePlatforms() {
        store = StoreFixture.derby();
        write("ten_a", 3);
        store.auditTrail().checkpoint("ten_a");
        assertThat(store.auditTrail().verify("ten_a").checkpoints()).isOne();
        execute("UPDATE store_audit_checkpoint SET public_key ="
                + " '3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c'");
        assertThat(store.auditTrail().verify("ten_a").problems())
                .extracting(Problem::message)
                .containsExactly("The signature of its checkpoint is wrong");
        execute("UPDATE store_audit_key SET public_key ="
                + " '3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c' WHERE purpose = 'checkpoint'");
        assertThat(keeper(Duration.ZERO, null).trail().verify("ten_a").problems())
                .isNotEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void removesABeginningAndTellsWhatItWas(DatabaseKind kind) {
        store = StoreFixture.open(kind);
        write("ten_a", 6);
        store.auditTrail().checkpoint("ten_a");
        AuditKeeper keeper = keeper(Duration.ofDays(30), null);
        age(1, 4, 40);
        age(6, 6, 40); // younger ones stand before it: it stays
        keeper.removeOld();

        List<Entry> kept = all("ten_a");
        assertThat(kept).extracting(Entry::sequence).containsExactly(5L, 6L, 7L);
        Entry tombstone = kept.get(2);
        assertThat(tombstone.action()).isEqualTo("audit.retention");
        assertThat(tombstone.details())
                .containsEntry("first_sequence", 1)
                .containsEntry("last_sequence", 4)
                .containsEntry("records", 4);
        keeper.removeOld();
        assertThat(all("ten_a")).hasSize(3);
        AuditTrail.Retention retention = keeper.trail().verify("ten_a").retention();
        assertThat(retention.lastRun()).isNotNull();
        assertThat(retention.lag()).isZero();
        AuditTrail.Retention elsewhere =
                keeper(Duration.ofDays(30), null).trail().verify("ten_a").retention();
        assertThat(elsewhere).as("on another node, or after a restart").isEqualTo(retention);
    }

    @ParameterizedTest
    @EnumSource
    void verifiesWhatRetentionLeft(DatabaseKind kind) {
        store = StoreFixture.open(kind);
        write("ten_a", 6);
        keeper(Duration.ofNanos(1), null).removeOld();
        assertThat(all("ten_a")).extracting(Entry::sequence).containsExactly(7L);
        write("ten_a", 1);
        assertThat(store.auditTrail().verify("ten_a").problems()).isEmpty();
        assertThat(store.auditTrail().verify("ten_a").firstSequence()).isEqualTo(7);

        execute("DELETE FROM store_audit WHERE sequence = 7");
        execute("UPDATE store_audit_chain SET first_sequence = 8, first_previous ="
                + " (SELECT previous_hash FROM store_audit WHERE sequence = 8)");
        assertThat(store.auditTrail().verify("ten_a").problems())
                .extracting(Problem::message)
                .containsExactly("Records before it are gone, and no record of their removal names it");
    }

    @ParameterizedTest
    @EnumSource
    void takesRecordsInThatAreOlderThanTheChain(DatabaseKind kind) {
        store = StoreFixture.open(kind);
        write("ten_a", 3);
        execute("UPDATE store_audit SET sequence = NULL, key_id = NULL, previous_hash = NULL, hash = NULL, mac = NULL");
        execute("DELETE FROM store_audit_chain");
        execute("UPDATE store_audit SET details = '{ \"z\": 1.50, \"a\": [] }'");
        assertThat(all("ten_a")).isEmpty();
        keeper(Duration.ZERO, null).adopt();
        assertThat(all("ten_a")).extracting(Entry::target).containsExactly("note-1", "note-2", "note-3");
        assertThat(store.auditTrail().verify("ten_a").problems()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void listsNewestFirstByFilterAndCursor(DatabaseKind kind) {
        store = StoreFixture.open(kind);
        write("ten_a", 5);
        store.run("ten_a", tx -> store.audit().append(tx, record("ten_a", AuditTrail.READ, Map.of())));
        store.run("ten_a", tx -> store.audit().append(tx, record("ten_a", "note%delete", Map.of())));
        AuditTrail trail = store.auditTrail();
        Filter unread = new Filter(null, null, null, null, false);

        var first = trail.find("ten_a", unread, PageRequest.first(4));
        assertThat(first.total()).isEqualTo(6);
        assertThat(first.items()).extracting(Entry::sequence).containsExactly(7L, 5L, 4L, 3L);
        write("ten_a", 1);
        var second = trail.find(
                "ten_a", unread, new PageRequest(4, 0, first.nextCursor().orElseThrow()));
        assertThat(second.items()).extracting(Entry::sequence).containsExactly(2L, 1L);
        assertThat(second.nextCursor()).isEmpty();
        assertThat(trail.find("ten_a", unread, new PageRequest(2, 2, null)).items())
                .extracting(Entry::sequence)
                .containsExactly(5L, 4L);

        assertThat(total("ten_a", new Filter("user_1", null, null, null, true))).isEqualTo(8);
        assertThat(total("ten_a", new Filter("user_2", "note.create", null, null, true)))
                .isEqualTo(6);
        assertThat(total("ten_a", new Filter("user_3", null, null, null, true))).isZero();
        assertThat(total("ten_a", new Filter(null, "note*", null, null, true))).isEqualTo(7);
        assertThat(total("ten_a", new Filter(null, "note%*", null, null, true))).isOne();
        assertThat(total("ten_a", new Filter(null, "*", null, null, true))).isEqualTo(8);
        assertThat(total("ten_a", new Filter(null, AuditTrail.READ, null, null, false)))
                .isOne();
        assertThat(total("ten_a", new Filter(null, null, Instant.now().plusSeconds(60), null, true)))
                .isZero();
        assertThat(total("ten_a", new Filter(null, null, null, Instant.now().minusSeconds(60), true)))
                .isZero();
        assertThat(total("ten_b", Filter.ALL)).isZero();
        for (String cursor : List.of("x", "LTE", "!!", "MQ==\n", "OTk5OTk5OTk5OTk5OTk5OTk5OTk5OQ")) {
            assertThatThrownBy(() -> trail.find("ten_a", unread, new PageRequest(4, 0, cursor)))
                    .isInstanceOf(PlatformException.class);
        }
    }

    private long total(String tenant, Filter filter) {
        return store.auditTrail().find(tenant, filter, PageRequest.first(1)).total();
    }

    @Test
    void showsWhatAChangeChangedWithoutSecrets() {
        store = StoreFixture.derby();
        Map<String, Object> before = new LinkedHashMap<>();
        before.put("name", "Old");
        before.put("smtp.password", "hunter2");
        before.put("same", 1);
        Map<String, Object> after = new LinkedHashMap<>(before);
        after.put("name", "New");
        after.put("smtp.password", "hunter3");
        after.put("nested", List.of(Map.of("api_key", "k", "prefix", "pft_")));
        store.run(
                "ten_a",
                tx -> store.audit()
                        .append(
                                tx,
                                AuditRecord.changed(new SomeCaller("ten_a", ""), "config.update", "x", before, after)));
        Entry entry = all("ten_a").get(0);
        assertThat(entry.canonical())
                .contains("\"name\":{\"after\":\"New\",\"before\":\"Old\"}")
                .contains("\"smtp.password\":{\"after\":\"[redacted]\",\"before\":\"[redacted]\"}")
                .contains("{\"api_key\":\"[redacted]\",\"prefix\":\"pft_\"}")
                .doesNotContain("hunter", "same");
    }

    @Test
    void keepsItsKeysAndTakesNewOnesWhenTheSecretKeyIsAnother() {
        store = StoreFixture.derby();
        write("ten_a", 2);
        Store own = store.storeOf(Database.class);
        AuditKeys same = new AuditKeys(own, new FixedSecrets("test"));
        assertThat(same.digestKeys("ten_a")).isEqualTo(store.auditTrail().digestKeys("ten_a"));
        assertThat(same.digestKeys("ten_b")).isNotEqualTo(same.digestKeys("ten_a"));
        AuditKeys other = new AuditKeys(own, new FixedSecrets("other"));
        assertThat(other.digestKeyId()).isEqualTo("2");
        assertThat(other.digestKey("1", "ten_a")).isEmpty();
        assertThat(other.publicKey()).isNotEqualTo(same.publicKey());
    }

    @Test
    void writesWhatItSignsToAFile(@TempDir Path folder) throws Exception {
        store = StoreFixture.derby();
        write("ten_a", 2);
        write("ten_b", 1);
        AuditKeeper keeper = keeper(Duration.ZERO, folder.resolve("audit"));
        keeper.signAll();
        keeper.signAll();
        write("ten_b", 1);
        keeper.signAll();
        List<String> lines = Files.readAllLines(folder.resolve("audit/checkpoints.jsonl"));
        assertThat(lines).hasSize(3);
        assertThat(lines.get(2))
                .isEqualTo(keeper.trail().checkpoints("ten_b").get(1).line());
    }

    private AuditKeeper keeper(Duration retention, Path folder) {
        Store own = store.storeOf(Database.class);
        JdbcAuditLog log = new JdbcAuditLog(own, new JsonText(), new FixedSecrets("test"), 10);
        log.close();
        return new AuditKeeper(
                own, new JsonText(), log, new AuditSettings(folder, Duration.ofMinutes(5), retention, null));
    }

    private void age(long first, long last, int days) {
        Instant then = Instant.now().minus(Duration.ofDays(days));
        store.run("ten_a", tx -> {
            try (PreparedStatement update = tx.connection()
                    .prepareStatement("UPDATE store_audit SET recorded_at = ? WHERE sequence BETWEEN ? AND ?")) {
                org.platformforge.kernel.store.database.SqlTime.set(update, 1, then);
                update.setLong(2, first);
                update.setLong(3, last);
                update.executeUpdate();
            }
        });
    }

    private void write(String tenant, int records) {
        for (int i = 1; i <= records; i++) {
            AuditRecord record =
                    AuditRecord.success(new SomeCaller(tenant, "agent"), "note.create", "note-" + i, Map.of("size", i));
            store.run(tenant, tx -> store.audit().append(tx, record));
        }
    }

    private static AuditRecord record(String tenant, String action, Map<String, ?> details) {
        return AuditRecord.success(new SomeCaller(tenant, "agent"), action, "note-1", details);
    }

    private List<Entry> all(String tenant) {
        List<Entry> found = new ArrayList<>();
        store.auditTrail().read(tenant, Filter.ALL, found::add);
        return found;
    }

    private void execute(String sql) {
        store.run(Store.ALL_TENANTS, tx -> {
            try (PreparedStatement statement = tx.connection().prepareStatement(sql)) {
                statement.executeUpdate();
            }
        });
    }
}
