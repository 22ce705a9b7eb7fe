package org.platformforge.auth.domain;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Who may join a tenant without an invitation by somebody.
 *
 * @param domains of e-mail addresses, in lower case; for {@link Kind#DOMAIN}
 * @param roles that who joins gets
 */
public record JoinPolicy(Kind kind, Set<String> domains, Set<String> roles) {
    /** Of a tenant that set none. */
    public static final JoinPolicy CLOSED = new JoinPolicy(Kind.CLOSED, Set.of(), Set.of("viewer"));

    public enum Kind {
        CLOSED,
        /** Anybody who registers and names the tenant. */
        OPEN,
        /** Who receives mail at an address of one of the domains: registering is answered with an invitation by mail. */
        DOMAIN;

        public String wire() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** As on the wire, for the audit log. */
    Map<String, Object> fields() {
        return Map.of(
                "policy", kind.wire(),
                "domains", List.copyOf(new TreeSet<>(domains)),
                "roles", List.copyOf(new TreeSet<>(roles)));
    }

    boolean admitsByMail(String email) {
        return kind == Kind.OPEN || kind == Kind.DOMAIN && domains.contains(email.substring(email.indexOf('@') + 1));
    }
}
