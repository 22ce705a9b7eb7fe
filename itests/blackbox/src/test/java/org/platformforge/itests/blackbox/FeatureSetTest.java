package org.platformforge.itests.blackbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Feature sets come and go while clients use the others; none of them may notice, and nothing stays behind. */
@Order(6)
@ExtendWith(PlatformExtension.class)
class FeatureSetTest {
    /** Of each set; the whole exercise is ten. */
    private static final int CYCLES = Integer.getInteger("forge.set.cycles", 1);

    private static final String SETS = "/api/v1/admin/feature-sets";
    private static final List<String> ALL = List.of("forge-admin", "forge-delivery", "forge-marketplace");
    private static final Map<String, String> ROUTES = new TreeMap<>(Map.of(
            "forge-admin", "/api/v1/admin/users",
            "forge-delivery", "/api/v1/services",
            "forge-marketplace", "/api/v1/marketplace/extensions"));

    private static final long SPARE_LOADERS = 3;
    private static final Duration COLLECTED_WITHIN = Duration.ofSeconds(60);

    private final Platform platform;
    private final Account operator;

    FeatureSetTest(Platform platform) {
        this.platform = platform;
        this.operator = Account.login(platform, Platform.OPERATOR_EMAIL, Platform.OPERATOR_PASSWORD);
    }

    @Test
    void comeAndGoWithoutAFailedRequestElsewhereAndLeaveNothingBehind() {
        Account account = Account.register(platform);
        Http http = platform.http();
        List<Clients> clients = List.of(
                new Clients(3, 10, 200, () -> http.get("/api/v1/auth/me", account.bearer())),
                new Clients(2, 10, 200, () -> http.get("/api/v1/resources", account.bearer())),
                new Clients(1, 10, 200, () -> http.get("/api/v1/operations", account.bearer())));
        Jvm jvm = new Jvm(platform.pid());
        try {
            ALL.forEach(this::cycle); // everything is loaded and compiled once
            long loaders = jvm.bundleClassLoaders();
            for (int i = 0; i < CYCLES; i++) {
                ALL.forEach(this::cycle);
            }
            await().atMost(COLLECTED_WITHIN)
                    .untilAsserted(() -> assertThat(jvm.bundleClassLoaders())
                            .as("class loaders of bundles, %s before", loaders)
                            .isLessThanOrEqualTo(loaders + SPARE_LOADERS));
        } finally {
            ALL.forEach(set -> change(set, "install"));
            clients.forEach(Clients::close);
        }
        assertThat(clients).allSatisfy(group -> {
            assertThat(group.failures()).isEmpty();
            assertThat(group.successes()).isPositive();
        });
        assertThat(platform.shell("feature-set:list").text()).doesNotContain("available");
    }

    private void cycle(String set) {
        Answer gone = change(set, "uninstall");
        assertThat(gone.status()).as(gone.toString()).isEqualTo(200);
        assertThat(gone.json().path("feature_sets"))
                .extracting(JsonNode::asText)
                .containsExactly(set);
        assertThat(gone.json().path("bundles")).isNotEmpty();
        assertThat(gone.json().path("refreshed")).isEmpty();
        assertThat(route(set)).isEqualTo(404);

        Answer back = change(set, "install");
        assertThat(back.status()).as(back.toString()).isEqualTo(200);
        assertThat(back.json().path("bundles")).hasSameSizeAs(gone.json().path("bundles"));
        assertThat(back.json().path("refreshed")).isEmpty();
        assertThat(route(set)).isEqualTo(200);
    }

    private int route(String set) {
        return platform.http().get(ROUTES.get(set), operator.bearer()).status();
    }

    private Answer change(String set, String action) {
        return platform.http()
                .post(SETS, "{\"feature_set\": \"" + set + "\", \"action\": \"" + action + "\"}", operator.bearer());
    }

    @Test
    void areForOperatorsAloneAndSayWhatIsWrong() {
        Account account = Account.register(platform);
        Http http = platform.http();
        String body = "{\"feature_set\": \"forge-admin\", \"action\": \"uninstall\"}";

        assertThat(http.get(SETS).status()).isEqualTo(401);
        assertThat(http.get(SETS, account.bearer()).status()).isEqualTo(403);
        assertThat(http.post(SETS, body, account.bearer()).status()).isEqualTo(403);
        assertThat(change("forge-none", "install").status()).isEqualTo(404);
        assertThat(change("forge-core", "uninstall").status()).isEqualTo(404);
        assertThat(change("forge-admin", "explode").status()).isEqualTo(400);
        assertThat(http.post(SETS, "{}", operator.bearer()).status()).isEqualTo(400);
        assertThat(http.post(SETS, "[]", operator.bearer()).status()).isEqualTo(400);
    }

    @Test
    void aPlanChangesNothing() {
        Answer plan = platform.http()
                .post(
                        SETS,
                        "{\"feature_set\": \"forge-marketplace\", \"action\": \"uninstall\", \"dry_run\": true}",
                        operator.bearer());

        assertThat(plan.status()).as(plan.toString()).isEqualTo(200);
        assertThat(plan.json().path("dry_run").asBoolean()).isTrue();
        assertThat(plan.json().path("bundles").toString()).contains("org.platformforge.marketplace");
        assertThat(route("forge-marketplace")).isEqualTo(200);
        assertThat(platform.http().get(SETS, operator.bearer()).json().path("feature_sets"))
                .hasSize(ALL.size())
                .allSatisfy(set -> assertThat(set.path("state").asText()).isEqualTo("installed"));
    }
}
