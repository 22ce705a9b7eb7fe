package org.platformforge.kernel.security.idempotency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.security.IdempotencyKeys.Begin;
import org.platformforge.kernel.api.security.IdempotencyKeys.SavedResponse;
import org.platformforge.kernel.api.store.Store;
import org.platformforge.kernel.security.caller.Identity;
import org.platformforge.kernel.security.caller.RequestCaller;
import org.platformforge.kernel.security.db.Timestamps;
import org.platformforge.kernel.security.testing.Node;
import org.platformforge.kernel.store.database.DatabaseKind;
import org.platformforge.kernel.store.testing.StoreFixture;

class IdempotencyKeysTest {
    private static final byte[] PRINT = new byte[32];
    private static final String ROUTE = "createProvision";

    @ParameterizedTest
    @EnumSource
    void theFirstAnswerIsReplayedByteForByte(DatabaseKind kind) {
        try (StoreFixture store = Node.open(kind);
                Node node = new Node(store)) {
            Caller caller = node.user("ten_a", "developer");
            byte[] body = new byte[1 << 20];
            new Random(7).nextBytes(body);
            Map<String, String> headers = new LinkedHashMap<>();
            headers.put("Location", "/api/v1/provision/prov-ü");
            headers.put("Content-Type", "application/json");
            long token = execute(node, caller, "k");
            node.idempotency.complete(caller, ROUTE, "k", token, new SavedResponse(500, headers, body));
            for (int i = 0; i < 2; i++) {
                SavedResponse replay = replay(node, caller, "k");
                assertThat(replay.status()).isEqualTo(500);
                assertThat(replay.body()).isEqualTo(body);
                assertThat(List.copyOf(replay.headers().entrySet())).isEqualTo(List.copyOf(headers.entrySet()));
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatIsKeptCannotBeReadInTheDatabase(DatabaseKind kind) {
        try (StoreFixture store = Node.open(kind);
                Node node = new Node(store)) {
            Caller caller = node.user("ten_a", "developer");
            complete(node, caller, "k", "pft_secret_shown_once");
            String stored = store.call(Store.ALL_TENANTS, tx -> {
                try (var select = tx.connection().prepareStatement("SELECT response FROM sec_idempotency");
                        var rows = select.executeQuery()) {
                    rows.next();
                    return rows.getString(1);
                }
            });
            assertThat(stored).startsWith("v1.").doesNotContain("secret");
        }
    }

    @ParameterizedTest
    @EnumSource
    void ofThirtyTwoAtOnceExactlyOneExecutes(DatabaseKind kind) throws Exception {
        try (StoreFixture store = Node.open(kind);
                Node a = new Node(store);
                Node b = new Node(store)) {
            ExecutorService threads = Executors.newFixedThreadPool(32);
            Caller caller = a.user("ten_a", "developer");
            for (int round = 0; round < 5; round++) {
                String key = "race-" + round;
                CountDownLatch start = new CountDownLatch(1);
                List<Future<Boolean>> results = new ArrayList<>();
                for (int i = 0; i < 32; i++) {
                    Node node = i % 2 == 0 ? a : b;
                    results.add(threads.submit(() -> {
                        start.await();
                        try {
                            return node.idempotency.begin(caller, ROUTE, key, PRINT) instanceof Begin.Execute;
                        } catch (PlatformException e) {
                            assertThat(e.kind()).isEqualTo(ErrorKind.CONFLICT);
                            assertThat(e.retryAfter()).isPresent();
                            return false;
                        }
                    }));
                }
                start.countDown();
                int executed = 0;
                for (Future<Boolean> result : results) {
                    executed += result.get() ? 1 : 0;
                }
                assertThat(executed).isEqualTo(1);
            }
            threads.shutdown();
        }
    }

    @ParameterizedTest
    @EnumSource
    void ofThirtyTwoThatFindADeadExecutionExactlyOneTakesOver(DatabaseKind kind) throws Exception {
        try (StoreFixture store = Node.open(kind);
                Node node = new Node(store)) {
            Caller caller = node.user("ten_a", "developer");
            Node crashed = new Node(store);
            long lost = execute(crashed, caller, "k");
            crashed.close();
            expireLeases(store);
            ExecutorService threads = Executors.newFixedThreadPool(32);
            List<Future<Long>> results = new ArrayList<>();
            for (int i = 0; i < 32; i++) {
                results.add(threads.submit(() -> {
                    try {
                        return execute(node, caller, "k");
                    } catch (PlatformException e) {
                        return null;
                    }
                }));
            }
            List<Long> tokens = new ArrayList<>();
            for (Future<Long> result : results) {
                if (result.get() != null) {
                    tokens.add(result.get());
                }
            }
            threads.shutdown();
            assertThat(tokens).hasSize(1);
            crashed.idempotency.complete(caller, ROUTE, "k", lost, answer("late"));
            node.idempotency.complete(caller, ROUTE, "k", tokens.get(0), answer("right"));
            assertThat(replay(node, caller, "k").body()).isEqualTo("right".getBytes(StandardCharsets.UTF_8));
        }
    }

    @ParameterizedTest
    @EnumSource
    void anExecutionThatLastsKeepsItsLease(DatabaseKind kind) {
        try (StoreFixture store = Node.open(kind);
                Node node = new Node(store)) {
            Caller caller = node.user("ten_a", "developer");
            long token = execute(node, caller, "k");
            expireLeases(store);
            node.idempotency.renew();
            conflict(() -> node.idempotency.begin(caller, ROUTE, "k", PRINT));
            node.idempotency.complete(caller, ROUTE, "k", token, answer("x"));
            node.idempotency.renew();
            replay(node, caller, "k");
        }
    }

    @ParameterizedTest
    @EnumSource
    void aKeyWhoseAnswerCouldNotBeKeptIsFreeWhenItsLeaseEnds(DatabaseKind kind) throws Exception {
        try (StoreFixture store = Node.open(kind);
                Node node = new Node(store)) {
            AtomicBoolean away = new AtomicBoolean();
            Store blinking = (Store) Proxy.newProxyInstance(
                    Store.class.getClassLoader(), new Class<?>[] {Store.class}, (proxy, method, arguments) -> {
                        if (away.get()) {
                            throw PlatformException.of(ErrorKind.UNAVAILABLE, "The database is away");
                        }
                        return method.invoke(store, arguments);
                    });
            StoredIdempotencyKeys keys =
                    new StoredIdempotencyKeys(blinking, node.secrets, node.settings, node.housekeeper);
            Caller caller = node.user("ten_a", "developer");
            long token = ((Begin.Execute) keys.begin(caller, ROUTE, "k", PRINT)).token();

            away.set(true);
            assertThatThrownBy(() -> keys.complete(caller, ROUTE, "k", token, new SavedResponse(200, Map.of(), null)))
                    .isInstanceOf(PlatformException.class);
            away.set(false);

            expireLeases(store);
            keys.renew();
            assertThat(keys.begin(caller, ROUTE, "k", PRINT)).isInstanceOf(Begin.Execute.class);
            keys.close();
        }
    }

    @ParameterizedTest
    @EnumSource
    void anotherPayloadIsRefusedWhileItExecutesAndAfter(DatabaseKind kind) {
        try (StoreFixture store = Node.open(kind);
                Node node = new Node(store)) {
            Caller caller = node.user("ten_a", "developer");
            byte[] other = new byte[32];
            other[31] = 1;
            long token = execute(node, caller, "k");
            unprocessable(() -> node.idempotency.begin(caller, ROUTE, "k", other));
            node.idempotency.complete(caller, ROUTE, "k", token, answer("x"));
            unprocessable(() -> node.idempotency.begin(caller, ROUTE, "k", other));
        }
    }

    @ParameterizedTest
    @EnumSource
    void aReleasedKeyIsFreeForAnyPayload(DatabaseKind kind) {
        try (StoreFixture store = Node.open(kind);
                Node node = new Node(store)) {
            Caller caller = node.user("ten_a", "developer");
            long token = execute(node, caller, "k");
            node.idempotency.release(caller, ROUTE, "k", token);
            byte[] other = {1, 2, 3};
            Begin begin = node.idempotency.begin(caller, ROUTE, "k", other);
            assertThat(begin).isInstanceOf(Begin.Execute.class);
            node.idempotency.release(caller, ROUTE, "k", token);
            conflict(() -> node.idempotency.begin(caller, ROUTE, "k", other));
        }
    }

    @ParameterizedTest
    @EnumSource
    void keysOfOthersAndOfOtherRoutesAreOtherKeys(DatabaseKind kind) {
        try (StoreFixture store = Node.open(kind);
                Node node = new Node(store)) {
            Caller one = node.user("ten_a", "developer");
            execute(node, one, "k");
            execute(node, node.user("ten_b", "developer"), "k");
            execute(node, node.callers.authenticated(one, "ten_a", "user_2", Set.of()), "k");
            assertThat(node.idempotency.begin(one, "other", "k", PRINT)).isInstanceOf(Begin.Execute.class);
            execute(node, one, "K");
            execute(node, one, "k ");
            execute(node, nobody("192.0.2.1"), "k");
            execute(node, nobody("192.0.2.2"), "k");
            conflict(() -> node.idempotency.begin(nobody("192.0.2.1"), ROUTE, "k", PRINT));
        }
    }

    @ParameterizedTest
    @EnumSource
    void longAndStrangeKeysAreTakenAndOverlongOnesRefused(DatabaseKind kind) {
        try (StoreFixture store = Node.open(kind);
                Node node = new Node(store)) {
            Caller caller = node.user("ten_a", "developer");
            execute(node, caller, "k".repeat(255));
            execute(node, caller, "'; DROP TABLE sec_idempotency; --");
            execute(node, caller, "\u0000\uD83D\uDE00");
            for (String wrong : new String[] {"", "  ", "k".repeat(256), null}) {
                assertThatThrownBy(() -> node.idempotency.begin(caller, ROUTE, wrong, PRINT))
                        .isInstanceOfSatisfying(
                                PlatformException.class,
                                e -> assertThat(e.kind()).isEqualTo(ErrorKind.VALIDATION));
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void anAnswerTooLargeToKeepIsSaidToBeSoAndNotExecutedAgain(DatabaseKind kind) {
        try (StoreFixture store = Node.open(kind);
                Node node = new Node(store)) {
            Caller caller = node.user("ten_a", "developer");
            long token = execute(node, caller, "k");
            node.idempotency.complete(
                    caller, ROUTE, "k", token, new SavedResponse(200, Map.of(), new byte[(1 << 20) + 1]));
            assertThatThrownBy(() -> node.idempotency.begin(caller, ROUTE, "k", PRINT))
                    .isInstanceOfSatisfying(
                            PlatformException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.CONFLICT))
                    .hasMessageContaining("larger than 1048576 bytes");
        }
    }

    @ParameterizedTest
    @EnumSource
    void isKeptForADayAndCleanedUpThen(DatabaseKind kind) {
        try (StoreFixture store = Node.open(kind);
                Node node = new Node(store)) {
            Caller caller = node.user("ten_a", "developer");
            complete(node, caller, "k", "x");
            moveBack(store, "expires_at", Duration.ofHours(23).plusMinutes(59));
            node.idempotency.clean();
            replay(node, caller, "k");
            moveBack(store, "expires_at", Duration.ofMinutes(2));
            execute(node, caller, "k");
            moveBack(store, "expires_at", Duration.ofHours(25));
            node.idempotency.clean();
            assertThat(count(store)).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource
    void isCleanedUpInSmallTransactions(DatabaseKind kind) {
        try (StoreFixture store = Node.open(kind);
                Node node = new Node(store)) {
            node.housekeeper.close(); // its first run may otherwise come in between and remove the keys
            Caller caller = node.user("ten_a", "developer");
            for (int i = 0; i < 5; i++) {
                complete(node, caller, "k" + i, "x");
            }
            moveBack(store, "expires_at", Duration.ofHours(25));
            complete(node, caller, "young", "x");
            IdempotencyTable table = new IdempotencyTable(kind == DatabaseKind.POSTGRESQL);
            List<Integer> found = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                found.add(store.call(Store.ALL_TENANTS, tx -> table.deleteExpired(tx, 2)));
            }
            assertThat(found).containsExactly(2, 2, 1);
            assertThat(count(store)).isOne();
        }
    }

    private static long execute(Node node, Caller caller, String key) {
        Begin begin = node.idempotency.begin(caller, ROUTE, key, PRINT);
        assertThat(begin).isInstanceOf(Begin.Execute.class);
        return ((Begin.Execute) begin).token();
    }

    private static void complete(Node node, Caller caller, String key, String text) {
        node.idempotency.complete(caller, ROUTE, key, execute(node, caller, key), answer(text));
    }

    private static SavedResponse replay(Node node, Caller caller, String key) {
        Begin begin = node.idempotency.begin(caller, ROUTE, key, PRINT);
        assertThat(begin).isInstanceOf(Begin.Replay.class);
        return ((Begin.Replay) begin).response();
    }

    private static SavedResponse answer(String text) {
        return new SavedResponse(202, Map.of("Location", "/x"), text.getBytes(StandardCharsets.UTF_8));
    }

    private static Caller nobody(String address) {
        return new RequestCaller(Identity.ANONYMOUS, "req_1", address, "");
    }

    private static void conflict(Runnable work) {
        assertThatThrownBy(work::run)
                .isInstanceOfSatisfying(
                        PlatformException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.CONFLICT));
    }

    private static void unprocessable(Runnable work) {
        assertThatThrownBy(work::run)
                .isInstanceOfSatisfying(
                        PlatformException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.UNPROCESSABLE));
    }

    private static void expireLeases(StoreFixture store) {
        moveBack(store, "lease_until", Duration.ofMinutes(5));
    }

    private static void moveBack(StoreFixture store, String column, Duration time) {
        store.run(Store.ALL_TENANTS, tx -> {
            try (var select = tx.connection()
                            .prepareStatement("SELECT tenant_id, key_hash, " + column + " FROM sec_idempotency");
                    var update = tx.connection()
                            .prepareStatement("UPDATE sec_idempotency SET " + column
                                    + " = ? WHERE tenant_id = ? AND key_hash = ?");
                    var rows = select.executeQuery()) {
                while (rows.next()) {
                    Timestamps.set(update, 1, Timestamps.get(rows, column).minus(time));
                    update.setString(2, rows.getString(1));
                    update.setString(3, rows.getString(2));
                    update.addBatch();
                }
                update.executeBatch();
            }
        });
    }

    private static long count(StoreFixture store) {
        return store.call(Store.ALL_TENANTS, tx -> {
            try (var select = tx.connection().prepareStatement("SELECT COUNT(*) FROM sec_idempotency");
                    var rows = select.executeQuery()) {
                rows.next();
                return rows.getLong(1);
            }
        });
    }
}
