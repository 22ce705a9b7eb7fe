package org.platformforge.auth.domain;

import java.sql.SQLException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.auth.domain.mfa.CodeCheck;
import org.platformforge.auth.domain.mfa.Device;
import org.platformforge.auth.domain.mfa.Factor;
import org.platformforge.auth.domain.mfa.FactorGuard;
import org.platformforge.auth.domain.mfa.MfaService;
import org.platformforge.auth.domain.mfa.MfaService.Challenge;
import org.platformforge.auth.domain.mfa.RememberedDevices;
import org.platformforge.auth.domain.mfa.RememberedDevices.Remembered;
import org.platformforge.auth.store.SessionRepository;
import org.platformforge.auth.store.UserRepository;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.security.Callers;
import org.platformforge.kernel.api.security.PasswordAuthenticator;
import org.platformforge.kernel.api.store.AuditLog;
import org.platformforge.kernel.api.store.AuditRecord;
import org.platformforge.kernel.api.store.Outbox;
import org.platformforge.kernel.api.store.Store;
import org.platformforge.kernel.api.store.Transaction;

/** How users prove who they are: password, then a code where a second factor is set up. */
@Component(service = {SignInService.class, PasswordAuthenticator.class})
public class SignInService implements PasswordAuthenticator {
    private static final int CODE_LENGTH = 6;

    private final Store store;
    private final PasswordHasher hasher;
    private final SessionService sessions;
    private final MfaService mfa;
    private final FactorGuard guard;
    private final RememberedDevices devices;
    private final MfaTokens mfaTokens;
    private final Lockout lockout;
    private final Callers callers;
    private final AuditLog audit;
    private final Outbox outbox;

    /** @param failedBefore whether wrong passwords of this account and address are counted */
    private record Candidate(Optional<User> user, boolean failedBefore) {}

    /** @param proven the account that was found, if the secret was right */
    private record Tried(Optional<User> found, Optional<User> proven) {}

    /**
     * What a code proved. A value and no exception, so that the transaction that counted the try commits.
     *
     * @param methods how the user is proven ({@code amr}); empty when not
     * @param missing null unless a code is missing
     * @param refused null unless a code was refused
     * @param device null unless it stood in for a code
     */
    private record Proof(List<String> methods, Challenge missing, CodeCheck refused, Device device) {
        static Proof of(List<String> methods) {
            return new Proof(methods, null, null, null);
        }

        boolean complete() {
            return !methods.isEmpty();
        }
    }

    /** @param session null unless the proof is complete */
    private record Outcome(Proof proof, Session session, String mfaToken, Remembered device) {}

    /**
     * What a client has beside the password.
     *
     * @param code null for none
     * @param device what a remembered device keeps, null for none
     * @param remember whether the device shall stand in for a code from now on
     */
    public record Beside(String code, String device, boolean remember) {
        static Beside code(String code) {
            return new Beside(code, null, false);
        }
    }

    @Activate
    public SignInService(
            @Reference Store store,
            @Reference PasswordHasher hasher,
            @Reference SessionService sessions,
            @Reference MfaService mfa,
            @Reference FactorGuard guard,
            @Reference RememberedDevices devices,
            @Reference MfaTokens mfaTokens,
            @Reference Lockout lockout,
            @Reference Callers callers,
            @Reference AuditLog audit,
            @Reference Outbox outbox) {
        this.store = store;
        this.hasher = hasher;
        this.sessions = sessions;
        this.mfa = mfa;
        this.guard = guard;
        this.devices = devices;
        this.mfaTokens = mfaTokens;
        this.lockout = lockout;
        this.callers = callers;
        this.audit = audit;
        this.outbox = outbox;
    }

    /**
     * Signs in with address and password, and where a second factor is set up a code, or a device that was remembered.
     *
     * @throws PlatformException {@code UNAUTHENTICATED}, the same for an unknown address and a wrong password; {@code
     *     MFA_REQUIRED} when a code is missing; {@code RATE_LIMITED} after too many failures
     */
    public SignedIn login(Caller request, String email, String password, Beside beside) {
        User user = proven(request, email, password);
        return signIn(request, user, beside);
    }

    /**
     * The second half of a sign-in that was answered {@code MFA_REQUIRED}.
     *
     * @throws PlatformException as {@link #login}; {@code UNAUTHENTICATED} for a token that is not valid any more
     */
    public SignedIn complete(Caller request, String mfaToken, Beside beside) {
        User user = MfaTokens.read(mfaToken)
                .flatMap(claimed -> store.call(
                        Store.ALL_TENANTS,
                        tx -> UserRepository.find(tx, claimed.tenantId(), claimed.userId())
                                .filter(found -> mfaTokens.genuine(claimed, found, tx.now()))))
                .orElseThrow(() -> PlatformException.of(
                        ErrorKind.UNAUTHENTICATED, "The MFA token is not valid; sign in from the beginning"));
        return signIn(request, user, beside);
    }

    private SignedIn signIn(Caller request, User user, Beside beside) {
        Outcome outcome = store.call(Store.ALL_TENANTS, tx -> {
            Caller actor = callers.authenticated(request, user.tenantId(), user.id(), user.roles());
            Proof proof = secondFactor(tx, actor, user, beside);
            if (!proof.complete()) {
                return new Outcome(proof, null, mfaTokens.issue(user, tx.now()), null);
            }
            requireActive(tx, user);
            audit.append(tx, AuditRecord.success(actor, "user.login", user.id(), facts(proof)));
            outbox.publish(
                    tx, user.tenantId(), "user.login", Map.of("user_id", user.id(), "tenant_id", user.tenantId()));
            return begun(tx, actor, user, proof, beside.remember());
        });
        requireComplete(outcome);
        return sessions.tokens(user, outcome.session()).on(outcome.device());
    }

    private Outcome begun(Transaction tx, Caller actor, User user, Proof proof, boolean remember) {
        Device device = proof.device();
        if (device != null) {
            // whoever asks for a fresh proof is not content with the password alone
            Session session = sessions.open(tx, actor, user, proof.methods(), device.createdAt());
            devices.used(tx, device, session.id());
            return new Outcome(proof, session, null, null);
        }
        Session session = sessions.open(tx, actor, user, proof.methods());
        boolean shown = proof.methods().contains("mfa");
        Remembered remembered = shown && remember
                ? devices.remember(tx, actor, user, session.id()).orElse(null)
                : null;
        return new Outcome(proof, session, null, remembered);
    }

    private static Map<String, Object> facts(Proof proof) {
        return proof.device() == null
                ? Map.of("methods", proof.methods())
                : Map.of("methods", proof.methods(), "device_id", proof.device().id());
    }

    /**
     * Proves anew who is behind a session, for what is not done without.
     *
     * @return the session's next access token; the refresh token stays
     * @throws PlatformException as {@link #login}
     */
    public SignedIn reauthenticate(Caller caller, String password, String code) {
        String sessionId = caller.sessionId().orElseThrow(SignInService::refused);
        User user = confirm(caller, password);
        Outcome outcome = store.call(Store.ALL_TENANTS, tx -> {
            Proof proof = secondFactor(tx, caller, user, Beside.code(code));
            if (!proof.complete()) {
                return new Outcome(proof, null, null, null);
            }
            Instant now = tx.now();
            Session session = SessionRepository.find(tx, sessionId)
                    .filter(found -> found.usable(now))
                    .orElseThrow(SignInService::refused);
            SessionRepository.authenticated(tx, session, proof.methods(), now);
            audit.append(
                    tx,
                    AuditRecord.success(caller, "auth.reauthenticate", user.id(), Map.of("methods", proof.methods())));
            return new Outcome(proof, SessionRepository.reload(tx, sessionId), null, null);
        });
        requireComplete(outcome);
        return sessions.tokens(user, outcome.session());
    }

    /** The user behind a session, who knows the password; refusals as {@link #login}. */
    User confirm(Caller caller, String password) {
        User user = store.call(caller.tenantId(), tx -> UserRepository.find(tx, caller.tenantId(), caller.subject()))
                .orElseThrow(SignInService::refused);
        return proven(caller, user.email(), password);
    }

    /** The password was right; whether that is enough. */
    private Proof secondFactor(Transaction tx, Caller actor, User user, Beside beside) throws SQLException {
        List<Factor> factors = mfa.required(tx, user);
        if (factors.isEmpty()) {
            return Proof.of(List.of("pwd"));
        }
        if (beside.code() == null) {
            Optional<Device> device = devices.recognise(tx, user, beside.device());
            if (device.isPresent()) {
                return new Proof(List.of("pwd", RememberedDevices.METHOD), null, null, device.get());
            }
            return new Proof(List.of(), mfa.challenge(tx, user, factors), null, null);
        }
        CodeCheck check = mfa.check(tx, user, beside.code());
        if (check.accepted()) {
            return Proof.of(check.methods());
        }
        audit.append(tx, AuditRecord.refused(actor, "auth.mfa_code", user.id(), Map.of()));
        return new Proof(List.of(), null, check, null);
    }

    private static void requireComplete(Outcome outcome) {
        Proof proof = outcome.proof();
        if (proof.refused() != null) {
            throw proof.refused().refusal().asRecorded();
        }
        if (proof.complete()) {
            return;
        }
        PlatformException missing = PlatformException.of(
                        ErrorKind.MFA_REQUIRED, "A code of a second factor is needed: send it as mfa_code")
                .withDetail("methods", proof.missing().methods())
                .withDetail("sent", proof.missing().sent());
        throw outcome.mfaToken() == null
                ? missing
                : missing.withDetail("mfa_token", outcome.mfaToken())
                        .withDetail("expires_in", MfaTokens.LIFETIME.toSeconds());
    }

    /** Between the check of the password and now the account may have been suspended or removed. */
    private static void requireActive(Transaction tx, User user) {
        UserRepository.find(tx, user.tenantId(), user.id())
                .filter(now -> now.status() == User.Status.ACTIVE)
                .orElseThrow(SignInService::refused);
    }

    private User proven(Caller request, String email, String password) {
        String address = CredentialRules.normalizeEmail(email);
        Tried tried = counted(request, address, found -> matching(found, password.toCharArray()));
        return tried.proven().orElseThrow(() -> {
            // in the log of the account's own tenant, where there is one: its administrators are to see it
            Caller actor = tried.found()
                    .map(user -> callers.authenticated(request, user.tenantId(), user.id(), Set.of()))
                    .orElse(request);
            audit.refused(AuditRecord.refused(
                    actor, "auth.login", CredentialRules.isEmail(address) ? address : "", Map.of()));
            return PlatformException.of(ErrorKind.UNAUTHENTICATED, "The e-mail address or the password is wrong")
                    .asRecorded();
        });
    }

    /**
     * Looks at a secret, unless the account or the address has to wait, and counts a wrong one.
     *
     * @param check what it is given is empty when there is no such account; gives the user who is proven
     */
    private Tried counted(Caller request, String address, UnaryOperator<Optional<User>> check) {
        hasher.admit();
        Candidate candidate = store.call(Store.ALL_TENANTS, tx -> {
            Optional<User> found = find(tx, address);
            return new Candidate(found, lockout.admit(tx, request, address, found));
        });
        Optional<User> user = check.apply(candidate.user());
        if (user.isEmpty()) {
            lockout.failed(request, address);
        } else if (candidate.failedBefore()) {
            store.run(Store.ALL_TENANTS, tx -> lockout.passed(tx, request, address));
        }
        return new Tried(candidate.user(), user);
    }

    /**
     * For the console over SSH, which asks for one secret: a user with a second factor appends the six digits of the code to
     * the password. Where one is required, nobody gets in without.
     */
    @Override
    public Optional<Principal> authenticate(Caller client, String email, char[] password) {
        String address = CredentialRules.normalizeEmail(email);
        return counted(client, address, found -> matchingWithCode(found, password))
                .proven()
                .map(right -> new Principal(right.id(), right.tenantId(), right.email(), right.roles()));
    }

    private Optional<User> matchingWithCode(Optional<User> found, char[] password) {
        boolean withCode = found.isPresent()
                && store.call(
                        Store.ALL_TENANTS, tx -> !mfa.required(tx, found.get()).isEmpty());
        boolean lacking = !withCode && found.filter(guard::isRequired).isPresent();
        int length = withCode ? Math.max(0, password.length - CODE_LENGTH) : password.length;
        char[] secret = Arrays.copyOf(password, length);
        Optional<User> user = matching(found, secret);
        Arrays.fill(secret, '\0');
        String code = new String(password, length, password.length - length);
        return user.filter(right -> !lacking)
                .filter(right -> !withCode
                        || store.call(Store.ALL_TENANTS, tx -> mfa.check(tx, right, code))
                                .accepted());
    }

    private static Optional<User> find(Transaction tx, String address) {
        return CredentialRules.isEmail(address) ? UserRepository.findByEmail(tx, address) : Optional.empty();
    }

    /** The user, if it is one and the password is right; the same work is done for none. */
    private Optional<User> matching(Optional<User> found, char[] password) {
        boolean tooLong = password.length > CredentialRules.MAX_PASSWORD * 2;
        char[] presented = tooLong ? new char[1] : password;
        boolean right = hasher.verify(presented, found.map(User::passwordHash).orElse(null));
        if (!right || tooLong || found.get().status() != User.Status.ACTIVE) {
            return Optional.empty();
        }
        User user = found.get();
        if (!hasher.outdated(user.passwordHash())) {
            return found;
        }
        String stronger = hasher.hash(password);
        return store.call(user.tenantId(), tx -> {
            UserRepository.replaceHash(tx, user, stronger);
            return UserRepository.find(tx, user.tenantId(), user.id());
        });
    }

    private static PlatformException refused() {
        return PlatformException.of(ErrorKind.UNAUTHENTICATED, "The credential is not valid");
    }
}
