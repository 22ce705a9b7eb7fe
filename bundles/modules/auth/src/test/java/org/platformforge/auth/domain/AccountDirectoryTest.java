package org.platformforge.auth.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.platformforge.auth.store.SessionRepository;
import org.platformforge.auth.store.UserEntity;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.FieldError;
import org.platformforge.kernel.api.Page;
import org.platformforge.kernel.api.PageRequest;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.security.AccountAccess;
import org.platformforge.kernel.api.security.Accounts.Account;
import org.platformforge.kernel.api.security.Accounts.Change;
import org.platformforge.kernel.api.security.Accounts.NewAccount;
import org.platformforge.kernel.api.security.Accounts.Query;
import org.platformforge.kernel.api.security.Accounts.Sort;
import org.platformforge.kernel.api.security.Accounts.Status;
import org.platformforge.kernel.api.store.AuditTrail.Entry;
import org.platformforge.kernel.api.store.AuditTrail.Filter;
import org.platformforge.kernel.api.store.Transaction;
import org.platformforge.kernel.store.database.DatabaseKind;
import org.platformforge.kernel.store.testing.StoreFixture;

class AccountDirectoryTest {
    private static final String PASSWORD = "correct horse battery";

    private StoreFixture store;
    private PasswordHasher hasher;
    private AccountDirectory accounts;
    private final List<String> access = new ArrayList<>();
    private final Fakes.TestAccessTokens tokens = new Fakes.TestAccessTokens();

    private void open(DatabaseKind kind) {
        store = StoreFixture.open(kind, UserEntity.class);
        hasher = new PasswordHasher(TestConfig.with(Map.of()));
        accounts = new AccountDirectory(
                store,
                hasher,
                tokens,
                new RecordedAccess(),
                new Fakes.TestRoles(),
                store.audit(),
                store.outbox(),
                new Fakes.NoLimits());
    }

    @AfterEach
    void close() {
        hasher.close();
        store.close();
    }

    @ParameterizedTest
    @EnumSource
    void createsAndChangesAndTellsTheAuditLogWhatChanged(DatabaseKind kind) {
        open(kind);
        Account ann = create("ann@example.com", "Ann", "admin");
        Account bob = create("bob@example.com", "Bob", "developer", "viewer");
        assertThat(bob.roles()).containsExactlyInAnyOrder("developer", "viewer");
        Account changed = accounts.update(by(ann), bob.id(), new Change(" Robert ", Set.of("viewer"), bob.version()));
        assertThat(changed.name()).isEqualTo("Robert");
        assertThat(changed.version()).isGreaterThan(bob.version());
        assertThat(access).containsExactly("revoke keys of " + bob.id() + " [developer]");
        assertThat(accounts.update(by(ann), bob.id(), new Change(null, null, null)))
                .isEqualTo(changed);

        Entry record = records("user.update").get(0);
        assertThat(record.actor()).isEqualTo(ann.id());
        assertThat(record.target()).isEqualTo(bob.id());
        assertThat(record.canonical())
                .contains("\"name\":{\"after\":\"Robert\",\"before\":\"Bob\"}")
                .contains("\"roles\":{\"after\":[\"viewer\"],\"before\":[\"developer\",\"viewer\"]}");
        assertThat(records("user.create").get(1).canonical()).doesNotContain("argon2", PASSWORD);
        refused(
                ErrorKind.PRECONDITION_FAILED,
                () -> accounts.update(by(ann), bob.id(), new Change("Bobby", null, bob.version())));
    }

    @ParameterizedTest
    @EnumSource
    void refusesWhatIsWrongWithANewUserAllAtOnce(DatabaseKind kind) {
        open(kind);
        Account ann = create("ann@example.com", "Ann", "admin");
        PlatformException wrong = refused(
                ErrorKind.VALIDATION,
                () -> accounts.create(by(ann), new NewAccount("nobody", "", "short", Set.of("king\u0001"))));
        assertThat(wrong.fields())
                .extracting(FieldError::field)
                .containsExactlyInAnyOrder("email", "name", "password", "roles");
        refused(
                ErrorKind.CONFLICT,
                () -> accounts.create(by(ann), new NewAccount("ANN@example.com", "Ann", PASSWORD, Set.of("viewer"))));
        refused(
                ErrorKind.FORBIDDEN,
                () -> accounts.create(by(ann), new NewAccount("eve@example.com", "Eve", PASSWORD, Set.of("operator"))));
    }

    @ParameterizedTest
    @EnumSource
    void suspendsWithEverySessionAndLetsInAgain(DatabaseKind kind) {
        open(kind);
        Account ann = create("ann@example.com", "Ann", "admin");
        Account bob = create("bob@example.com", "Bob", "developer");
        store.run("ten_a", tx -> {
            SessionRepository.insert(tx, session(tx, "ses_1", bob));
            SessionRepository.insert(tx, session(tx, "ses_2", ann));
        });
        Account suspended = accounts.suspend(by(ann), bob.id(), "left the company");
        assertThat(suspended.status()).isEqualTo(Status.SUSPENDED);
        assertThat(access).containsExactly("suspend " + bob.id());
        assertThat(tokens.revoked).containsExactly("ses_1");
        boolean revoked = store.call(
                "ten_a", tx -> SessionRepository.find(tx, "ses_1").orElseThrow().revokedAt() != null);
        assertThat(revoked).isTrue();
        assertThat(records("user.suspend").get(0).details()).containsEntry("reason", "left the company");
        accounts.suspend(by(ann), bob.id(), null);
        assertThat(records("user.suspend")).hasSize(1);

        assertThat(accounts.activate(by(ann), bob.id()).status()).isEqualTo(Status.ACTIVE);
        assertThat(access).containsExactly("suspend " + bob.id(), "restore " + bob.id());
    }

    private static Session session(Transaction tx, String id, Account account) {
        Instant now = tx.now();
        return new Session(
                id,
                account.tenantId(),
                account.id(),
                1,
                now,
                now,
                now.plusSeconds(60),
                null,
                List.of("pwd"),
                now,
                "192.0.2.1",
                "test");
    }

    @ParameterizedTest
    @EnumSource
    void deletesWithSessionsAndKeys(DatabaseKind kind) {
        open(kind);
        Account ann = create("ann@example.com", "Ann", "admin");
        Account bob = create("bob@example.com", "Bob", "developer");
        accounts.delete(by(ann), bob.id());
        assertThat(accounts.find("ten_a", bob.id())).isEmpty();
        assertThat(access).containsExactly("suspend " + bob.id(), "revoke keys of " + bob.id() + " []");
        assertThat(records("user.delete").get(0).canonical()).contains("\"before\":\"bob@example.com\"");
        refused(ErrorKind.NOT_FOUND, () -> accounts.delete(by(ann), bob.id()));
        create("bob@example.com", "Bob", "viewer");
    }

    @ParameterizedTest
    @EnumSource
    void protectsOneselfAndTheLastAdministrator(DatabaseKind kind) {
        open(kind);
        Account ann = create("ann@example.com", "Ann", "admin");
        Account bob = create("bob@example.com", "Bob", "developer");
        Caller operator =
                new Fakes.TestCaller(Caller.Scheme.SYSTEM, "ten_a", "console", Set.of("operator"), Optional.empty());
        for (Caller caller : List.of(operator, by(bob))) {
            code("LAST_ADMIN", () -> accounts.suspend(caller, ann.id(), null));
            code("LAST_ADMIN", () -> accounts.delete(caller, ann.id()));
            code("LAST_ADMIN", () -> accounts.update(caller, ann.id(), new Change(null, Set.of("viewer"), null)));
        }
        code("OWN_ACCOUNT", () -> accounts.suspend(by(ann), ann.id(), null));
        code("OWN_ACCOUNT", () -> accounts.delete(by(ann), ann.id()));
        code("OWN_ACCOUNT", () -> accounts.update(by(ann), ann.id(), new Change(null, Set.of("viewer"), null)));

        Account carl = create("carl@example.com", "Carl", "admin");
        accounts.suspend(operator, carl.id(), null);
        code("LAST_ADMIN", () -> accounts.suspend(operator, ann.id(), null));
        accounts.activate(operator, carl.id());
        accounts.suspend(operator, ann.id(), null);
        accounts.delete(operator, ann.id());
        code("LAST_ADMIN", () -> accounts.suspend(operator, carl.id(), null));
    }

    @ParameterizedTest
    @EnumSource
    void leavesAnAdministratorWhateverHappensAtOnce(DatabaseKind kind) throws Exception {
        open(kind);
        List<Account> admins = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            admins.add(create("admin" + i + "@example.com", "Admin", "admin"));
        }
        ExecutorService threads = Executors.newFixedThreadPool(4);
        CountDownLatch start = new CountDownLatch(1);
        List<Future<?>> running = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            Account by = admins.get(i);
            Account target = admins.get((i + 1) % 4);
            running.add(threads.submit(() -> {
                start.await();
                try {
                    return accounts.suspend(by(by), target.id(), null);
                } catch (PlatformException e) {
                    assertThat(e.code()).contains("LAST_ADMIN");
                    return null;
                }
            }));
        }
        start.countDown();
        for (Future<?> each : running) {
            each.get();
        }
        threads.shutdown();
        Query active = new Query(null, Status.ACTIVE, "admin", Sort.EMAIL, false);
        assertThat(accounts.list("ten_a", active, PageRequest.first(10)).total())
                .isOne();
    }

    @ParameterizedTest
    @EnumSource
    void letsNobodyTouchWhoIsMoreThanThemselves(DatabaseKind kind) {
        open(kind);
        Account ann = create("ann@example.com", "Ann", "admin");
        create("carl@example.com", "Carl", "admin");
        Caller viewer = new Fakes.TestCaller(Caller.Scheme.JWT, "ten_a", "user_v", Set.of("viewer"), Optional.empty());
        refused(ErrorKind.FORBIDDEN, () -> accounts.suspend(viewer, ann.id(), null));
        refused(ErrorKind.FORBIDDEN, () -> accounts.update(viewer, ann.id(), new Change("Eve", null, null)));
        Account bob = create("bob@example.com", "Bob", "viewer");
        refused(ErrorKind.FORBIDDEN, () -> accounts.update(viewer, bob.id(), new Change(null, Set.of("admin"), null)));
        Caller foreign = new Fakes.TestCaller(Caller.Scheme.JWT, "ten_b", "user_x", Set.of("admin"), Optional.empty());
        refused(ErrorKind.NOT_FOUND, () -> accounts.suspend(foreign, ann.id(), null));
        refused(ErrorKind.NOT_FOUND, () -> accounts.activate(foreign, ann.id()));
        assertThat(accounts.find("ten_b", ann.id())).isEmpty();
        assertThat(accounts.list("ten_b", Query.ALL, PageRequest.first(10)).items())
                .isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void findsAndSortsAndPages(DatabaseKind kind) {
        open(kind);
        Stream.of("Cid", "ann", "Bob", "100%", "a_b")
                .forEach(name -> create(name.toLowerCase().replaceAll("[^a-z]", "x") + "@example.com", name, "viewer"));
        Account last = create("zed@example.com", "Zed", "admin");
        accounts.suspend(
                by(last),
                accounts.list("ten_a", search("Cid"), PageRequest.first(9))
                        .items()
                        .get(0)
                        .id(),
                null);

        assertThat(names(Query.ALL)).containsExactly("Cid", "ann", "Bob", "100%", "a_b", "Zed");
        assertThat(names(new Query(null, null, null, Sort.EMAIL, true)))
                .containsExactly("Zed", "100%", "Cid", "Bob", "a_b", "ann");
        List<String> byName = names(new Query(null, null, null, Sort.NAME, false));
        assertThat(byName).containsExactlyInAnyOrder("Cid", "ann", "Bob", "100%", "a_b", "Zed");
        assertThat(byName.indexOf("ann")).isLessThan(byName.indexOf("Bob"));
        assertThat(byName.indexOf("Bob")).isLessThan(byName.indexOf("Cid"));
        assertThat(names(search("B"))).containsExactlyInAnyOrder("Bob", "a_b");
        assertThat(names(search("%"))).containsExactly("100%");
        assertThat(names(search("_"))).containsExactly("a_b");
        assertThat(names(search("ZED@"))).containsExactly("Zed");
        assertThat(names(search("' OR '1'='1"))).isEmpty();
        assertThat(names(new Query(null, Status.SUSPENDED, null, Sort.NAME, false)))
                .containsExactly("Cid");
        assertThat(names(new Query(null, null, "admin", Sort.NAME, false))).containsExactly("Zed");
        assertThat(names(new Query(null, null, "dmi", Sort.NAME, false))).isEmpty();
        for (String cursor : List.of("x", "RU1BSUwKYQ", "!!!")) {
            refused(ErrorKind.MALFORMED, () -> accounts.list("ten_a", Query.ALL, new PageRequest(2, 0, cursor)));
        }
    }

    private static Query search(String text) {
        return new Query(text, null, null, Sort.EMAIL, false);
    }

    /** Page by page, which must be the same as at once. */
    private List<String> names(Query query) {
        List<String> names = new ArrayList<>();
        PageRequest request = PageRequest.first(2);
        while (request != null) {
            Page<Account> page = accounts.list("ten_a", query, request);
            page.items().forEach(account -> names.add(account.name()));
            request = page.nextCursor()
                    .map(cursor -> new PageRequest(2, 0, cursor))
                    .orElse(null);
        }
        assertThat(accounts.list("ten_a", query, PageRequest.first(100)).items())
                .extracting(Account::name)
                .isEqualTo(names);
        assertThat(accounts.list("ten_a", query, new PageRequest(100, 1, null)).items())
                .hasSize(Math.max(0, names.size() - 1));
        return names;
    }

    private Account create(String email, String name, String... roles) {
        Caller operator =
                new Fakes.TestCaller(Caller.Scheme.SYSTEM, "ten_a", "console", Set.of("operator"), Optional.empty());
        return accounts.create(operator, new NewAccount(email, name, PASSWORD, Set.of(roles)));
    }

    private static Caller by(Account account) {
        return new Fakes.TestCaller(
                Caller.Scheme.JWT, account.tenantId(), account.id(), Set.of("admin"), Optional.of("ses_x"));
    }

    private List<Entry> records(String action) {
        List<Entry> found = new ArrayList<>();
        store.auditTrail().read("ten_a", new Filter(null, action, null, null, true), found::add);
        return found;
    }

    private static PlatformException refused(
            ErrorKind kind, org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        PlatformException[] thrown = new PlatformException[1];
        assertThatExceptionOfType(PlatformException.class).isThrownBy(call).satisfies(e -> thrown[0] = e);
        assertThat(thrown[0].kind()).isEqualTo(kind);
        return thrown[0];
    }

    private static void code(String code, org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        assertThat(refused(ErrorKind.CONFLICT, call).code()).contains(code);
    }

    private final class RecordedAccess implements AccountAccess {
        @Override
        public void suspend(Transaction tx, String tenantId, String userId) {
            tx.afterCommit(() -> note("suspend " + userId));
        }

        @Override
        public void restore(Transaction tx, String tenantId, String userId) {
            tx.afterCommit(() -> note("restore " + userId));
        }

        @Override
        public int revokeKeys(Transaction tx, String tenantId, String userId, Set<String> roles) {
            tx.afterCommit(() -> note("revoke keys of " + userId + ' ' + roles));
            return 0;
        }

        private void note(String what) {
            synchronized (access) {
                access.add(what);
            }
        }

        @Override
        public boolean isSuspended(String tenantId, String userId) {
            return false;
        }

        @Override
        public Watch onSuspension(Caller caller, Runnable action) {
            return () -> {};
        }
    }
}
