package org.platformforge.auth.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.platformforge.auth.domain.SignInService.Beside.code;
import static org.platformforge.auth.domain.TestModule.ANYBODY;
import static org.platformforge.auth.domain.TestModule.PASSWORD;
import static org.platformforge.auth.domain.TestModule.caller;
import static org.platformforge.auth.domain.TestModule.refusedAs;
import static org.platformforge.auth.domain.TestModule.session;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.platformforge.auth.domain.EmailService.Change;
import org.platformforge.auth.domain.message.Mailbox;
import org.platformforge.auth.domain.message.Message;
import org.platformforge.auth.domain.message.Message.Channel;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.store.Store;
import org.platformforge.kernel.store.database.DatabaseKind;

/** What is done with the tokens in mails: addresses verified and changed, passwords set anew. */
class MailedTokensTest {
    private static final String ANN = "ann@example.com";
    private static final String NEXT = "ann.next@example.com";
    private static final String NEW_PASSWORD = "another good password";

    private static TestModule open(DatabaseKind kind) {
        return new TestModule(kind, Map.of());
    }

    @ParameterizedTest
    @EnumSource
    void verifiesTheAddressOfARegistration(DatabaseKind kind) {
        try (TestModule auth = open(kind)) {
            SignedIn in = auth.register(ANN);
            assertThat(user(auth).emailVerifiedAt()).isNull();
            String token = Mailbox.token(auth.queue, ANN);
            for (String wrong : List.of("", "pfl_", token + "x", token.substring(0, token.length() - 1), "pfl_\0")) {
                refusedAs(ErrorKind.VALIDATION, () -> auth.emails.verify(ANYBODY, wrong));
            }
            refusedAs(ErrorKind.VALIDATION, () -> auth.passwords.reset(ANYBODY, token, NEW_PASSWORD));
            auth.emails.verify(ANYBODY, token);
            assertThat(user(auth).emailVerifiedAt()).isNotNull();
            refusedAs(ErrorKind.VALIDATION, () -> auth.emails.verify(ANYBODY, token));
            assertThat(auth.emails.requestVerification(caller(in))).isTrue();
            assertThat(Mailbox.take(auth.queue)).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void sendsOneMailToManyWhoAskAtOnce(DatabaseKind kind) throws Exception {
        try (TestModule auth = open(kind)) {
            auth.register(ANN);
            Mailbox.take(auth.queue);
            ExecutorService pool = Executors.newFixedThreadPool(6);
            try {
                Callable<Void> forgot = () -> {
                    auth.passwords.forgot(ANYBODY, ANN);
                    return null;
                };
                for (Future<Void> asked : pool.invokeAll(Collections.nCopies(6, forgot))) {
                    asked.get();
                }
            } finally {
                pool.shutdownNow();
            }
            assertThat(Mailbox.take(auth.queue)).hasSize(1);
        }
    }

    @ParameterizedTest
    @EnumSource
    void sendsNoMoreThanOneMailAMinute(DatabaseKind kind) {
        try (TestModule auth = open(kind)) {
            SignedIn in = auth.register(ANN);
            Mailbox.take(auth.queue);
            auth.emails.requestVerification(caller(in));
            auth.passwords.forgot(ANYBODY, ANN);
            auth.passwords.forgot(ANYBODY, ANN);
            auth.passwords.forgot(ANYBODY, "no\0body@example.com");
            auth.passwords.forgot(ANYBODY, "nobody@example.com");
            auth.passwords.forgot(ANYBODY, "nobody@example.com");
            assertThat(Mailbox.take(auth.queue))
                    .extracting(Message::channel)
                    .containsExactlyInAnyOrder(Channel.EMAIL, Channel.NONE);

            LinkTimes.letAMinutePass(auth);
            assertThat(auth.emails.requestVerification(caller(in))).isFalse();
            assertThat(Mailbox.take(auth.queue)).hasSize(1);
        }
    }

    @ParameterizedTest
    @EnumSource
    void setsANewPasswordOnceAndEndsAllSessions(DatabaseKind kind) {
        try (TestModule auth = open(kind)) {
            SignedIn in = auth.register(ANN);
            Mailbox.take(auth.queue);
            auth.passwords.forgot(ANYBODY, "ANN@example.com ");
            String overtaken = Mailbox.token(auth.queue, ANN);
            LinkTimes.letAMinutePass(auth);
            auth.passwords.forgot(ANYBODY, ANN);
            String token = Mailbox.token(auth.queue, ANN);

            refusedAs(ErrorKind.VALIDATION, () -> auth.passwords.reset(ANYBODY, overtaken, NEW_PASSWORD));
            refusedAs(ErrorKind.VALIDATION, () -> auth.passwords.reset(ANYBODY, token, "short"));
            refusedAs(ErrorKind.VALIDATION, () -> auth.passwords.reset(ANYBODY, token, "password1"));
            refusedAs(ErrorKind.VALIDATION, () -> auth.passwords.reset(ANYBODY, token, ANN));
            auth.passwords.reset(ANYBODY, token, NEW_PASSWORD);
            refusedAs(ErrorKind.VALIDATION, () -> auth.passwords.reset(ANYBODY, token, NEW_PASSWORD));

            refusedAs(ErrorKind.UNAUTHENTICATED, () -> auth.login(ANN));
            refusedAs(ErrorKind.UNAUTHENTICATED, () -> auth.sessions.refresh(ANYBODY, in.refreshToken()));
            assertThat(auth.accessTokens.revoked).containsExactly(session(in));
            assertThat(auth.signIns.login(ANYBODY, ANN, NEW_PASSWORD, code(null)))
                    .isNotNull();
            assertThat(user(auth).emailVerifiedAt()).isNotNull();
            assertThat(Mailbox.take(auth.queue))
                    .extracting(Message::subject)
                    .containsExactly("Your password was changed");
        }
    }

    @ParameterizedTest
    @EnumSource
    void acceptsNoTokenAfterItsTime(DatabaseKind kind) {
        try (TestModule auth = open(kind)) {
            auth.register(ANN);
            String token = Mailbox.token(auth.queue, ANN);
            auth.store.run(Store.ALL_TENANTS, tx -> {
                try (var statement = tx.connection().createStatement()) {
                    statement.executeUpdate("UPDATE auth_link SET expires_at = {ts '2001-01-01 00:00:00'}");
                }
            });
            refusedAs(ErrorKind.VALIDATION, () -> auth.emails.verify(ANYBODY, token));
            new SessionSweep(auth.store).sweep();
            refusedAs(ErrorKind.VALIDATION, () -> auth.emails.verify(ANYBODY, token));
        }
    }

    @ParameterizedTest
    @EnumSource
    void replacesThePasswordOfWhoKnowsItAndEndsTheOtherSessions(DatabaseKind kind) {
        try (TestModule auth = open(kind)) {
            SignedIn other = auth.register(ANN);
            SignedIn in = auth.login(ANN);
            refusedAs(
                    ErrorKind.UNAUTHENTICATED, () -> auth.passwords.change(caller(in), "wrong password", NEW_PASSWORD));
            refusedAs(ErrorKind.VALIDATION, () -> auth.passwords.change(caller(in), PASSWORD, "iloveyou"));
            auth.passwords.change(caller(in), PASSWORD, NEW_PASSWORD);

            assertThat(auth.sessions.list(caller(in))).extracting(Session::id).containsExactly(session(in));
            refusedAs(ErrorKind.UNAUTHENTICATED, () -> auth.sessions.refresh(ANYBODY, other.refreshToken()));
            refusedAs(ErrorKind.UNAUTHENTICATED, () -> auth.login(ANN));
            assertThat(auth.signIns.login(ANYBODY, ANN, NEW_PASSWORD, code(null)))
                    .isNotNull();
        }
    }

    @ParameterizedTest
    @EnumSource
    void changesAnAddressWhenBothHaveConfirmed(DatabaseKind kind) {
        try (TestModule auth = open(kind)) {
            SignedIn in = auth.register(ANN);
            Mailbox.take(auth.queue);
            refusedAs(ErrorKind.VALIDATION, () -> auth.emails.requestChange(caller(in), "no address"));
            refusedAs(ErrorKind.VALIDATION, () -> auth.emails.requestChange(caller(in), ANN));
            auth.emails.requestChange(caller(in), " Ann.Next@example.com");
            refusedAs(ErrorKind.RATE_LIMITED, () -> auth.emails.requestChange(caller(in), NEXT));
            List<Message> mails = Mailbox.take(auth.queue);
            assertThat(mails).extracting(Message::to).containsExactlyInAnyOrder(ANN, NEXT);

            assertThat(auth.emails.confirmChange(ANYBODY, Mailbox.tokenIn(mails.get(0))))
                    .isEqualTo(Change.WAITING);
            assertThat(user(auth).email()).isEqualTo(ANN);
            assertThat(auth.emails.confirmChange(ANYBODY, Mailbox.tokenIn(mails.get(1))))
                    .isEqualTo(Change.CHANGED);
            assertThat(auth.login(NEXT).user().id()).isEqualTo(in.user().id());
            refusedAs(ErrorKind.UNAUTHENTICATED, () -> auth.login(ANN));
        }
    }

    @ParameterizedTest
    @EnumSource
    void changesAnAddressWhenBothConfirmAtTheSameMoment(DatabaseKind kind) throws Exception {
        try (TestModule auth = open(kind)) {
            SignedIn in = auth.register(ANN);
            Mailbox.take(auth.queue);
            auth.emails.requestChange(caller(in), NEXT);
            List<Callable<Change>> confirmations = new ArrayList<>();
            Mailbox.take(auth.queue)
                    .forEach(
                            mail -> confirmations.add(() -> auth.emails.confirmChange(ANYBODY, Mailbox.tokenIn(mail))));
            ExecutorService pool = Executors.newFixedThreadPool(2);
            try {
                List<Change> answers = new ArrayList<>();
                for (Future<Change> answer : pool.invokeAll(confirmations)) {
                    answers.add(answer.get());
                }
                assertThat(answers).containsExactlyInAnyOrder(Change.WAITING, Change.CHANGED);
            } finally {
                pool.shutdownNow();
            }
            assertThat(auth.accounts.find(NEXT)).isPresent();
        }
    }

    @ParameterizedTest
    @EnumSource
    void doesNotTellWhoseTheNewAddressIs(DatabaseKind kind) {
        try (TestModule auth = open(kind)) {
            SignedIn in = auth.register(ANN);
            auth.register(NEXT);
            Mailbox.take(auth.queue);
            auth.emails.requestChange(caller(in), NEXT);
            List<Message> mails = Mailbox.take(auth.queue);
            assertThat(mails).extracting(Message::channel).containsExactlyInAnyOrder(Channel.EMAIL, Channel.NONE);
            for (Message mail : mails) {
                if (mail.channel() == Channel.EMAIL) {
                    assertThat(auth.emails.confirmChange(ANYBODY, Mailbox.tokenIn(mail)))
                            .isEqualTo(Change.WAITING);
                }
            }
            assertThat(user(auth).email()).isEqualTo(ANN);
        }
    }

    @ParameterizedTest
    @EnumSource
    void tellsTheOwnerOfAReusedRefreshToken(DatabaseKind kind) {
        try (TestModule auth = new TestModule(kind, Map.of("refresh_grace_seconds", 0))) {
            String first = auth.register(ANN).refreshToken();
            Mailbox.take(auth.queue);
            auth.sessions.refresh(ANYBODY, first);
            refusedAs(ErrorKind.UNAUTHENTICATED, () -> auth.sessions.refresh(ANYBODY, first));
            assertThat(Mailbox.take(auth.queue))
                    .extracting(Message::subject)
                    .containsExactly("A session was ended for safety");
        }
    }

    private static User user(TestModule auth) {
        return auth.accounts.find(ANN).orElseThrow();
    }
}
