package org.platformforge.auth.domain;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.auth.domain.message.Letter;
import org.platformforge.auth.domain.message.Mailer;
import org.platformforge.auth.store.MembershipRepository;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.FieldError;
import org.platformforge.kernel.api.Ids;
import org.platformforge.kernel.api.Page;
import org.platformforge.kernel.api.PageRequest;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.security.Callers;
import org.platformforge.kernel.api.security.Roles;
import org.platformforge.kernel.api.store.AuditLog;
import org.platformforge.kernel.api.store.AuditRecord;
import org.platformforge.kernel.api.store.Outbox;
import org.platformforge.kernel.api.store.Store;
import org.platformforge.kernel.api.store.Transaction;

/** Who may join a tenant: whom somebody invited, and whom its join policy admits. */
@Component(service = MembershipService.class)
public class MembershipService {
    static final Duration LIFETIME = Duration.ofDays(7);
    private static final int MAX_ROLES = 16;
    private static final int MAX_DOMAINS = 32;
    private static final Pattern TENANT = Pattern.compile("[A-Za-z0-9_-]{1,64}");
    private static final Pattern DOMAIN = Pattern.compile("[a-z0-9-]{1,63}(\\.[a-z0-9-]{1,63}){1,4}");

    private final Store store;
    private final Links links;
    private final Mailer mailer;
    private final Callers callers;
    private final Roles roles;
    private final AuditLog audit;
    private final Outbox outbox;

    /** @param emailVerified whether the address was shown to be the user's */
    record Membership(String tenantId, Set<String> roles, boolean emailVerified) {}

    @Activate
    public MembershipService(
            @Reference Store store,
            @Reference Links links,
            @Reference Mailer mailer,
            @Reference Callers callers,
            @Reference Roles roles,
            @Reference AuditLog audit,
            @Reference Outbox outbox) {
        this.store = store;
        this.links = links;
        this.mailer = mailer;
        this.callers = callers;
        this.roles = roles;
        this.audit = audit;
        this.outbox = outbox;
    }

    public JoinPolicy policy(Caller caller) {
        return store.call(caller.tenantId(), tx -> MembershipRepository.policy(tx, caller.tenantId()));
    }

    /** @throws PlatformException {@code VALIDATION} naming every wrong field; {@code FORBIDDEN} for a role above the caller's */
    public JoinPolicy setPolicy(Caller caller, JoinPolicy policy) {
        List<FieldError> problems = new ArrayList<>();
        checkRoles(caller, policy.roles(), problems);
        if (policy.domains().size() > MAX_DOMAINS
                || !policy.domains().stream()
                        .allMatch(name -> DOMAIN.matcher(name).matches())) {
            problems.add(new FieldError("domains", "must be at most " + MAX_DOMAINS + " names such as example.com"));
        }
        if (policy.kind() == JoinPolicy.Kind.DOMAIN && policy.domains().isEmpty()) {
            problems.add(new FieldError("domains", "must name at least one for the policy domain"));
        }
        if (!problems.isEmpty()) {
            throw PlatformException.invalid("Invalid join policy", problems);
        }
        return store.call(caller.tenantId(), tx -> {
            JoinPolicy before = MembershipRepository.policy(tx, caller.tenantId());
            MembershipRepository.setPolicy(tx, caller.tenantId(), policy);
            audit.append(
                    tx,
                    AuditRecord.changed(
                            caller, "tenant.join_policy", caller.tenantId(), before.fields(), policy.fields()));
            return policy;
        });
    }

    /**
     * Invites an address by mail, in the place of an earlier invitation to it.
     *
     * @param roles null for {@code viewer}
     * @throws PlatformException {@code VALIDATION} naming every wrong field; {@code FORBIDDEN} for a role above the caller's;
     *     {@code RATE_LIMITED} a moment after another one to the address
     */
    public Invitation invite(Caller caller, String email, Set<String> roles) {
        String address = CredentialRules.normalizeEmail(email);
        Set<String> given = roles == null ? JoinPolicy.CLOSED.roles() : roles;
        List<FieldError> problems = new ArrayList<>();
        CredentialRules.checkEmail(address, problems);
        checkRoles(caller, given, problems);
        if (!problems.isEmpty()) {
            throw PlatformException.invalid("Invalid invitation", problems);
        }
        // mails to an address are counted across tenants: nobody's mailbox is filled from several
        return store.call(Store.ALL_TENANTS, tx -> {
            if (!mayMail(tx, caller.tenantId(), address)) {
                throw PlatformException.of(
                                ErrorKind.RATE_LIMITED, "This address was sent an invitation; try again later")
                        .withRetryAfter(Links.COOL_DOWN);
            }
            return invite(tx, caller, address, given);
        });
    }

    private boolean mayMail(Transaction tx, String tenantId, String email) throws SQLException {
        if (!links.admits(tx, email, Link.Purpose.INVITATION)) {
            return false;
        }
        links.count(tx, tenantId, email, Link.Purpose.INVITATION);
        return true;
    }

    private Invitation invite(Transaction tx, Caller actor, String email, Set<String> roles) {
        String tenantId = actor.tenantId();
        MembershipRepository.revokeAll(tx, tenantId, email);
        Links.Token token = links.newToken();
        Invitation invitation = new Invitation(
                Ids.next("inv_"),
                tenantId,
                email,
                roles,
                actor.subject(),
                tx.now(),
                tx.now().plus(LIFETIME));
        MembershipRepository.insert(tx, invitation, token.digest());
        mailer.write(tx, tenantId, email, Letter.invitation(mailer.instructions("register", token.text())));
        audit.append(
                tx,
                AuditRecord.success(
                        actor,
                        "invitation.create",
                        invitation.id(),
                        Map.of("email", email, "roles", List.copyOf(new TreeSet<>(roles)))));
        outbox.publish(tx, tenantId, "invitation.created", Map.of("invitation_id", invitation.id()));
        return invitation;
    }

    /** More than their own nobody gives; a key, which may be narrowed to less than its roles say, gives the least. */
    private void checkRoles(Caller caller, Set<String> wanted, List<FieldError> problems) {
        if (wanted.isEmpty() || wanted.size() > MAX_ROLES) {
            problems.add(new FieldError("roles", "must name 1 to " + MAX_ROLES + " roles"));
        }
        boolean person = caller.scheme() == Caller.Scheme.JWT || caller.scheme() == Caller.Scheme.SYSTEM;
        for (String role : wanted) {
            if (role == null || !roles.all().containsKey(role)) {
                problems.add(new FieldError("roles", "must be names of roles, such as developer"));
            } else if (!(person && roles.mayGrant(caller, role))
                    && !JoinPolicy.CLOSED.roles().contains(role)) {
                throw PlatformException.of(ErrorKind.FORBIDDEN, "The role " + role + " is more than yours");
            }
        }
    }

    /** The invitations that nobody has accepted yet, the newest first. */
    public Page<Invitation> list(Caller caller, PageRequest request) {
        int offset = request.cursor() == null ? request.offset() : offset(request.cursor());
        return store.call(caller.tenantId(), tx -> {
            long total = MembershipRepository.countOpen(tx, caller.tenantId());
            List<Invitation> found = MembershipRepository.open(tx, caller.tenantId(), offset, request.limit());
            int next = offset + found.size();
            return new Page<>(
                    found, total, next < total && !found.isEmpty() ? Optional.of("o" + next) : Optional.empty());
        });
    }

    private static int offset(String cursor) {
        if (!cursor.matches("o[0-9]{1,9}")) {
            throw PlatformException.invalid("cursor", "is not one of this list");
        }
        return Integer.parseInt(cursor.substring(1));
    }

    /** @throws PlatformException {@code NOT_FOUND} for one that is not open */
    public void revoke(Caller caller, String id) {
        store.run(caller.tenantId(), tx -> {
            if (!MembershipRepository.revoke(tx, caller.tenantId(), id)) {
                throw PlatformException.notFound("Invitation", id);
            }
            audit.append(tx, AuditRecord.success(caller, "invitation.revoke", id, Map.of()));
        });
    }

    /**
     * Where who registers may go, and with which roles.
     *
     * @param tenantId that was named, null for none
     * @param token of an invitation, null for none
     * @param confirmed whether nobody joins who has not shown to receive mail at the address
     * @return empty when the tenant does not admit the address; it may have been sent an invitation, then
     * @throws PlatformException {@code VALIDATION} for a token that is not valid or of another address
     */
    Optional<Membership> admit(
            Transaction tx, Caller request, String email, String tenantId, String token, boolean confirmed)
            throws SQLException {
        if (token != null) {
            Invitation invitation = links.digestOf(token)
                    .flatMap(digest -> MembershipRepository.find(tx, digest))
                    .filter(found -> tenantId == null || tenantId.equals(found.tenantId()))
                    .filter(found -> found.email().equals(email))
                    .filter(found -> MembershipRepository.accept(tx, found))
                    .orElseThrow(() -> PlatformException.invalid(
                            "invitation_token",
                            "is not valid: it is for another address or tenant, was used, or has expired"));
            return Optional.of(new Membership(invitation.tenantId(), invitation.roles(), true));
        }
        if (!TENANT.matcher(tenantId).matches()) {
            return Optional.empty();
        }
        JoinPolicy policy = MembershipRepository.policy(tx, tenantId);
        if (policy.kind() == JoinPolicy.Kind.OPEN && !confirmed) {
            return Optional.of(new Membership(tenantId, policy.roles(), false));
        }
        if (policy.admitsByMail(email) && mayMail(tx, tenantId, email)) {
            Caller actor = callers.authenticated(request, tenantId, "system", Set.of());
            invite(tx, actor, email, policy.roles());
        }
        return Optional.empty();
    }

    static PlatformException notAdmitted() {
        return PlatformException.of(
                ErrorKind.FORBIDDEN,
                "This tenant takes new members by invitation only; an address that it admits was sent one");
    }
}
