package org.platformforge.auth.domain;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.auth.store.UserRepository;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.FieldError;
import org.platformforge.kernel.api.Ids;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.security.Callers;
import org.platformforge.kernel.api.security.PasswordAuthenticator;
import org.platformforge.kernel.api.security.Tenants;
import org.platformforge.kernel.api.store.AuditLog;
import org.platformforge.kernel.api.store.AuditRecord;
import org.platformforge.kernel.api.store.Outbox;
import org.platformforge.kernel.api.store.Store;
import org.platformforge.kernel.api.store.Transaction;

/** Accounts: how they come to be, and how their owners prove that they are theirs. */
@Component(
        service = {AccountService.class, PasswordAuthenticator.class},
        configurationPid = AuthConfig.PID)
public class AccountService implements PasswordAuthenticator {
    private final Store store;
    private final PasswordHasher hasher;
    private final SessionService sessions;
    private final Tenants tenants;
    private final Callers callers;
    private final AuditLog audit;
    private final Outbox outbox;
    private volatile boolean registrationEnabled;

    private record Opened(User user, Session session) {}

    @Activate
    public AccountService(
            @Reference Store store,
            @Reference PasswordHasher hasher,
            @Reference SessionService sessions,
            @Reference Tenants tenants,
            @Reference Callers callers,
            @Reference AuditLog audit,
            @Reference Outbox outbox,
            AuthConfig config) {
        this.store = store;
        this.hasher = hasher;
        this.sessions = sessions;
        this.tenants = tenants;
        this.callers = callers;
        this.audit = audit;
        this.outbox = outbox;
        modified(config);
    }

    @Modified
    final void modified(AuthConfig config) {
        registrationEnabled = config.registration_enabled();
    }

    /**
     * Creates an account and the tenant it owns. Joining a tenant that exists takes that tenant's consent, and none can
     * give it yet: such a registration is refused in the same words whether the tenant exists or not.
     *
     * @throws PlatformException {@code VALIDATION} with every wrong field; {@code CONFLICT} for an address in use; {@code
     *     FORBIDDEN} as said above
     */
    public SignedIn register(Caller request, String email, String password, String name, String tenantId) {
        String address = CredentialRules.normalizeEmail(email);
        List<FieldError> problems = new ArrayList<>();
        CredentialRules.checkEmail(address, problems);
        CredentialRules.checkNewPassword(password, problems);
        CredentialRules.checkName(name, problems);
        if (!problems.isEmpty()) {
            throw PlatformException.invalid("Invalid registration", problems);
        }
        if (tenantId != null || !registrationEnabled) {
            throw PlatformException.of(
                    ErrorKind.FORBIDDEN,
                    tenantId == null
                            ? "Registration is closed on this platform"
                            : "This tenant takes new members by invitation only");
        }
        String hash = hasher.hash(password.toCharArray());
        Opened opened = store.call(Store.ALL_TENANTS, tx -> {
            Tenants.Tenant tenant = tenants.create(tx, name.strip());
            User user = create(tx, tenant.id(), address, name.strip(), hash, Set.of("admin"));
            Caller actor = callers.authenticated(request, user.tenantId(), user.id(), user.roles());
            audit.append(tx, AuditRecord.success(actor, "user.create", user.id(), Map.of("email", address)));
            publish(tx, user, "user.created");
            return new Opened(user, sessions.open(tx, request, user));
        });
        return sessions.tokens(opened.user(), opened.session());
    }

    /** @throws PlatformException {@code UNAUTHENTICATED}, the same for an unknown address and a wrong password */
    public SignedIn login(Caller request, String email, String password) {
        User user = authenticated(email, password.toCharArray()).orElseThrow(() -> {
            audit.refused(AuditRecord.refused(request, "auth.login", CredentialRules.normalizeEmail(email), Map.of()));
            return PlatformException.of(ErrorKind.UNAUTHENTICATED, "The e-mail address or the password is wrong");
        });
        Session session = store.call(Store.ALL_TENANTS, tx -> {
            Caller actor = callers.authenticated(request, user.tenantId(), user.id(), user.roles());
            audit.append(tx, AuditRecord.success(actor, "user.login", user.id(), Map.of()));
            publish(tx, user, "user.login");
            return sessions.open(tx, request, user);
        });
        return sessions.tokens(user, session);
    }

    @Override
    public Optional<Principal> authenticate(String email, char[] password) {
        return authenticated(email, password)
                .map(user -> new Principal(user.id(), user.tenantId(), user.email(), user.roles()));
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

    private Optional<User> authenticated(String email, char[] password) {
        String address = CredentialRules.normalizeEmail(email);
        if (password.length > CredentialRules.MAX_PASSWORD * 2) {
            return Optional.empty();
        }
        Optional<User> found = store.call(Store.ALL_TENANTS, tx -> UserRepository.findByEmail(tx, address));
        boolean right = hasher.verify(password, found.map(User::passwordHash).orElse(null));
        if (!right || found.get().status() != User.Status.ACTIVE) {
            return Optional.empty();
        }
        User user = found.get();
        if (hasher.outdated(user.passwordHash())) {
            String stronger = hasher.hash(password);
            store.run(user.tenantId(), tx -> UserRepository.replaceHash(tx, user, stronger));
        }
        return found;
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
