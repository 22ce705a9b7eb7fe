package org.platformforge.auth.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.PreparedStatement;
import java.sql.Timestamp;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.platformforge.auth.domain.Fakes.TestCaller;
import org.platformforge.auth.store.UserEntity;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.FieldError;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.health.HealthCheck;
import org.platformforge.kernel.api.store.Event;
import org.platformforge.kernel.api.store.EventListener;
import org.platformforge.kernel.api.store.Store;
import org.platformforge.kernel.store.database.DatabaseKind;
import org.platformforge.kernel.store.testing.StoreFixture;

/** Accounts and sessions on real databases. */
class AccountsTest {
    private static final Caller ANYBODY = TestCaller.anonymous();
    private static final String PASSWORD = "correct horse battery";

    @TempDir
    Path data;

    /** The module on one database. */
    private static final class Module implements AutoCloseable {
        final StoreFixture store;
        final PasswordHasher hasher;
        final Fakes.TestAccessTokens accessTokens = new Fakes.TestAccessTokens();
        final SessionService sessions;
        final AccountService accounts;

        Module(DatabaseKind kind, Map<String, Object> changes) {
            store = StoreFixture.open(kind, UserEntity.class);
            AuthConfig config = TestConfig.with(changes);
            hasher = new PasswordHasher(config);
            RefreshTokens refreshTokens = new RefreshTokens(new TestSecrets("key"));
            Fakes.TestCallers callers = new Fakes.TestCallers();
            sessions = new SessionService(
                    store, accessTokens, refreshTokens, store.audit(), store.outbox(), callers, config);
            accounts = new AccountService(
                    store, hasher, sessions, new Fakes.TestTenants(), callers, store.audit(), store.outbox(), config);
        }

        SignedIn register(String email) {
            return accounts.register(ANYBODY, email, PASSWORD, "Ann", null);
        }

        @Override
        public void close() {
            hasher.close();
            store.close();
        }
    }

    @ParameterizedTest
    @EnumSource
    void registersSignsInAndRefreshes(DatabaseKind kind) {
        try (Module auth = new Module(kind, Map.of())) {
            SignedIn registered = auth.register("Ann@Example.com");
            assertThat(registered.user().email()).isEqualTo("ann@example.com");
            assertThat(registered.user().roles()).containsExactly("admin");

            SignedIn in = auth.accounts.login(ANYBODY, " ANN@example.com ", PASSWORD);
            assertThat(in.user().id()).isEqualTo(registered.user().id());
            SignedIn next = auth.sessions.refresh(ANYBODY, in.refreshToken());
            assertThat(next.refreshToken()).isNotEqualTo(in.refreshToken());
            assertThat(auth.sessions.refresh(ANYBODY, next.refreshToken()).accessToken())
                    .isEqualTo(in.accessToken());
        }
    }

    @ParameterizedTest
    @EnumSource
    void answersAlikeForAWrongPasswordAndAnUnknownAddress(DatabaseKind kind) {
        try (Module auth = new Module(kind, Map.of())) {
            auth.register("ann@example.com");
            List<String> messages = new ArrayList<>();
            Consumer<ThrowingCallable> refused = call -> assertThatExceptionOfType(PlatformException.class)
                    .isThrownBy(call)
                    .satisfies(e -> {
                        assertThat(e.kind()).isEqualTo(ErrorKind.UNAUTHENTICATED);
                        messages.add(e.getMessage() + e.details() + e.fields());
                    });
            refused.accept(() -> auth.accounts.login(ANYBODY, "ann@example.com", "wrong password"));
            refused.accept(() -> auth.accounts.login(ANYBODY, "nobody@example.com", "wrong password"));
            refused.accept(() -> auth.accounts.login(ANYBODY, "no address", "x"));
            refused.accept(() -> auth.accounts.login(ANYBODY, "ann@example.com", "x".repeat(100_000)));
            assertThat(new HashSet<>(messages)).hasSize(1);
        }
    }

    @ParameterizedTest
    @EnumSource
    void namesEveryWrongFieldOfARegistration(DatabaseKind kind) {
        try (Module auth = new Module(kind, Map.of())) {
            assertThatExceptionOfType(PlatformException.class)
                    .isThrownBy(() -> auth.accounts.register(ANYBODY, "nobody", "short", " ", null))
                    .satisfies(e -> assertThat(e.fields())
                            .extracting(FieldError::field)
                            .containsExactlyInAnyOrder("email", "password", "name"));
            refusedAs(
                    ErrorKind.FORBIDDEN,
                    () -> auth.accounts.register(ANYBODY, "ann@example.com", PASSWORD, "Ann", "ten_foreign"));
            auth.register("ann@example.com");
            refusedAs(ErrorKind.CONFLICT, () -> auth.register("ANN@example.com"));
        }
    }

    @ParameterizedTest
    @EnumSource
    void givesTheSameSuccessorToFiftyParallelClients(DatabaseKind kind) throws Exception {
        try (Module auth = new Module(kind, Map.of("refresh_grace_seconds", 600))) {
            String token = auth.register("ann@example.com").refreshToken();
            ExecutorService clients = Executors.newFixedThreadPool(50);
            try {
                List<Callable<String>> calls = new ArrayList<>();
                for (int i = 0; i < 50; i++) {
                    calls.add(() -> auth.sessions.refresh(ANYBODY, token).refreshToken());
                }
                Set<String> successors = new HashSet<>();
                for (Future<String> answer : clients.invokeAll(calls)) {
                    successors.add(answer.get());
                }
                assertThat(successors).hasSize(1);
                assertThat(auth.sessions.refresh(ANYBODY, successors.iterator().next()))
                        .isNotNull();
            } finally {
                clients.shutdownNow();
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void endsTheWholeFamilyWhenAnOlderTokenComesBack(DatabaseKind kind) {
        try (Module auth = new Module(kind, Map.of("refresh_grace_seconds", 600))) {
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
        try (Module auth = new Module(kind, Map.of("refresh_grace_seconds", 0))) {
            String first = auth.register("ann@example.com").refreshToken();
            String second = auth.sessions.refresh(ANYBODY, first).refreshToken();
            refusedAs(ErrorKind.UNAUTHENTICATED, () -> auth.sessions.refresh(ANYBODY, first));
            refusedAs(ErrorKind.UNAUTHENTICATED, () -> auth.sessions.refresh(ANYBODY, second));
        }
    }

    @ParameterizedTest
    @EnumSource
    void tellsTheUsersTenantWhatHappenedToTheUser(DatabaseKind kind) {
        try (Module auth = new Module(kind, Map.of("refresh_grace_seconds", 0))) {
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
            String first =
                    auth.accounts.login(ANYBODY, "ann@example.com", PASSWORD).refreshToken();
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
        try (Module auth = new Module(kind, Map.of())) {
            String token = auth.register("ann@example.com").refreshToken();
            String session = token.substring(4, token.indexOf('.'));
            String forged = new RefreshTokens(new TestSecrets("other")).issue(session, 1);
            refusedAs(ErrorKind.UNAUTHENTICATED, () -> auth.sessions.refresh(ANYBODY, forged));
            assertThat(auth.sessions.refresh(ANYBODY, token)).isNotNull();
        }
    }

    @ParameterizedTest
    @EnumSource
    void keepsSessionsUntilTheyHaveEnded(DatabaseKind kind) throws Exception {
        try (Module auth = new Module(kind, Map.of())) {
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
        try (Module auth = new Module(kind, Map.of())) {
            SignedIn in = auth.register("ann@example.com");
            String session = in.refreshToken().substring(4, in.refreshToken().indexOf('.'));
            Caller caller = new TestCaller(
                    Caller.Scheme.JWT, in.user().tenantId(), in.user().id(), Set.of(), Optional.of(session));
            auth.sessions.logout(caller);
            auth.sessions.logout(caller);
            refusedAs(ErrorKind.UNAUTHENTICATED, () -> auth.sessions.refresh(ANYBODY, in.refreshToken()));
            assertThat(auth.accessTokens.revoked).contains(session);
        }
    }

    @ParameterizedTest
    @EnumSource
    void replacesAHashOfAnOlderCostAtTheNextLogin(DatabaseKind kind) {
        try (Module auth = new Module(kind, Map.of())) {
            String old = auth.register("ann@example.com").user().passwordHash();
            AuthConfig config = TestConfig.with(Map.of("argon2_iterations", 3));
            PasswordHasher stronger = new PasswordHasher(config);
            AccountService raised = new AccountService(
                    auth.store,
                    stronger,
                    auth.sessions,
                    new Fakes.TestTenants(),
                    new Fakes.TestCallers(),
                    auth.store.audit(),
                    auth.store.outbox(),
                    config);
            try {
                raised.login(ANYBODY, "ann@example.com", PASSWORD);
                String replaced = raised.login(ANYBODY, "ann@example.com", PASSWORD)
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
        try (Module auth = new Module(kind, settings)) {
            OperatorBootstrap bootstrap = new OperatorBootstrap(auth.accounts, TestConfig.with(settings));
            assertThat(bootstrap.check().status()).isEqualTo(HealthCheck.Status.HEALTHY);
            BootstrapFile left =
                    BootstrapFile.read(data.resolve("bootstrap-admin.json")).orElseThrow();
            assertThat(auth.accounts.authenticate(left.email(), left.password().toCharArray()))
                    .hasValueSatisfying(found -> assertThat(found.roles()).containsExactly("operator"));

            Files.delete(data.resolve("bootstrap-admin.json"));
            new OperatorBootstrap(auth.accounts, TestConfig.with(settings));
            assertThat(data.resolve("bootstrap-admin.json")).doesNotExist();
        }
    }

    private static void refusedAs(ErrorKind kind, ThrowingCallable call) {
        assertThatExceptionOfType(PlatformException.class)
                .isThrownBy(call)
                .satisfies(e -> assertThat(e.kind()).isEqualTo(kind));
    }
}
