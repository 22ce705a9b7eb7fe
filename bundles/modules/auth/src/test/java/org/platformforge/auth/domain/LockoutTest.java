package org.platformforge.auth.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.platformforge.auth.domain.SignInService.Beside.code;
import static org.platformforge.auth.domain.TestModule.PASSWORD;
import static org.platformforge.auth.domain.TestModule.refusedAs;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.platformforge.auth.domain.Fakes.TestCaller;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.security.PasswordAuthenticator;
import org.platformforge.kernel.api.store.Store;
import org.platformforge.kernel.store.database.DatabaseKind;

class LockoutTest {
    private static final String ANN = "ann@example.com";
    private static final Caller HOME = from("192.0.2.10");
    private static final Caller STRANGER = from("203.0.113.66");

    private static Caller from(String address) {
        return new TestCaller(Caller.Scheme.NONE, "", "anonymous", Set.of(), Optional.empty(), address);
    }

    @ParameterizedTest
    @EnumSource
    void makesOneAddressWaitLongerAndLongerForOneAccount(DatabaseKind kind) {
        // a first wait that is not over before the test is
        try (TestModule auth = new TestModule(kind, Map.of("lockout_free", 3))) {
            auth.register(ANN);
            for (int i = 0; i < 3; i++) {
                wrong(auth, STRANGER, ANN);
            }
            extendWaits(auth);
            PlatformException wait =
                    refusedAs(ErrorKind.RATE_LIMITED, () -> auth.signIns.login(STRANGER, ANN, PASSWORD, code(null)));
            assertThat(wait.retryAfter()).isPresent();

            assertThat(auth.signIns.login(HOME, ANN, PASSWORD, code(null))).isNotNull();
            wrong(auth, STRANGER, "bob@example.com");
        }
    }

    @ParameterizedTest
    @EnumSource
    void doesNotTellAccountsThatExistFromOthers(DatabaseKind kind) {
        try (TestModule auth = new TestModule(kind, Map.of("lockout_free", 2))) {
            auth.register(ANN);
            for (String email : new String[] {ANN, "nobody@example.com"}) {
                wrong(auth, STRANGER, email);
                wrong(auth, STRANGER, email);
            }
            extendWaits(auth);
            PlatformException known = refusedAs(
                    ErrorKind.RATE_LIMITED, () -> auth.signIns.login(STRANGER, ANN, "wrong password", code(null)));
            PlatformException unknown = refusedAs(
                    ErrorKind.RATE_LIMITED,
                    () -> auth.signIns.login(STRANGER, "nobody@example.com", "wrong password", code(null)));
            assertThat(known.getMessage()).isEqualTo(unknown.getMessage());
            assertThat(known.details()).isEqualTo(unknown.details());
        }
    }

    @ParameterizedTest
    @EnumSource
    void doesNotLetStrangersLockTheOwnerOut(DatabaseKind kind) {
        try (TestModule auth = new TestModule(kind, Map.of("lockout_account_free", 4, "lockout_address_free", 4))) {
            auth.register(ANN);
            auth.signIns.login(HOME, ANN, PASSWORD, code(null));
            for (int i = 0; i < 4; i++) {
                wrong(auth, from("203.0.113." + i), ANN);
            }
            for (int i = 0; i < 4; i++) {
                wrong(auth, HOME, i + "@example.com");
            }
            extendWaits(auth);
            refusedAs(
                    ErrorKind.RATE_LIMITED, () -> auth.signIns.login(from("203.0.113.99"), ANN, PASSWORD, code(null)));
            refusedAs(ErrorKind.RATE_LIMITED, () -> auth.signIns.login(HOME, "new@example.com", PASSWORD, code(null)));
            assertThat(auth.signIns.login(HOME, ANN, PASSWORD, code(null))).isNotNull();
        }
    }

    @ParameterizedTest
    @EnumSource
    void countsGuessesOnTheConsoleTogetherWithThoseOverHttp(DatabaseKind kind) {
        try (TestModule auth = new TestModule(kind, Map.of("lockout_free", 4, "lockout_account_free", 5))) {
            auth.register(ANN);
            wrong(auth, STRANGER, ANN);
            for (int i = 0; i < 3; i++) {
                assertThat(guess(auth, STRANGER, "wrong password")).isEmpty();
            }
            extendWaits(auth);
            long hashed = auth.hasher.runs();
            refusedAs(ErrorKind.RATE_LIMITED, () -> guess(auth, STRANGER, PASSWORD));
            refusedAs(ErrorKind.RATE_LIMITED, () -> auth.signIns.login(STRANGER, ANN, PASSWORD, code(null)));
            assertThat(auth.hasher.runs()).as("passwords looked at").isEqualTo(hashed);

            assertThat(guess(auth, from("203.0.113.7"), PASSWORD))
                    .as("from elsewhere")
                    .isPresent();
            assertThat(guess(auth, from("203.0.113.8"), "wrong password")).isEmpty();
            extendWaits(auth);
            refusedAs(ErrorKind.RATE_LIMITED, () -> guess(auth, from("203.0.113.9"), PASSWORD));
        }
    }

    @ParameterizedTest
    @EnumSource
    void makesTheConsoleWaitLongerAndLonger(DatabaseKind kind) {
        try (TestModule auth = new TestModule(kind, Map.of("lockout_free", 1))) {
            auth.register(ANN);
            update(auth, "DELETE FROM auth_attempt"); // the pause after the mail of the registration
            Duration before = Duration.ZERO;
            for (int i = 0; i < 3; i++) {
                assertThat(guess(auth, HOME, "wrong password")).isEmpty();
                Duration wait = waits(auth);
                assertThat(wait).isGreaterThan(before);
                before = wait;
                update(auth, "UPDATE auth_attempt SET refused_until = {ts '2001-01-01 00:00:00'}");
            }
            assertThat(guess(auth, HOME, PASSWORD)).isPresent();
            assertThat(guess(auth, HOME, "wrong password")).isEmpty();
            assertThat(waits(auth)).as("after the right one").isEqualTo(Duration.ofSeconds(1));
        }
    }

    private static Optional<PasswordAuthenticator.Principal> guess(TestModule auth, Caller client, String password) {
        return auth.signIns.authenticate(client, ANN, password.toCharArray());
    }

    /** The longest wait that was ordered. */
    private static Duration waits(TestModule auth) {
        return auth.store.call(Store.ALL_TENANTS, tx -> {
            try (var statement = tx.connection().createStatement();
                    var rows = statement.executeQuery("SELECT refused_until, updated_at FROM auth_attempt")) {
                Duration longest = Duration.ZERO;
                while (rows.next()) {
                    Duration wait = Duration.between(
                            rows.getTimestamp(2).toInstant(),
                            rows.getTimestamp(1).toInstant());
                    longest = wait.compareTo(longest) > 0 ? wait : longest;
                }
                return longest;
            }
        });
    }

    @ParameterizedTest
    @EnumSource
    void forgetsTheFailuresOfWhoSignsInAndOfLongAgo(DatabaseKind kind) {
        try (TestModule auth = new TestModule(kind, Map.of("lockout_free", 3))) {
            auth.register(ANN);
            for (int round = 0; round < 3; round++) {
                wrong(auth, HOME, ANN);
                wrong(auth, HOME, ANN);
                auth.signIns.login(HOME, ANN, PASSWORD, code(null));
            }
            update(auth, "UPDATE auth_attempt SET updated_at = {ts '2001-01-01 00:00:00'}");
            new SessionSweep(auth.store).sweep();
            assertThat(count(auth)).isZero();
        }
    }

    @Test
    void countsAnIpv6NetworkAsOneAddress() {
        assertThat(Lockout.network("2001:db8:1:2::1")).isEqualTo(Lockout.network("2001:db8:1:2:ffff::9%eth0"));
        assertThat(Lockout.network("2001:db8:1:2::1")).isNotEqualTo(Lockout.network("2001:db8:1:3::1"));
        assertThat(Lockout.network("192.0.2.1")).isEqualTo("192.0.2.1");
        assertThat(Lockout.network("::ffff:192.0.2.1")).isEqualTo("192.0.2.1");
        assertThat(Lockout.network("no:address")).isEqualTo("no:address");
        assertThat(Lockout.network(null)).isEqualTo("null");
    }

    @Test
    void doublesTheWaitUpToTheLongest() {
        Duration longest = Duration.ofMinutes(15);
        assertThat(Lockout.wait(0, longest)).isEqualTo(Duration.ofSeconds(1));
        assertThat(Lockout.wait(3, longest)).isEqualTo(Duration.ofSeconds(8));
        assertThat(Lockout.wait(9, longest)).isEqualTo(Duration.ofSeconds(512));
        assertThat(Lockout.wait(10, longest)).isEqualTo(longest);
        assertThat(Lockout.wait(Integer.MAX_VALUE, longest)).isEqualTo(longest);
    }

    private static void wrong(TestModule auth, Caller request, String email) {
        refusedAs(ErrorKind.UNAUTHENTICATED, () -> auth.signIns.login(request, email, "wrong password", code(null)));
    }

    /** Waits that have begun last until the test is over, however slow it is. */
    private static void extendWaits(TestModule auth) {
        update(
                auth,
                "UPDATE auth_attempt SET refused_until = {ts '2100-01-01 00:00:00'} WHERE refused_until > updated_at");
    }

    private static void update(TestModule auth, String sql) {
        auth.store.run(Store.ALL_TENANTS, tx -> {
            try (var statement = tx.connection().createStatement()) {
                statement.executeUpdate(sql);
            }
        });
    }

    private static int count(TestModule auth) {
        return auth.store.call(Store.ALL_TENANTS, tx -> {
            try (var statement = tx.connection().createStatement();
                    var row = statement.executeQuery("SELECT COUNT(*) FROM auth_attempt")) {
                row.next();
                return row.getInt(1);
            }
        });
    }
}
