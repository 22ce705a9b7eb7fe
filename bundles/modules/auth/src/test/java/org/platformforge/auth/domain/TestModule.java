package org.platformforge.auth.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.platformforge.auth.domain.SignInService.Beside.code;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.platformforge.auth.domain.Fakes.TestCaller;
import org.platformforge.auth.domain.message.Mailer;
import org.platformforge.auth.domain.message.MessageConfig;
import org.platformforge.auth.domain.message.MessageQueue;
import org.platformforge.auth.domain.mfa.BackupCodes;
import org.platformforge.auth.domain.mfa.FactorGuard;
import org.platformforge.auth.domain.mfa.MfaService;
import org.platformforge.auth.domain.mfa.RememberedDevices;
import org.platformforge.auth.domain.mfa.SentCodes;
import org.platformforge.auth.store.UserEntity;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.security.Secrets;
import org.platformforge.kernel.api.store.Transaction;
import org.platformforge.kernel.store.database.DatabaseKind;
import org.platformforge.kernel.store.testing.StoreFixture;

/** The services of the module on one database, wired as the component runtime wires them. */
final class TestModule implements AutoCloseable {
    static final Caller ANYBODY = TestCaller.anonymous();
    static final String PASSWORD = "correct horse battery";

    final StoreFixture store;
    final Fakes.CountingHasher hasher;
    final Fakes.TestAccessTokens accessTokens = new Fakes.TestAccessTokens();
    final Fakes.TestCallers callers = new Fakes.TestCallers();
    final FactorGuard guard = new FactorGuard(accessTokens);
    final RememberedDevices devices;
    final SessionService sessions;
    final AccountService accounts;
    final MfaService mfa;
    final SignInService signIns;
    final MessageQueue queue;
    final EmailService emails;
    final MembershipService memberships;
    final PasswordService passwords;

    TestModule(DatabaseKind kind, Map<String, Object> changes) {
        this(kind, changes, Transaction::now);
    }

    /** @param clock what codes are checked against */
    TestModule(DatabaseKind kind, Map<String, Object> changes, Function<Transaction, Instant> clock) {
        store = StoreFixture.open(kind, UserEntity.class);
        AuthConfig config = TestConfig.with(changes);
        Secrets secrets = TestSecrets.of("key");
        hasher = new Fakes.CountingHasher(config);
        queue = new MessageQueue(store, secrets, TestConfig.of(MessageConfig.class, changes));
        Mailer mailer = new Mailer(queue, config);
        Links links = new Links(store, secrets);
        devices = new RememberedDevices(secrets, store.audit(), guard, config);
        sessions = new SessionService(
                store,
                accessTokens,
                new RefreshTokens(secrets),
                store.audit(),
                store.outbox(),
                callers,
                mailer,
                devices,
                config);
        emails = new EmailService(store, links, mailer, callers, store.audit(), store.outbox());
        memberships = new MembershipService(
                store, links, mailer, callers, new Fakes.TestRoles(), store.audit(), store.outbox());
        accounts = new AccountService(
                store,
                hasher,
                sessions,
                emails,
                memberships,
                new Fakes.TestTenants(),
                callers,
                store.audit(),
                store.outbox(),
                new Fakes.NoLimits(),
                config);
        mfa = new MfaService(
                store,
                secrets,
                new BackupCodes(secrets),
                new SentCodes(store, secrets, mailer, config),
                guard,
                store.audit(),
                store.outbox(),
                mailer,
                devices,
                clock);
        signIns = signIns(hasher, config);
        passwords = new PasswordService(
                store, hasher, signIns, sessions, links, mailer, callers, store.audit(), store.outbox());
    }

    /** Another one, with another way to hash. */
    SignInService signIns(PasswordHasher hashing, AuthConfig config) {
        Secrets secrets = TestSecrets.of("key");
        return new SignInService(
                store,
                hashing,
                sessions,
                mfa,
                guard,
                devices,
                new MfaTokens(secrets),
                new Lockout(store, secrets, config),
                callers,
                store.audit(),
                store.outbox());
    }

    SignedIn register(String email) {
        return register(email, null, null);
    }

    SignedIn register(String email, String tenantId, String invitationToken) {
        return accounts.register(
                        ANYBODY, new AccountService.Registration(email, PASSWORD, "Ann", tenantId, invitationToken))
                .orElse(null);
    }

    SignedIn login(String email) {
        return signIns.login(ANYBODY, email, PASSWORD, code(null));
    }

    /** The caller of a request with the access token. */
    static Caller caller(SignedIn in) {
        return new TestCaller(
                Caller.Scheme.JWT,
                in.user().tenantId(),
                in.user().id(),
                in.user().roles(),
                Optional.of(session(in)));
    }

    static String session(SignedIn in) {
        return in.refreshToken().substring(4, in.refreshToken().indexOf('.'));
    }

    static PlatformException refusedAs(ErrorKind kind, ThrowingCallable call) {
        PlatformException[] refusal = new PlatformException[1];
        assertThatExceptionOfType(PlatformException.class).isThrownBy(call).satisfies(e -> {
            assertThat(e.kind()).as(e.getMessage()).isEqualTo(kind);
            refusal[0] = e;
        });
        return refusal[0];
    }

    @Override
    public void close() {
        hasher.close();
        store.close();
    }
}
