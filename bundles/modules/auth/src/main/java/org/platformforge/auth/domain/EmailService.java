package org.platformforge.auth.domain;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.auth.domain.message.Letter;
import org.platformforge.auth.domain.message.Mailer;
import org.platformforge.auth.store.LinkRepository;
import org.platformforge.auth.store.UserRepository;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.FieldError;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.security.Callers;
import org.platformforge.kernel.api.security.Tenants;
import org.platformforge.kernel.api.store.AuditLog;
import org.platformforge.kernel.api.store.AuditRecord;
import org.platformforge.kernel.api.store.Outbox;
import org.platformforge.kernel.api.store.Store;
import org.platformforge.kernel.api.store.Transaction;

/** That an address is its user's, and the change to another one, to which both have to agree. */
@Component(service = EmailService.class)
public class EmailService {
    private final Store store;
    private final Links links;
    private final Mailer mailer;
    private final Callers callers;
    private final AuditLog audit;
    private final Outbox outbox;

    /** How far the change of an address is. */
    public enum Change {
        /** The other address has to confirm it, too. */
        WAITING,
        CHANGED
    }

    @Activate
    public EmailService(
            @Reference Store store,
            @Reference Links links,
            @Reference Mailer mailer,
            @Reference Callers callers,
            @Reference AuditLog audit,
            @Reference Outbox outbox) {
        this.store = store;
        this.links = links;
        this.mailer = mailer;
        this.callers = callers;
        this.audit = audit;
        this.outbox = outbox;
    }

    /** Sends the token that a registration needs, or the word that there is an account. */
    void requestRegistration(String address) {
        store.run(Store.ALL_TENANTS, tx -> {
            if (!links.admits(tx, address, Link.Purpose.REGISTER)) {
                return;
            }
            String token = links.issue(tx, Link.Purpose.REGISTER, address);
            boolean known = UserRepository.findByEmail(tx, address).isPresent();
            mailer.write(
                    tx,
                    Tenants.PLATFORM,
                    address,
                    known ? Letter.registered() : Letter.registration(mailer.instructions("register", token)));
        });
    }

    /** Whether the token was sent to the address for its registration; it is used up now. */
    boolean confirmsRegistration(Transaction tx, String token, String address) {
        return links.find(tx, token, Link.Purpose.REGISTER)
                .filter(link -> link.target().equals(address))
                .filter(link -> LinkRepository.use(tx, link))
                .isPresent();
    }

    /**
     * Asks the user to confirm the address, unless that is done or was asked a moment ago.
     *
     * @return whether the user is asked
     */
    boolean requestVerification(Transaction tx, User user) throws SQLException {
        if (user.emailVerifiedAt() != null || !links.admits(tx, user.email(), Link.Purpose.VERIFY_EMAIL)) {
            return false;
        }
        String token = links.issue(tx, user, Link.Purpose.VERIFY_EMAIL, user.email(), null);
        mailer.write(tx, user, Letter.verification(mailer.instructions("email/verify", token)));
        return true;
    }

    /** @return whether the address is verified already, and nothing was sent */
    public boolean requestVerification(Caller caller) {
        return store.call(Store.ALL_TENANTS, tx -> {
            User user = user(tx, caller);
            if (requestVerification(tx, user)) {
                audit.append(
                        tx,
                        AuditRecord.success(
                                caller, "user.email_verify_request", user.id(), Map.of("email", user.email())));
            }
            return user.emailVerifiedAt() != null;
        });
    }

    /** @throws PlatformException {@code VALIDATION} for a token that is not valid */
    public void verify(Caller request, String token) {
        store.run(Store.ALL_TENANTS, tx -> {
            User user = links.use(tx, token, Link.Purpose.VERIFY_EMAIL)
                    .flatMap(link -> UserRepository.find(tx, link.tenantId(), link.userId()))
                    .orElseThrow(PasswordService::badToken);
            UserRepository.verifyEmail(tx, user);
            Caller actor = callers.authenticated(request, user.tenantId(), user.id(), user.roles());
            audit.append(tx, AuditRecord.success(actor, "user.email_verify", user.id(), Map.of("email", user.email())));
            outbox.publish(tx, user.tenantId(), "user.email_verified", Map.of("user_id", user.id()));
        });
    }

    /**
     * Asks both addresses to agree. Whether the new one is another account's is not said: then it is not asked, and the
     * change never happens.
     *
     * @throws PlatformException {@code VALIDATION} for what is no address; {@code RATE_LIMITED} a moment after another one
     */
    public void requestChange(Caller caller, String email) {
        String address = CredentialRules.normalizeEmail(email);
        List<FieldError> problems = new ArrayList<>();
        CredentialRules.checkEmail(address, problems);
        store.run(Store.ALL_TENANTS, tx -> {
            User user = user(tx, caller);
            if (address.equals(user.email())) {
                problems.add(new FieldError("email", "is the present address"));
            }
            if (!problems.isEmpty()) {
                throw PlatformException.invalid("Invalid address", problems);
            }
            if (!links.admits(tx, user.email(), Link.Purpose.CHANGE_EMAIL_FROM)
                    || !links.admits(tx, address, Link.Purpose.CHANGE_EMAIL_TO)) {
                throw PlatformException.of(
                                ErrorKind.RATE_LIMITED, "A change was asked for a moment ago; try again later")
                        .withRetryAfter(Links.COOL_DOWN);
            }
            String from = links.issue(tx, user, Link.Purpose.CHANGE_EMAIL_FROM, user.email(), address);
            String to = links.issue(tx, user, Link.Purpose.CHANGE_EMAIL_TO, address, address);
            mailer.write(tx, user, Letter.changeFrom(address, mailer.instructions("email/change/confirm", from)));
            Letter toNew = Letter.changeTo(mailer.instructions("email/change/confirm", to));
            if (UserRepository.findByEmail(tx, address).isEmpty()) {
                mailer.write(tx, user.tenantId(), address, toNew);
            } else {
                mailer.pretend(tx, address, toNew);
            }
            audit.append(
                    tx, AuditRecord.success(caller, "user.email_change_request", user.id(), Map.of("email", address)));
        });
    }

    /** @throws PlatformException {@code VALIDATION} for a token that is not valid */
    public Change confirmChange(Caller request, String token) {
        return store.call(Store.ALL_TENANTS, tx -> {
            Link link = links.find(tx, token, Link.Purpose.CHANGE_EMAIL_FROM, Link.Purpose.CHANGE_EMAIL_TO)
                    .orElseThrow(PasswordService::badToken);
            // both addresses may confirm at the same moment: one after the other, so that the second sees the first
            UserRepository.lock(tx, link.userId());
            if (!LinkRepository.use(tx, link)) {
                throw PasswordService.badToken();
            }
            Link.Purpose other = link.purpose() == Link.Purpose.CHANGE_EMAIL_FROM
                    ? Link.Purpose.CHANGE_EMAIL_TO
                    : Link.Purpose.CHANGE_EMAIL_FROM;
            User user = UserRepository.find(tx, link.tenantId(), link.userId()).orElseThrow(PasswordService::badToken);
            if (!LinkRepository.isUsed(tx, link, other)) {
                confirmed(tx, request, user, link);
                return Change.WAITING;
            }
            if (UserRepository.findByEmail(tx, link.target()).isPresent()) {
                throw PasswordService.badToken();
            }
            change(tx, request, user, link.target());
            return Change.CHANGED;
        });
    }

    private void confirmed(Transaction tx, Caller request, User user, Link link) {
        Caller actor = callers.authenticated(request, user.tenantId(), user.id(), user.roles());
        boolean present = link.purpose() == Link.Purpose.CHANGE_EMAIL_FROM;
        audit.append(
                tx,
                AuditRecord.success(
                        actor,
                        "user.email_change_confirm",
                        user.id(),
                        Map.of("email", link.target(), "by", present ? "present address" : "new address")));
    }

    private void change(Transaction tx, Caller request, User user, String email) {
        UserRepository.changeEmail(tx, user, email);
        LinkRepository.voidAll(tx, user.tenantId(), user.id(), Link.Purpose.RESET_PASSWORD);
        Caller actor = callers.authenticated(request, user.tenantId(), user.id(), user.roles());
        audit.append(
                tx,
                AuditRecord.success(
                        actor, "user.email_change", user.id(), Map.of("before", user.email(), "after", email)));
        outbox.publish(tx, user.tenantId(), "user.email_changed", Map.of("user_id", user.id()));
        mailer.write(
                tx,
                user,
                Letter.notice("Your e-mail address was changed", "The address of your account is now " + email + "."));
    }

    private static User user(Transaction tx, Caller caller) {
        return UserRepository.find(tx, caller.tenantId(), caller.subject())
                .orElseThrow(() -> PlatformException.of(ErrorKind.UNAUTHENTICATED, "The credential is not valid"));
    }
}
