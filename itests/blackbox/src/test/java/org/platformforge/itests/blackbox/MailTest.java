package org.platformforge.itests.blackbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What is done with the tokens in mails, which are files as long as no mail server is configured. */
@Order(2)
@ExtendWith(PlatformExtension.class)
class MailTest {
    private static final Pattern TOKEN = Pattern.compile("pfl_[A-Za-z0-9_-]{43}");
    private static final String NEW_PASSWORD = "another good password";

    private final Platform platform;
    private final Http http;

    MailTest(Platform platform) {
        this.platform = platform;
        this.http = platform.http();
    }

    @Test
    void confirmsAnAddressAndSetsANewPassword() {
        Account account = Account.register(platform);
        String confirm = token(account.email(), "Confirm your e-mail address");
        assertThat(post("email/verify", "{\"token\": \"%s\"}".formatted(confirm))
                        .status())
                .isEqualTo(200);
        assertThat(post("email/verify", "{\"token\": \"%s\"}".formatted(confirm))
                        .errorCode())
                .isEqualTo("VALIDATION_ERROR");

        Answer known = post("password/forgot", "{\"email\": \"%s\"}".formatted(account.email()));
        Answer unknown = post("password/forgot", "{\"email\": \"nobody-%s@example.com\"}".formatted(UUID.randomUUID()));
        assertThat(known.status()).isEqualTo(unknown.status()).isEqualTo(202);
        assertThat(known.data()).isEqualTo(unknown.data());
        String reset = token(account.email(), "Set a new password");
        String body = "{\"token\": \"%s\", \"password\": \"%s\"}".formatted(reset, NEW_PASSWORD);
        assertThat(post("password/reset", body.replace(NEW_PASSWORD, "password1"))
                        .errorCode())
                .isEqualTo("VALIDATION_ERROR");
        assertThat(post("password/reset", body).status()).isEqualTo(200);
        assertThat(post("password/reset", body).status()).isEqualTo(400);

        assertThat(http.get("/api/v1/auth/me", account.bearer()).status()).isEqualTo(401);
        Account again = Account.login(platform, account.email(), NEW_PASSWORD);
        Account other = Account.login(platform, account.email(), NEW_PASSWORD);
        String change =
                "{\"current_password\": \"%s\", \"password\": \"%s\"}".formatted(NEW_PASSWORD, Account.PASSWORD);
        assertThat(http.post("/api/v1/auth/password/change", change, again.bearer())
                        .status())
                .isEqualTo(200);
        assertThat(http.get("/api/v1/auth/me", again.bearer()).status()).isEqualTo(200);
        assertThat(http.get("/api/v1/auth/me", other.bearer()).status()).isEqualTo(401);
    }

    @Test
    void invitesSomebodyToTheTenant() {
        Account account = Account.register(platform);
        String email = "invited-" + UUID.randomUUID() + "@example.com";
        Answer invited = http.post(
                "/api/v1/auth/invitations",
                "{\"email\": \"%s\", \"roles\": [\"developer\"]}".formatted(email),
                account.bearer());
        assertThat(invited.status()).as(invited.toString()).isEqualTo(201);
        String register = "{\"email\": \"%s\", \"password\": \"%s\", \"name\": \"Bob\", \"tenant_id\": \"%s\"%s}";
        Answer closed = post("register", register.formatted(email, Account.PASSWORD, account.tenantId(), ""));
        assertThat(closed.status()).isEqualTo(403);

        String token = ", \"invitation_token\": \"%s\"".formatted(token(email, "You are invited"));
        JsonNode user = post("register", register.formatted(email, Account.PASSWORD, account.tenantId(), token))
                .data()
                .path("user");
        assertThat(user.path("tenant_id").asText()).isEqualTo(account.tenantId());
        JsonNode in = post("login", "{\"email\": \"%s\", \"password\": \"%s\"}".formatted(email, Account.PASSWORD))
                .data();
        assertThat(in.path("user").path("roles").toString()).isEqualTo("[\"developer\"]");
    }

    private Answer post(String route, String json) {
        return http.post("/api/v1/auth/" + route, json);
    }

    private String token(String email, String subject) {
        return token(platform, email, subject);
    }

    /** The token of a mail to the address, once it is sent. */
    static String token(Platform platform, String email, String subject) {
        return await().atMost(Duration.ofSeconds(60))
                .until(() -> find(platform, email, subject), Optional::isPresent)
                .orElseThrow();
    }

    private static Optional<String> find(Platform platform, String email, String subject) throws IOException {
        Path outbox = platform.data().resolve("outbox");
        if (!Files.isDirectory(outbox)) {
            return Optional.empty();
        }
        try (Stream<Path> files = Files.list(outbox)) {
            List<Path> mails =
                    files.filter(file -> file.toString().endsWith(".txt")).toList();
            for (Path mail : mails) {
                String text = Files.readString(mail);
                Matcher token = TOKEN.matcher(text);
                if (text.startsWith("To: " + email + "\nSubject: " + subject + "\n") && token.find()) {
                    return Optional.of(token.group());
                }
            }
        }
        return Optional.empty();
    }
}
