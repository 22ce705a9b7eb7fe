package org.platformforge.admin.domain;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.Page;
import org.platformforge.kernel.api.PageRequest;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.security.Accounts;
import org.platformforge.kernel.api.security.Accounts.Account;
import org.platformforge.kernel.api.security.Accounts.Change;
import org.platformforge.kernel.api.security.Accounts.NewAccount;
import org.platformforge.kernel.api.security.Accounts.Query;
import org.platformforge.kernel.api.security.Accounts.Sort;
import org.platformforge.kernel.api.security.Accounts.Status;
import org.platformforge.kernel.api.security.Roles;

/** What routes and commands do with users: asks for the permission, then the module that keeps them. */
@Component(service = UserAdmin.class)
public class UserAdmin {
    private static final int LONGEST_SEARCH = 200;

    private final Accounts accounts;
    private final Roles roles;

    /** @param error empty when it went well */
    public record Outcome(String id, Optional<PlatformException> error) {}

    /** What a bulk does with each user, and the permission it takes. */
    public enum Action {
        SUSPEND,
        ACTIVATE,
        DELETE
    }

    @Activate
    public UserAdmin(@Reference Accounts accounts, @Reference Roles roles) {
        this.accounts = accounts;
        this.roles = roles;
    }

    public Page<Account> list(Caller caller, Query query, PageRequest page) {
        caller.require("user:list");
        return accounts.list(caller.tenantId(), query, page);
    }

    /**
     * A query in the words of a client.
     *
     * @param sort {@code created_at}, {@code email} or {@code name}, with {@code -} before it for descending; null for the
     *     first
     * @throws PlatformException {@code VALIDATION}
     */
    public static Query query(String search, String status, String role, String sort) {
        boolean descending = sort != null && sort.startsWith("-");
        String column = descending ? sort.substring(1) : sort;
        if (search != null
                && (search.length() > LONGEST_SEARCH || search.chars().anyMatch(Character::isISOControl))) {
            throw PlatformException.invalid("search", "must be at most " + LONGEST_SEARCH + " printable characters");
        }
        return new Query(
                blank(search) ? null : search.strip(),
                blank(status) ? null : constant("status", status, Status.class),
                blank(role) ? null : role(role),
                blank(column) ? Sort.CREATED_AT : constant("sort", column, Sort.class),
                descending);
    }

    private static String role(String role) {
        if (!role.matches("[A-Za-z0-9_.-]{1,64}")) {
            throw PlatformException.invalid("role", "must be the name of a role");
        }
        return role;
    }

    private static boolean blank(String text) {
        return text == null || text.isBlank();
    }

    private static <E extends Enum<E>> E constant(String name, String text, Class<E> type) {
        for (E each : type.getEnumConstants()) {
            if (each.name().toLowerCase(Locale.ROOT).equals(text)) {
                return each;
            }
        }
        List<String> known = Arrays.stream(type.getEnumConstants())
                .map(each -> each.name().toLowerCase(Locale.ROOT))
                .toList();
        throw PlatformException.invalid(name, "must be one of " + String.join(", ", known));
    }

    public Account get(Caller caller, String id) {
        caller.require("user:list");
        return accounts.find(caller.tenantId(), id).orElseThrow(() -> PlatformException.notFound("User", id));
    }

    /**
     * The id of a user of the caller's tenant, for a person at the console who has the address only.
     *
     * @param idOrEmail an id is returned as it is
     * @throws PlatformException {@code NOT_FOUND} for an address that no user of the tenant has
     */
    public String idOf(Caller caller, String idOrEmail) {
        if (idOrEmail.indexOf('@') < 0) {
            return idOrEmail;
        }
        String address = idOrEmail.strip().toLowerCase(Locale.ROOT);
        PageRequest page = PageRequest.first(PageRequest.MAX_LIMIT);
        // those that contain it; another address may, too, but not many
        return list(caller, new Query(address, null, null, Sort.EMAIL, false), page).items().stream()
                .filter(account -> account.email().equals(address))
                .map(Account::id)
                .findFirst()
                .orElseThrow(() -> PlatformException.notFound("User", idOrEmail));
    }

    public Account create(Caller caller, NewAccount account) {
        caller.require("user:create");
        return accounts.create(caller, account);
    }

    public Account update(Caller caller, String id, Change change) {
        caller.require("user:update");
        return accounts.update(caller, id, change);
    }

    public Account suspend(Caller caller, String id, String reason) {
        caller.require("user:suspend");
        return accounts.suspend(caller, id, reason);
    }

    public Account activate(Caller caller, String id) {
        caller.require("user:activate");
        return accounts.activate(caller, id);
    }

    public void delete(Caller caller, String id) {
        caller.require("user:delete");
        accounts.delete(caller, id);
    }

    /** Each for itself, in the order given and each once: what fails for one changes nothing for the others. */
    public List<Outcome> each(Caller caller, Action action, List<String> ids, String reason) {
        caller.require("user:" + action.name().toLowerCase(Locale.ROOT));
        List<Outcome> outcomes = new ArrayList<>();
        for (String id : new LinkedHashSet<>(ids)) {
            try {
                switch (action) {
                    case SUSPEND -> suspend(caller, id, reason);
                    case ACTIVATE -> activate(caller, id);
                    case DELETE -> delete(caller, id);
                }
                outcomes.add(new Outcome(id, Optional.empty()));
            } catch (PlatformException e) {
                if (e.kind().status() >= 500) {
                    throw e; // the same would befall the rest
                }
                outcomes.add(new Outcome(id, Optional.of(e)));
            }
        }
        return outcomes;
    }

    /** Adds a role to a user's, or takes it away. */
    public Account changeRole(Caller caller, String id, String role, boolean grant) {
        Account before = get(caller, id);
        Set<String> changed = new TreeSet<>(before.roles());
        if (grant) {
            changed.add(role);
        } else {
            changed.remove(role);
        }
        return update(caller, id, new Change(null, changed, before.version()));
    }

    public Roles roles() {
        return roles;
    }
}
