package org.platformforge.auth.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.platformforge.auth.domain.SignInService.Beside.code;
import static org.platformforge.auth.domain.TestModule.ANYBODY;
import static org.platformforge.auth.domain.TestModule.PASSWORD;
import static org.platformforge.auth.domain.TestModule.caller;
import static org.platformforge.auth.domain.TestModule.refusedAs;
import static org.platformforge.auth.domain.TestModule.session;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.platformforge.auth.domain.message.Mailbox;
import org.platformforge.auth.domain.message.Message;
import org.platformforge.auth.domain.mfa.Codes;
import org.platformforge.auth.domain.mfa.Enrolment;
import org.platformforge.auth.domain.mfa.Factor;
import org.platformforge.auth.domain.mfa.Method;
import org.platformforge.auth.store.AccountQueries;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.store.Store;
import org.platformforge.kernel.store.database.DatabaseKind;

/** Second factors on real databases; the clock of the codes is the test's. */
class SecondFactorTest {
    private static final String ANN = "ann@example.com";

    private volatile Instant now = Instant.parse("2026-03-01T12:00:10Z");

    private TestModule open(DatabaseKind kind) {
        return new TestModule(kind, Map.of(), tx -> now);
    }

    /** Ann with an authenticator app; its next code is good. */
    private Enrolment enrolled(TestModule auth, SignedIn in) {
        Enrolment enrolment = auth.mfa.enable(caller(in), Method.TOTP, null);
        auth.mfa.verify(caller(in), Method.TOTP, Codes.at(enrolment.secret(), now));
        pass(Duration.ofSeconds(30));
        return enrolment;
    }

    private void pass(Duration time) {
        now = now.plus(time);
    }

    @ParameterizedTest
    @EnumSource
    void isAskedForOnceItWasVerified(DatabaseKind kind) throws Exception {
        try (TestModule auth = open(kind)) {
            SignedIn in = auth.register(ANN);
            Enrolment enrolment = auth.mfa.enable(caller(in), Method.TOTP, null);
            assertThat(enrolment.secret()).matches("[A-Z2-7]{32}");
            assertThat(Codes.readQr(enrolment.qrCode())).contains("secret=" + enrolment.secret());
            assertThat(enrolment.backupCodes()).hasSize(10).allMatch(code -> code.matches("[A-Z0-9]{8}"));
            assertThat(new HashSet<>(enrolment.backupCodes())).hasSize(10);
            auth.login(ANN); // pending: the password is enough

            refusedAs(ErrorKind.UNAUTHENTICATED, () -> auth.mfa.verify(caller(in), Method.TOTP, "000000"));
            auth.mfa.verify(caller(in), Method.TOTP, Codes.at(enrolment.secret(), now));

            PlatformException missing = refusedAs(ErrorKind.MFA_REQUIRED, () -> auth.login(ANN));
            assertThat(missing.details())
                    .containsEntry("methods", List.of("totp"))
                    .containsKey("mfa_token");
            pass(Duration.ofSeconds(30));
            SignedIn both = auth.signIns.login(ANYBODY, ANN, PASSWORD, code(Codes.at(enrolment.secret(), now)));
            assertThat(auth.sessions.list(caller(both)))
                    .filteredOn(session -> session.id().equals(session(both)))
                    .allSatisfy(session -> assertThat(session.methods()).containsExactly("pwd", "otp", "mfa"));
        }
    }

    @ParameterizedTest
    @EnumSource
    void takesTheMfaTokenInThePlaceOfThePassword(DatabaseKind kind) {
        try (TestModule auth = open(kind)) {
            Enrolment enrolment = enrolled(auth, auth.register(ANN));
            String token = mfaToken(auth);
            String code = Codes.at(enrolment.secret(), now);

            for (String forged : List.of(
                    "", "pfm_", token + "x", token.replaceFirst("user_", "user_x"), "pfm_a.b.1.c", "pfm_a\0.b.1.c")) {
                refusedAs(ErrorKind.UNAUTHENTICATED, () -> auth.signIns.complete(ANYBODY, forged, code(code)));
            }
            refusedAs(ErrorKind.UNAUTHENTICATED, () -> auth.signIns.complete(ANYBODY, token, code("000000")));
            assertThat(auth.signIns.complete(ANYBODY, token, code(code)).user().email())
                    .isEqualTo(ANN);
            refusedAs(ErrorKind.UNAUTHENTICATED, () -> auth.signIns.complete(ANYBODY, token, code(code)));
        }
    }

    @ParameterizedTest
    @EnumSource
    void acceptsNoCodeTwice(DatabaseKind kind) {
        try (TestModule auth = open(kind)) {
            SignedIn in = auth.register(ANN);
            Enrolment enrolment = auth.mfa.enable(caller(in), Method.TOTP, null);
            String first = Codes.at(enrolment.secret(), now);
            auth.mfa.verify(caller(in), Method.TOTP, first);

            PlatformException reused =
                    refusedAs(ErrorKind.UNAUTHENTICATED, () -> auth.signIns.login(ANYBODY, ANN, PASSWORD, code(first)));
            PlatformException wrong = refusedAs(
                    ErrorKind.UNAUTHENTICATED, () -> auth.signIns.login(ANYBODY, ANN, PASSWORD, code("000000")));
            assertThat(reused.getMessage()).isEqualTo(wrong.getMessage());
            String next = Codes.at(enrolment.secret(), now.plusSeconds(30));
            auth.signIns.login(ANYBODY, ANN, PASSWORD, code(next));
            refusedAs(ErrorKind.UNAUTHENTICATED, () -> auth.signIns.login(ANYBODY, ANN, PASSWORD, code(next)));
            pass(Duration.ofSeconds(30));
            refusedAs(ErrorKind.UNAUTHENTICATED, () -> auth.signIns.login(ANYBODY, ANN, PASSWORD, code(next)));
        }
    }

    @ParameterizedTest
    @EnumSource
    void letsOneOfManyWithTheSameCodeIn(DatabaseKind kind) throws Exception {
        try (TestModule auth = open(kind)) {
            Enrolment enrolment = enrolled(auth, auth.register(ANN));
            String token = mfaToken(auth);
            String code = Codes.at(enrolment.secret(), now);
            assertThat(accepted(auth, token, code, 4)).isOne();
            assertThat(accepted(auth, token, enrolment.backupCodes().get(0), 4)).isOne();
        }
    }

    private long accepted(TestModule auth, String token, String code, int clients) throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(clients);
        try {
            List<Callable<Boolean>> calls = new ArrayList<>();
            for (int i = 0; i < clients; i++) {
                calls.add(() -> {
                    try {
                        auth.signIns.complete(ANYBODY, token, code(code));
                        return true;
                    } catch (PlatformException e) {
                        assertThat(e.kind()).isEqualTo(ErrorKind.UNAUTHENTICATED);
                        return false;
                    }
                });
            }
            long accepted = 0;
            for (Future<Boolean> call : pool.invokeAll(calls)) {
                accepted += call.get() ? 1 : 0;
            }
            return accepted;
        } finally {
            pool.shutdownNow();
        }
    }

    @ParameterizedTest
    @EnumSource
    void takesEachBackupCodeOnceAndKeepsNoneInClear(DatabaseKind kind) {
        try (TestModule auth = open(kind)) {
            SignedIn in = auth.register(ANN);
            Enrolment enrolment = enrolled(auth, in);
            String code = enrolment.backupCodes().get(3);
            String typed = code.substring(0, 4).toLowerCase() + "-" + code.substring(4);
            auth.signIns.login(ANYBODY, ANN, PASSWORD, code(typed));
            refusedAs(ErrorKind.UNAUTHENTICATED, () -> auth.signIns.login(ANYBODY, ANN, PASSWORD, code(code)));
            assertThat(auth.mfa.overview(caller(in)).backupCodes()).isEqualTo(9);
            assertThat(stored(auth))
                    .noneMatch(text -> enrolment.backupCodes().stream().anyMatch(text::contains));
            assertThat(stored(auth)).noneMatch(text -> text.contains(enrolment.secret()));

            List<String> renewed = auth.mfa.renewBackupCodes(caller(in));
            refusedAs(
                    ErrorKind.UNAUTHENTICATED,
                    () -> auth.signIns.login(
                            ANYBODY, ANN, PASSWORD, code(enrolment.backupCodes().get(4))));
            auth.signIns.login(ANYBODY, ANN, PASSWORD, code(renewed.get(0)));
        }
    }

    private static List<String> stored(TestModule auth) {
        return auth.store.call(Store.ALL_TENANTS, tx -> {
            List<String> texts = new ArrayList<>();
            try (PreparedStatement select = tx.connection()
                            .prepareStatement(
                                    "SELECT id FROM auth_backup_code UNION ALL SELECT secret FROM auth_factor");
                    ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    texts.add(rows.getString(1));
                }
            }
            assertThat(texts).hasSize(11);
            return texts;
        });
    }

    @ParameterizedTest
    @EnumSource
    void looksAtNoCodeForAWhileAfterFiveWrongOnes(DatabaseKind kind) {
        try (TestModule auth = open(kind)) {
            Enrolment enrolment = enrolled(auth, auth.register(ANN));
            String token = mfaToken(auth);
            for (int i = 0; i < 5; i++) {
                refusedAs(ErrorKind.UNAUTHENTICATED, () -> auth.signIns.complete(ANYBODY, token, code("000000")));
            }
            PlatformException wait = refusedAs(
                    ErrorKind.RATE_LIMITED,
                    () -> auth.signIns.complete(ANYBODY, token, code(Codes.at(enrolment.secret(), now))));
            assertThat(wait.retryAfter()).contains(Duration.ofSeconds(30));
            refusedAs(
                    ErrorKind.RATE_LIMITED,
                    () -> auth.signIns.complete(
                            ANYBODY, token, code(enrolment.backupCodes().get(0))));

            pass(Duration.ofSeconds(30));
            refusedAs(ErrorKind.UNAUTHENTICATED, () -> auth.signIns.complete(ANYBODY, token, code("000000")));
            wait = refusedAs(ErrorKind.RATE_LIMITED, () -> auth.signIns.complete(ANYBODY, token, code("000000")));
            assertThat(wait.retryAfter()).contains(Duration.ofSeconds(60));

            pass(Duration.ofSeconds(60));
            auth.signIns.complete(ANYBODY, token, code(Codes.at(enrolment.secret(), now)));
            refusedAs(ErrorKind.UNAUTHENTICATED, () -> auth.signIns.complete(ANYBODY, token, code("000000")));
        }
    }

    @ParameterizedTest
    @EnumSource
    void leavesTheVersionOfItsUserAlone(DatabaseKind kind) {
        try (TestModule auth = open(kind)) {
            SignedIn in = auth.register(ANN);
            long before = version(auth, in);
            Enrolment enrolment = enrolled(auth, in);
            auth.signIns.login(
                    ANYBODY, ANN, PASSWORD, code(enrolment.backupCodes().get(0)));
            for (int i = 0; i < 6; i++) {
                assertThatExceptionOfType(PlatformException.class)
                        .isThrownBy(() -> auth.signIns.login(ANYBODY, ANN, PASSWORD, code("000000")));
            }
            assertThat(version(auth, in)).isEqualTo(before);
        }
    }

    private static long version(TestModule auth, SignedIn in) {
        User user = in.user();
        return auth.store
                .call(user.tenantId(), tx -> AccountQueries.find(tx, user.tenantId(), user.id()))
                .orElseThrow()
                .version();
    }

    @ParameterizedTest
    @EnumSource
    void isSetUpOnceAndRemovedWithItsBackupCodes(DatabaseKind kind) {
        try (TestModule auth = open(kind)) {
            SignedIn in = auth.register(ANN);
            refusedAs(ErrorKind.CONFLICT, () -> auth.mfa.verify(caller(in), Method.TOTP, "000000"));
            refusedAs(ErrorKind.CONFLICT, () -> auth.mfa.renewBackupCodes(caller(in)));
            refusedAs(ErrorKind.NOT_FOUND, () -> auth.mfa.disable(caller(in), Method.TOTP));
            Enrolment given = auth.mfa.enable(caller(in), Method.TOTP, null);
            Enrolment enrolment = auth.mfa.enable(caller(in), Method.TOTP, null);
            refusedAs(
                    ErrorKind.UNAUTHENTICATED,
                    () -> auth.mfa.verify(caller(in), Method.TOTP, Codes.at(given.secret(), now)));
            auth.mfa.verify(caller(in), Method.TOTP, Codes.at(enrolment.secret(), now));
            refusedAs(ErrorKind.CONFLICT, () -> auth.mfa.enable(caller(in), Method.TOTP, null));
            assertThat(auth.mfa.overview(caller(in)).factors()).hasSize(1).allMatch(Factor::active);

            auth.mfa.disable(caller(in), Method.TOTP);
            auth.login(ANN);
            assertThat(auth.mfa.overview(caller(in)).backupCodes()).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource
    void endsAnEnrolmentThatNobodyVerifiesInTime(DatabaseKind kind) {
        try (TestModule auth = open(kind)) {
            SignedIn in = auth.register(ANN);
            Enrolment enrolment = auth.mfa.enable(caller(in), Method.TOTP, null);
            pass(Duration.ofHours(1));
            refusedAs(
                    ErrorKind.CONFLICT,
                    () -> auth.mfa.verify(caller(in), Method.TOTP, Codes.at(enrolment.secret(), now)));
        }
    }

    /** One that a thief has begun with the password, say. */
    @ParameterizedTest
    @EnumSource
    void isNotTouchedBySessionsThatHaveNotShownIt(DatabaseKind kind) {
        try (TestModule auth = open(kind)) {
            SignedIn in = auth.register(ANN);
            SignedIn other = auth.login(ANN);
            Enrolment enrolment = enrolled(auth, in);
            List<ThrowingCallable> changes = List.of(
                    () -> auth.mfa.enable(caller(other), Method.EMAIL, null),
                    () -> auth.mfa.disable(caller(other), Method.TOTP),
                    () -> auth.mfa.renewBackupCodes(caller(other)));
            changes.forEach(change -> assertThat(
                            refusedAs(ErrorKind.STEP_UP_REQUIRED, change).details())
                    .containsEntry("acr_values", "aal2"));

            auth.signIns.reauthenticate(caller(other), PASSWORD, Codes.at(enrolment.secret(), now));
            auth.mfa.renewBackupCodes(caller(other));
            assertThat(auth.sessions.list(caller(in)))
                    .allSatisfy(session -> assertThat(session.methods())
                            .isEqualTo(
                                    session.id().equals(session(other))
                                            ? List.of("pwd", "otp", "mfa")
                                            : List.of("pwd")));
            refusedAs(ErrorKind.STEP_UP_REQUIRED, () -> auth.mfa.disable(caller(in), Method.TOTP));
            auth.mfa.disable(caller(other), Method.TOTP);
            assertThat(auth.sessions.list(caller(in)))
                    .allSatisfy(session -> assertThat(session.methods()).containsExactly("pwd"));
            auth.mfa.enable(caller(in), Method.TOTP, null);
        }
    }

    @ParameterizedTest
    @EnumSource
    void staysWhereOneIsRequiredUntilThereIsAnother(DatabaseKind kind) throws Exception {
        try (TestModule auth = open(kind)) {
            SignedIn in = auth.register(ANN);
            enrolled(auth, in);
            auth.accessTokens.mfaRequired = true;
            assertThat(refusedAs(ErrorKind.CONFLICT, () -> auth.mfa.disable(caller(in), Method.TOTP))
                            .code())
                    .contains("LAST_FACTOR");
            Mailbox.take(auth.queue);
            auth.mfa.enable(caller(in), Method.EMAIL, null);
            refusedAs(ErrorKind.CONFLICT, () -> auth.mfa.disable(caller(in), Method.TOTP));
            auth.mfa.verify(caller(in), Method.EMAIL, sentCode(auth, ANN));
            ExecutorService pool = Executors.newFixedThreadPool(2);
            try {
                List<Callable<ErrorKind>> removals = new ArrayList<>();
                for (Method method : List.of(Method.TOTP, Method.EMAIL)) {
                    removals.add(() -> {
                        try {
                            auth.mfa.disable(caller(in), method);
                            return ErrorKind.INTERNAL; // none
                        } catch (PlatformException e) {
                            return e.kind();
                        }
                    });
                }
                List<ErrorKind> refusals = new ArrayList<>();
                for (Future<ErrorKind> removal : pool.invokeAll(removals)) {
                    refusals.add(removal.get());
                }
                assertThat(refusals).containsExactlyInAnyOrder(ErrorKind.INTERNAL, ErrorKind.CONFLICT);
            } finally {
                pool.shutdownNow();
            }
            assertThat(auth.mfa.overview(caller(in)).factors()).hasSize(1);

            SignedIn bob = auth.register("bob@example.com");
            assertThat(auth.signIns.authenticate(TestModule.ANYBODY, "bob@example.com", PASSWORD.toCharArray()))
                    .as("the console, without a factor")
                    .isEmpty();
            Enrolment enrolment = enrolled(auth, bob);
            char[] both = (PASSWORD + Codes.at(enrolment.secret(), now)).toCharArray();
            assertThat(auth.signIns.authenticate(TestModule.ANYBODY, "bob@example.com", both))
                    .isPresent();
        }
    }

    @ParameterizedTest
    @EnumSource
    void isResetByAnOperator(DatabaseKind kind) {
        try (TestModule auth = open(kind)) {
            SignedIn in = auth.register(ANN);
            enrolled(auth, in);
            User user = auth.accounts.find(ANN).orElseThrow();
            assertThat(auth.accounts.find(user.id())).isPresent();
            assertThat(auth.mfa.reset(auth.callers.shell(user.tenantId(), "ops", java.util.Set.of()), user))
                    .isOne();
            assertThat(auth.mfa.reset(auth.callers.shell(user.tenantId(), "ops", java.util.Set.of()), user))
                    .isZero();
            auth.login(ANN);
        }
    }

    @ParameterizedTest
    @EnumSource
    void isAskedForByTheConsoleAtTheEndOfThePassword(DatabaseKind kind) {
        try (TestModule auth = open(kind)) {
            Enrolment enrolment = enrolled(auth, auth.register(ANN));
            assertThat(auth.signIns.authenticate(TestModule.ANYBODY, ANN, PASSWORD.toCharArray()))
                    .isEmpty();
            assertThat(auth.signIns.authenticate(TestModule.ANYBODY, ANN, "".toCharArray()))
                    .isEmpty();
            assertThat(auth.signIns.authenticate(TestModule.ANYBODY, ANN, (PASSWORD + "000000").toCharArray()))
                    .isEmpty();
            String code = Codes.at(enrolment.secret(), now);
            assertThat(auth.signIns.authenticate(TestModule.ANYBODY, ANN, ("wrong" + code).toCharArray()))
                    .isEmpty();
            assertThat(auth.signIns.authenticate(TestModule.ANYBODY, ANN, (PASSWORD + code).toCharArray()))
                    .isPresent();
        }
    }

    @ParameterizedTest
    @EnumSource
    void provesAnewWhoIsBehindASession(DatabaseKind kind) {
        try (TestModule auth = open(kind)) {
            SignedIn in = auth.register(ANN);
            refusedAs(ErrorKind.UNAUTHENTICATED, () -> auth.signIns.reauthenticate(caller(in), "wrong password", null));
            Instant before = authenticatedAt(auth, in);
            SignedIn again = auth.signIns.reauthenticate(caller(in), PASSWORD, null);
            assertThat(again.refreshToken()).isEqualTo(in.refreshToken());
            assertThat(authenticatedAt(auth, in)).isAfter(before);

            Enrolment enrolment = enrolled(auth, in);
            PlatformException missing =
                    refusedAs(ErrorKind.MFA_REQUIRED, () -> auth.signIns.reauthenticate(caller(in), PASSWORD, null));
            assertThat(missing.details()).doesNotContainKey("mfa_token");
            auth.signIns.reauthenticate(caller(in), PASSWORD, Codes.at(enrolment.secret(), now));
        }
    }

    private static Instant authenticatedAt(TestModule auth, SignedIn in) {
        return auth.sessions.list(caller(in)).get(0).authenticatedAt();
    }

    private String mfaToken(TestModule auth) {
        return (String) refusedAs(ErrorKind.MFA_REQUIRED, () -> auth.login(ANN))
                .details()
                .get("mfa_token");
    }

    @ParameterizedTest
    @EnumSource
    void isSentByEmailWhenItIsNeeded(DatabaseKind kind) {
        try (TestModule auth = open(kind)) {
            SignedIn in = auth.register(ANN);
            Mailbox.take(auth.queue);
            Enrolment enrolment = auth.mfa.enable(caller(in), Method.EMAIL, null);
            assertThat(enrolment.secret()).isNull();
            assertThat(enrolment.backupCodes()).hasSize(10);
            refusedAs(ErrorKind.RATE_LIMITED, () -> auth.mfa.enable(caller(in), Method.EMAIL, null));
            auth.mfa.disable(caller(in), Method.EMAIL);
            refusedAs(ErrorKind.RATE_LIMITED, () -> auth.mfa.enable(caller(in), Method.EMAIL, null));
            assertThat(Mailbox.take(auth.queue))
                    .as("one code, no word of an end")
                    .hasSize(1);
            pass(Duration.ofMinutes(1));
            auth.mfa.enable(caller(in), Method.EMAIL, null);
            String first = sentCode(auth, ANN);
            auth.mfa.verify(caller(in), Method.EMAIL, first);
            Mailbox.take(auth.queue);

            PlatformException early = refusedAs(ErrorKind.MFA_REQUIRED, () -> auth.login(ANN));
            assertThat(early.details())
                    .containsEntry("methods", List.of("email"))
                    .containsEntry("sent", List.of());
            assertThat(Mailbox.take(auth.queue)).as("a moment after the first").isEmpty();
            pass(Duration.ofMinutes(1));
            PlatformException later = refusedAs(ErrorKind.MFA_REQUIRED, () -> auth.login(ANN));
            assertThat(later.details()).containsEntry("sent", List.of("email"));
            String token = (String) later.details().get("mfa_token");
            String overtaken = sentCode(auth, ANN);
            pass(Duration.ofMinutes(1));
            mfaToken(auth);
            String code = sentCode(auth, ANN);
            for (String old : List.of(first, overtaken)) {
                if (!old.equals(code)) {
                    refusedAs(ErrorKind.UNAUTHENTICATED, () -> auth.signIns.complete(ANYBODY, token, code(old)));
                }
            }
            assertThat(auth.signIns.complete(ANYBODY, token, code(code))).isNotNull();
            refusedAs(ErrorKind.UNAUTHENTICATED, () -> auth.signIns.complete(ANYBODY, token, code(code)));

            pass(Duration.ofMinutes(1));
            mfaToken(auth);
            String late = sentCode(auth, ANN);
            pass(Duration.ofMinutes(10));
            refusedAs(ErrorKind.UNAUTHENTICATED, () -> auth.signIns.complete(ANYBODY, token, code(late)));
        }
    }

    @ParameterizedTest
    @EnumSource
    void isSentBySmsWithinTheLimits(DatabaseKind kind) {
        Map<String, Object> limits =
                Map.of("sms_number_hourly", 2, "sms_country_hourly", 3, "sms_countries", new String[] {"49,1", "372"});
        try (TestModule auth = new TestModule(kind, limits, tx -> now)) {
            SignedIn in = auth.register(ANN);
            for (String wrong :
                    new String[] {null, "", "0123456789", "+0123456789", "+4912", "+49123x456", "+442071234567"}) {
                refusedAs(ErrorKind.VALIDATION, () -> auth.mfa.enable(caller(in), Method.SMS, wrong));
            }
            Mailbox.take(auth.queue);
            auth.mfa.enable(caller(in), Method.SMS, "+49 (170) 123-4567");
            auth.mfa.verify(caller(in), Method.SMS, sentCode(auth, "+491701234567"));
            Mailbox.take(auth.queue);
            pass(Duration.ofMinutes(1));
            String token = mfaToken(auth);
            assertThat(Mailbox.take(auth.queue)).hasSize(1);
            pass(Duration.ofMinutes(1));
            mfaToken(auth);
            assertThat(Mailbox.take(auth.queue)).as("beyond the number's limit").isEmpty();
            refusedAs(ErrorKind.UNAUTHENTICATED, () -> auth.signIns.complete(ANYBODY, token, code("")));

            SignedIn bob = auth.register("bob@example.com");
            SignedIn cid = auth.register("cid@example.com");
            auth.mfa.enable(caller(bob), Method.SMS, "+491701111111");
            PlatformException full =
                    refusedAs(ErrorKind.RATE_LIMITED, () -> auth.mfa.enable(caller(cid), Method.SMS, "+491702222222"));
            assertThat(full.retryAfter())
                    .as("the hour's end")
                    .hasValue(Duration.between(now, end(Duration.ofHours(1))));
            auth.mfa.enable(caller(cid), Method.SMS, "+3725123456");
            pass(Duration.ofHours(1));
            Mailbox.take(auth.queue);
            mfaToken(auth);
            assertThat(Mailbox.take(auth.queue)).hasSize(1);
        }
    }

    private Instant end(Duration window) {
        return Instant.ofEpochSecond((now.getEpochSecond() / window.toSeconds() + 1) * window.toSeconds());
    }

    @ParameterizedTest
    @EnumSource
    void sendsNoSmsBeyondTheLimitToManyAtOnce(DatabaseKind kind) throws Exception {
        try (TestModule auth = new TestModule(kind, Map.of("sms_number_hourly", 2), tx -> now)) {
            List<Callable<ErrorKind>> asking = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                SignedIn in = auth.register("user" + i + "@example.com");
                asking.add(() -> {
                    try {
                        auth.mfa.enable(caller(in), Method.SMS, "+491701234567");
                        return ErrorKind.INTERNAL;
                    } catch (PlatformException refusal) {
                        return refusal.kind();
                    }
                });
            }
            Mailbox.take(auth.queue);
            ExecutorService pool = Executors.newFixedThreadPool(asking.size());
            try {
                List<ErrorKind> answers = new ArrayList<>();
                for (Future<ErrorKind> answer : pool.invokeAll(asking)) {
                    answers.add(answer.get());
                }
                assertThat(answers).filteredOn(ErrorKind.RATE_LIMITED::equals).hasSize(4);
                assertThat(answers).filteredOn(ErrorKind.INTERNAL::equals).hasSize(2);
            } finally {
                pool.shutdownNow();
            }
            assertThat(Mailbox.take(auth.queue)).hasSize(2);
        }
    }

    private static String sentCode(TestModule auth, String to) {
        Message sent = Mailbox.take(auth.queue).stream()
                .filter(message -> message.to().equals(to))
                .findFirst()
                .orElseThrow();
        return sent.text().replaceAll("(?s)\\D*([0-9]{6}).*", "$1");
    }
}
