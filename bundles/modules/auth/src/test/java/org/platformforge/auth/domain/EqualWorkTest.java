package org.platformforge.auth.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.platformforge.auth.domain.SignInService.Beside.code;
import static org.platformforge.auth.domain.TestModule.ANYBODY;
import static org.platformforge.auth.domain.TestModule.PASSWORD;
import static org.platformforge.auth.domain.TestModule.refusedAs;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.platformforge.auth.domain.message.Mailbox;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.store.Store;
import org.platformforge.kernel.store.database.DatabaseKind;

/**
 * That the time of an answer does not tell whether an account exists: not by a clock, which is different on every machine,
 * but by what the time goes into. The same number of passwords is hashed and the same rows are written, mails among them,
 * which wait in the database and are sent by others. (Refusals get into the audit log on a thread of its own.)
 */
class EqualWorkTest {
    private static final String KNOWN = "ann@example.com";
    private static final String UNKNOWN = "bob@example.com";

    private static final List<String> ROWS = List.of(
            "auth_user",
            "auth_session",
            "auth_attempt",
            "auth_link",
            "auth_link WHERE status = 'VOID'",
            "auth_message");

    /** By table, the rows that were added; and the hashes. */
    private static Map<String, Long> work(TestModule auth, Runnable request) {
        Map<String, Long> before = counts(auth);
        request.run();
        Map<String, Long> work = counts(auth);
        work.replaceAll((what, count) -> count - before.get(what));
        return work;
    }

    private static Map<String, Long> counts(TestModule auth) {
        Map<String, Long> counts = new TreeMap<>();
        counts.put("hashes", auth.hasher.runs());
        auth.store.run(Store.ALL_TENANTS, tx -> {
            for (String rows : ROWS) {
                try (var statement = tx.connection().createStatement();
                        var row = statement.executeQuery("SELECT COUNT(*) FROM " + rows)) {
                    row.next();
                    counts.put(rows, row.getLong(1));
                }
            }
        });
        return counts;
    }

    @ParameterizedTest
    @EnumSource
    void signingInWithAWrongPassword(DatabaseKind kind) {
        try (TestModule auth = new TestModule(kind, Map.of())) {
            auth.register(KNOWN);
            wrong(auth, "first@example.com"); // the count of the address is there from now on
            Map<String, Long> known = work(auth, () -> wrong(auth, KNOWN));
            assertThat(known).containsEntry("hashes", 1L).containsEntry("auth_attempt", 2L);
            assertThat(work(auth, () -> wrong(auth, UNKNOWN))).isEqualTo(known);
            assertThat(work(auth, () -> wrong(auth, "no address"))).isEqualTo(known);
        }
    }

    private static void wrong(TestModule auth, String email) {
        refusedAs(ErrorKind.UNAUTHENTICATED, () -> auth.signIns.login(ANYBODY, email, "wrong password", code(null)));
    }

    @ParameterizedTest
    @EnumSource
    void signingInOnTheConsole(DatabaseKind kind) {
        try (TestModule auth = new TestModule(kind, Map.of())) {
            auth.register(KNOWN);
            guess(auth, "first@example.com");
            Map<String, Long> known = work(auth, () -> guess(auth, KNOWN));
            assertThat(known).containsEntry("hashes", 1L).containsEntry("auth_attempt", 2L);
            assertThat(work(auth, () -> guess(auth, UNKNOWN))).isEqualTo(known);
            assertThat(work(auth, () -> guess(auth, "no address"))).isEqualTo(known);
        }
    }

    private static void guess(TestModule auth, String email) {
        assertThat(auth.signIns.authenticate(ANYBODY, email, "wrong password".toCharArray()))
                .isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void askingForANewPassword(DatabaseKind kind) {
        try (TestModule auth = new TestModule(kind, Map.of())) {
            auth.register(KNOWN);
            auth.passwords.forgot(ANYBODY, "another@example.com");
            Map<String, Long> known = work(auth, () -> auth.passwords.forgot(ANYBODY, KNOWN));
            assertThat(known)
                    .containsEntry("hashes", 0L)
                    .containsEntry("auth_link", 1L)
                    .containsEntry("auth_message", 1L);
            assertThat(work(auth, () -> auth.passwords.forgot(ANYBODY, UNKNOWN)))
                    .isEqualTo(known);
            Map<String, Long> again = work(auth, () -> auth.passwords.forgot(ANYBODY, KNOWN));
            assertThat(work(auth, () -> auth.passwords.forgot(ANYBODY, UNKNOWN)))
                    .as("a moment after the first")
                    .isEqualTo(again);
        }
    }

    @ParameterizedTest
    @EnumSource
    void registeringWhereThatIsConfirmed(DatabaseKind kind) {
        try (TestModule auth = new TestModule(kind, Map.of("registration_confirm", true))) {
            auth.register(KNOWN);
            auth.register(KNOWN, null, Mailbox.token(auth.queue, KNOWN));
            auth.register(UNKNOWN); // both have been sent a token before
            LinkTimes.letAMinutePass(auth);
            Map<String, Long> known =
                    work(auth, () -> assertThat(auth.register(KNOWN)).isNull());
            assertThat(known)
                    .containsEntry("auth_user", 0L)
                    .containsEntry("auth_link", 1L)
                    .containsEntry("auth_message", 1L);
            assertThat(work(auth, () -> assertThat(auth.register(UNKNOWN)).isNull()))
                    .isEqualTo(known);
        }
    }

    @ParameterizedTest
    @EnumSource
    void registeringForATenantThatIsClosed(DatabaseKind kind) {
        try (TestModule auth = new TestModule(kind, Map.of())) {
            String tenant = auth.register(KNOWN).user().tenantId();
            Map<String, Long> known =
                    work(auth, () -> refusedAs(ErrorKind.FORBIDDEN, () -> auth.register(KNOWN, tenant, null)));
            assertThat(known).containsEntry("hashes", 1L);
            assertThat(work(auth, () -> refusedAs(ErrorKind.FORBIDDEN, () -> auth.register(UNKNOWN, tenant, null))))
                    .isEqualTo(known);
        }
    }

    @ParameterizedTest
    @EnumSource
    void changingTheAddressToOneThatIsTaken(DatabaseKind kind) {
        try (TestModule auth = new TestModule(kind, Map.of())) {
            SignedIn ann = auth.register(KNOWN);
            SignedIn cid = auth.register("cid@example.com");
            Map<String, Long> taken = work(auth, () -> auth.emails.requestChange(TestModule.caller(cid), KNOWN));
            assertThat(taken).containsEntry("auth_link", 2L).containsEntry("auth_message", 2L);
            assertThat(work(auth, () -> auth.emails.requestChange(TestModule.caller(ann), UNKNOWN)))
                    .isEqualTo(taken);
        }
    }

    @ParameterizedTest
    @EnumSource
    void hashesOnceToLetSomebodyIn(DatabaseKind kind) {
        try (TestModule auth = new TestModule(kind, Map.of())) {
            auth.register(KNOWN);
            assertThat(work(auth, () -> auth.signIns.login(ANYBODY, KNOWN, PASSWORD, code(null))))
                    .containsEntry("hashes", 1L);
        }
    }
}
