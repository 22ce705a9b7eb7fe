package org.platformforge.itests.blackbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every named policy of {@code config/}, as shipped but with a small number: from 64 connections at once it lets in
 * exactly so many requests, whoever else calls.
 */
@Order(9)
@Tag(Tags.ANY_DATABASE)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@ExtendWith(PlatformExtension.class)
class PolicyTest {
    private static final String FILE = "org.platformforge.kernel.security.ratelimit.cfg";
    private static final String BASE = "/api/v1/contract/";
    private static final Duration APPLIED_WITHIN = Duration.ofSeconds(20);
    private static final int CONNECTIONS = 64;
    private static final int LIMIT = 7;

    private final Platform platform;
    private final Http http;
    private final Map<String, Subject> subjects = new LinkedHashMap<>();
    private ContractModule module;
    private Account probe;

    private static final String REFUSED = "refused-credentials";

    /** Who is limited by a policy, and somebody who has a count of their own. */
    private record Subject(String path, String[] credential, String[] other) {}

    PolicyTest(Platform platform) {
        this.platform = platform;
        this.http = platform.http();
    }

    @BeforeAll
    void prepare() {
        module = new ContractModule(platform);
        probe = Account.register(platform);
        Account operator = Account.login(platform, Platform.OPERATOR_EMAIL, Platform.OPERATOR_PASSWORD);
        subject(
                "platform-api-standard",
                "platform-api/limited",
                token(newAccount()),
                newAccount().bearer());
        String premium = "{\"name\": \"premium\", \"plan\": \"premium\"}";
        subject("platform-api-premium", "platform-api/limited", secret(operator, premium), secret(operator, premium));
        subject(
                "api-reference-user",
                "api-reference/limited",
                newAccount().bearer(),
                newAccount().bearer());
        subject("api-reference-key", "api-reference/limited", key(newAccount()), key(newAccount()));
        subject(
                "platform-forge",
                "platform-forge/limited",
                newAccount().bearer(),
                newAccount().bearer());
        subject(
                "admin",
                "credentials/admin",
                newAccount().bearer(),
                newAccount().bearer());
        subject("paas-user", "paas/limited", newAccount().bearer(), newAccount().bearer());
        subject("paas-address", "paas/limited", newAccount().bearer(), null);
        subject("infrastructure", "infrastructure/limited", key(newAccount()), key(newAccount()));
        subjects.put("auth", new Subject("/api/v1/auth/refresh", new String[0], null));
        subjects.put("webhook", new Subject("/api/v1/pipelines/pipe-none/webhooks/github", new String[0], null));
    }

    private void subject(String policy, String path, String[] credential, String[] other) {
        subjects.put(policy, new Subject(BASE + path, credential, other));
    }

    @AfterAll
    void restore() {
        platform.liftRateLimits();
        await().atMost(APPLIED_WITHIN).until(() -> limitOf(probe) == null);
        module.close();
    }

    @Test
    @Order(1)
    void knowsEveryPolicyThatIsShipped() throws IOException {
        List<String> shipped = shipped()
                .lines()
                .filter(line -> line.startsWith("policy."))
                .map(line -> line.substring("policy.".length(), line.indexOf(' ')))
                .filter(policy -> !policy.equals(REFUSED)) // counts refusals, not requests
                .filter(policy -> !policy.equals("extension")) // named by no route, see RateLimitTest
                .toList();

        assertThat(subjects.keySet()).containsExactlyInAnyOrderElementsOf(shipped);
    }

    @ParameterizedTest
    @Order(2)
    @ValueSource(
            strings = {
                "platform-api-standard",
                "platform-api-premium",
                "api-reference-user",
                "api-reference-key",
                "platform-forge",
                "admin",
                "paas-user",
                "infrastructure",
                "paas-address",
                "auth",
                "webhook"
            })
    void letsInExactlyAsManyAsItSays(String policy) throws Exception {
        apply(policy, LIMIT);
        Subject subject = subjects.get(policy);

        List<Answer> answers = atOnce(() -> call(subject, subject.credential()));

        List<Answer> accepted =
                answers.stream().filter(answer -> answer.status() != 429).toList();
        assertThat(accepted).as("accepted").hasSize(LIMIT);
        assertThat(accepted.stream()
                        .map(answer -> answer.header("X-RateLimit-Remaining"))
                        .collect(Collectors.toSet()))
                .isEqualTo(IntStream.range(0, LIMIT).mapToObj(Integer::toString).collect(Collectors.toSet()));
        answers.forEach(answer -> assertHeaders(answer, policy));
        assertThat(answers.stream()
                        .map(answer -> answer.header("X-RateLimit-Reset"))
                        .distinct())
                .as("one window")
                .hasSize(1);
        if (subject.other() != null) {
            Answer other = call(subject, subject.other());
            assertThat(other.status()).as(other.toString()).isEqualTo(200);
            assertThat(other.header("X-RateLimit-Remaining")).isEqualTo(Integer.toString(LIMIT - 1));
        }
    }

    private static void assertHeaders(Answer answer, String policy) {
        long now = Instant.now().getEpochSecond();
        assertThat(answer.header("X-RateLimit-Limit")).as(answer.toString()).isEqualTo(Integer.toString(LIMIT));
        assertThat(Long.parseLong(answer.header("X-RateLimit-Reset"))).isBetween(now, now + 3601); // rounded up
        assertThat(answer.header("RateLimit-Policy")).isEqualTo("\"" + policy + "\";q=" + LIMIT + ";w=3600");
        assertThat(answer.header("RateLimit"))
                .startsWith("\"" + policy + "\";r=" + answer.header("X-RateLimit-Remaining") + ";t=");
        if (answer.status() == 429) {
            assertThat(Long.parseLong(answer.header("Retry-After"))).isBetween(1L, 3600L);
            assertThat(answer.header("X-RateLimit-Remaining")).isEqualTo("0");
            String said = answer.text();
            assertThat(said.contains("RATE_LIMIT_EXCEEDED")
                            || said.contains("TOO_MANY")
                            || said.contains("\"error\":\"T"))
                    .as(said)
                    .isTrue();
        }
    }

    @Test
    @Order(3)
    void keepsWhatWasCountedWhenTheLimitChangesAndWhenItIsKilled() throws Exception {
        Subject subject = subjects.get("infrastructure");
        apply("infrastructure", LIMIT + 3);
        List<Answer> more = atOnce(() -> call(subject, subject.credential()));
        assertThat(more).filteredOn(answer -> answer.status() == 200).hasSize(3);
        String reset = more.get(0).header("X-RateLimit-Reset");

        platform.killNine();
        platform.start();

        Answer after = call(subject, subject.credential());
        assertThat(after.status()).as(after.toString()).isEqualTo(429);
        assertThat(after.header("X-RateLimit-Reset")).isEqualTo(reset);
    }

    @Test
    @Order(9)
    void letsAnAddressTryAsManyWrongCredentialsAsItSays() throws Exception {
        apply(REFUSED, LIMIT);

        List<Answer> answers = atOnce(() -> http.get("/api/v1/auth/me", Account.bearer("forged")));

        assertThat(answers).extracting(Answer::status).containsOnly(401, 429);
        // several may be verified at once before the first of them is refused
        assertThat(answers.stream().filter(answer -> answer.status() == 429)).isNotEmpty();
        assertThat(http.get("/api/v1/auth/me", Account.bearer("forged")).status())
                .isEqualTo(429);
        assertThat(http.get("/api/v1/auth/me", probe.bearer()).status()).isEqualTo(429);
    }

    private Answer call(Subject subject, String[] credential) {
        return subject.credential().length == 0
                ? http.post(subject.path(), "{\"refresh_token\": \"not one\"}")
                : http.get(subject.path(), credential);
    }

    private List<Answer> atOnce(Callable<Answer> call) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(CONNECTIONS);
        try {
            List<Answer> answers = new ArrayList<>();
            for (Future<Answer> answer : threads.invokeAll(java.util.Collections.nCopies(CONNECTIONS, call))) {
                answers.add(answer.get());
            }
            return answers;
        } finally {
            threads.shutdownNow();
        }
    }

    /** The policy with its shipped meaning but this number in an hour; all others without limits, but the probe's. */
    private void apply(String policy, int limit) throws IOException {
        // the probe is a user of document 001, whose policy has a number of its own for each policy under test
        int mark = 100_000 + 10 * new ArrayList<>(subjects.keySet()).indexOf(policy) + limit;
        String content = shipped()
                .replaceAll("(?m)^policy\\." + policy + " = \\d+/\\w+", "policy." + policy + " = " + limit + "/1h")
                .replaceAll(
                        "(?m)^(policy\\.(?!" + policy + " )(?!api-reference-user )[a-z-]+) = .*$", "$1 = unlimited");
        if (policy.equals("api-reference-user")) {
            Files.writeString(file(), content);
            await().atMost(APPLIED_WITHIN).until(() -> Integer.toString(limit).equals(limitOf(probe)));
            return;
        }
        Files.writeString(
                file(),
                content.replaceAll(
                        "(?m)^policy\\.api-reference-user = \\d+/\\w+", "policy.api-reference-user = " + mark + "/1h"));
        await().atMost(APPLIED_WITHIN).until(() -> Integer.toString(mark).equals(limitOf(probe)));
    }

    private String limitOf(Account account) {
        return http.get(BASE + "api-reference/limited", account.bearer()).header("X-RateLimit-Limit");
    }

    private String shipped() throws IOException {
        return Files.readString(platform.distribution().resolve("config").resolve(FILE));
    }

    private Path file() {
        return platform.config().resolve(FILE);
    }

    private Account newAccount() {
        return Account.register(platform);
    }

    private String[] token(Account account) {
        return secret(account, "{\"name\": \"token\"}");
    }

    private String[] key(Account account) {
        return new String[] {
            "X-API-Key",
            account.createKey(platform, "{\"name\": \"key\", \"type\": \"key\"}")
                    .path("secret")
                    .asText()
        };
    }

    private String[] secret(Account account, String json) {
        return Account.bearer(account.createKey(platform, json).path("secret").asText());
    }
}
