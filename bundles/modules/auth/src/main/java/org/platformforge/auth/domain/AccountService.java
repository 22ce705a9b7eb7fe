package org.platformforge.auth.domain;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.auth.domain.MembershipService.Membership;
import org.platformforge.auth.store.UserRepository;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.FieldError;
import org.platformforge.kernel.api.Ids;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.license.Licensing;
import org.platformforge.kernel.api.security.Callers;
import org.platformforge.kernel.api.security.Tenants;
import org.platformforge.kernel.api.store.AuditLog;
import org.platformforge.kernel.api.store.AuditRecord;
import org.platformforge.kernel.api.store.Outbox;
import org.platformforge.kernel.api.store.Store;
import org.platformforge.kernel.api.store.Transaction;

/** Accounts: how they come to be. */
@Component(
        service = AccountService.class,
        configurationPid = {AuthConfig.PID, AuthConfig.SETTINGS_PID})
public class AccountService {
    private final Store store;
    private final PasswordHasher hasher;
    private final SessionService sessions;
    private final EmailService emails;
    private final MembershipService memberships;
    private final Tenants tenants;
    private final Callers callers;
    private final AuditLog audit;
    private final Outbox outbox;
    private final Licensing licensing;
    private volatile boolean registrationEnabled;
    private volatile boolean confirmed;

    private record Opened(User user, Session session) {}

    @Activate
    public AccountService(
            @Reference Store store,
            @Reference PasswordHasher hasher,
            @Reference SessionService sessions,
            @Reference EmailService emails,
            @Reference MembershipService memberships,
            @Reference Tenants tenants,
            @Reference Callers callers,
            @Reference AuditLog audit,
            @Reference Outbox outbox,
            @Reference Licensing licensing,
            AuthConfig config) {
        this.licensing = licensing;
        this.store = store;
        this.hasher = hasher;
        this.sessions = sessions;
        this.emails = emails;
        this.memberships = memberships;
        this.tenants = tenants;
        this.callers = callers;
        this.audit = audit;
        this.outbox = outbox;
        modified(config);
    }

    @Modified
    final void modified(AuthConfig config) {
        registrationEnabled = config.registration_enabled();
        confirmed = config.registration_confirm();
    }

    /**
     * What somebody who registers sent.
     *
     * @param tenantId of a tenant to join, null for a new one
     * @param invitationToken from the mail of an invitation, or of a registration that is to be confirmed; null for none
     */
    public record Registration(String email, String password, String name, String tenantId, String invitationToken) {
        @Override
        public String toString() {
            return "Registration";
        }
    }

    /**
     * Creates an account: in a new tenant that it owns, or in one that it was invited to or that is open. A tenant that does
     * not exist and one that is closed are refused in the same words. Where registrations are confirmed, the address is sent
     * a token first, or is told that it has an account: the answer is the same for both.
     *
     * @return empty when the token was sent
     * @throws PlatformException {@code VALIDATION} with every wrong field; {@code CONFLICT} for an address in use; {@code
     *     FORBIDDEN} as said above
     */
    public Optional<SignedIn> register(Caller request, Registration wanted) {
        String address = CredentialRules.normalizeEmail(wanted.email());
        List<FieldError> problems = new ArrayList<>();
        CredentialRules.checkEmail(address, problems);
        CredentialRules.checkNewPassword(wanted.password(), address, problems);
        CredentialRules.checkName(wanted.name(), problems);
        if (!problems.isEmpty()) {
            throw PlatformException.invalid("Invalid registration", problems);
        }
        if (!registrationEnabled && wanted.invitationToken() == null) {
            throw PlatformException.of(ErrorKind.FORBIDDEN, "Registration is closed on this platform");
        }
        if (confirmed && wanted.tenantId() == null && wanted.invitationToken() == null) {
            emails.requestRegistration(address);
            return Optional.empty();
        }
        String hash = hasher.hash(wanted.password().toCharArray());
        Opened opened = store.call(Store.ALL_TENANTS, tx -> open(tx, request, wanted, address, hash));
        if (opened == null) {
            throw MembershipService.notAdmitted();
        }
        return Optional.of(sessions.tokens(opened.user(), opened.session()));
    }

    /** Null when the tenant does not admit the address; what it did about that is to be committed. */
    private Opened open(Transaction tx, Caller request, Registration wanted, String address, String hash)
            throws SQLException {
        String name = wanted.name().strip();
        String token = wanted.invitationToken();
        boolean own = token == null ? wanted.tenantId() == null : emails.confirmsRegistration(tx, token, address);
        Membership membership = own
                ? new Membership(tenants.create(tx, request, name).id(), Set.of("admin"), token != null)
                : memberships
                        .admit(tx, request, address, wanted.tenantId(), token, confirmed)
                        .orElse(null);
        if (membership == null) {
            return null;
        }
        licensing.requireRoom("users", () -> UserRepository.count(tx));
        User user = create(tx, membership.tenantId(), address, name, hash, membership.roles());
        Caller actor = callers.authenticated(request, user.tenantId(), user.id(), user.roles());
        audit.append(tx, AuditRecord.success(actor, "user.create", user.id(), Map.of("email", address)));
        publish(tx, user, "user.created");
        if (membership.emailVerified()) {
            UserRepository.verifyEmail(tx, user);
        } else {
            emails.requestVerification(tx, user);
        }
        return new Opened(user, sessions.open(tx, request, user, List.of("pwd")));
    }

    /** Creates the first operator unless there is one. Safe when several nodes try. */
    boolean createFirstOperator(String email, char[] password) {
        String hash = hasher.hash(password);
        return store.call(Store.ALL_TENANTS, tx -> {
            if (UserRepository.anyWithRole(tx, Tenants.PLATFORM, "operator")) {
                return false;
            }
            User user = create(
                    tx, Tenants.PLATFORM, CredentialRules.normalizeEmail(email), "Operator", hash, Set.of("operator"));
            audit.append(
                    tx,
                    AuditRecord.success(
                            callers.system(Tenants.PLATFORM), "user.create", user.id(), Map.of("email", user.email())));
            return true;
        });
    }

    boolean hasOperator() {
        return store.call(Store.ALL_TENANTS, tx -> UserRepository.anyWithRole(tx, Tenants.PLATFORM, "operator"));
    }

    /** @param idOrEmail {@code user_…}, or an e-mail address */
    public Optional<User> find(String idOrEmail) {
        return store.call(
                Store.ALL_TENANTS,
                tx -> idOrEmail.contains("@")
                        ? UserRepository.findByEmail(tx, CredentialRules.normalizeEmail(idOrEmail))
                        : UserRepository.findById(tx, idOrEmail));
    }

    private void publish(Transaction tx, User user, String type) {
        Map<String, ?> data = Map.of("user_id", user.id(), "tenant_id", user.tenantId());
        outbox.publish(tx, user.tenantId(), type, data);
    }

    private static User create(
            Transaction tx, String tenantId, String email, String name, String hash, Set<String> roles) {
        if (UserRepository.findByEmail(tx, email).isPresent()) {
            throw PlatformException.of(ErrorKind.CONFLICT, "An account with this e-mail address exists already");
        }
        User user = new User(Ids.next("user_"), tenantId, email, name, hash, roles, User.Status.ACTIVE, tx.now());
        UserRepository.insert(tx, user);
        return user;
    }
}
