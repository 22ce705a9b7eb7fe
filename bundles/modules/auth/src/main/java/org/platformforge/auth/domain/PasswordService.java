package org.platformforge.auth.domain;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.auth.domain.message.Letter;
import org.platformforge.auth.domain.message.Mailer;
import org.platformforge.auth.store.UserRepository;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.FieldError;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.security.Callers;
import org.platformforge.kernel.api.security.Tenants;
import org.platformforge.kernel.api.store.AuditLog;
import org.platformforge.kernel.api.store.AuditRecord;
import org.platformforge.kernel.api.store.Outbox;
import org.platformforge.kernel.api.store.Store;
import org.platformforge.kernel.api.store.Transaction;

/** New passwords: for who knows the present one, and for who receives mail at the account's address. */
@Component(service = PasswordService.class)
public class PasswordService {
    private static final Letter CHANGED =
            Letter.notice("Your password was changed", "The password of your account was changed.");

    private final Store store;
    private final PasswordHasher hasher;
    private final SignInService signIns;
    private final SessionService sessions;
    private final Links links;
    private final Mailer mailer;
    private final Callers callers;
    private final AuditLog audit;
    private final Outbox outbox;

    @Activate
    public PasswordService(
            @Reference Store store,
            @Reference PasswordHasher hasher,
            @Reference SignInService signIns,
            @Reference SessionService sessions,
            @Reference Links links,
            @Reference Mailer mailer,
            @Reference Callers callers,
            @Reference AuditLog audit,
            @Reference Outbox outbox) {
        this.store = store;
        this.hasher = hasher;
        this.signIns = signIns;
        this.sessions = sessions;
        this.links = links;
        this.mailer = mailer;
        this.callers = callers;
        this.audit = audit;
        this.outbox = outbox;
    }

    /** Sends a token to the address if it is an active account's. Whether it is, neither the answer nor the time says. */
    public void forgot(Caller request, String email) {
        String address = CredentialRules.normalizeEmail(email);
        if (!CredentialRules.isEmail(address)) {
            return;
        }
        store.run(Store.ALL_TENANTS, tx -> {
            Optional<User> found =
                    UserRepository.findByEmail(tx, address).filter(user -> user.status() == User.Status.ACTIVE);
            if (!links.admits(tx, address, Link.Purpose.RESET_PASSWORD)) {
                return;
            }
            if (found.isPresent()) {
                send(tx, request, found.get());
            } else {
                sendNobody(tx, request, address);
            }
        });
    }

    private void send(Transaction tx, Caller request, User user) {
        String token = links.issue(tx, user, Link.Purpose.RESET_PASSWORD, user.email(), null);
        Caller actor = callers.authenticated(request, user.tenantId(), user.id(), user.roles());
        audit.append(tx, AuditRecord.success(actor, "auth.password_forgot", user.id(), Map.of()));
        mailer.write(tx, user, letter(token));
    }

    /**
     * The same work, row by row: a link that is the address's own, as a user's is, so that no count grows with the strangers;
     * it opens nothing, and nobody gets it.
     */
    private void sendNobody(Transaction tx, Caller request, String address) {
        String token = links.issue(tx, Link.Purpose.RESET_PASSWORD, address);
        Caller actor = callers.authenticated(request, Tenants.PLATFORM, "nobody", Set.of());
        audit.append(tx, AuditRecord.refused(actor, "auth.password_forgot", address, Map.of()));
        mailer.pretend(tx, address, letter(token));
    }

    private Letter letter(String token) {
        return Letter.passwordReset(mailer.instructions("password/reset", token));
    }

    /**
     * Sets a new password and ends all sessions of the account. The address counts as verified: its mail was read.
     *
     * @throws PlatformException {@code VALIDATION} for a token that is not valid, and for a password that is not good
     *     enough, which uses the token not up
     */
    public void reset(Caller request, String token, String password) {
        requireGood(password, "");
        String hash = hasher.hash(password.toCharArray());
        store.run(Store.ALL_TENANTS, tx -> {
            User user = links.use(tx, token, Link.Purpose.RESET_PASSWORD)
                    .flatMap(link -> UserRepository.find(tx, link.tenantId(), link.userId()))
                    .filter(found -> found.status() == User.Status.ACTIVE)
                    .orElseThrow(PasswordService::badToken);
            requireGood(password, user.email());
            Caller actor = callers.authenticated(request, user.tenantId(), user.id(), user.roles());
            UserRepository.verifyEmail(tx, user);
            replace(tx, actor, user, hash, "");
        });
    }

    /**
     * Replaces the caller's password and ends the other sessions.
     *
     * @throws PlatformException {@code UNAUTHENTICATED} for a wrong present password; {@code RATE_LIMITED} after too many;
     *     {@code VALIDATION} for a new one that is not good enough
     */
    public void change(Caller caller, String current, String password) {
        User user = signIns.confirm(caller, current);
        requireGood(password, user.email());
        String hash = hasher.hash(password.toCharArray());
        store.run(
                caller.tenantId(),
                tx -> replace(tx, caller, user, hash, caller.sessionId().orElse("")));
    }

    private void replace(Transaction tx, Caller actor, User user, String hash, String but) {
        UserRepository.replaceHash(tx, user, hash);
        audit.append(tx, AuditRecord.success(actor, "user.password_change", user.id(), Map.of()));
        outbox.publish(tx, user.tenantId(), "user.password_changed", Map.of("user_id", user.id()));
        sessions.endAll(tx, actor, user.id(), but);
        mailer.write(tx, user, CHANGED);
    }

    private static void requireGood(String password, String email) {
        List<FieldError> problems = new ArrayList<>();
        CredentialRules.checkNewPassword(password, email, problems);
        if (!problems.isEmpty()) {
            throw PlatformException.invalid("The new password is not good enough", problems);
        }
    }

    static PlatformException badToken() {
        return PlatformException.invalid("token", "is not valid: it was used, has expired, or a newer one was sent");
    }
}
