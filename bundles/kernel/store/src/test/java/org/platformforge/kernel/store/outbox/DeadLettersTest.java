package org.platformforge.kernel.store.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.lang.reflect.Proxy;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.store.DeadLetters.DeadLetter;
import org.platformforge.kernel.api.store.DeadLetters.Selection;
import org.platformforge.kernel.api.store.Event;
import org.platformforge.kernel.api.store.EventListener;
import org.platformforge.kernel.api.store.Store;
import org.platformforge.kernel.store.database.DatabaseKind;
import org.platformforge.kernel.store.json.JsonText;
import org.platformforge.kernel.store.testing.StoreFixture;

/** What an operator does with events that listeners were given up on. */
class DeadLettersTest {
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final int ATTEMPTS = 2;

    private final List<String> received = new CopyOnWriteArrayList<>();
    private volatile boolean well;

    private StoreFixture store;
    private EventDispatcher dispatcher;
    private JdbcDeadLetters letters;

    private final class Picky implements EventListener {
        private final String name;

        private Picky(String name) {
            this.name = name;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public Set<String> types() {
            return Set.of("*");
        }

        @Override
        public void onEvent(Event event) {
            if (!well && event.type().equals("poison")) {
                throw new IllegalStateException("cannot bear it");
            }
            received.add(name + " " + event.type() + " " + event.data().get("n"));
        }
    }

    private void open(DatabaseKind kind, String... names) {
        store = StoreFixture.open(kind);
        ListenerRegistry listeners = new ListenerRegistry();
        for (int i = 0; i < names.length; i++) {
            listeners.add(new Picky(names[i]), 1, i);
        }
        DeliverySettings settings = new DeliverySettings(
                Duration.ofMillis(100),
                Duration.ofSeconds(2),
                Duration.ofMillis(10),
                Duration.ofMillis(50),
                ATTEMPTS,
                Duration.ofDays(1),
                Duration.ofMinutes(1));
        dispatcher = new EventDispatcher(store, new JsonText(), settings, listeners);
        letters = new JdbcDeadLetters(store, new JsonText(), store.audit(), dispatcher::lookAtDeadLetters);
    }

    @AfterEach
    void close() {
        dispatcher.close();
        store.close();
    }

    @ParameterizedTest
    @EnumSource
    void changesNothingThatWasNotSelected(DatabaseKind kind) {
        open(kind, "one", "two");
        publish("ten_a", 1);
        publish("ten_b", 2);
        awaitDead(4);

        String id = list(new Selection("ten_a", "one", null)).get(0).event().id();
        for (Selection nothing : List.of(
                new Selection("ten_b", null, id),
                new Selection(null, "three", id),
                new Selection(null, null, "evt_' OR '1'='1"),
                new Selection("", null, null))) {
            assertThatThrownBy(() -> letters.discard(OPERATOR, nothing))
                    .isInstanceOf(PlatformException.class)
                    .hasMessage("Dead letter not found");
            assertThatThrownBy(() -> letters.retry(OPERATOR, nothing)).isInstanceOf(PlatformException.class);
        }
        assertThat(list(Selection.ALL)).hasSize(4).allMatch(letter -> letter.retryRequestedAt() == null);
        assertThat(audited()).isEmpty();

        assertThat(letters.discard(OPERATOR, new Selection(null, "one", id))).isOne();
        assertThat(list(new Selection(null, null, id)))
                .extracting(DeadLetter::listener)
                .containsExactly("two");
        assertThat(letters.discard(OPERATOR, new Selection("ten_b", null, null)))
                .isEqualTo(2);
        assertThat(list(Selection.ALL)).hasSize(1);
        assertThat(audited()).hasSize(3).allMatch(text -> text.startsWith("platform event.discard evt_"));
    }

    @ParameterizedTest
    @EnumSource
    void tellsWhatTheListenerWasGivenAndWhy(DatabaseKind kind) {
        open(kind, "one");
        publish("ten_a", 1);
        awaitDead(1);

        DeadLetter letter = list(Selection.ALL).get(0);
        assertThat(letter.listener()).isEqualTo("one");
        assertThat(letter.failures()).isEqualTo(ATTEMPTS);
        assertThat(letter.error()).contains("cannot bear it");
        assertThat(letter.event().tenantId()).isEqualTo("ten_a");
        assertThat(letter.event().type()).isEqualTo("poison");
        assertThat(letter.event().data()).isEqualTo(Map.of("n", 1));
        assertThat(letter.event().createdAt()).isBeforeOrEqualTo(letter.givenUpAt());
        assertThat(letters.list(Selection.ALL, -1)).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource
    void deliversThemOnceMoreInTheirOrderWhenTheListenerIsWell(DatabaseKind kind) {
        open(kind, "one");
        for (int i = 1; i <= 3; i++) {
            publish("ten_a", i);
        }
        awaitDead(3);

        well = true;
        assertThat(letters.retry(OPERATOR, new Selection(null, "one", null))).isEqualTo(3);
        await().atMost(SOON).until(() -> list(Selection.ALL).isEmpty());

        assertThat(received).containsExactly("one poison 1", "one poison 2", "one poison 3");
        assertThat(audited()).hasSize(3).allMatch(text -> text.startsWith("platform event.retry evt_"));
        await().atMost(SOON).until(() -> dispatcher.deadLetters().isEmpty());
    }

    @ParameterizedTest
    @EnumSource
    void whatFailsAgainIsADeadLetterAgainAndIsNotTriedByItself(DatabaseKind kind) {
        open(kind, "one");
        publish("ten_a", 1);
        awaitDead(1);

        letters.retry(OPERATOR, Selection.ALL);
        await().atMost(SOON).until(() -> list(Selection.ALL).get(0).failures() == ATTEMPTS + 1);

        store.run("ten_a", tx -> store.outbox().publish(tx, "fine", Map.of("n", 2)));
        dispatcher.wake();
        await().atMost(SOON).until(() -> received.contains("one fine 2"));
        DeadLetter letter = list(Selection.ALL).get(0);
        assertThat(letter.failures()).isEqualTo(ATTEMPTS + 1);
        assertThat(letter.retryRequestedAt()).isNull();
    }

    @ParameterizedTest
    @EnumSource
    void waitsForAListenerThatIsNotThereAndIsAskedForOnce(DatabaseKind kind) {
        open(kind, "one");
        publish("ten_a", 1);
        awaitDead(1);
        dispatcher.close();

        assertThat(letters.retry(OPERATOR, Selection.ALL)).isOne();
        assertThat(letters.retry(OPERATOR, Selection.ALL)).isZero();

        assertThat(list(Selection.ALL).get(0).retryRequestedAt()).isNotNull();
        assertThat(letters.discard(OPERATOR, Selection.ALL)).isOne();
    }

    private void publish(String tenant, int n) {
        store.run(tenant, tx -> store.outbox().publish(tx, "poison", Map.of("n", n)));
        dispatcher.wake();
    }

    private void awaitDead(int count) {
        await().atMost(SOON).until(() -> list(Selection.ALL).size() == count);
    }

    private List<DeadLetter> list(Selection selection) {
        return letters.list(selection, 100);
    }

    private List<String> audited() {
        return store.call(Store.ALL_TENANTS, tx -> {
            try (Statement statement = tx.connection().createStatement();
                    ResultSet rows = statement.executeQuery("SELECT tenant_id, action, target FROM store_audit")) {
                List<String> found = new ArrayList<>();
                while (rows.next()) {
                    found.add(rows.getString(1) + " " + rows.getString(2) + " " + rows.getString(3));
                }
                return found;
            }
        });
    }

    private static final Caller OPERATOR = (Caller) Proxy.newProxyInstance(
            Caller.class.getClassLoader(),
            new Class<?>[] {Caller.class},
            (proxy, method, arguments) -> switch (method.getName()) {
                case "tenantId" -> "platform";
                case "subject" -> "agent";
                case "scheme" -> Caller.Scheme.SYSTEM;
                default ->
                    method.getReturnType() == Set.class
                            ? Set.of()
                            : method.getReturnType() == java.util.Optional.class ? java.util.Optional.empty() : "";
            });
}
