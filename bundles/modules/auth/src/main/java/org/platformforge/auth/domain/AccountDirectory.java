package org.platformforge.auth.domain;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.auth.store.AccountQueries;
import org.platformforge.auth.store.DeviceRepository;
import org.platformforge.auth.store.UserRepository;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.FieldError;
import org.platformforge.kernel.api.Ids;
import org.platformforge.kernel.api.Page;
import org.platformforge.kernel.api.PageRequest;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.license.Licensing;
import org.platformforge.kernel.api.security.AccessTokens;
import org.platformforge.kernel.api.security.AccountAccess;
import org.platformforge.kernel.api.security.Accounts;
import org.platformforge.kernel.api.security.Roles;
import org.platformforge.kernel.api.security.Tenants;
import org.platformforge.kernel.api.store.AuditLog;
import org.platformforge.kernel.api.store.AuditRecord;
import org.platformforge.kernel.api.store.Outbox;
import org.platformforge.kernel.api.store.Store;
import org.platformforge.kernel.api.store.Transaction;

/** {@link Accounts}: what administrators do with the accounts of their tenant. Thread-safe. */
@Component(service = Accounts.class)
public class AccountDirectory implements Accounts {
    private static final String WHAT = "User";

    private final Store store;
    private final PasswordHasher hasher;
    private final AccessTokens accessTokens;
    private final AccountAccess access;
    private final Roles roles;
    private final AuditLog audit;
    private final Outbox outbox;
    private final Licensing licensing;

    @Activate
    public AccountDirectory(
            @Reference Store store,
            @Reference PasswordHasher hasher,
            @Reference AccessTokens accessTokens,
            @Reference AccountAccess access,
            @Reference Roles roles,
            @Reference AuditLog audit,
            @Reference Outbox outbox,
            @Reference Licensing licensing) {
        this.licensing = licensing;
        this.store = store;
        this.hasher = hasher;
        this.accessTokens = accessTokens;
        this.access = access;
        this.roles = roles;
        this.audit = audit;
        this.outbox = outbox;
    }

    @Override
    public Page<Account> list(String tenantId, Query query, PageRequest page) {
        return store.call(tenantId, tx -> AccountQueries.list(tx, tenantId, query, page));
    }

    @Override
    public Optional<Account> find(String tenantId, String id) {
        return store.call(tenantId, tx -> AccountQueries.find(tx, tenantId, id));
    }

    @Override
    public Account create(Caller caller, NewAccount wanted) {
        String email = CredentialRules.normalizeEmail(wanted.email());
        List<FieldError> problems = new ArrayList<>();
        CredentialRules.checkEmail(email, problems);
        CredentialRules.checkNewPassword(wanted.password(), email, problems);
        CredentialRules.checkName(wanted.name(), problems);
        checkRoles(caller, wanted.roles(), Set.of(), problems);
        refuse(problems);
        String hash = hasher.hash(wanted.password().toCharArray());
        String name = wanted.name().strip();
        // an address is unique on the whole platform, so it is looked for across tenants
        return store.call(Store.ALL_TENANTS, tx -> {
            if (UserRepository.findByEmail(tx, email).isPresent()) {
                throw PlatformException.of(ErrorKind.CONFLICT, "An account with this e-mail address exists already");
            }
            licensing.requireRoom("users", () -> UserRepository.count(tx));
            User user = new User(
                    Ids.next("user_"),
                    caller.tenantId(),
                    email,
                    name,
                    hash,
                    wanted.roles(),
                    User.Status.ACTIVE,
                    tx.now());
            UserRepository.insert(tx, user);
            Account created =
                    AccountQueries.find(tx, user.tenantId(), user.id()).orElseThrow();
            audit.append(tx, AuditRecord.changed(caller, "user.create", user.id(), Map.of(), fields(created)));
            publish(tx, created, "user.created");
            return created;
        });
    }

    @Override
    public Account update(Caller caller, String id, Change change) {
        return store.call(caller.tenantId(), tx -> {
            Account before = manageable(tx, caller, id);
            if (change.version() != null && change.version() != before.version()) {
                throw PlatformException.of(ErrorKind.PRECONDITION_FAILED, "The user has been changed in the meantime")
                        .withDetail("version", before.version());
            }
            Account after = applied(caller, before, change);
            if (fields(after).equals(fields(before))) {
                return before;
            }
            Set<String> lost = new TreeSet<>(before.roles());
            lost.removeAll(after.roles());
            if (lost.contains(leading(before.tenantId()))) {
                requireAnother(tx, caller, before);
            }
            AccountQueries.update(tx, after);
            if (!lost.isEmpty()) {
                access.revokeKeys(tx, before.tenantId(), id, lost);
                endSessions(tx, before);
            }
            return recorded(tx, caller, "user.update", "user.updated", before, null);
        });
    }

    private Account applied(Caller caller, Account before, Change change) {
        List<FieldError> problems = new ArrayList<>();
        if (change.name() != null) {
            CredentialRules.checkName(change.name(), problems);
        }
        if (change.roles() != null) {
            checkRoles(caller, change.roles(), before.roles(), problems);
        }
        refuse(problems);
        return new Account(
                before.id(),
                before.tenantId(),
                before.email(),
                change.name() == null ? before.name() : change.name().strip(),
                change.roles() == null ? before.roles() : Set.copyOf(change.roles()),
                before.status(),
                before.createdAt(),
                before.version());
    }

    @Override
    public Account suspend(Caller caller, String id, String reason) {
        return store.call(caller.tenantId(), tx -> {
            Account before = manageable(tx, caller, id);
            if (before.status() == Status.SUSPENDED) {
                return before;
            }
            requireOther(caller, before, "suspend");
            if (before.roles().contains(leading(before.tenantId()))) {
                requireAnother(tx, caller, before);
            }
            AccountQueries.update(tx, with(before, Status.SUSPENDED));
            access.suspend(tx, before.tenantId(), id);
            endSessions(tx, before);
            return recorded(tx, caller, "user.suspend", "user.suspended", before, reason);
        });
    }

    @Override
    public Account activate(Caller caller, String id) {
        return store.call(caller.tenantId(), tx -> {
            Account before = manageable(tx, caller, id);
            if (before.status() == Status.ACTIVE) {
                return before;
            }
            AccountQueries.update(tx, with(before, Status.ACTIVE));
            access.restore(tx, before.tenantId(), id);
            return recorded(tx, caller, "user.activate", "user.activated", before, null);
        });
    }

    @Override
    public void delete(Caller caller, String id) {
        store.run(caller.tenantId(), tx -> {
            Account before = manageable(tx, caller, id);
            requireOther(caller, before, "delete");
            if (before.status() == Status.ACTIVE && before.roles().contains(leading(before.tenantId()))) {
                requireAnother(tx, caller, before);
            }
            // before the sessions go: nothing else knows their access tokens
            access.suspend(tx, before.tenantId(), id);
            access.revokeKeys(tx, before.tenantId(), id, Set.of());
            endSessions(tx, before);
            AccountQueries.delete(tx, before.tenantId(), id);
            audit.append(tx, AuditRecord.changed(caller, "user.delete", id, fields(before), Map.of()));
            publish(tx, before, "user.deleted");
        });
    }

    /** Locked; with every role that the caller could grant. */
    private Account manageable(Transaction tx, Caller caller, String id) throws SQLException {
        Account account =
                AccountQueries.lock(tx, caller.tenantId(), id).orElseThrow(() -> PlatformException.notFound(WHAT, id));
        for (String role : account.roles()) {
            if (roles.all().containsKey(role) && !roles.mayGrant(caller, role)) {
                throw PlatformException.of(
                        ErrorKind.FORBIDDEN, "The user has the role " + role + ", which is more than yours");
            }
        }
        return account;
    }

    private static void requireOther(Caller caller, Account account, String verb) {
        if (caller.onBehalfOf().orElse(caller.subject()).equals(account.id())) {
            throw PlatformException.of(ErrorKind.CONFLICT, "Nobody can " + verb + " their own account")
                    .withCode("OWN_ACCOUNT");
        }
    }

    /** The role without which nobody could let anybody in any more. */
    private static String leading(String tenantId) {
        return Tenants.PLATFORM.equals(tenantId) ? Tenants.OPERATOR_ROLE : "admin";
    }

    private static void requireAnother(Transaction tx, Caller caller, Account account) throws SQLException {
        String role = leading(account.tenantId());
        if (caller.onBehalfOf().orElse(caller.subject()).equals(account.id())) {
            throw PlatformException.of(ErrorKind.CONFLICT, "Nobody can take the role " + role + " from themselves")
                    .withCode("OWN_ACCOUNT");
        }
        long active = AccountQueries.lockActive(tx, account.tenantId(), role);
        if (account.status() == Status.ACTIVE && active <= 1) {
            throw PlatformException.of(
                            ErrorKind.CONFLICT, "This is the last active user with the role " + role + " in the tenant")
                    .withCode("LAST_ADMIN");
        }
    }

    private void checkRoles(Caller caller, Set<String> wanted, Set<String> held, List<FieldError> problems) {
        if (wanted == null || wanted.isEmpty()) {
            problems.add(new FieldError("roles", "must name at least one role"));
            return;
        }
        for (String role : wanted) {
            if (!roles.all().containsKey(role)) {
                problems.add(new FieldError("roles", "there is no role " + shown(role)));
            } else if (!held.contains(role) && !roles.mayGrant(caller, role)) {
                throw PlatformException.of(ErrorKind.FORBIDDEN, "The role " + role + " is more than yours");
            }
        }
    }

    private static String shown(String role) {
        String safe = String.valueOf(role).replaceAll("[^\\x20-\\x7e]", "?");
        return safe.length() > 64 ? safe.substring(0, 64) + "…" : safe;
    }

    private static void refuse(List<FieldError> problems) {
        if (!problems.isEmpty()) {
            throw PlatformException.invalid("Invalid user", problems);
        }
    }

    private void endSessions(Transaction tx, Account account) throws SQLException {
        for (String session : AccountQueries.sessions(tx, account.tenantId(), account.id())) {
            accessTokens.revokeSession(tx, account.tenantId(), session);
        }
        AccountQueries.endSessions(tx, account.tenantId(), account.id(), tx.now());
        DeviceRepository.removeAll(tx, account.tenantId(), account.id());
    }

    private Account recorded(Transaction tx, Caller caller, String action, String event, Account before, String reason)
            throws SQLException {
        Account after = AccountQueries.find(tx, before.tenantId(), before.id()).orElseThrow();
        AuditRecord record = AuditRecord.changed(caller, action, before.id(), fields(before), fields(after));
        if (reason != null) {
            Map<String, Object> details = new LinkedHashMap<>(record.details());
            details.put("reason", reason);
            record = AuditRecord.success(caller, action, before.id(), details);
        }
        audit.append(tx, record);
        publish(tx, after, event);
        return after;
    }

    private void publish(Transaction tx, Account account, String type) {
        outbox.publish(tx, account.tenantId(), type, Map.of("user_id", account.id(), "tenant_id", account.tenantId()));
    }

    private static Account with(Account account, Status status) {
        return new Account(
                account.id(),
                account.tenantId(),
                account.email(),
                account.name(),
                account.roles(),
                status,
                account.createdAt(),
                account.version());
    }

    private static Map<String, Object> fields(Account account) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("email", account.email());
        fields.put("name", account.name());
        fields.put("roles", List.copyOf(new TreeSet<>(account.roles())));
        fields.put("status", account.status().name().toLowerCase(Locale.ROOT));
        return fields;
    }
}
