package org.platformforge.auth.domain.mfa;

import java.security.SecureRandom;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.auth.domain.User;
import org.platformforge.auth.domain.message.Letter;
import org.platformforge.auth.domain.message.Mailer;
import org.platformforge.auth.store.BackupCodeRepository;
import org.platformforge.auth.store.FactorRepository;
import org.platformforge.auth.store.SessionRepository;
import org.platformforge.auth.store.UserRepository;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.Ids;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.security.Secrets;
import org.platformforge.kernel.api.store.AuditLog;
import org.platformforge.kernel.api.store.AuditRecord;
import org.platformforge.kernel.api.store.Outbox;
import org.platformforge.kernel.api.store.Store;
import org.platformforge.kernel.api.store.Transaction;

/**
 * Second factors of users: enrolled (pending until a first code), checked at sign-in, removed. A code is good once: the
 * newest used time step only goes forward, by a compare-and-set, and the code that ends the enrolment counts as used.
 */
@Component(service = MfaService.class)
public class MfaService {
    private static final String PURPOSE = "auth.totp";
    private static final String ISSUER = "Platform Forge";
    private static final Duration ENROLMENT_TIME = Duration.ofHours(1);

    private final Store store;
    private final Secrets secrets;
    private final BackupCodes backupCodes;
    private final SentCodes sentCodes;
    private final FactorGuard guard;
    private final AuditLog audit;
    private final Outbox outbox;
    private final Mailer mailer;
    private final RememberedDevices devices;
    private final Function<Transaction, Instant> clock;
    private final SecureRandom random = new SecureRandom();

    /** The factors of a user, and the backup codes that are left. */
    public record Overview(List<Factor> factors, long backupCodes) {}

    /**
     * What a sign-in lacks: a code of one of these kinds.
     *
     * @param sent kinds of which a code was sent now
     */
    public record Challenge(List<String> methods, List<String> sent) {}

    @Activate
    public MfaService(
            @Reference Store store,
            @Reference Secrets secrets,
            @Reference BackupCodes backupCodes,
            @Reference SentCodes sentCodes,
            @Reference FactorGuard guard,
            @Reference AuditLog audit,
            @Reference Outbox outbox,
            @Reference Mailer mailer,
            @Reference RememberedDevices devices) {
        this(store, secrets, backupCodes, sentCodes, guard, audit, outbox, mailer, devices, Transaction::now);
    }

    /** @param clock what codes are checked against; tests set it */
    public MfaService(
            Store store,
            Secrets secrets,
            BackupCodes backupCodes,
            SentCodes sentCodes,
            FactorGuard guard,
            AuditLog audit,
            Outbox outbox,
            Mailer mailer,
            RememberedDevices devices,
            Function<Transaction, Instant> clock) {
        this.store = store;
        this.secrets = secrets;
        this.backupCodes = backupCodes;
        this.sentCodes = sentCodes;
        this.guard = guard;
        this.audit = audit;
        this.outbox = outbox;
        this.mailer = mailer;
        this.devices = devices;
        this.clock = clock;
    }

    public Overview overview(Caller caller) {
        return store.call(
                caller.tenantId(),
                tx -> new Overview(
                        FactorRepository.of(tx, caller.tenantId(), caller.subject()),
                        BackupCodeRepository.unused(tx, caller.tenantId(), caller.subject())));
    }

    /**
     * Begins an enrolment; it is pending until {@link #verify}. A pending one of the same kind is given up. For e-mail and SMS
     * a first code is sent.
     *
     * @param phone number in the form of E.164, for SMS
     * @throws PlatformException {@code CONFLICT} when a factor of the kind is active; {@code VALIDATION} for a number that no
     *     SMS goes to; {@code RATE_LIMITED} a moment after another code; {@code STEP_UP_REQUIRED} when the session has not
     *     shown an active factor
     */
    public Enrolment enable(Caller caller, Method method, String phone) {
        String number = method == Method.SMS ? sentCodes.number(phone) : null;
        // the counts of SMS are no tenant's
        return store.call(Store.ALL_TENANTS, tx -> {
            User user = user(tx, caller);
            List<Factor> factors = FactorRepository.of(tx, user.tenantId(), user.id());
            if (factors.stream().anyMatch(factor -> factor.active() && factor.method() == method)) {
                throw PlatformException.of(
                        ErrorKind.CONFLICT, "A factor of this kind is active; remove it to set up another one");
            }
            guard.requireShown(
                    tx, caller, factors.stream().filter(Factor::active).toList());
            Instant now = clock.apply(tx);
            FactorRepository.remove(tx, user.tenantId(), user.id(), method);
            byte[] secret = Totp.newSecret(random);
            String id = Ids.next("mfa_");
            String sealed = method == Method.TOTP ? secrets.seal(PURPOSE, id, secret) : null;
            Factor pending = new Factor(id, user.tenantId(), user.id(), method, sealed, number, 0, now, null);
            FactorRepository.insert(tx, pending);
            Optional<PlatformException> unsent =
                    method == Method.TOTP ? Optional.empty() : sentCodes.send(tx, user, pending, now);
            if (unsent.isPresent()) {
                throw unsent.get();
            }
            boolean first = factors.stream().noneMatch(Factor::active);
            List<String> codes = first ? backupCodes.renew(tx, user) : List.of();
            audit.append(tx, AuditRecord.success(caller, "mfa.enroll", user.id(), facts(method)));
            if (method != Method.TOTP) {
                return new Enrolment(null, null, codes);
            }
            String uri = Totp.uri(ISSUER, user.email(), secret);
            return new Enrolment(Totp.text(secret), QrImage.dataUri(uri), codes);
        });
    }

    /**
     * Ends an enrolment with a first code of the factor, which is active from now on.
     *
     * @throws PlatformException {@code CONFLICT} when none is pending; {@code UNAUTHENTICATED} for a code that is not
     *     valid; {@code RATE_LIMITED} after too many of these
     */
    public void verify(Caller caller, Method method, String code) {
        CodeCheck check = store.call(caller.tenantId(), tx -> {
            User user = user(tx, caller);
            Instant now = clock.apply(tx);
            Factor pending = FactorRepository.of(tx, user.tenantId(), user.id()).stream()
                    .filter(factor -> factor.method() == method && !factor.active())
                    .filter(factor -> now.isBefore(factor.createdAt().plus(ENROLMENT_TIME)))
                    .findFirst()
                    .orElseThrow(() -> PlatformException.of(
                            ErrorKind.CONFLICT, "No factor of this kind waits for its first code; enable it first"));
            Optional<Duration> wait = CodeGuard.begin(tx, user, now);
            if (wait.isPresent()) {
                return CodeCheck.later(wait.get());
            }
            if (!use(tx, pending, code, now) || !FactorRepository.activate(tx, pending, now)) {
                return CodeCheck.REFUSED;
            }
            CodeGuard.passed(tx, user);
            activated(tx, caller, user, method);
            return CodeCheck.accepted(method.sessionMethods());
        });
        if (!check.accepted()) {
            throw check.refusal();
        }
    }

    private void activated(Transaction tx, Caller caller, User user, Method method) {
        caller.sessionId()
                .flatMap(id -> SessionRepository.find(tx, id))
                .ifPresent(session -> SessionRepository.authenticated(tx, session, method.sessionMethods(), tx.now()));
        audit.append(tx, AuditRecord.success(caller, "mfa.enable", user.id(), facts(method)));
        publish(tx, user, "mfa.enabled", method.wire());
        mailer.write(
                tx,
                user,
                Letter.notice(
                        "A second factor was set up",
                        "Signing in to your account asks for a code from now on (" + method.wire() + ")."));
    }

    /** Whether it is a code of the factor that was not used before; it is now. */
    private boolean use(Transaction tx, Factor factor, String code, Instant now) {
        if (factor.method() != Method.TOTP) {
            return sentCodes.use(tx, factor, code, now);
        }
        OptionalLong step = Totp.match(secret(factor), code, now, factor.lastStep());
        return step.isPresent() && FactorRepository.useStep(tx, factor, step.getAsLong());
    }

    /** Sends the codes that a sign-in of the user needs; not a moment after others. */
    public Challenge challenge(Transaction tx, User user, List<Factor> factors) {
        List<String> sent = factors.stream()
                .filter(factor -> factor.method() != Method.TOTP)
                .filter(factor ->
                        sentCodes.send(tx, user, factor, clock.apply(tx)).isEmpty())
                .map(factor -> factor.method().wire())
                .toList();
        return new Challenge(
                factors.stream().map(factor -> factor.method().wire()).toList(), sent);
    }

    /** The active factors that a sign-in of the user must show a code of; empty when the password is enough. */
    public List<Factor> required(Transaction tx, User user) {
        return FactorRepository.of(tx, user.tenantId(), user.id()).stream()
                .filter(Factor::active)
                .toList();
    }

    /** Checks a code of any active factor, or a backup code, and uses it up. */
    public CodeCheck check(Transaction tx, User user, String code) throws SQLException {
        Instant now = clock.apply(tx);
        Optional<Duration> wait = CodeGuard.begin(tx, user, now);
        if (wait.isPresent()) {
            return CodeCheck.later(wait.get());
        }
        for (Factor factor : required(tx, user)) {
            if (use(tx, factor, code, now)) {
                CodeGuard.passed(tx, user);
                return CodeCheck.accepted(factor.method().sessionMethods());
            }
        }
        if (backupCodes.use(tx, user, code)) {
            CodeGuard.passed(tx, user);
            publish(tx, user, "mfa.backup_code_used", "backup_code");
            return CodeCheck.accepted(Method.TOTP.sessionMethods());
        }
        return CodeCheck.REFUSED;
    }

    /**
     * Other sessions count as begun with the password alone from now on, and no device stands in for a code: with the former
     * codes somebody else may have.
     *
     * @return new backup codes; the former ones are void
     * @throws PlatformException {@code CONFLICT} without a factor; {@code STEP_UP_REQUIRED} as {@link #enable}
     */
    public List<String> renewBackupCodes(Caller caller) {
        return store.call(caller.tenantId(), tx -> {
            User user = user(tx, caller);
            List<Factor> active = required(tx, user);
            if (active.isEmpty()) {
                throw PlatformException.of(
                        ErrorKind.CONFLICT, "There is no second factor that they could stand in for");
            }
            guard.requireShown(tx, caller, active);
            SessionRepository.forgetFactors(
                    tx, user.tenantId(), user.id(), caller.sessionId().orElse(""));
            devices.forgetAll(tx, caller, user.id());
            audit.append(tx, AuditRecord.success(caller, "mfa.backup_codes_renewed", user.id(), Map.of()));
            publish(tx, user, "mfa.backup_codes_renewed", "backup_code");
            mailer.write(
                    tx,
                    user,
                    Letter.notice(
                            "New backup codes", "New backup codes were made for your account; the old ones are void."));
            return backupCodes.renew(tx, user);
        });
    }

    /**
     * Removes the caller's own factor, or a pending enrolment; with the last factor go the backup codes.
     *
     * @throws PlatformException {@code NOT_FOUND}; {@code CONFLICT} for the last one where one is required; {@code
     *     STEP_UP_REQUIRED} as {@link #enable}
     */
    public void disable(Caller caller, Method method) {
        store.run(caller.tenantId(), tx -> {
            User user = user(tx, caller);
            // two that are removed at the same moment: the second sees that it is the last
            UserRepository.lock(tx, user.id());
            List<Factor> active = required(tx, user);
            guard.requireShown(tx, caller, active);
            guard.requireAnother(user, active, method);
            if (!FactorRepository.remove(tx, user.tenantId(), user.id(), method)) {
                throw PlatformException.notFound("Factor", method.wire());
            }
            removed(tx, caller, user, facts(method));
            if (active.stream().anyMatch(factor -> factor.method() == method)) {
                announce(tx, user);
            }
        });
    }

    /** Factors and pending enrolments of a user. */
    public int count(User user) {
        return store.call(
                user.tenantId(),
                tx -> FactorRepository.of(tx, user.tenantId(), user.id()).size());
    }

    /** Removes all factors of a user who cannot show one any more; for operators. Repeated calls change nothing. */
    public int reset(Caller operator, User user) {
        return store.call(operator.tenantId(), tx -> {
            List<Factor> factors = FactorRepository.of(tx, user.tenantId(), user.id());
            factors.forEach(factor -> FactorRepository.remove(tx, user.tenantId(), user.id(), factor.method()));
            if (!factors.isEmpty()) {
                CodeGuard.passed(tx, user);
                removed(tx, operator, user, Map.of("factors", factors.size()));
                announce(tx, user);
            }
            return factors.size();
        });
    }

    private void removed(Transaction tx, Caller actor, User user, Map<String, ?> facts) {
        if (required(tx, user).isEmpty()) {
            BackupCodeRepository.removeAll(tx, user.tenantId(), user.id());
            SessionRepository.forgetFactors(tx, user.tenantId(), user.id(), "");
        }
        devices.forgetAll(tx, actor, user.id());
        audit.append(tx, AuditRecord.success(actor, "mfa.disable", user.id(), facts));
    }

    /** That a factor is gone which sign-ins asked for. */
    private void announce(Transaction tx, User user) {
        outbox.publish(tx, user.tenantId(), "mfa.disabled", Map.of("user_id", user.id()));
        mailer.write(
                tx, user, Letter.notice("A second factor was removed", "A second factor of your account was removed."));
    }

    private void publish(Transaction tx, User user, String type, String method) {
        outbox.publish(tx, user.tenantId(), type, Map.of("user_id", user.id(), "method", method));
    }

    private static Map<String, Object> facts(Method method) {
        return Map.of("method", method.wire());
    }

    private byte[] secret(Factor factor) {
        return secrets.open(PURPOSE, factor.id(), factor.secret());
    }

    private static User user(Transaction tx, Caller caller) {
        return UserRepository.find(tx, caller.tenantId(), caller.subject())
                .orElseThrow(() -> PlatformException.of(ErrorKind.UNAUTHENTICATED, "The credential is not valid"));
    }
}
