package org.platformforge.kernel.store.tx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.store.Store;
import org.platformforge.kernel.api.store.Transaction;
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

    @ParameterizedTest
    @EnumSource
    void writesEntitiesAndSqlInOneTransaction(DatabaseKind kind) {
        open(kind);
        store.run(TENANT, tx -> {
            tx.em().persist(note("n1"));
            tx.em().flush();
            assertThat(tx.em().unwrap(Connection.class)).isSameAs(tx.connection());
            assertThat(count(tx.connection(), "sample_note")).isOne();
            execute(tx.connection(), "UPDATE sample_note SET amount = 7");
            tx.em().clear();
            assertThat(tx.em().find(NoteEntity.class, new NoteKey(TENANT, "n1")).amount())
                    .isEqualTo(7);
        });

        assertThatThrownBy(() -> store.run(TENANT, tx -> {
                    execute(tx.connection(), "UPDATE sample_note SET amount = 8");
                    throw new IllegalStateException("no");
                }))
                .isExactlyInstanceOf(IllegalStateException.class);
        assertThat(amount("n1")).isEqualTo(7);
    }

    @ParameterizedTest
    @EnumSource
    void takesTheTimeOnceAndToTheMicrosecond(DatabaseKind kind) {
        open(kind);
        Instant before = Instant.now().minusMillis(50);
        Instant now = store.call(TENANT, tx -> {
            assertThat(tx.now()).isEqualTo(tx.now());
            return tx.now();
        });
        assertThat(now).isBetween(before, Instant.now().plusMillis(50));
        assertThat(now.getNano() % 1000).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void joinsARunningTransactionOfTheSameTenant(DatabaseKind kind) {
        open(kind);
        List<String> order = new ArrayList<>();
        store.run(TENANT, outer -> {
            store.run(TENANT, inner -> {
                assertThat(inner).isSameAs(outer);
                inner.em().persist(note("n1"));
                inner.afterCommit(() -> order.add("after"));
            });
            order.add("inner done");
        });
        assertThat(order).containsExactly("inner done", "after");

        assertThatThrownBy(() -> store.run(TENANT, outer -> {
                    outer.em().persist(note("n2"));
                    try {
                        store.run(TENANT, inner -> {
                            throw new IOException("inner");
                        });
                    } catch (Exception swallowed) {
                        assertThat(swallowed).isExactlyInstanceOf(IOException.class);
                    }
                }))
                .isInstanceOfSatisfying(PlatformException.class, e -> {
                    assertThat(e.kind()).isEqualTo(ErrorKind.INTERNAL);
                    assertThat(e.getCause()).hasMessage("inner");
                    assertThat(e.getMessage()).doesNotContain("inner");
                });
        assertThat(count("sample_note")).isOne();
    }

    @ParameterizedTest
    @EnumSource
    void refusesATransactionForAnotherTenantWithinOne(DatabaseKind kind) {
        open(kind);
        assertThatThrownBy(() -> store.run(TENANT, outer -> store.run("ten_b", inner -> {})))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("another tenant");
        assertThatThrownBy(() -> store.run(" ", tx -> {})).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> store.run(null, tx -> {})).isInstanceOf(IllegalArgumentException.class);
        store.run("ten_b", tx -> {});
    }

    @ParameterizedTest
    @EnumSource
    void runsActionsAfterTheCommitOnlyAndOutsideOfIt(DatabaseKind kind) {
        open(kind);
        AtomicLong seen = new AtomicLong(-1);
        store.run(TENANT, tx -> {
            tx.em().persist(note("n1"));
            tx.afterCommit(() -> {
                throw new IllegalStateException("must not hurt");
            });
            tx.afterCommit(() -> seen.set(count("sample_note")));
        });
        assertThat(seen).hasValue(1);

        assertThatThrownBy(() -> store.run(TENANT, tx -> {
                    tx.afterCommit(() -> seen.set(99));
                    throw new IllegalArgumentException();
                }))
                .isExactlyInstanceOf(IllegalArgumentException.class);
        assertThat(seen).hasValue(1);
    }

    @ParameterizedTest
    @EnumSource
    void answersConflictWhenAnEntityWasChangedMeanwhile(DatabaseKind kind) {
        open(kind);
        store.run(TENANT, tx -> tx.em().persist(note("n1")));
        NoteEntity stale = store.call(TENANT, tx -> tx.em().find(NoteEntity.class, new NoteKey(TENANT, "n1")));
        store.run(
                TENANT,
                tx -> tx.em().find(NoteEntity.class, new NoteKey(TENANT, "n1")).text("first"));

        stale.text("second");
        assertThatThrownBy(() -> store.run(TENANT, tx -> tx.em().merge(stale)))
                .isInstanceOfSatisfying(
                        PlatformException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.CONFLICT));
        String text = store.call(
                TENANT,
                tx -> tx.em().find(NoteEntity.class, new NoteKey(TENANT, "n1")).text());
        assertThat(text).isEqualTo("first");
    }

    @ParameterizedTest
    @EnumSource
    void answersConflictForAKeyThatIsThereAndSaysNothingInternal(DatabaseKind kind) {
        open(kind);
        store.run(TENANT, tx -> tx.em().persist(note("n1")));
        assertThatThrownBy(() -> store.run(TENANT, tx -> tx.em().persist(note("n1"))))
                .isInstanceOfSatisfying(PlatformException.class, e -> {
                    assertThat(e.kind()).isEqualTo(ErrorKind.CONFLICT);
                    assertThat(e.getMessage()).isEqualTo("It exists already");
                });
        assertThatThrownBy(() -> store.run(TENANT, tx -> execute(tx.connection(), "SELECT * FROM nowhere")))
                .isInstanceOfSatisfying(PlatformException.class, e -> {
                    assertThat(e.kind()).isEqualTo(ErrorKind.INTERNAL);
                    assertThat(e.getMessage()).isEqualTo("Internal error");
                });
    }

    @ParameterizedTest
    @EnumSource
    void bringsThirtyTwoThreadsThroughTheirDeadlocks(DatabaseKind kind) throws Exception {
        // half of them wait for a connection, on a slow machine for long
        store = StoreFixture.open(kind, Duration.ofMinutes(2), NoteEntity.class);
        int threads = 32;
        int accounts = 4;
        int transfers = 6;
        store.run(TENANT, tx -> {
            for (int i = 0; i < accounts; i++) {
                tx.em().persist(note("n" + i));
            }
        });
        AtomicLong attempts = new AtomicLong();
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        List<Future<?>> done = new ArrayList<>();
        for (int t = 0; t < threads; t++) {
            int seed = t;
            done.add(pool.submit(() -> {
                for (int i = 0; i < transfers; i++) {
                    int from = (seed + i) % accounts;
                    int to = (from + 1 + seed % (accounts - 1)) % accounts;
                    store.run(TENANT, tx -> {
                        attempts.incrementAndGet();
                        execute(tx.connection(), add("n" + from, -1));
                        Thread.yield();
                        execute(tx.connection(), add("n" + to, 1));
                    });
                }
            }));
        }
        for (Future<?> future : done) {
            future.get(120, TimeUnit.SECONDS);
        }
        pool.shutdown();

        long sum = 0;
        for (int i = 0; i < accounts; i++) {
            sum += amount("n" + i);
        }
        assertThat(sum).isZero();
        assertThat(attempts.get()).isGreaterThanOrEqualTo(threads * transfers);
    }

    @ParameterizedTest
    @EnumSource
    void retriesADeadlockFromTheBeginning(DatabaseKind kind) throws Exception {
        open(kind);
        store.run(TENANT, tx -> {
            tx.em().persist(note("n1"));
            tx.em().persist(note("n2"));
        });
        CyclicBarrier bothHoldOne = new CyclicBarrier(2);
        AtomicInteger attempts = new AtomicInteger();
        ExecutorService pool = Executors.newFixedThreadPool(2);
        List<Future<?>> done = new ArrayList<>();
        for (String[] order : new String[][] {{"n1", "n2"}, {"n2", "n1"}}) {
            done.add(pool.submit(() -> store.run(TENANT, tx -> {
                execute(tx.connection(), add(order[0], 1));
                if (attempts.incrementAndGet() <= 2) {
                    bothHoldOne.await(30, TimeUnit.SECONDS);
                }
                execute(tx.connection(), add(order[1], 1));
            })));
        }
        for (Future<?> future : done) {
            future.get(60, TimeUnit.SECONDS);
        }
        pool.shutdown();
        assertThat(attempts).hasValueGreaterThan(2);
        assertThat(amount("n1")).isEqualTo(2);
        assertThat(amount("n2")).isEqualTo(2);
    }

    @Test
    void retriesSerialisationFailures() throws Exception {
        open(DatabaseKind.POSTGRESQL);
        AtomicInteger attempts = new AtomicInteger();
        store.run(TENANT, tx -> {
            tx.em().persist(note("n" + attempts.incrementAndGet()));
            tx.em().flush();
            if (attempts.get() < 4) {
                execute(tx.connection(), "DO $$ BEGIN RAISE EXCEPTION 'lost' USING ERRCODE = '40001'; END $$");
            }
        });
        assertThat(attempts).hasValue(4);
        assertThat(count("sample_note")).isOne();
    }

    @Test
    void givesUpARetryAfterItsAttemptsAndSaysWhenToComeBack() {
        open(DatabaseKind.POSTGRESQL);
        AtomicInteger attempts = new AtomicInteger();
        assertThatThrownBy(() -> store.run(TENANT, tx -> {
                    attempts.incrementAndGet();
                    execute(tx.connection(), "DO $$ BEGIN RAISE EXCEPTION 'lost' USING ERRCODE = '40P01'; END $$");
                }))
                .isInstanceOfSatisfying(PlatformException.class, e -> {
                    assertThat(e.kind()).isEqualTo(ErrorKind.UNAVAILABLE);
                    assertThat(e.retryAfter()).isPresent();
                });
        assertThat(attempts).hasValue(RetryPolicy.DEFAULT.attempts());
    }

    @Test
    void answersUnavailableWhenTheConnectionIsLostAndHealsByItself() {
        open(DatabaseKind.POSTGRESQL);
        assertThatThrownBy(() -> store.run(TENANT, tx -> {
                    tx.em().persist(note("n1"));
                    tx.em().flush();
                    execute(tx.connection(), "SELECT pg_terminate_backend(pg_backend_pid())");
                }))
                .isInstanceOfSatisfying(PlatformException.class, e -> {
                    assertThat(e.kind()).isEqualTo(ErrorKind.UNAVAILABLE);
                    assertThat(e.retryAfter()).isPresent();
                    assertThat(e.getMessage()).isEqualTo("The database cannot be reached");
                });
        assertThat(count("sample_note")).isZero();
    }

    @Test
    void beginsAgainOnAFreshConnectionWhenAnIdleOneHasDied() {
        open(DatabaseKind.POSTGRESQL);
        store.run(TENANT, tx -> tx.em().persist(note("n1")));
        for (int i = 0; i < 20; i++) {
            store.run(
                    Store.ALL_TENANTS,
                    tx -> execute(
                            tx.connection(),
                            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
                                    + " AND pid <> pg_backend_pid()"));
            assertThat(count("sample_note")).isOne();
        }
    }

    @ParameterizedTest
    @EnumSource
    void answersUnavailableWhenNoConnectionBecomesFree(DatabaseKind kind) throws Exception {
        store = StoreFixture.open(kind, Duration.ofSeconds(1), NoteEntity.class);
        int size = store.settings().poolSize();
        CountDownLatch taken = new CountDownLatch(size);
        CountDownLatch release = new CountDownLatch(1);
        ExecutorService pool = Executors.newFixedThreadPool(size);
        for (int i = 0; i < size; i++) {
            pool.submit(() -> hold(taken, release));
        }
        assertThat(taken.await(60, TimeUnit.SECONDS)).isTrue();
        try {
            assertThatThrownBy(() -> store.run(TENANT, tx -> {}))
                    .isInstanceOfSatisfying(
                            PlatformException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.UNAVAILABLE));
            store.database().ping();
        } finally {
            release.countDown();
            pool.shutdown();
        }
        assertThat(pool.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
        store.run(TENANT, tx -> {});
    }

    /** Opening a connection may take longer than this store's patience; then it is asked for again. */
    private void hold(CountDownLatch taken, CountDownLatch release) {
        boolean held = false;
        while (!held && release.getCount() > 0) {
            try {
                store.run(TENANT, tx -> {
                    taken.countDown();
                    release.await();
                });
                held = true;
            } catch (PlatformException e) {
                assertThat(e.kind()).isEqualTo(ErrorKind.UNAVAILABLE);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void waitsForRunningTransactionsWhenClosedAndThenRefusesNewOnes(DatabaseKind kind) throws Exception {
        open(kind);
        DatabaseStore generation = store.newStore(NoteEntity.class);
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        CompletableFuture<Void> running = CompletableFuture.runAsync(() -> generation.run(TENANT, tx -> {
            inside.countDown();
            goOn.await();
            tx.em().persist(note("n1"));
        }));
        inside.await();
        CompletableFuture<Void> closing = CompletableFuture.runAsync(generation::close);
        await().until(() -> refused(generation));
        goOn.countDown();
        running.get(30, TimeUnit.SECONDS);
        closing.get(30, TimeUnit.SECONDS);
        assertThat(count("sample_note")).isOne();
    }

    private static boolean refused(DatabaseStore generation) {
        try {
            generation.run(TENANT, tx -> {});
            return false;
        } catch (PlatformException e) {
            return e.kind() == ErrorKind.UNAVAILABLE;
        }
    }

    @ParameterizedTest
    @EnumSource
    void hasNoEntitiesForAModuleWithoutAPersistenceUnit(DatabaseKind kind) {
        store = StoreFixture.open(kind);
        store.run(TENANT, tx -> {
            assertThatThrownBy(tx::em)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("persistence.xml");
            assertThat(count(tx.connection(), "store_event")).isZero();
        });
    }

    @ParameterizedTest
    @EnumSource
    void refusesATransactionThatHasEnded(DatabaseKind kind) {
        open(kind);
        Transaction ended = store.call(TENANT, tx -> tx);
        assertThatThrownBy(ended::em).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(ended::connection).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> ended.afterCommit(() -> {})).isInstanceOf(IllegalStateException.class);
    }

    @ParameterizedTest
    @EnumSource
    void rollsBackForAnErrorToo(DatabaseKind kind) {
        open(kind);
        assertThatThrownBy(() -> store.run(TENANT, tx -> {
                    tx.em().persist(note("n1"));
                    tx.em().flush();
                    throw new StackOverflowError();
                }))
                .isInstanceOf(StackOverflowError.class);
        assertThat(count("sample_note")).isZero();
    }

    private long amount(String id) {
        return store.call(
                TENANT,
                tx -> tx.em().find(NoteEntity.class, new NoteKey(TENANT, id)).amount());
    }

    private static String add(String id, int amount) {
        return "UPDATE sample_note SET amount = amount + (" + amount + ") WHERE tenant_id = '" + TENANT + "' AND id = '"
                + id + "'";
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
