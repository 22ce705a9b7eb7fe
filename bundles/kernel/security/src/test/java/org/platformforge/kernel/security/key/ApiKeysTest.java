package org.platformforge.kernel.security.key;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Proxy;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.FieldError;
import org.platformforge.kernel.api.Page;
import org.platformforge.kernel.api.PageRequest;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.security.ApiKeys.ApiKey;
import org.platformforge.kernel.api.security.ApiKeys.Created;
import org.platformforge.kernel.api.security.ApiKeys.NewApiKey;
import org.platformforge.kernel.api.security.ApiKeys.Type;
import org.platformforge.kernel.api.store.Event;
import org.platformforge.kernel.api.store.EventListener;
import org.platformforge.kernel.api.store.Store;
import org.platformforge.kernel.security.testing.Node;
import org.platformforge.kernel.store.database.DatabaseKind;
import org.platformforge.kernel.store.testing.StoreFixture;

class ApiKeysTest {
    @Test
    void anUnknownKeyIsNotLookedUpAgainAtOnce() {
        try (StoreFixture fixture = Node.open(DatabaseKind.DERBY);
                Node node = new Node(fixture)) {
            AtomicInteger calls = new AtomicInteger();
            Store counting = (Store) Proxy.newProxyInstance(
                    Store.class.getClassLoader(), new Class<?>[] {Store.class}, (proxy, method, arguments) -> {
                        calls.incrementAndGet();
                        return method.invoke(fixture, arguments);
                    });
            KeyCache cache = new KeyCache(counting, node.permissions, node.clock);
            String madeUp = Secret.generate(Type.TOKEN, new SecureRandom()).text();
            for (int i = 0; i < 100; i++) {
                assertThat(cache.verify(madeUp)).isEmpty();
            }
            assertThat(calls).hasValue(1);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aKeyIsItsCreatorsWithinItsRolesAndScopes(DatabaseKind kind) {
        try (StoreFixture store = Node.open(kind);
                Node node = new Node(store)) {
            Caller admin = node.user("ten_a", "admin");
            Created key = node.apiKeys.create(
                    admin, key("ci", Set.of("developer"), Set.of("provision:create", "resource:read")));
            assertThat(key.secret()).startsWith("pfk_").startsWith(key.key().prefix());
            Caller caller = node.apiKey(key.secret());
            assertThat(caller.scheme()).isEqualTo(Caller.Scheme.API_KEY);
            assertThat(caller.tenantId()).isEqualTo("ten_a");
            assertThat(caller.subject()).isEqualTo(key.key().id());
            assertThat(caller.onBehalfOf()).contains("user_1");
            assertThat(caller.plan()).contains("standard");
            assertThat(caller.scopes()).containsExactlyInAnyOrder("provision:create", "resource:read");
            assertThat(caller.isPermitted("provision:create")).isTrue();
            assertThat(caller.isPermitted("resource:read")).isTrue();
            assertThat(caller.isPermitted("resource:delete")).isFalse();
            assertThat(caller.isPermitted("apikey:create")).isFalse();
            Created token = node.apiKeys.create(admin, token("app", null, null));
            Caller byToken = node.bearer(token.secret());
            assertThat(byToken.scheme()).isEqualTo(Caller.Scheme.API_TOKEN);
            assertThat(byToken.roles()).containsExactly("admin");
            assertThat(byToken.scopes()).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void theDatabaseHoldsNoSecret(DatabaseKind kind) {
        try (StoreFixture store = Node.open(kind);
                Node node = new Node(store)) {
            Created created = node.apiKeys.create(node.user("ten_a", "admin"), token("app", null, null));
            String secretPart =
                    created.secret().substring(created.key().prefix().length());
            String row = store.call(Store.ALL_TENANTS, tx -> {
                try (var select = tx.connection().prepareStatement("SELECT * FROM sec_api_key");
                        var rows = select.executeQuery()) {
                    rows.next();
                    StringBuilder text = new StringBuilder();
                    for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
                        text.append(rows.getString(i)).append('|');
                    }
                    return text.toString();
                }
            });
            assertThat(row).contains(created.key().id()).doesNotContain(secretPart.substring(0, 10));
            assertThat(node.apiKeys
                            .list(node.user("ten_a", "admin"), PageRequest.first(10))
                            .items())
                    .allSatisfy(key -> assertThat(key.toString()).doesNotContain(secretPart));
        }
    }

    @ParameterizedTest
    @EnumSource
    void revocationHoldsHereAtOnceAndElsewhereSoon(DatabaseKind kind) {
        try (StoreFixture store = Node.open(kind);
                Node a = new Node(store);
                Node b = new Node(store)) {
            Caller admin = a.user("ten_a", "admin");
            Created created = a.apiKeys.create(admin, token("app", null, null));
            a.bearer(created.secret());
            b.bearer(created.secret());
            ApiKey revoked = a.apiKeys.revoke(admin, created.key().id());
            assertThat(revoked.revokedAt()).isNotNull();
            assertThat(refused(() -> a.bearer(created.secret()))).isTrue();
            Awaitility.await().until(() -> refused(() -> b.bearer(created.secret())));
            assertThat(a.apiKeys.revoke(admin, created.key().id()).revokedAt()).isEqualTo(revoked.revokedAt());
        }
    }

    @ParameterizedTest
    @EnumSource
    void aRotatedKeyEndsAtOnceOrAfterItsGraceAndItsSuccessorIsTheSame(DatabaseKind kind) {
        try (StoreFixture store = Node.open(kind);
                Node a = new Node(store);
                Node b = new Node(store)) {
            Caller admin = a.user("ten_a", "admin");
            Created first = a.apiKeys.create(admin, key("ci", Set.of("developer"), Set.of("provision:create")));
            a.apiKey(first.secret());
            b.apiKey(first.secret());

            Created second = a.apiKeys.rotate(admin, first.key().id(), Duration.ZERO, null);

            assertThat(second.key())
                    .usingRecursiveComparison()
                    .ignoringFields("id", "prefix", "createdAt")
                    .isEqualTo(first.key());
            assertThat(a.apiKeys.find(admin, first.key().id()).orElseThrow().rotatedTo())
                    .isEqualTo(second.key().id());
            assertThat(refused(() -> a.apiKey(first.secret()))).isTrue();
            Awaitility.await().until(() -> refused(() -> b.apiKey(first.secret())));
            assertThat(a.apiKey(second.secret()).isPermitted("provision:create"))
                    .isTrue();
            assertThat(b.apiKey(second.secret()).isPermitted("resource:read")).isFalse();

            Created third = a.apiKeys.rotate(admin, second.key().id(), Duration.ofMinutes(5), null);
            a.apiKey(second.secret());
            a.apiKey(third.secret());
            ApiKey leaving = a.apiKeys.find(admin, second.key().id()).orElseThrow();
            assertThat(leaving.revokedAt()).isNull();
            assertThat(leaving.expiresAt()).isAfter(leaving.createdAt().plus(4, ChronoUnit.MINUTES));
            for (String over : List.of(first.key().id(), second.key().id())) {
                assertThatThrownBy(() -> a.apiKeys.rotate(admin, over, Duration.ZERO, null))
                        .isInstanceOfSatisfying(
                                PlatformException.class,
                                e -> assertThat(e.kind()).isEqualTo(ErrorKind.CONFLICT));
            }
            assertThatThrownBy(() -> a.apiKeys.rotate(admin, third.key().id(), Duration.ofSeconds(59), null))
                    .isInstanceOfSatisfying(
                            PlatformException.class,
                            e -> assertThat(e.fields())
                                    .extracting(FieldError::field)
                                    .containsExactly("grace_seconds"));
        }
    }

    @ParameterizedTest
    @EnumSource
    void nobodyRotatesAForeignOrAStrongerKey(DatabaseKind kind) {
        try (StoreFixture store = Node.open(kind);
                Node node = new Node(store)) {
            Created created = node.apiKeys.create(node.user("ten_a", "admin"), token("app", null, null));
            String id = created.key().id();
            Caller narrow = node.bearer(node.apiKeys
                    .create(
                            node.user("ten_a", "admin"),
                            token("ci", Set.of("admin"), Set.of("apikey:create", "apikey:revoke-any")))
                    .secret());
            for (Caller other : List.of(node.user("ten_b", "admin"), node.user("ten_a", "developer"), narrow)) {
                assertThatThrownBy(() -> node.apiKeys.rotate(other, id, Duration.ZERO, null))
                        .isInstanceOfSatisfying(
                                PlatformException.class,
                                e -> assertThat(e.kind())
                                        .isIn(ErrorKind.NOT_FOUND, ErrorKind.FORBIDDEN, ErrorKind.VALIDATION));
            }
            node.bearer(created.secret());
        }
    }

    @ParameterizedTest
    @EnumSource
    void rotationsAtOnceLeaveOneSuccessor(DatabaseKind kind) throws Exception {
        try (StoreFixture store = Node.open(kind);
                Node node = new Node(store)) {
            Caller admin = node.user("ten_a", "admin");
            String id =
                    node.apiKeys.create(admin, token("app", null, null)).key().id();
            List<Boolean> through = new CopyOnWriteArrayList<>();
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                Thread thread = new Thread(() -> through.add(rotates(node, admin, id)));
                threads.add(thread);
                thread.start();
            }
            for (Thread thread : threads) {
                thread.join();
            }
            assertThat(through).hasSize(8).containsOnlyOnce(true);
            assertThat(node.apiKeys.list(admin, PageRequest.first(10)).total()).isEqualTo(2);
        }
    }

    private static boolean rotates(Node node, Caller caller, String id) {
        try {
            node.apiKeys.rotate(caller, id, Duration.ofMinutes(1), null);
            return true;
        } catch (PlatformException e) {
            assertThat(e.kind()).isEqualTo(ErrorKind.CONFLICT);
            return false;
        }
    }

    @ParameterizedTest
    @EnumSource
    void anotherTenantSeesNothing(DatabaseKind kind) {
        try (StoreFixture store = Node.open(kind);
                Node node = new Node(store)) {
            Created created = node.apiKeys.create(node.user("ten_a", "admin"), token("app", null, null));
            Caller other = node.user("ten_b", "admin");
            assertThat(node.apiKeys.find(other, created.key().id())).isEmpty();
            assertThat(node.apiKeys.list(other, PageRequest.first(10)).total()).isZero();
            assertThatThrownBy(() -> node.apiKeys.revoke(other, created.key().id()))
                    .isInstanceOfSatisfying(
                            PlatformException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.NOT_FOUND));
            node.bearer(created.secret());
        }
    }

    @ParameterizedTest
    @EnumSource
    void isRefusedFromItsExpiryOn(DatabaseKind kind) {
        try (StoreFixture store = Node.open(kind);
                Node node = new Node(store)) {
            Instant end = Instant.now().plus(1, ChronoUnit.HOURS).truncatedTo(ChronoUnit.MICROS);
            Created created = node.apiKeys.create(
                    node.user("ten_a", "admin"), new NewApiKey(Type.TOKEN, "app", null, null, null, end));
            assertThat(node.apiKeys.find(
                            node.user("ten_a", "admin"), created.key().id()))
                    .hasValueSatisfying(key -> assertThat(key.expiresAt()).isEqualTo(end));
            node.bearer(created.secret());
            node.close();
            node.time.pass(Duration.ofMinutes(59));
            node.bearer(created.secret());
            node.time.pass(Duration.ofMinutes(1));
            assertThat(refused(() -> node.bearer(created.secret()))).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource
    void itsUseIsNotedAtMostOnceAMinute(DatabaseKind kind) {
        try (StoreFixture store = Node.open(kind);
                Node node = new Node(store)) {
            Caller admin = node.user("ten_a", "admin");
            Created created = node.apiKeys.create(admin, token("app", null, null));
            node.bearer(created.secret());
            node.keyCache.flushUses();
            Instant first = used(node, admin, created);
            assertThat(first)
                    .isBetween(Instant.now().minusSeconds(30), Instant.now().plusSeconds(30));
            node.bearer(created.secret());
            node.keyCache.flushUses();
            assertThat(used(node, admin, created)).isEqualTo(first);
            node.time.pass(Duration.ofSeconds(61));
            node.bearer(created.secret());
            node.keyCache.flushUses();
            assertThat(used(node, admin, created)).isAfter(first.plusSeconds(30));
        }
    }

    private static Instant used(Node node, Caller admin, Created created) {
        return node.apiKeys.find(admin, created.key().id()).orElseThrow().lastUsedAt();
    }

    @ParameterizedTest
    @EnumSource
    void pagesAreWholeAndWithoutDoubles(DatabaseKind kind) {
        try (StoreFixture store = Node.open(kind);
                Node node = new Node(store)) {
            Caller admin = node.user("ten_a", "admin");
            Set<String> made = new HashSet<>();
            for (int i = 0; i < 7; i++) {
                made.add(node.apiKeys
                        .create(admin, token("app " + i, null, null))
                        .key()
                        .id());
            }
            Set<String> seen = new HashSet<>();
            String cursor = null;
            do {
                Page<ApiKey> page = node.apiKeys.list(admin, new PageRequest(3, 0, cursor));
                assertThat(page.total()).isEqualTo(7);
                page.items().forEach(key -> assertThat(seen.add(key.id())).isTrue());
                cursor = page.nextCursor().orElse(null);
            } while (cursor != null);
            assertThat(seen).isEqualTo(made);
            assertThat(node.apiKeys.list(admin, new PageRequest(3, 6, null)).items())
                    .hasSize(1);
            for (String wrong : List.of("!", "AAAA", "' OR 1=1", "AA==")) {
                assertThatThrownBy(() -> node.apiKeys.list(admin, new PageRequest(3, 0, wrong)))
                        .isInstanceOfSatisfying(
                                PlatformException.class,
                                e -> assertThat(e.kind()).isEqualTo(ErrorKind.MALFORMED));
            }
        }
    }

    @Test
    void garbledAndUnknownKeysDoNotReachTheDatabase() {
        try (StoreFixture fixture = Node.open(DatabaseKind.DERBY)) {
            Node node = new Node(fixture);
            node.close();
            AtomicInteger calls = new AtomicInteger();
            KeyCache cache = new KeyCache(counting(fixture, calls), node.permissions, node.clock);
            String secret = Secret.generate(Type.TOKEN, new SecureRandom()).text();
            for (int i = 4; i < secret.length(); i++) {
                char other = secret.charAt(i) == 'x' ? 'y' : 'x';
                assertThat(cache.verify(secret.substring(0, i) + other + secret.substring(i + 1)))
                        .isEmpty();
            }
            assertThat(calls).hasValue(0);
            assertThat(cache.verify(secret)).isEmpty();
            assertThat(calls).hasValue(1);
        }
    }

    private static Store counting(Store store, AtomicInteger calls) {
        return new Store() {
            @Override
            public <T> T call(String tenantId, Work<T> work) {
                calls.incrementAndGet();
                return store.call(tenantId, work);
            }

            @Override
            public String databaseKind() {
                return store.databaseKind();
            }
        };
    }

    @Test
    void aRightLookupWithAWrongSecretIsRefused() {
        try (StoreFixture store = Node.open(DatabaseKind.DERBY);
                Node node = new Node(store)) {
            Created created = node.apiKeys.create(node.user("ten_a", "admin"), token("app", null, null));
            node.bearer(created.secret());
            SecureRandom sameLookup = new SecureRandom() {
                private final byte[] fixed = draws(created.key().prefix().substring(4));
                private int next;

                @Override
                public void nextBytes(byte[] bytes) {
                    bytes[0] = next < fixed.length ? fixed[next++] : 0;
                }
            };
            Secret forged = Secret.generate(Type.TOKEN, sameLookup);
            assertThat(forged.visible()).isEqualTo(created.key().prefix());
            assertThat(Secret.parse(forged.text())).isPresent();
            assertThat(refused(() -> node.bearer(forged.text()))).isTrue();
        }
    }

    private static byte[] draws(String characters) {
        String alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
        byte[] draws = new byte[characters.length()];
        for (int i = 0; i < draws.length; i++) {
            draws[i] = (byte) alphabet.indexOf(characters.charAt(i));
        }
        return draws;
    }

    @Test
    void nobodyMakesAKeyThatIsMoreThanHimself() {
        try (StoreFixture store = Node.open(DatabaseKind.DERBY);
                Node node = new Node(store)) {
            Caller developer = node.user("ten_a", "developer");
            forbidden(node, developer, token("x", Set.of("admin"), null));
            forbidden(node, developer, token("x", Set.of("operator"), null));
            forbidden(node, developer, token("x", Set.of("viewer"), null));
            forbidden(node, developer, token("x", Set.of("developer", "admin"), null));
            wrong(node, developer, token("x", Set.of("nothing"), null), "roles");
            wrong(node, developer, token("x", Set.of(), null), "roles");
            forbidden(node, developer, token("x", null, Set.of("*")));
            forbidden(node, developer, token("x", null, Set.of("*:read")));
            forbidden(node, developer, token("x", null, Set.of("user:delete")));
            wrong(node, developer, token("x", null, Set.of("Provision:Read")), "scopes");
            wrong(node, developer, token("x", null, Set.of("")), "scopes");
            wrong(node, developer, token("x", null, Set.of("provision:read,user:delete")), "scopes");
            Caller admin = node.user("ten_a", "admin");
            forbidden(node, admin, token("x", Set.of("operator"), null));
            forbidden(node, admin, token("x", null, Set.of("module:update")));
            forbidden(node, admin, new NewApiKey(Type.TOKEN, "x", "premium", null, null, null));
            // what is wrong beside it hides no attempt
            forbidden(node, developer, token(" ", Set.of("nothing", "admin"), Set.of("a b")));
            Caller viewer = node.user("ten_a", "viewer");
            forbidden(node, viewer, token("x", null, null));
            assertThatThrownBy(() -> node.apiKeys.create(node.anonymous(), token("x", null, null)))
                    .isInstanceOf(PlatformException.class);
        }
    }

    @Test
    void aNarrowedKeyCannotMakeAWiderOne() {
        try (StoreFixture store = Node.open(DatabaseKind.DERBY);
                Node node = new Node(store)) {
            Created narrow = node.apiKeys.create(
                    node.user("ten_a", "admin"), token("x", null, Set.of("apikey:create", "provision:read")));
            Caller caller = node.bearer(narrow.secret());
            assertThat(caller.roles()).containsExactly("admin");
            wrong(node, caller, token("y", null, null), "scopes");
            forbidden(node, caller, token("y", Set.of("developer"), Set.of("provision:read")));
            forbidden(node, caller, token("y", null, Set.of("*")));
            forbidden(node, caller, token("y", null, Set.of("provision:*")));
            Caller child = node.bearer(node.apiKeys
                    .create(caller, token("y", null, Set.of("provision:read")))
                    .secret());
            assertThat(child.isPermitted("provision:read")).isTrue();
            assertThat(child.isPermitted("provision:create")).isFalse();
            assertThat(child.onBehalfOf()).contains("user_1");
        }
    }

    @Test
    void everyWrongFieldIsNamedAtOnce() {
        try (StoreFixture store = Node.open(DatabaseKind.DERBY);
                Node node = new Node(store)) {
            NewApiKey request = new NewApiKey(
                    null,
                    " ",
                    "gold",
                    Set.of("king"),
                    Set.of("a b"),
                    Instant.now().minusSeconds(1));
            assertThatThrownBy(() -> node.apiKeys.create(node.user("ten_a", "admin"), request))
                    .isInstanceOfSatisfying(
                            PlatformException.class,
                            e -> assertThat(e.fields())
                                    .extracting(FieldError::field)
                                    .containsExactly("type", "name", "plan", "roles", "scopes", "expires_at"));
        }
    }

    @Test
    void onlyAnOperatorGrantsPremium() {
        try (StoreFixture store = Node.open(DatabaseKind.DERBY);
                Node node = new Node(store)) {
            Caller operator = node.callers.shell("ten_a", "ops", Set.of("operator"));
            Created created = node.apiKeys.create(
                    operator, new NewApiKey(Type.TOKEN, "x", "premium", Set.of("developer"), null, null));
            assertThat(node.bearer(created.secret()).plan()).contains("premium");
        }
    }

    @Test
    void aDeveloperRevokesHisOwnKeysOnly() {
        try (StoreFixture store = Node.open(DatabaseKind.DERBY);
                Node node = new Node(store)) {
            Caller developer = node.callers.authenticated(node.anonymous(), "ten_a", "user_2", Set.of("developer"));
            Created own = node.apiKeys.create(developer, token("own", null, null));
            Created others = node.apiKeys.create(node.user("ten_a", "admin"), token("others", null, null));
            node.apiKeys.revoke(developer, own.key().id());
            assertThatThrownBy(() -> node.apiKeys.revoke(developer, others.key().id()))
                    .isInstanceOfSatisfying(
                            PlatformException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.FORBIDDEN));
            node.bearer(others.secret());
        }
    }

    @Test
    void creationAndRevocationAreAuditedAndAnnounced() {
        try (StoreFixture store = Node.open(DatabaseKind.DERBY);
                Node node = new Node(store)) {
            List<String> events = new CopyOnWriteArrayList<>();
            store.listen(new EventListener() {
                @Override
                public String name() {
                    return "test";
                }

                @Override
                public Set<String> types() {
                    return Set.of("*");
                }

                @Override
                public void onEvent(Event event) {
                    events.add(event.type() + " " + event.tenantId() + " " + event.data());
                }
            });
            Caller admin = node.user("ten_a", "admin");
            Created created = node.apiKeys.create(admin, token("app", null, null));
            node.apiKeys.revoke(admin, created.key().id());
            Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> events.size() == 2);
            assertThat(events.get(0)).startsWith("apikey.created ten_a").doesNotContain(created.secret());
            assertThat(events.get(1)).startsWith("apikey.revoked ten_a");
        }
    }

    private static NewApiKey token(String name, Set<String> roles, Set<String> scopes) {
        return new NewApiKey(Type.TOKEN, name, null, roles, scopes, null);
    }

    private static NewApiKey key(String name, Set<String> roles, Set<String> scopes) {
        return new NewApiKey(Type.KEY, name, "standard", roles, scopes, null);
    }

    private static void forbidden(Node node, Caller caller, NewApiKey request) {
        assertThatThrownBy(() -> node.apiKeys.create(caller, request))
                .as("%s", request)
                .isInstanceOfSatisfying(
                        PlatformException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.FORBIDDEN));
    }

    private static void wrong(Node node, Caller caller, NewApiKey request, String field) {
        assertThatThrownBy(() -> node.apiKeys.create(caller, request))
                .as("%s", request)
                .isInstanceOfSatisfying(
                        PlatformException.class,
                        e -> assertThat(e.fields())
                                .extracting(FieldError::field)
                                .contains(field));
    }

    private static boolean refused(Runnable work) {
        try {
            work.run();
            return false;
        } catch (PlatformException e) {
            return e.kind() == ErrorKind.UNAUTHENTICATED;
        }
    }
}
