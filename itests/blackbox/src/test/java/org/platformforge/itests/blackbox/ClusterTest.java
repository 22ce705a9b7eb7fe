package org.platformforge.itests.blackbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.extension.ExtendWith;

/** Two nodes on one PostgreSQL: what each counts for itself, and what holds on both at once, or soon. */
@Order(4)
@EnabledIfSystemProperty(named = "forge.database", matches = "postgresql", disabledReason = "Derby has one node")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ExtendWith(PlatformExtension.class)
class ClusterTest {
    private static final String ME = "/api/v1/auth/me";
    private static final Duration WITHIN = Duration.ofSeconds(30);
    private static final int LIMIT = 40;

    private final Platform first;
    private Platform second;
    private List<Http> nodes;

    ClusterTest(Platform platform) {
        this.first = platform;
    }

    @BeforeAll
    void startAnother() {
        second = first.another("second-node");
        second.start();
        nodes = List.of(first.http(), second.http());
    }

    @AfterAll
    void stopTheOther() {
        second.close();
    }

    /** Of the two nodes together exactly twice the limit, however many clients ask at once. */
    @Test
    void letsOnEachNodeNoMoreThroughThanTheLimit() {
        Account bystander = Account.register(first);
        Account account = Account.register(first);
        try {
            List.of(first, second).forEach(node -> node.limit("platform-forge", LIMIT + "/1h per tenant"));
            nodes.forEach(node -> await().atMost(WITHIN)
                    .until(() -> node.get(ME, bystander.bearer()).header("X-RateLimit-Limit") != null));

            List<Answer> answers =
                    atOnce(12, i -> inARow(20, () -> nodes.get(i % 2).get(ME, account.bearer())));

            assertThat(answers).extracting(Answer::status).containsOnly(200, 429);
            assertThat(answers).filteredOn(answer -> answer.status() == 200).hasSize(nodes.size() * LIMIT);
            nodes.forEach(
                    node -> assertThat(node.get(ME, account.bearer()).status()).isEqualTo(429));
        } finally {
            List.of(first, second).forEach(Platform::liftRateLimits);
            nodes.forEach(node -> await().atMost(WITHIN)
                    .until(() -> node.get(ME, account.bearer()).status() == 200));
        }
    }

    @Test
    void givesOneSuccessorToAllWhoRefreshAtOnceAndEndsTheFamilyOnBoth() {
        Account account = Account.register(first);
        String token = account.refreshToken();
        for (int round = 0; round < 3; round++) {
            String presented = token;
            Set<String> successors = new HashSet<>();
            atOnce(12, i -> List.of(refresh(nodes.get(i % 2), presented))).forEach(answer -> {
                assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
                successors.add(answer.data().path("refresh_token").asText());
            });
            assertThat(successors).hasSize(1);
            token = successors.iterator().next();
        }

        assertThat(refresh(nodes.get(1), account.refreshToken()).status()).isEqualTo(401);
        for (Http node : nodes) {
            assertThat(refresh(node, token).status()).isEqualTo(401);
        }
        assertThat(nodes.get(1).get(ME, account.bearer()).status()).isEqualTo(401);
        await().atMost(WITHIN)
                .until(() -> nodes.get(0).get(ME, account.bearer()).status() == 401);
    }

    @Test
    void takesACodeOnceOnAllNodes() throws Exception {
        Account account = Account.register(first);
        Authenticator app = Authenticator.enrol(first, account);
        String code = app.next();
        // fewer than the wrong codes that are free
        List<Answer> answers = atOnce(4, i -> List.of(login(nodes.get(i % 2), account, code)));

        assertThat(answers).extracting(Answer::status).containsOnly(200, 401);
        assertThat(answers).filteredOn(answer -> answer.status() == 200).hasSize(1);
    }

    @Test
    void refusesOnBothWhatOneEnded() {
        Account account = Account.register(first);
        String key =
                account.createKey(first, "{\"name\": \"k\"}").path("secret").asText();
        for (Http node : nodes) {
            assertThat(node.get(ME, account.bearer()).status()).isEqualTo(200);
            assertThat(node.get(ME, Account.bearer(key)).status()).isEqualTo(200);
        }
        nodes.get(0).post("/api/v1/auth/logout", "", account.bearer());
        assertThat(nodes.get(0)
                        .send(
                                "POST",
                                "/api/v1/auth/revoke",
                                "token=" + key,
                                "Content-Type",
                                "application/x-www-form-urlencoded")
                        .status())
                .isEqualTo(200);

        await().atMost(WITHIN)
                .until(() -> nodes.get(1).get(ME, account.bearer()).status() == 401);
        await().atMost(WITHIN)
                .until(() -> nodes.get(1).get(ME, Account.bearer(key)).status() == 401);
    }

    private static Answer refresh(Http node, String token) {
        return node.post("/api/v1/auth/refresh", "{\"refresh_token\": \"%s\"}".formatted(token));
    }

    private static Answer login(Http node, Account account, String code) {
        return node.post(
                "/api/v1/auth/login",
                "{\"email\": \"%s\", \"password\": \"%s\", \"mfa_code\": \"%s\"}"
                        .formatted(account.email(), Account.PASSWORD, code));
    }

    private static List<Answer> atOnce(int clients, IntFunction<List<Answer>> client) {
        return IntStream.range(0, clients)
                .mapToObj(i -> CompletableFuture.supplyAsync(() -> client.apply(i), task -> new Thread(task).start()))
                .toList()
                .stream()
                .map(CompletableFuture::join)
                .flatMap(List::stream)
                .toList();
    }

    private static List<Answer> inARow(int count, Supplier<Answer> request) {
        List<Answer> answers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            answers.add(request.get());
        }
        return answers;
    }
}
