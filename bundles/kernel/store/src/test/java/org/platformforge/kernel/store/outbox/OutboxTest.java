package org.platformforge.kernel.store.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.platformforge.kernel.api.store.Event;
import org.platformforge.kernel.api.store.EventListener;
import org.platformforge.kernel.api.store.Store;
import org.platformforge.kernel.api.store.Transaction;
import org.platformforge.kernel.store.database.DatabaseKind;
import org.platformforge.kernel.store.json.JsonText;
import org.platformforge.kernel.store.sample.NoteEntity;
import org.platformforge.kernel.store.testing.StoreFixture;

class OutboxTest {
    /** Nobody ends it. No class of its own: the weaver sees the test's classes without those they implement. */
    private static final Delivery.Turn TURN = (Delivery.Turn) Proxy.newProxyInstance(
            Delivery.Turn.class.getClassLoader(),
            new Class<?>[] {Delivery.Turn.class},
            (proxy, method, arguments) -> method.getReturnType() == void.class
                    ? null
                    : (Object) method.getName().equals("wanted"));

    private StoreFixture store;

    @AfterEach
    void close() {
        store.close();
    }

    private void open(DatabaseKind kind) {
        store = StoreFixture.open(kind, NoteEntity.class);
    }

    private void publish(String tenant, String type, Map<String, ?> data) {
        store.run(tenant, tx -> store.outbox().publish(tx, type, data));
    }

    @ParameterizedTest
    @EnumSource
    void deliversWhatWasCommittedInOrderAndWithItsData(DatabaseKind kind) {
        open(kind);
        Recorder recorder = new Recorder("recorder", "*");
        store.listen(recorder);
        Instant before = Instant.now().minusSeconds(1);
        store.run("ten_a", tx -> {
            store.outbox().publish(tx, "note.created", Map.of("id", "n1", "size", 3, "tags", List.of("x", "ÿ漢")));
            store.outbox().publish(tx, "note.changed", Map.of("at", Instant.parse("2026-01-01T00:00:00Z")));
            tx.em().persist(new NoteEntity("ten_a", "n1", "t", tx.now()));
        });

        await().until(() -> recorder.events.size() == 2);
        Event first = recorder.events.get(0);
        assertThat(first.id()).startsWith("evt_");
        assertThat(first.sequence()).isEqualTo(1);
        assertThat(first.tenantId()).isEqualTo("ten_a");
        assertThat(first.type()).isEqualTo("note.created");
        assertThat(first.createdAt()).isBetween(before, Instant.now().plusSeconds(1));
        assertThat(first.data()).isEqualTo(Map.of("id", "n1", "size", 3, "tags", List.of("x", "ÿ漢")));
        assertThat(recorder.events.get(1).data()).isEqualTo(Map.of("at", "2026-01-01T00:00:00Z"));
        assertThat(recorder.events.get(1).sequence()).isEqualTo(2);
    }

    @ParameterizedTest
    @EnumSource
    void knowsNothingOfWhatWasRolledBack(DatabaseKind kind) {
        open(kind);
        Recorder recorder = new Recorder("recorder", "*");
        store.listen(recorder);
        assertThatThrownBy(() -> store.run("ten_a", tx -> {
                    store.outbox().publish(tx, "lost", Map.of());
                    throw new IllegalStateException();
                }))
                .isInstanceOf(IllegalStateException.class);
        publish("ten_a", "kept", Map.of());
        await().until(() -> !recorder.events.isEmpty());
        assertThat(recorder.received()).containsExactly("kept");
        assertThat(recorder.events.get(0).sequence()).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource
    void refusesDataThatIsNotJsonAndUnusableTypesAtOnce(DatabaseKind kind) {
        open(kind);
        assertThatThrownBy(() -> publish("ten_a", "x", Map.of("o", new Object())))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> publish("ten_a", " ", Map.of())).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> publish("ten_a", "x".repeat(129), Map.of()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @EnumSource
    void givesAnEventToNoTenantButItsOwn(DatabaseKind kind) {
        open(kind);
        Consumer<Consumer<Transaction>> refused =
                work -> assertThatThrownBy(() -> store.run(Store.ALL_TENANTS, work::accept))
                        .isInstanceOf(IllegalArgumentException.class);
        refused.accept(tx -> store.outbox().publish(tx, "x", Map.of()));
        refused.accept(tx -> store.outbox().publish(tx, Store.ALL_TENANTS, "x", Map.of()));
        refused.accept(tx -> store.outbox().publish(tx, null, "x", Map.of()));
        refused.accept(tx -> store.outbox().publish(tx, " ", "x", Map.of()));
        assertThatThrownBy(() -> store.run("ten_a", tx -> store.outbox().publish(tx, "ten_b", "x", Map.of())))
                .isInstanceOf(IllegalArgumentException.class);

        Recorder recorder = new Recorder("recorder", "*");
        store.listen(recorder);
        store.run(Store.ALL_TENANTS, tx -> {
            store.outbox().publish(tx, "ten_b", "first", Map.of());
            store.outbox().publish(tx, "ten_a", "second", Map.of());
            store.outbox().publish(tx, "ten_b", "third", Map.of());
        });
        store.run("ten_a", tx -> store.outbox().publish(tx, "ten_a", "fourth", Map.of()));

        await().until(() -> recorder.events.size() == 4);
        assertThat(recorder.events)
                .extracting(e -> e.tenantId() + ' ' + e.sequence() + ' ' + e.type())
                .containsExactlyInAnyOrder("ten_a 1 second", "ten_a 2 fourth", "ten_b 1 first", "ten_b 2 third");
    }

    @ParameterizedTest
    @EnumSource
    void numbersEventsOfManyThreadsWithoutGapsAndDeliversThemInThatOrder(DatabaseKind kind) throws Exception {
        open(kind);
        Recorder recorder = new Recorder("recorder", "*");
        store.listen(recorder);
        int threads = 8;
        int each = 20;
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        List<Future<?>> done = new ArrayList<>();
        for (int t = 0; t < threads; t++) {
            String tenant = t % 2 == 0 ? "ten_a" : "ten_b";
            done.add(pool.submit(() -> {
                for (int i = 0; i < each; i++) {
                    publish(tenant, "tick", Map.of("i", i));
                }
            }));
        }
        for (Future<?> future : done) {
            future.get(60, TimeUnit.SECONDS);
        }
        pool.shutdown();
        await().atMost(Duration.ofSeconds(30)).until(() -> recorder.events.size() == threads * each);
        for (String tenant : List.of("ten_a", "ten_b")) {
            assertThat(recorder.events.stream()
                            .filter(e -> e.tenantId().equals(tenant))
                            .map(Event::sequence))
                    .containsExactlyElementsOf(LongStream.rangeClosed(1, threads * each / 2)
                            .boxed()
                            .toList());
        }
    }

    @ParameterizedTest
    @EnumSource
    void givesAListenerOnlyItsTypes(DatabaseKind kind) {
        open(kind);
        Recorder some = new Recorder("some", "b");
        Recorder all = new Recorder("all", "*");
        store.listen(some);
        store.listen(all);
        List.of("a", "b", "c", "b").forEach(type -> publish("ten_a", type, Map.of()));
        await().until(() -> all.events.size() == 4 && some.events.size() == 2);
        assertThat(some.received()).containsExactly("b", "b");
    }

    @ParameterizedTest
    @EnumSource
    void triesAFailingListenerAgainWithoutHoldingUpOthersOrItsOtherTenants(DatabaseKind kind) {
        open(kind);
        AtomicInteger failures = new AtomicInteger();
        Recorder failing = new Recorder("failing", "*") {
            @Override
            public void onEvent(Event event) throws Exception {
                if (event.tenantId().equals("ten_a") && event.type().equals("bad") && failures.incrementAndGet() <= 3) {
                    throw new Exception("not now");
                }
                super.onEvent(event);
            }
        };
        Recorder well = new Recorder("well", "*");
        store.listen(failing);
        store.listen(well);
        publish("ten_a", "good", Map.of());
        publish("ten_a", "bad", Map.of());
        publish("ten_a", "later", Map.of());
        publish("ten_b", "other", Map.of());

        await().until(() -> well.events.size() == 4);
        await().until(() -> failing.events.size() == 4);
        assertThat(failing.events.stream()
                        .filter(e -> e.tenantId().equals("ten_a"))
                        .map(Event::type))
                .containsExactly("good", "bad", "later");
        assertThat(failures).hasValueGreaterThanOrEqualTo(3);
    }

    @ParameterizedTest
    @EnumSource
    void doesNotLetASlowListenerDelayOthers(DatabaseKind kind) throws Exception {
        open(kind);
        CountDownLatch release = new CountDownLatch(1);
        Recorder slow = new Recorder("slow", "*") {
            @Override
            public void onEvent(Event event) throws Exception {
                release.await();
                super.onEvent(event);
            }
        };
        Recorder quick = new Recorder("quick", "*");
        store.listen(slow);
        store.listen(quick);
        for (int i = 0; i < 5; i++) {
            publish("ten_a", "t" + i, Map.of());
        }
        await().until(() -> quick.events.size() == 5);
        assertThat(slow.events).isEmpty();
        release.countDown();
        await().until(() -> slow.events.size() == 5);
    }

    @ParameterizedTest
    @EnumSource
    void handsOnlyTheRestToTheNextGenerationOfAListener(DatabaseKind kind) throws Exception {
        open(kind);
        Recorder old = new Recorder("module", "*");
        StoreFixture.Subscription oldOne = store.listen(old);
        publish("ten_a", "one", Map.of());
        await().until(() -> old.events.size() == 1);
        Recorder replacement = new Recorder("module", "*");
        store.listen(replacement);
        publish("ten_a", "two", Map.of());
        await().until(() -> !replacement.events.isEmpty());
        oldOne.close();
        publish("ten_a", "three", Map.of());
        await().until(() -> replacement.received().contains("three"));
        assertThat(old.received()).startsWith("one").doesNotContain("three");
        assertThat(replacement.received()).endsWith("three").doesNotContain("one");
    }

    @ParameterizedTest
    @EnumSource
    void letsAListenerThatGoesEndItsEvent(DatabaseKind kind) throws Exception {
        open(kind);
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        Recorder old = new Recorder("module", "*") {
            @Override
            public void onEvent(Event event) throws Exception {
                inside.countDown();
                release.await();
                super.onEvent(event);
            }
        };
        StoreFixture.Subscription subscription = store.listen(old);
        publish("ten_a", "one", Map.of());
        assertThat(inside.await(30, TimeUnit.SECONDS)).isTrue();
        Thread going = new Thread(subscription::close);
        going.start();
        await().until(() -> going.getState() == Thread.State.TIMED_WAITING);
        release.countDown();
        going.join();
        assertThat(old.received()).containsExactly("one");

        Recorder replacement = new Recorder("module", "*");
        store.listen(replacement);
        publish("ten_a", "two", Map.of());
        await().until(() -> !replacement.events.isEmpty());
        assertThat(replacement.received()).containsExactly("two");
    }

    @ParameterizedTest
    @EnumSource
    void givesTheEventOfAListenerThatHadToBeInterruptedToItsSuccessorAndCountsNoFailure(DatabaseKind kind)
            throws Exception {
        open(kind);
        CountDownLatch inside = new CountDownLatch(1);
        Recorder old = new Recorder("module", "*") {
            @Override
            public void onEvent(Event event) throws Exception {
                inside.countDown();
                new CountDownLatch(1).await();
            }
        };
        StoreFixture.Subscription subscription = store.listen(old);
        publish("ten_a", "one", Map.of());
        assertThat(inside.await(30, TimeUnit.SECONDS)).isTrue();
        subscription.close();
        int failures = store.call(Store.ALL_TENANTS, tx -> {
            try (Statement statement = tx.connection().createStatement();
                    ResultSet row = statement.executeQuery("SELECT SUM(failures) FROM store_delivery")) {
                row.next();
                return row.getInt(1);
            }
        });
        assertThat(failures).isZero();

        Recorder replacement = new Recorder("module", "*");
        store.listen(replacement);
        await().until(() -> replacement.received().equals(List.of("one")));
    }

    @ParameterizedTest
    @EnumSource
    void interruptsAListenerThatTakesTooLongAndTriesAgain(DatabaseKind kind) {
        open(kind);
        AtomicInteger tries = new AtomicInteger();
        Recorder slow = new Recorder("slow", "*") {
            @Override
            public void onEvent(Event event) throws Exception {
                if (tries.incrementAndGet() == 1) {
                    new CountDownLatch(1).await();
                }
                super.onEvent(event);
            }
        };
        ListenerRegistry listeners = new ListenerRegistry();
        listeners.add(slow, 1, 1);
        publish("ten_a", "one", Map.of());
        publish("ten_a", "two", Map.of());
        try (EventDispatcher dispatcher = dispatcher(listeners, Duration.ofMillis(100))) {
            dispatcher.wake();
            await().atMost(Duration.ofSeconds(30)).until(() -> slow.events.size() == 2);
        }
        assertThat(slow.received()).containsExactly("one", "two");
        assertThat(tries).hasValue(3);
    }

    @Test
    void leavesNothingOfAListenerInItsThreads() {
        open(DatabaseKind.DERBY);
        ThreadLocal<Event> left = new ThreadLocal<>();
        List<Object> found = new CopyOnWriteArrayList<>();
        Recorder messy = new Recorder("messy", "*") {
            @Override
            public void onEvent(Event event) throws Exception {
                if (left.get() != null) {
                    found.add(left.get());
                }
                if (Thread.currentThread().getContextClassLoader() != getClass().getClassLoader()) {
                    found.add(Thread.currentThread().getContextClassLoader());
                }
                left.set(event);
                super.onEvent(event);
            }
        };
        store.listen(messy);
        for (int i = 1; i <= 3; i++) {
            publish("ten_a", "tick", Map.of());
            int round = i;
            await().until(() -> messy.events.size() == round
                    && Thread.getAllStackTraces().keySet().stream()
                            .noneMatch(thread -> thread.getName().startsWith("forge-events-")));
        }
        assertThat(found).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void goesOnWhereItStoodAfterARestartOfTheDispatcher(DatabaseKind kind) {
        open(kind);
        ListenerRegistry listeners = new ListenerRegistry();
        Recorder recorder = new Recorder("durable", "*");
        listeners.add(recorder, 1, 1);
        publish("ten_a", "one", Map.of());
        try (EventDispatcher first = dispatcher(listeners)) {
            await().until(() -> recorder.events.size() == 1);
            first.wake();
        }
        publish("ten_a", "two", Map.of());
        try (EventDispatcher second = dispatcher(listeners)) {
            second.wake();
            await().until(() -> recorder.events.size() == 2);
        }
        assertThat(recorder.received()).containsExactly("one", "two");
    }

    @Test
    void letsOneNodeOnlyDeliverToAListenerAndAnotherTakeOverFromADeadOne() throws Exception {
        open(DatabaseKind.POSTGRESQL);
        AtomicInteger inside = new AtomicInteger();
        AtomicBoolean overlapped = new AtomicBoolean();
        List<Event> seen = new CopyOnWriteArrayList<>();
        EventListener shared = new Recorder("shared", "*") {
            @Override
            public void onEvent(Event event) {
                overlapped.compareAndSet(false, inside.incrementAndGet() > 1);
                Thread.yield();
                seen.add(event);
                inside.decrementAndGet();
            }
        };
        ListenerRegistry one = new ListenerRegistry();
        ListenerRegistry two = new ListenerRegistry();
        one.add(shared, 1, 1);
        two.add(shared, 1, 1);
        // A third node died while it held the listener: nobody delivers before its lease has ended.
        store.run(Store.ALL_TENANTS, tx -> {
            try (Statement statement = tx.connection().createStatement()) {
                statement.execute("INSERT INTO store_listener VALUES ('*', 'shared', 'dead', now() + interval '2 s')");
            }
        });
        Instant start = Instant.now();
        try (EventDispatcher nodeOne = dispatcher(one);
                EventDispatcher nodeTwo = dispatcher(two)) {
            for (int i = 0; i < 150; i++) {
                publish("ten_a", "tick", Map.of("i", i));
                nodeOne.wake();
                nodeTwo.wake();
            }
            await().atMost(Duration.ofSeconds(30)).until(() -> seen.size() >= 150);
        }
        assertThat(Duration.between(start, Instant.now())).isGreaterThan(Duration.ofMillis(1900));
        assertThat(overlapped).isFalse();
        assertThat(seen.stream().map(Event::sequence)).isSorted().doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @EnumSource
    void removesEventsPastTheirRetentionAndStillDeliversLaterOnes(DatabaseKind kind) throws Exception {
        open(kind);
        publish("ten_a", "old", Map.of());
        store.run(Store.ALL_TENANTS, tx -> {
            try (Statement statement = tx.connection().createStatement()) {
                statement.execute("UPDATE store_event SET created_at = '2001-01-01 00:00:00'");
            }
        });
        Delivery delivery = new Delivery(store, new JsonText(), settings(Duration.ofMinutes(1)), "node");
        assertThat(delivery.removeOld()).isOne();
        Recorder recorder = new Recorder("late", "*");
        delivery.run("late", recorder, TURN);
        publish("ten_a", "new", Map.of());
        delivery.run("late", recorder, TURN);
        assertThat(recorder.received()).containsExactly("new");
    }

    @ParameterizedTest
    @EnumSource
    void removesOldEventsInSmallTransactions(DatabaseKind kind) {
        open(kind);
        for (int i = 0; i < 5; i++) {
            publish(i % 2 == 0 ? "ten_a" : "ten_b", "old", Map.of());
        }
        EventTable table = new EventTable(kind, new JsonText());
        List<Integer> removed = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            removed.add(store.call(
                    Store.ALL_TENANTS,
                    tx -> table.removeBefore(tx.connection(), tx.now().plusSeconds(60), 2)));
        }
        assertThat(removed).containsExactly(2, 2, 1);
    }

    @ParameterizedTest
    @EnumSource
    void leavesOutAnEventThatAListenerCannotBearAndKeepsItAsADeadLetter(DatabaseKind kind) {
        open(kind);
        AtomicInteger tries = new AtomicInteger();
        Recorder picky = new Recorder("picky", "*") {
            @Override
            public void onEvent(Event event) throws Exception {
                if (event.type().equals("poison")) {
                    tries.incrementAndGet();
                    throw new IllegalStateException("cannot bear\n" + "x".repeat(1000));
                }
                super.onEvent(event);
            }
        };
        ListenerRegistry listeners = new ListenerRegistry();
        listeners.add(picky, 1, 1);
        publish("ten_a", "before", Map.of());
        publish("ten_a", "poison", Map.of("order", "ord-1"));
        publish("ten_a", "after", Map.of());
        publish("ten_b", "other", Map.of());
        try (EventDispatcher dispatcher = dispatcher(listeners)) {
            dispatcher.wake();
            await().atMost(Duration.ofSeconds(30)).until(() -> picky.received().contains("after"));
            assertThat(tries).hasValue(3);
        }
        assertThat(picky.received()).containsExactlyInAnyOrder("before", "other", "after");
        Delivery delivery = new Delivery(store, new JsonText(), settings(Duration.ofMinutes(1)), "node");
        assertThat(delivery.deadLetters()).isEqualTo(Map.of("picky", 1L));
        assertThat(text("SELECT type FROM store_dead_letter")).isEqualTo("poison");
        assertThat(text("SELECT data FROM store_dead_letter")).contains("ord-1");
        assertThat(text("SELECT error FROM store_dead_letter"))
                .contains("cannot bear")
                .hasSizeLessThanOrEqualTo(512);
    }

    private String text(String sql) {
        return store.call(Store.ALL_TENANTS, tx -> {
            try (Statement statement = tx.connection().createStatement();
                    ResultSet rows = statement.executeQuery(sql)) {
                assertThat(rows.next()).isTrue();
                return rows.getString(1);
            }
        });
    }

    @ParameterizedTest
    @EnumSource
    void forgetsListenersThatAreGoneWhenNoEventOfTheirsIsLeft(DatabaseKind kind) throws Exception {
        open(kind);
        Delivery delivery = new Delivery(store, new JsonText(), settings(Duration.ofMinutes(1)), "node");
        publish("ten_a", "one", Map.of());
        delivery.run("gone", new Recorder("gone", "*"), TURN);
        Recorder there = new Recorder("there", "*");
        delivery.run("there", there, TURN);
        delivery.removeGone();
        assertThat(text("SELECT COUNT(*) FROM store_delivery WHERE listener IN ('gone', 'there')"))
                .isEqualTo("2");

        store.run(Store.ALL_TENANTS, tx -> {
            try (Statement statement = tx.connection().createStatement()) {
                statement.execute("UPDATE store_event SET created_at = '2001-01-01 00:00:00'");
            }
        });
        delivery.removeOld();
        publish("ten_a", "two", Map.of());
        delivery.run("there", there, TURN);
        delivery.removeGone();
        publish("ten_a", "three", Map.of());
        delivery.run("there", there, TURN);

        assertThat(text("SELECT COUNT(*) FROM store_delivery WHERE listener = 'gone'"))
                .isEqualTo("0");
        assertThat(there.received()).containsExactly("one", "two", "three");
    }

    @Test
    void beginsNoEventOnACandidateAndChangesOverWhenItActs() {
        open(DatabaseKind.DERBY);
        AtomicLong acting = new AtomicLong(1);
        ListenerRegistry listeners = new ListenerRegistry(bundle -> bundle == acting.get());
        Recorder old = new Recorder("same", "*");
        Recorder candidate = new Recorder("same", "*");
        listeners.add(old, 1, 1);
        listeners.add(candidate, 2, 2);
        try (EventDispatcher dispatcher = dispatcher(listeners)) {
            publish("ten_a", "one", Map.of());
            dispatcher.wake();
            await().until(() -> old.events.size() == 1);
            acting.set(2);
            publish("ten_a", "two", Map.of());
            dispatcher.wake();
            await().until(() -> candidate.events.size() == 1);
        }
        assertThat(old.received()).containsExactly("one");
        assertThat(candidate.received()).containsExactly("two");
    }

    @Test
    void drainLetsAListenerEndItsEventAndGiveTheNextToItsSuccessor() throws Exception {
        open(DatabaseKind.DERBY);
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch leave = new CountDownLatch(1);
        Recorder old = new Recorder("same", "*") {
            @Override
            public void onEvent(Event event) throws Exception {
                inside.countDown();
                leave.await();
                super.onEvent(event);
            }
        };
        Recorder fresh = new Recorder("same", "*");
        ListenerRegistry listeners = new ListenerRegistry();
        listeners.add(old, 1, 1);
        publish("ten_a", "one", Map.of());
        publish("ten_a", "two", Map.of());
        try (EventDispatcher dispatcher = dispatcher(listeners)) {
            dispatcher.wake();
            inside.await();
            await().until(() -> dispatcher.count(1) == 1);
            listeners.add(fresh, 2, 2);
            Thread opener = new Thread(leave::countDown);
            opener.start();
            assertThat(dispatcher.drain(1, Duration.ofSeconds(30))).isTrue();
            opener.join();
            assertThat(dispatcher.count(1)).isZero();
            dispatcher.wake();
            await().until(() -> fresh.events.size() == 1);
        }
        assertThat(old.received()).containsExactly("one");
        assertThat(fresh.received()).containsExactly("two");
    }

    @Test
    void refusesNamesThatCannotBeKept() {
        open(DatabaseKind.DERBY);
        ListenerRegistry listeners = new ListenerRegistry();
        for (String name : List.of("", " ", "x".repeat(129))) {
            assertThatThrownBy(() -> listeners.add(new Recorder(name, "*"), 1, 1))
                    .isInstanceOf(IllegalArgumentException.class);
        }
        assertThat(listeners.acting()).isEmpty();
    }

    @Test
    void complainsOnceOfEachListenerThatKeepsFailing() throws Exception {
        open(DatabaseKind.DERBY);
        AtomicInteger asked = new AtomicInteger();
        EventListener broken = new Recorder("broken", "*") {
            @Override
            public Set<String> types() {
                asked.incrementAndGet();
                throw new IllegalStateException("no types");
            }
        };
        Recorder well = new Recorder("well", "*");
        ListenerRegistry listeners = new ListenerRegistry();
        listeners.add(broken, 1, 1);
        listeners.add(well, 1, 1);
        PrintStream err = System.err;
        ByteArrayOutputStream log = new ByteArrayOutputStream();
        System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
        try (EventDispatcher dispatcher = dispatcher(listeners)) {
            for (int i = 1; i <= 5; i++) {
                publish("ten_a", "tick", Map.of());
                dispatcher.wake();
                int round = i;
                await().until(() -> well.events.size() == round && asked.get() >= round);
            }
        } finally {
            System.setErr(err);
        }
        assertThat(log.toString(StandardCharsets.UTF_8)).containsOnlyOnce("Events for broken cannot be delivered");
    }

    private EventDispatcher dispatcher(ListenerRegistry listeners) {
        return dispatcher(listeners, Duration.ofMinutes(1));
    }

    private EventDispatcher dispatcher(ListenerRegistry listeners, Duration longestEvent) {
        return new EventDispatcher(store, new JsonText(), settings(longestEvent), listeners);
    }

    private static DeliverySettings settings(Duration longestEvent) {
        return new DeliverySettings(
                Duration.ofMillis(100),
                Duration.ofSeconds(2),
                Duration.ofMillis(50),
                Duration.ofSeconds(1),
                3,
                Duration.ofDays(1),
                longestEvent);
    }

    /** Keeps what it gets. */
    private static class Recorder implements EventListener {
        final List<Event> events = new CopyOnWriteArrayList<>();
        private final String name;
        private final Set<String> types;

        Recorder(String name, String... types) {
            this.name = name;
            this.types = Set.of(types);
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public Set<String> types() {
            return types;
        }

        @Override
        public void onEvent(Event event) throws Exception {
            events.add(event);
        }

        List<String> received() {
            return events.stream().map(Event::type).toList();
        }
    }
}
