package org.platformforge.auth.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.platformforge.auth.domain.TestModule.caller;
import static org.platformforge.auth.domain.TestModule.refusedAs;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.platformforge.auth.domain.Fakes.TestCaller;
import org.platformforge.auth.domain.message.Mailbox;
import org.platformforge.auth.domain.message.Message;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.Page;
import org.platformforge.kernel.api.PageRequest;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.store.AuditTrail.Filter;
import org.platformforge.kernel.store.database.DatabaseKind;

/** Who gets into a tenant, and as what. */
class MembershipTest {
    private static final String ANN = "ann@example.com";
    private static final String BOB = "bob@example.com";
    private static final Set<String> DEVELOPER = Set.of("developer");
    private static final PageRequest FIRST = PageRequest.first(20);

    private static TestModule open(DatabaseKind kind) {
        return new TestModule(kind, Map.of());
    }

    private static SignedIn administrator(TestModule auth) {
        SignedIn in = auth.register(ANN);
        Mailbox.take(auth.queue);
        return in;
    }

    @ParameterizedTest
    @EnumSource
    void letsAnInvitedAddressIn(DatabaseKind kind) {
        try (TestModule auth = open(kind)) {
            SignedIn ann = administrator(auth);
            String tenant = ann.user().tenantId();
            Invitation invitation = auth.memberships.invite(caller(ann), " BOB@example.com", DEVELOPER);
            String token = Mailbox.token(auth.queue, BOB);
            assertThat(auth.memberships.list(caller(ann), FIRST).items()).containsExactly(invitation);

            refusedAs(ErrorKind.VALIDATION, () -> auth.register("eve@example.com", null, token));
            refusedAs(ErrorKind.VALIDATION, () -> auth.register(BOB, "ten_other", token));
            refusedAs(ErrorKind.VALIDATION, () -> auth.register(BOB, null, token + "x"));
            refusedAs(ErrorKind.VALIDATION, () -> auth.register(BOB, null, "pfl_"));
            SignedIn bob = auth.register(BOB, tenant, token);
            assertThat(bob.user().tenantId()).isEqualTo(tenant);
            assertThat(bob.user().roles()).containsExactly("developer");
            assertThat(auth.accounts.find(BOB).orElseThrow().emailVerifiedAt()).isNotNull();
            refusedAs(ErrorKind.VALIDATION, () -> auth.register(BOB, null, token));
            assertThat(auth.memberships.list(caller(ann), FIRST).items()).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void takesBackAndReplacesInvitations(DatabaseKind kind) {
        try (TestModule auth = open(kind)) {
            SignedIn ann = administrator(auth);
            SignedIn other = auth.register("other@example.com");
            Mailbox.take(auth.queue);
            auth.memberships.invite(caller(ann), BOB, null);
            String overtaken = Mailbox.token(auth.queue, BOB);
            refusedAs(ErrorKind.RATE_LIMITED, () -> auth.memberships.invite(caller(ann), BOB, null));
            refusedAs(ErrorKind.RATE_LIMITED, () -> auth.memberships.invite(caller(other), BOB, null));
            LinkTimes.letAMinutePass(auth);
            Invitation invitation = auth.memberships.invite(caller(ann), BOB, null);
            String token = Mailbox.token(auth.queue, BOB);
            refusedAs(ErrorKind.VALIDATION, () -> auth.register(BOB, null, overtaken));

            refusedAs(ErrorKind.NOT_FOUND, () -> auth.memberships.revoke(caller(other), invitation.id()));
            auth.memberships.revoke(caller(ann), invitation.id());
            refusedAs(ErrorKind.NOT_FOUND, () -> auth.memberships.revoke(caller(ann), invitation.id()));
            refusedAs(ErrorKind.VALIDATION, () -> auth.register(BOB, null, token));
        }
    }

    @ParameterizedTest
    @EnumSource
    void givesNobodyMoreThanTheInviterHas(DatabaseKind kind) {
        try (TestModule auth = open(kind)) {
            SignedIn ann = administrator(auth);
            for (Set<String> roles : List.of(Set.of("Admin"), Set.of("a b"), Set.<String>of())) {
                refusedAs(ErrorKind.VALIDATION, () -> auth.memberships.invite(caller(ann), BOB, roles));
            }
            Caller developer = with(ann, Caller.Scheme.JWT, DEVELOPER);
            refusedAs(ErrorKind.FORBIDDEN, () -> auth.memberships.invite(caller(ann), BOB, Set.of("operator")));
            refusedAs(ErrorKind.FORBIDDEN, () -> auth.memberships.invite(developer, BOB, Set.of("admin")));
            auth.memberships.invite(developer, BOB, DEVELOPER);
            // however much it may, it may be narrowed to less than its roles
            Caller key = with(ann, Caller.Scheme.API_TOKEN, Set.of("admin"));
            refusedAs(ErrorKind.FORBIDDEN, () -> auth.memberships.invite(key, BOB, DEVELOPER));
            assertThat(auth.memberships.invite(key, "cid@example.com", null).roles())
                    .containsExactly("viewer");
            refusedAs(ErrorKind.VALIDATION, () -> auth.memberships.invite(caller(ann), "no address", null));
        }
    }

    private static Caller with(SignedIn in, Caller.Scheme scheme, Set<String> roles) {
        return new TestCaller(scheme, in.user().tenantId(), in.user().id(), roles, Optional.empty());
    }

    @ParameterizedTest
    @EnumSource
    void listsInvitationsPageByPage(DatabaseKind kind) {
        try (TestModule auth = open(kind)) {
            Caller ann = caller(administrator(auth));
            for (int i = 0; i < 5; i++) {
                auth.memberships.invite(ann, i + "@example.com", null);
            }
            Page<Invitation> first = auth.memberships.list(ann, PageRequest.first(3));
            assertThat(first.total()).isEqualTo(5);
            assertThat(first.items()).hasSize(3);
            Page<Invitation> second = auth.memberships.list(
                    ann, new PageRequest(3, 0, first.nextCursor().orElseThrow()));
            assertThat(second.items()).hasSize(2).doesNotContainAnyElementsOf(first.items());
            assertThat(second.nextCursor()).isEmpty();
            refusedAs(ErrorKind.VALIDATION, () -> auth.memberships.list(ann, new PageRequest(3, 0, "o-1")));
        }
    }

    @ParameterizedTest
    @EnumSource
    void keepsAClosedTenantClosedAndDoesNotTellItFromNone(DatabaseKind kind) {
        try (TestModule auth = open(kind)) {
            SignedIn ann = administrator(auth);
            PlatformException closed = refusedAs(
                    ErrorKind.FORBIDDEN, () -> auth.register(BOB, ann.user().tenantId(), null));
            PlatformException none = refusedAs(ErrorKind.FORBIDDEN, () -> auth.register(BOB, "ten_none", null));
            assertThat(closed.getMessage()).isEqualTo(none.getMessage());
            refusedAs(ErrorKind.FORBIDDEN, () -> auth.register(BOB, "ten_\0", null));
            assertThat(auth.accounts.find(BOB)).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void letsAnybodyIntoAnOpenTenant(DatabaseKind kind) {
        try (TestModule auth = open(kind)) {
            SignedIn ann = administrator(auth);
            auth.memberships.setPolicy(caller(ann), new JoinPolicy(JoinPolicy.Kind.OPEN, Set.of(), DEVELOPER));
            SignedIn bob = auth.register(BOB, ann.user().tenantId(), null);
            assertThat(bob.user().tenantId()).isEqualTo(ann.user().tenantId());
            assertThat(bob.user().roles()).containsExactly("developer");
            assertThat(auth.accounts.find(BOB).orElseThrow().emailVerifiedAt()).isNull();

            auth.memberships.setPolicy(caller(ann), JoinPolicy.CLOSED);
            List<Object> changes = new ArrayList<>();
            auth.store
                    .auditTrail()
                    .read(
                            ann.user().tenantId(),
                            new Filter(null, "tenant.join_policy", null, null, true),
                            record -> changes.add(record.details().get("changes")));
            assertThat(changes)
                    .contains(Map.of(
                            "policy", Map.of("before", "open", "after", "closed"),
                            "roles", Map.of("before", List.of("developer"), "after", List.of("viewer"))));
            refusedAs(
                    ErrorKind.FORBIDDEN,
                    () -> auth.register("cid@example.com", ann.user().tenantId(), null));
            Caller developer = caller(bob);
            refusedAs(
                    ErrorKind.FORBIDDEN,
                    () -> auth.memberships.setPolicy(
                            developer, new JoinPolicy(JoinPolicy.Kind.OPEN, Set.of(), Set.of("admin"))));
        }
    }

    /** An address that somebody only typed is not yet one of the domain. */
    @ParameterizedTest
    @EnumSource
    void letsWhoReceivesMailOfTheDomainIn(DatabaseKind kind) {
        try (TestModule auth = open(kind)) {
            SignedIn ann = administrator(auth);
            String tenant = ann.user().tenantId();
            for (Set<String> domains :
                    List.of(Set.<String>of(), Set.of("localhost"), Set.of("a b.com"), Set.of("@x.y"))) {
                JoinPolicy wrong = new JoinPolicy(JoinPolicy.Kind.DOMAIN, domains, DEVELOPER);
                refusedAs(ErrorKind.VALIDATION, () -> auth.memberships.setPolicy(caller(ann), wrong));
            }
            auth.memberships.setPolicy(
                    caller(ann), new JoinPolicy(JoinPolicy.Kind.DOMAIN, Set.of("example.com"), DEVELOPER));
            assertThat(auth.memberships.policy(caller(ann)).domains()).containsExactly("example.com");

            refusedAs(ErrorKind.FORBIDDEN, () -> auth.register("eve@evil.example.org", tenant, null));
            refusedAs(ErrorKind.FORBIDDEN, () -> auth.register("eve@notexample.com", tenant, null));
            assertThat(Mailbox.take(auth.queue)).isEmpty();
            refusedAs(ErrorKind.FORBIDDEN, () -> auth.register(BOB, tenant, null));
            String token = Mailbox.token(auth.queue, BOB);
            refusedAs(ErrorKind.FORBIDDEN, () -> auth.register(BOB, tenant, null));
            assertThat(Mailbox.take(auth.queue)).as("a moment after the first").isEmpty();
            SignedIn bob = auth.register(BOB, tenant, token);
            assertThat(bob.user().tenantId()).isEqualTo(tenant);
            assertThat(bob.user().roles()).containsExactly("developer");
        }
    }

    @ParameterizedTest
    @EnumSource
    void admitsTheInvitedWhereRegistrationIsClosed(DatabaseKind kind) {
        try (TestModule auth = new TestModule(kind, Map.of("registration_enabled", false))) {
            Caller operator =
                    new TestCaller(Caller.Scheme.SYSTEM, "platform", "ops", Set.of("operator"), Optional.empty());
            auth.memberships.invite(operator, BOB, Set.of("operator"));
            String token = Mailbox.token(auth.queue, BOB);
            refusedAs(ErrorKind.FORBIDDEN, () -> auth.register(BOB));
            assertThat(auth.register(BOB, null, token).user().roles()).containsExactly("operator");
        }
    }

    @ParameterizedTest
    @EnumSource
    void tellsNobodyWhoseAnAddressIsWhereRegistrationsAreConfirmed(DatabaseKind kind) {
        try (TestModule auth = new TestModule(kind, Map.of("registration_confirm", true))) {
            assertThat(auth.register(ANN)).isNull();
            assertThat(auth.accounts.find(ANN)).isEmpty();
            String token = Mailbox.token(auth.queue, ANN);
            refusedAs(ErrorKind.VALIDATION, () -> auth.register(BOB, null, token));
            SignedIn ann = auth.register(ANN, null, token);
            assertThat(ann.user().roles()).containsExactly("admin");
            assertThat(auth.accounts.find(ANN).orElseThrow().emailVerifiedAt()).isNotNull();
            assertThat(Mailbox.take(auth.queue)).isEmpty();
            refusedAs(ErrorKind.VALIDATION, () -> auth.register(ANN, null, token));

            LinkTimes.letAMinutePass(auth);
            assertThat(auth.register(ANN)).isNull();
            assertThat(auth.register(ANN)).isNull();
            assertThat(Mailbox.take(auth.queue))
                    .extracting(Message::subject)
                    .containsExactly("You have an account already");

            auth.memberships.setPolicy(caller(ann), new JoinPolicy(JoinPolicy.Kind.OPEN, Set.of(), DEVELOPER));
            String tenant = ann.user().tenantId();
            PlatformException known = refusedAs(ErrorKind.FORBIDDEN, () -> auth.register(ANN, tenant, null));
            PlatformException unknown = refusedAs(ErrorKind.FORBIDDEN, () -> auth.register(BOB, tenant, null));
            assertThat(known.getMessage()).isEqualTo(unknown.getMessage());
            String invitation = Mailbox.token(auth.queue, BOB);
            assertThat(auth.register(BOB, tenant, invitation).user().tenantId()).isEqualTo(tenant);
        }
    }
}
