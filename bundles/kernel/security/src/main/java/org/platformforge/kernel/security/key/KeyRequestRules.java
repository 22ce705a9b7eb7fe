package org.platformforge.kernel.security.key;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.FieldError;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.security.ApiKeys.NewApiKey;
import org.platformforge.kernel.security.caller.RequestCaller;
import org.platformforge.kernel.security.permission.Grant;
import org.platformforge.kernel.security.permission.RolePermissions;

/**
 * What a new API key may be: never more than the one who asks for it. All wrong fields are found at once; asking for more
 * than one's own is forbidden whatever else is wrong, so that no misspelling keeps the attempt off the record.
 */
final class KeyRequestRules {
    static final String STANDARD = "standard";
    static final String PREMIUM = "premium";
    private static final String GRANT_PREMIUM = "apikey:premium";
    private static final int NAME = 100;
    private static final int SCOPES = 100;
    private static final int SCOPE = 70;

    private final RolePermissions permissions;

    /** The roles and scopes to keep. */
    record Accepted(String name, String plan, Set<String> roles, Set<String> scopes) {
        Accepted withPlan(String other) {
            return new Accepted(name, other, roles, scopes);
        }
    }

    KeyRequestRules(RolePermissions permissions) {
        this.permissions = permissions;
    }

    /** @throws PlatformException {@code FORBIDDEN} for more than the caller's own; {@code VALIDATION} naming every wrong field */
    Accepted check(Caller caller, NewApiKey request, Instant now) {
        List<FieldError> errors = new ArrayList<>();
        List<String> excess = new ArrayList<>();
        Grant grant = RequestCaller.grantOf(caller);
        if (request.type() == null) {
            errors.add(new FieldError("type", "must be token or key"));
        }
        String name = name(request.name(), errors);
        String plan = plan(caller, request.plan(), errors, excess);
        Set<String> roles = roles(caller, grant, request.roles(), errors, excess);
        Set<String> scopes = scopes(grant, request.scopes(), errors, excess);
        if (request.expiresAt() != null && !request.expiresAt().isAfter(now)) {
            errors.add(new FieldError("expires_at", "must be in the future"));
        }
        if (!excess.isEmpty()) {
            throw PlatformException.of(ErrorKind.FORBIDDEN, String.join("; ", excess));
        }
        if (!errors.isEmpty()) {
            throw PlatformException.invalid("Invalid API key request", errors);
        }
        return new Accepted(name, plan, roles, scopes);
    }

    private static String name(String name, List<FieldError> errors) {
        String stripped = name == null ? "" : name.strip();
        if (stripped.isEmpty() || stripped.length() > NAME || stripped.chars().anyMatch(Character::isISOControl)) {
            errors.add(new FieldError("name", "must be 1 to " + NAME + " printable characters"));
        }
        return stripped;
    }

    private static String plan(Caller caller, String plan, List<FieldError> errors, List<String> excess) {
        if (plan == null || STANDARD.equals(plan)) {
            return STANDARD;
        }
        if (!PREMIUM.equals(plan)) {
            errors.add(new FieldError("plan", "must be standard or premium"));
        } else if (!caller.isPermitted(GRANT_PREMIUM)) {
            excess.add("The plan premium is granted by an operator only");
        }
        return plan;
    }

    private Set<String> roles(
            Caller caller, Grant grant, Set<String> wanted, List<FieldError> errors, List<String> excess) {
        if (wanted == null) {
            return caller.roles();
        }
        if (wanted.isEmpty()) {
            errors.add(new FieldError("roles", "must name at least one role, or be left out for your own"));
        }
        for (String role : wanted) {
            if (role == null || permissions.ofRole(role).isEmpty()) {
                errors.add(new FieldError("roles", "there is no role " + shown(role)));
            } else if (!mayHandOn(caller, grant, role)) {
                excess.add("The role " + role + " is more than yours");
            }
        }
        return wanted;
    }

    private boolean mayHandOn(Caller caller, Grant grant, String role) {
        if (caller.roles().contains(role)) {
            return true;
        }
        return !RolePermissions.OPERATOR.equals(role)
                && permissions.ofRole(role).orElseThrow().stream().allMatch(grant::covers);
    }

    private static Set<String> scopes(Grant grant, Set<String> wanted, List<FieldError> errors, List<String> excess) {
        Set<String> scopes = wanted == null ? Set.of() : wanted;
        if (scopes.isEmpty() && grant.narrowed()) {
            errors.add(new FieldError("scopes", "must be given, because your own credential is narrowed to scopes"));
        }
        if (scopes.size() > SCOPES) {
            errors.add(new FieldError("scopes", "must be at most " + SCOPES));
            return scopes;
        }
        for (String scope : scopes) {
            if (scope == null || scope.length() > SCOPE || !scope.matches("[a-z0-9_*-]+(:[a-z0-9_*-]+)*")) {
                errors.add(new FieldError("scopes", shown(scope) + " is no permission such as provision:read"));
            } else if (!grant.covers(scope)) {
                excess.add("The scope " + scope + " is more than yours");
            }
        }
        return scopes;
    }

    private static String shown(String text) {
        if (text == null) {
            return "null";
        }
        String safe = text.replaceAll("[^\\x20-\\x7e]", "?");
        return safe.length() > SCOPE ? safe.substring(0, SCOPE) + "…" : safe;
    }
}
