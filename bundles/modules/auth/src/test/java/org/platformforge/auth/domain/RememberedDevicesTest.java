package org.platformforge.auth.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.platformforge.auth.domain.SignInService.Beside.code;
import static org.platformforge.auth.domain.TestModule.ANYBODY;
import static org.platformforge.auth.domain.TestModule.PASSWORD;
import static org.platformforge.auth.domain.TestModule.caller;
import static org.platformforge.auth.domain.TestModule.refusedAs;
import static org.platformforge.auth.domain.TestModule.session;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.platformforge.auth.domain.SignInService.Beside;
import org.platformforge.auth.domain.mfa.Codes;
import org.platformforge.auth.domain.mfa.Device;
import org.platformforge.auth.domain.mfa.Enrolment;
import org.platformforge.auth.domain.mfa.Method;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.store.Store;
import org.platformforge.kernel.store.database.DatabaseKind;

/** Devices that stand in for a code, and those that try to. */
class RememberedDevicesTest {
    private static final String ANN = "ann@example.com";
    private static final String BOB = "bob@example.com";

    private volatile Instant now = Instant.parse("2026-03-01T12:00:10Z");

    private TestModule open(DatabaseKind kind, int days) {
        return new TestModule(kind, Map.of("mfa_remember_days", days), tx -> now);
    }

    /** Somebody with an authenticator app whose next code is good. */
    private Enrolment enrolled(TestModule auth, String email) {
        SignedIn in = auth.register(email);
        Enrolment enrolment = auth.mfa.enable(caller(in), Method.TOTP, null);
        auth.mfa.verify(caller(in), Method.TOTP, next(enrolment));
        return enrolment;
    }

    private String next(Enrolment enrolment) {
        now = now.plusSeconds(30);
        return Codes.at(enrolment.secret(), now);
    }

    private SignedIn remembered(TestModule auth, String email, Enrolment enrolment) {
        return auth.signIns.login(ANYBODY, email, PASSWORD, new Beside(next(enrolment), null, true));
    }

    private static SignedIn with(TestModule auth, String email, String token) {
        return auth.signIns.login(ANYBODY, email, PASSWORD, new Beside(null, token, true));
    }

    private static void refused(TestModule auth, String email, String token) {
        refusedAs(ErrorKind.MFA_REQUIRED, () -> with(auth, email, token));
    }

    @ParameterizedTest
    @EnumSource
    void letsNobodyInWithWhatIsNotTheirs(DatabaseKind kind) {
        try (TestModule auth = open(kind, 30)) {
            Enrolment anns = enrolled(auth, ANN);
            Enrolment bobs = enrolled(auth, BOB);
            String token = remembered(auth, ANN, anns).device().token();
            remembered(auth, BOB, bobs);

            refused(auth, BOB, token);
            for (String forged : List.of(
                    "",
                    "pfd_",
                    token.substring(1),
                    token + "A",
                    token.substring(0, 46) + (token.endsWith("A") ? 'B' : 'A'),
                    token.toUpperCase(java.util.Locale.ROOT),
                    "pfd_" + "A".repeat(43),
                    token + '\0',
                    "pfd_" + "' OR '1'='1".repeat(4).substring(0, 43))) {
                refused(auth, ANN, forged);
            }
            refusedAs(
                    ErrorKind.UNAUTHENTICATED,
                    () -> auth.signIns.login(ANYBODY, ANN, "wrong password", new Beside(null, token, true)));
            refusedAs(
                    ErrorKind.UNAUTHENTICATED,
                    () -> auth.signIns.login(ANYBODY, ANN, PASSWORD, new Beside("000000", token, true)));
            assertThat(with(auth, ANN, token).user().email()).isEqualTo(ANN);
        }
    }

    @ParameterizedTest
    @EnumSource
    void isRefusedOnceItsTimeIsOver(DatabaseKind kind) throws Exception {
        try (TestModule auth = open(kind, 30)) {
            Enrolment anns = enrolled(auth, ANN);
            String token = remembered(auth, ANN, anns).device().token();
            with(auth, ANN, token);

            auth.devices.modified(TestConfig.with(Map.of("mfa_remember_days", 0)));
            refused(auth, ANN, token);
            auth.devices.modified(TestConfig.with(Map.of("mfa_remember_days", 60)));
            age(auth, Duration.ofDays(29));
            with(auth, ANN, token);
            auth.devices.modified(TestConfig.with(Map.of("mfa_remember_days", 7)));
            refused(auth, ANN, token);
            auth.devices.modified(TestConfig.with(Map.of("mfa_remember_days", 60)));
            age(auth, Duration.ofDays(2));
            refused(auth, ANN, token);

            new SessionSweep(auth.store).sweep();
            assertThat(rows(auth)).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource
    void isForgottenWithWhatItStandsFor(DatabaseKind kind) throws Exception {
        try (TestModule auth = open(kind, 30)) {
            Enrolment anns = enrolled(auth, ANN);
            Enrolment bobs = enrolled(auth, BOB);
            String others = remembered(auth, BOB, bobs).device().token();
            List<Consumer<SignedIn>> ends = List.of(
                    in -> auth.sessions.revoke(caller(in), session(in)),
                    in -> auth.sessions.revoke(
                            caller(in), auth.sessions.devices(caller(in)).get(0).id()),
                    in -> auth.sessions.revokeOthers(caller(in)),
                    in -> auth.sessions.revokeAll(caller(in), in.user().id()),
                    in -> {
                        auth.passwords.change(caller(in), PASSWORD, PASSWORD + "!");
                        auth.passwords.change(caller(in), PASSWORD + "!", PASSWORD);
                    },
                    in -> auth.mfa.renewBackupCodes(caller(in)),
                    in -> auth.mfa.reset(caller(in), in.user()));
            for (Consumer<SignedIn> end : ends) {
                SignedIn in = remembered(auth, ANN, anns);
                end.accept(in);
                assertThat(auth.sessions.devices(caller(in)))
                        .as("after %d", ends.indexOf(end))
                        .isEmpty();
            }
            assertThat(rows(auth)).isOne();
            assertThat(with(auth, BOB, others)).isNotNull();
        }
    }

    @ParameterizedTest
    @EnumSource
    void standsInForACodeAndForNothingElse(DatabaseKind kind) {
        try (TestModule auth = open(kind, 30)) {
            Enrolment anns = enrolled(auth, ANN);
            SignedIn first = remembered(auth, ANN, anns);
            assertThat(first.device().lifetime()).isEqualTo(Duration.ofDays(30));
            Session proven = auth.sessions.list(caller(first)).get(0);

            SignedIn in = with(auth, ANN, first.device().token());
            assertThat(in.device()).as("a device remembers no other").isNull();
            Session session = auth.sessions.list(caller(in)).get(0);
            assertThat(session.methods()).containsExactly("pwd", "device");
            assertThat(session.authenticatedAt()).isEqualTo(proven.createdAt());
            refusedAs(ErrorKind.STEP_UP_REQUIRED, () -> auth.mfa.disable(caller(in), Method.TOTP));
            refusedAs(ErrorKind.STEP_UP_REQUIRED, () -> auth.mfa.renewBackupCodes(caller(in)));
            refusedAs(ErrorKind.MFA_REQUIRED, () -> auth.signIns.reauthenticate(caller(in), PASSWORD, null));
            auth.signIns.reauthenticate(caller(in), PASSWORD, next(anns));
            auth.mfa.renewBackupCodes(caller(in));
        }
    }

    @ParameterizedTest
    @EnumSource
    void isRememberedOnlyWhereItIsAllowedAndAskedForAndACodeWasShown(DatabaseKind kind) throws Exception {
        try (TestModule auth = open(kind, 0)) {
            Enrolment anns = enrolled(auth, ANN);
            assertThat(remembered(auth, ANN, anns).device()).as("switched off").isNull();
            auth.devices.modified(TestConfig.with(Map.of("mfa_remember_days", 30)));
            assertThat(auth.signIns
                            .login(ANYBODY, ANN, PASSWORD, code(next(anns)))
                            .device())
                    .as("not asked for")
                    .isNull();
            auth.register(BOB);
            assertThat(with(auth, BOB, null).device()).as("no code shown").isNull();

            String token = remembered(auth, ANN, anns).device().token();
            auth.accessTokens.mfaRequired = true;
            refused(auth, ANN, token);
            assertThat(remembered(auth, ANN, anns).device())
                    .as("where a factor is required")
                    .isNull();
            assertThat(rows(auth)).isOne();
        }
    }

    @ParameterizedTest
    @EnumSource
    void keepsAFewAndTellsWhichAndNoSecret(DatabaseKind kind) throws Exception {
        try (TestModule auth = open(kind, 30)) {
            Enrolment anns = enrolled(auth, ANN);
            String first = remembered(auth, ANN, anns).device().token();
            SignedIn in = remembered(auth, ANN, anns);
            String second = in.device().token();
            with(auth, ANN, first);
            for (int i = 0; i < 9; i++) {
                in = remembered(auth, ANN, anns);
            }
            List<Device> devices = auth.sessions.devices(caller(in));
            assertThat(devices).hasSize(10).extracting(Device::sessionId).contains(session(in));
            refused(auth, ANN, second);
            with(auth, ANN, first);
            assertThat(first).doesNotContain(digests(auth));
            assertThat(in.device().toString()).doesNotContain("pfd_");
        }
    }

    private static void age(TestModule auth, Duration time) {
        auth.store.run(Store.ALL_TENANTS, tx -> {
            try (PreparedStatement select =
                            tx.connection().prepareStatement("SELECT id, created_at, expires_at FROM auth_device");
                    PreparedStatement update = tx.connection()
                            .prepareStatement("UPDATE auth_device SET created_at = ?, expires_at = ? WHERE id = ?");
                    ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    update.setTimestamp(1, earlier(row.getTimestamp(2), time));
                    update.setTimestamp(2, earlier(row.getTimestamp(3), time));
                    update.setString(3, row.getString(1));
                    update.executeUpdate();
                }
            }
        });
    }

    private static Timestamp earlier(Timestamp time, Duration by) {
        return Timestamp.valueOf(time.toLocalDateTime().minus(by));
    }

    private static int rows(TestModule auth) throws SQLException {
        return digests(auth).size();
    }

    private static List<String> digests(TestModule auth) {
        return auth.store.call(Store.ALL_TENANTS, tx -> {
            List<String> digests = new java.util.ArrayList<>();
            try (PreparedStatement select = tx.connection().prepareStatement("SELECT digest FROM auth_device");
                    ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    digests.add(row.getString(1));
                }
            }
            return digests;
        });
    }
}
