package org.platformforge.auth.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;
import static org.platformforge.auth.domain.SignInService.Beside.code;
import static org.platformforge.auth.domain.TestModule.ANYBODY;
import static org.platformforge.auth.domain.TestModule.PASSWORD;
import static org.platformforge.auth.domain.TestModule.caller;
import static org.platformforge.auth.domain.TestModule.refusedAs;
import static org.platformforge.auth.domain.TestModule.session;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.PreparedStatement;
import java.sql.Timestamp;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.FieldError;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.health.HealthCheck;
import org.platformforge.kernel.api.store.AuditTrail.Filter;
import org.platformforge.kernel.api.store.Event;
import org.platformforge.kernel.api.store.EventListener;
import org.platformforge.kernel.api.store.Store;
import org.platformforge.kernel.store.database.DatabaseKind;

/** Accounts and sessions on real databases. */
class AccountsTest {
    @TempDir
    Path data;

    @ParameterizedTest
    @EnumSource
    void registersSignsInAndRefreshes(DatabaseKind kind) {
        try (TestModule auth = new TestModule(kind, Map.of())) {
            SignedIn registered = auth.register("Ann@Example.com");
            assertThat(registered.user().email()).isEqualTo("ann@example.com");
            assertThat(registered.user().roles()).containsExactly("admin");

            SignedIn in = auth.login(" ANN@example.com ");
            assertThat(in.user().id()).isEqualTo(registered.user().id());
            SignedIn next = auth.sessions.refresh(ANYBODY, in.refreshToken());
            assertThat(next.refreshToken()).isNotEqualTo(in.refreshToken());
            assertThat(auth.sessions.refresh(ANYBODY, next.refreshToken()).accessToken())
                    .isEqualTo(in.accessToken());
        }
    }

    @ParameterizedTest
    @EnumSource
    void recordsAWrongPasswordWhereTheAccountIs(DatabaseKind kind) {
        try (TestModule auth = new TestModule(kind, Map.of())) {
            User ann = auth.register("ann@example.com").user();
            refusedAs(
                    ErrorKind.UNAUTHENTICATED,
                    () -> auth.signIns.login(ANYBODY, ann.email(), "wrong password", code(null)));
            Filter logins = new Filter(ann.id(), "auth.login", null, null, true);
            await().untilAsserted(() -> {
                List<String> found = new ArrayList<>();
                auth.store.auditTrail().read(ann.tenantId(), logins, record -> found.add(record.result()));
                assertThat(found).containsExactly("refused");
            });
        }
    }

    @ParameterizedTest
    @EnumSource
    void answersAlikeForAWrongPasswordAndAnUnknownAddress(DatabaseKind kind) {
        try (TestModule auth = new TestModule(kind, Map.of())) {
            auth.register("ann@example.com");
            List<String> messages = new ArrayList<>();
            Consumer<ThrowingCallable> refused = call -> assertThatExceptionOfType(PlatformException.class)
                    .isThrownBy(call)
                    .satisfies(e -> {
                        assertThat(e.kind()).isEqualTo(ErrorKind.UNAUTHENTICATED);
                        messages.add(e.getMessage() + e.details() + e.fields());
                    });
            refused.accept(() -> auth.signIns.login(ANYBODY, "ann@example.com", "wrong password", code(null)));
            refused.accept(() -> auth.signIns.login(ANYBODY, "nobody@example.com", "wrong password", code(null)));
            refused.accept(() -> auth.signIns.login(ANYBODY, "no address", "x", code(null)));
            refused.accept(() -> auth.signIns.login(ANYBODY, "a\0@example.com", "x", code(null)));
            refused.accept(() -> auth.signIns.login(ANYBODY, "ann@example.com", "x".repeat(100_000), code(null)));
            assertThat(new HashSet<>(messages)).hasSize(1);
        }
    }

    @ParameterizedTest
    @EnumSource
    void namesEveryWrongFieldOfARegistration(DatabaseKind kind) {
        try (TestModule auth = new TestModule(kind, Map.of())) {
            assertThatExceptionOfType(PlatformException.class)
                    .isThrownBy(() -> auth.accounts.register(
                            ANYBODY, new AccountService.Registration("nobody", "short", " ", null, null)))
                    .satisfies(e -> assertThat(e.fields())
                            .extracting(FieldError::field)
                            .containsExactlyInAnyOrder("email", "password", "name"));
            refusedAs(ErrorKind.FORBIDDEN, () -> auth.register("ann@example.com", "ten_foreign", null));
            auth.register("ann@example.com");
            refusedAs(ErrorKind.CONFLICT, () -> auth.register("ANN@example.com"));
        }
    }

    /** Fifty at once, each of which loses its first answer and asks again; and so on with what they got. */
    @ParameterizedTest
    @EnumSource
    void givesTheSameSuccessorToFiftyParallelClients(DatabaseKind kind) throws Exception {
        try (TestModule auth = new TestModule(kind, Map.of("refresh_grace_seconds", 600))) {
            String token = auth.register("ann@example.com").refreshToken();
            ExecutorService clients = Executors.newFixedThreadPool(50);
            try {
                for (int round = 0; round < 3; round++) {
                    String presented = token;
                    CyclicBarrier start = new CyclicBarrier(50);
                    List<Callable<Set<String>>> calls = Collections.nCopies(50, () -> {
                        start.await();
                        return Set.copyOf(List.of(
                                auth.sessions.refresh(ANYBODY, presented).refreshToken(),
                                auth.sessions.refresh(ANYBODY, presented).refreshToken()));
                    });
                    Set<String> successors = new HashSet<>();
                    for (Future<Set<String>> answer : clients.invokeAll(calls)) {
                        successors.addAll(answer.get());
                    }
                    assertThat(successors).hasSize(1).doesNotContain(presented);
                    token = successors.iterator().next();
                }
                assertThat(auth.sessions.refresh(ANYBODY, token)).isNotNull();
                assertThat(auth.accessTokens.revoked).isEmpty();
            } finally {
                clients.shutdownNow();
            }
        }
    }

    /** A client that loses every other answer repeats what it sent; it must neither be thrown out nor fork the family. */
    @ParameterizedTest
    @EnumSource
    void bearsLostAnswersAndRepeatedRequests(DatabaseKind kind) throws Exception {
        try (TestModule auth = new TestModule(kind, Map.of("refresh_grace_seconds", 600))) {
            List<Callable<Void>> clients = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                String first = auth.register("ann" + i + "@example.com").refreshToken();
                clients.add(() -> {
                    String token = first;
                    for (int round = 0; round < 12; round++) {
                        String lost = auth.sessions.refresh(ANYBODY, token).refreshToken();
                        String repeated = auth.sessions.refresh(ANYBODY, token).refreshToken();
                        assertThat(repeated).isEqualTo(lost);
                        token = repeated;
                    }
                    return null;
                });
            }
            ExecutorService pool = Executors.newFixedThreadPool(8);
            try {
                for (Future<Void> client : pool.invokeAll(clients)) {
                    client.get();
                }
            } finally {
                pool.shutdownNow();
            }
            assertThat(auth.accessTokens.revoked).isEmpty();
        }
    }

    /** Whoever wins, nobody refreshes after the reuse was found: the leaf that is rotated at that moment dies too. */
    @ParameterizedTest
    @EnumSource
    void leavesNoLiveLeafWhenReuseAndRotationMeet(DatabaseKind kind) throws Exception {
        try (TestModule auth = new TestModule(kind, Map.of("refresh_grace_seconds", 600))) {
            ExecutorService pool = Executors.newFixedThreadPool(4);
            try {
                for (int round = 0; round < 10; round++) {
                    String first = auth.register("ann" + round + "@example.com").refreshToken();
                    String second = auth.sessions.refresh(ANYBODY, first).refreshToken();
                    String leaf = auth.sessions.refresh(ANYBODY, second).refreshToken();
                    Future<?> thief = pool.submit(
                            () -> refusedAs(ErrorKind.UNAUTHENTICATED, () -> auth.sessions.refresh(ANYBODY, first)));
                    List<Future<String>> owners = new ArrayList<>();
                    for (int i = 0; i < 3; i++) {
                        owners.add(pool.submit(
                                () -> auth.sessions.refresh(ANYBODY, leaf).refreshToken()));
                    }
                    thief.get();
                    refusedAs(ErrorKind.UNAUTHENTICATED, () -> auth.sessions.refresh(ANYBODY, leaf));
                    for (Future<String> owner : owners) {
                        String next = successor(owner);
                        refusedAs(ErrorKind.UNAUTHENTICATED, () -> auth.sessions.refresh(ANYBODY, next));
                    }
                }
            } finally {
                pool.shutdownNow();
            }
            assertThat(auth.accessTokens.revoked).hasSize(10);
        }
    }

    /** Null when the rotation came after the revocation. */
    private static String successor(Future<String> rotation) throws InterruptedException {
        try {
            return rotation.get();
        } catch (ExecutionException e) {
            assertThat(e).hasCauseInstanceOf(PlatformException.class);
            return null;
        }
    }

    @ParameterizedTest
    @EnumSource
    void listsAndEndsTheSessionsOfAUser(DatabaseKind kind) {
        try (TestModule auth = new TestModule(kind, Map.of())) {
            SignedIn first = auth.register("ann@example.com");
            SignedIn second = auth.login("ann@example.com");
            SignedIn third = auth.login("ann@example.com");
            SignedIn others = auth.register("bob@example.com");
            Caller ann = caller(third);
            assertThat(auth.sessions.list(ann))
                    .extracting(Session::id)
                    .containsExactlyInAnyOrder(session(first), session(second), session(third));
            assertThat(auth.sessions.list(ann).get(0).remoteAddress()).isEqualTo("192.0.2.1");

            refusedAs(ErrorKind.NOT_FOUND, () -> auth.sessions.revoke(ann, session(others)));
            auth.sessions.revoke(ann, session(first));
            refusedAs(ErrorKind.NOT_FOUND, () -> auth.sessions.revoke(ann, session(first)));
            assertThat(auth.sessions.revokeOthers(ann)).isOne();

            assertThat(auth.sessions.list(ann)).extracting(Session::id).containsExactly(session(third));
            assertThat(auth.accessTokens.revoked).containsExactly(session(first), session(second));
            refusedAs(ErrorKind.UNAUTHENTICATED, () -> auth.sessions.refresh(ANYBODY, second.refreshToken()));
            assertThat(auth.sessions.refresh(ANYBODY, third.refreshToken())).isNotNull();
            assertThat(auth.sessions.refresh(ANYBODY, others.refreshToken())).isNotNull();
        }
    }

    @ParameterizedTest
    @EnumSource
    void endsTheWholeFamilyWhenAnOlderTokenComesBack(DatabaseKind kind) {
        try (TestModule auth = new TestModule(kind, Map.of("refresh_grace_seconds", 600))) {
            String first = auth.register("ann@example.com").refreshToken();
            String second = auth.sessions.refresh(ANYBODY, first).refreshToken();
            String third = auth.sessions.refresh(ANYBODY, second).refreshToken();

            refusedAs(ErrorKind.UNAUTHENTICATED, () -> auth.sessions.refresh(ANYBODY, first));

            refusedAs(ErrorKind.UNAUTHENTICATED, () -> auth.sessions.refresh(ANYBODY, third));
            assertThat(auth.accessTokens.revoked).hasSize(1);
        }
    }

    @ParameterizedTest
    @EnumSource
    void endsTheFamilyWhenTheParentComesBackAfterTheGrace(DatabaseKind kind) {
        try (TestModule auth = new TestModule(kind, Map.of("refresh_grace_seconds", 0))) {
            String first = auth.register("ann@example.com").refreshToken();
            String second = auth.sessions.refresh(ANYBODY, first).refreshToken();
            refusedAs(ErrorKind.UNAUTHENTICATED, () -> auth.sessions.refresh(ANYBODY, first));
            refusedAs(ErrorKind.UNAUTHENTICATED, () -> auth.sessions.refresh(ANYBODY, second));
        }
    }

    @ParameterizedTest
    @EnumSource
    void tellsTheUsersTenantWhatHappenedToTheUser(DatabaseKind kind) {
        try (TestModule auth = new TestModule(kind, Map.of("refresh_grace_seconds", 0))) {
            List<Event> seen = new CopyOnWriteArrayList<>();
            auth.store.listen(new EventListener() {
                @Override
                public String name() {
                    return "seen";
                }

                @Override
                public Set<String> types() {
                    return Set.of("*");
                }

                @Override
                public void onEvent(Event event) {
                    seen.add(event);
                }
            });
            String tenant = auth.register("ann@example.com").user().tenantId();
            String first = auth.login("ann@example.com").refreshToken();
            auth.sessions.refresh(ANYBODY, first);
            refusedAs(ErrorKind.UNAUTHENTICATED, () -> auth.sessions.refresh(ANYBODY, first));

            await().until(() -> seen.size() == 3);
            assertThat(seen).extracting(Event::tenantId).containsOnly(tenant);
            assertThat(seen)
                    .extracting(Event::type)
                    .containsExactly("user.created", "user.login", "security.refresh_token_reused");
        }
    }

    @ParameterizedTest
    @EnumSource
    void doesNotEndASessionForAForgedToken(DatabaseKind kind) {
        try (TestModule auth = new TestModule(kind, Map.of())) {
            String token = auth.register("ann@example.com").refreshToken();
            String session = token.substring(4, token.indexOf('.'));
            String forged = new RefreshTokens(TestSecrets.of("other")).issue(session, 1);
            refusedAs(ErrorKind.UNAUTHENTICATED, () -> auth.sessions.refresh(ANYBODY, forged));
            assertThat(auth.sessions.refresh(ANYBODY, token)).isNotNull();
        }
    }

    @ParameterizedTest
    @EnumSource
    void keepsSessionsUntilTheyHaveEnded(DatabaseKind kind) throws Exception {
        try (TestModule auth = new TestModule(kind, Map.of())) {
            SignedIn ended = auth.register("ann@example.com");
            SignedIn live = auth.register("bob@example.com");
            auth.store.run(Store.ALL_TENANTS, tx -> {
                try (PreparedStatement update = tx.connection()
                        .prepareStatement("UPDATE auth_session SET expires_at = ? WHERE tenant_id = ?")) {
                    update.setTimestamp(1, Timestamp.valueOf("2001-01-01 00:00:00"));
                    update.setString(2, ended.user().tenantId());
                    update.executeUpdate();
                }
            });
            SessionSweep sweep = new SessionSweep(auth.store);
            assertThat(sweep.sweep()).isOne();
            assertThat(sweep.sweep()).isZero();
            refusedAs(ErrorKind.UNAUTHENTICATED, () -> auth.sessions.refresh(ANYBODY, ended.refreshToken()));
            assertThat(auth.sessions.refresh(ANYBODY, live.refreshToken())).isNotNull();
        }
    }

    @ParameterizedTest
    @EnumSource
    void endsTheSessionAtLogout(DatabaseKind kind) {
        try (TestModule auth = new TestModule(kind, Map.of())) {
            SignedIn in = auth.register("ann@example.com");
            Caller caller = caller(in);
            auth.sessions.logout(caller);
            auth.sessions.logout(caller);
            refusedAs(ErrorKind.UNAUTHENTICATED, () -> auth.sessions.refresh(ANYBODY, in.refreshToken()));
            assertThat(auth.accessTokens.revoked).contains(session(in));
        }
    }

    @ParameterizedTest
    @EnumSource
    void replacesAHashOfAnOlderCostAtTheNextLogin(DatabaseKind kind) {
        try (TestModule auth = new TestModule(kind, Map.of())) {
            String old = auth.register("ann@example.com").user().passwordHash();
            AuthConfig config = TestConfig.with(Map.of("argon2_iterations", 3));
            PasswordHasher stronger = new PasswordHasher(config);
            SignInService raised = auth.signIns(stronger, config);
            try {
                raised.login(ANYBODY, "ann@example.com", PASSWORD, code(null));
                String replaced = raised.login(ANYBODY, "ann@example.com", PASSWORD, code(null))
                        .user()
                        .passwordHash();
                assertThat(replaced).isNotEqualTo(old).contains("t=3");
            } finally {
                stronger.close();
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void createsTheFirstOperatorOnceAndLeavesItsCredential(DatabaseKind kind) throws Exception {
        Map<String, Object> settings = Map.of("data_dir", data.toString());
        try (TestModule auth = new TestModule(kind, settings)) {
            OperatorBootstrap bootstrap = new OperatorBootstrap(auth.accounts, TestConfig.with(settings));
            assertThat(bootstrap.check().status()).isEqualTo(HealthCheck.Status.HEALTHY);
            BootstrapFile left =
                    BootstrapFile.read(data.resolve("bootstrap-admin.json")).orElseThrow();
            assertThat(auth.signIns.authenticate(
                            TestModule.ANYBODY, left.email(), left.password().toCharArray()))
                    .hasValueSatisfying(found -> assertThat(found.roles()).containsExactly("operator"));

            Files.delete(data.resolve("bootstrap-admin.json"));
            new OperatorBootstrap(auth.accounts, TestConfig.with(settings));
            assertThat(data.resolve("bootstrap-admin.json")).doesNotExist();
        }
    }
}
