package org.platformforge.kernel.security.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.security.AccessTokens;
import org.platformforge.kernel.api.security.AccountAccess;
import org.platformforge.kernel.api.security.ApiKeys.Created;
import org.platformforge.kernel.api.security.ApiKeys.NewApiKey;
import org.platformforge.kernel.api.security.ApiKeys.Type;
import org.platformforge.kernel.security.testing.Node;
import org.platformforge.kernel.store.database.DatabaseKind;
import org.platformforge.kernel.store.testing.StoreFixture;

class SuspensionsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @ParameterizedTest
    @EnumSource
    void refusesEveryCredentialOfASuspendedPersonOnEveryNode(DatabaseKind kind) {
        try (StoreFixture store = Node.open(kind);
                Node node = new Node(store);
                Node other = new Node(store)) {
            Caller admin = node.user("ten_a", "admin");
            String token = node.apiKeys.create(admin, key(Type.TOKEN, "admin")).secret();
            String key = node.apiKeys.create(admin, key(Type.KEY, "viewer")).secret();
            String jwt = node.tokens.issue(
                    new AccessTokens.Claims("user_1", "ten_a", Set.of("admin"), "ses_1", List.of("pwd")));
            List<Supplier<Caller>> ways = List.of(
                    () -> node.bearer(jwt),
                    () -> node.bearer(token),
                    () -> node.apiKey(key),
                    () -> other.bearer(jwt),
                    () -> other.bearer(token),
                    () -> other.apiKey(key));
            ways.forEach(way -> assertThat(way.get().tenantId()).isEqualTo("ten_a"));

            assertThatThrownBy(() -> store.run("ten_a", tx -> {
                        node.access.suspend(tx, "ten_a", "user_1");
                        throw new IllegalStateException();
                    }))
                    .isInstanceOf(IllegalStateException.class);
            ways.forEach(way -> assertThat(way.get().tenantId()).isEqualTo("ten_a"));

            store.run("ten_a", tx -> node.access.suspend(tx, "ten_a", "user_1"));
            ways.subList(0, 3).forEach(way -> assertThat(refused(way)).isTrue());
            ways.subList(3, 6).forEach(way -> await().atMost(PATIENCE).until(() -> refused(way)));
            assertThat(node.access.isSuspended("ten_b", "user_1")).isFalse();
            try (Node late = new Node(store)) {
                await().atMost(PATIENCE).until(() -> refused(() -> late.bearer(token)));
            }

            store.run("ten_a", tx -> other.access.restore(tx, "ten_a", "user_1"));
            assertThat(other.bearer(token).tenantId()).isEqualTo("ten_a");
            await().atMost(PATIENCE).until(() -> !refused(() -> node.bearer(token)));
        }
    }

    @ParameterizedTest
    @EnumSource
    void revokesTheKeysThatHaveARole(DatabaseKind kind) {
        try (StoreFixture store = Node.open(kind);
                Node node = new Node(store)) {
            Caller admin = node.user("ten_a", "admin");
            Created powerful = node.apiKeys.create(admin, key(Type.TOKEN, "admin"));
            Created weak = node.apiKeys.create(admin, key(Type.TOKEN, "viewer"));
            node.bearer(powerful.secret());
            int revoked = store.call("ten_a", tx -> node.access.revokeKeys(tx, "ten_a", "user_1", Set.of("admin")));
            assertThat(revoked).isOne();
            assertThat(refused(() -> node.bearer(powerful.secret()))).isTrue();
            assertThat(node.bearer(weak.secret()).tenantId()).isEqualTo("ten_a");
            revoked = store.call("ten_a", tx -> node.access.revokeKeys(tx, "ten_a", "user_1", Set.of()));
            assertThat(revoked).isOne();
            assertThat(refused(() -> node.bearer(weak.secret()))).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource
    void tellsOnceThoseWhoWatch(DatabaseKind kind) {
        try (StoreFixture store = Node.open(kind);
                Node node = new Node(store)) {
            Caller user = node.user("ten_a", "viewer");
            AtomicInteger told = new AtomicInteger();
            AtomicInteger left = new AtomicInteger();
            AccountAccess.Watch watch = node.access.onSuspension(user, told::incrementAndGet);
            node.access.onSuspension(user, left::incrementAndGet).close();
            store.run("ten_a", tx -> node.access.suspend(tx, "ten_a", "user_1"));
            store.run("ten_a", tx -> node.access.suspend(tx, "ten_a", "user_1"));
            assertThat(told).hasValue(1);
            watch.close();
            node.access.onSuspension(user, told::incrementAndGet);
            assertThat(told).hasValue(2);
            assertThat(left).hasValue(0);
        }
    }

    private static boolean refused(Supplier<Caller> way) {
        try {
            way.get();
            return false;
        } catch (PlatformException e) {
            assertThat(e.kind()).isEqualTo(ErrorKind.UNAUTHENTICATED);
            return true;
        }
    }

    private static NewApiKey key(Type type, String role) {
        return new NewApiKey(type, "key", "standard", Set.of(role), Set.of(), null);
    }
}
