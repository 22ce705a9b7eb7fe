package org.platformforge.itests.blackbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.platformforge.itests.extensions.ExtensionBuilder;
import org.platformforge.itests.extensions.Shop;
import org.platformforge.itests.extensions.Trouble;

/** Tenants install, use, change and remove extensions, each for itself. */
@Order(7)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ExtendWith(PlatformExtension.class)
class InstallTest {
    private static final String EXTENSIONS = Marketplace.ROOT + "extensions/";
    private static final String INSTALLATIONS = Marketplace.ROOT + "installations/";
    private static final Map<String, Object> ACCEPTED = Map.of("accepted_permissions", List.of("events:user.login"));
    private static final Duration SOON = Duration.ofSeconds(60);

    private final Platform platform;
    private Publisher publisher;
    private String shop;
    private String failing;

    InstallTest(Platform platform) {
        this.platform = platform;
    }

    @BeforeAll
    void publish() {
        publisher = Publisher.trusted(platform, Publisher.ROGUE);
        shop = publisher.id("shop");
        publisher.publish(Shop.builder(shop, "1.0.0"));
        publisher.publish(Shop.builder(shop, "1.1.0"));
        publisher.publish(Shop.builder(shop, "2.0.0").entry(Shop.BROKEN, "yes"));
        failing = publisher.id("failing");
        publisher.publish(Shop.small(failing, "1.0.0"));
        publisher.publish(Trouble.failing(failing, "1.1.0"));
    }

    @Test
    void showsThePlanAndDoesNothing() {
        Marketplace tenant = Marketplace.register(platform);

        Answer plan = tenant.askInstall(shop, "^1.0.0", Map.of("dry_run", true));

        assertThat(plan.status()).as(plan.toString()).isEqualTo(200);
        JsonNode data = plan.data();
        assertThat(data.path("version").asText()).isEqualTo("1.1.0");
        assertThat(data.path("valid").asBoolean()).isFalse();
        assertThat(data.path("missing_permissions").get(0).asText()).isEqualTo("events:user.login");
        assertThat(data.path("bundles")).hasSize(1);
        assertThat(data.path("wiring").toString())
                .contains("org.platformforge.extension.api from org.platformforge.extension.api");
        assertThat(data.path("refreshed")).isEmpty();
        assertThat(tenant.askInstall(shop, "^1.0.0", dry()).data().path("valid").asBoolean())
                .isTrue();
        assertThat(tenant.get(INSTALLATIONS + shop).status()).isEqualTo(404);
        assertThat(tenant.call(shop, "/shop").status()).isEqualTo(404);
    }

    private static Map<String, Object> dry() {
        return Map.of("dry_run", true, "accepted_permissions", ACCEPTED.get("accepted_permissions"));
    }

    @Test
    void refusesWhatIsMissingByItsName() {
        Marketplace tenant = Marketplace.register(platform);
        Map<String, Object> wrong = Map.of(
                "accepted_permissions",
                ACCEPTED.get("accepted_permissions"),
                "configuration",
                Map.of("token", "short"));

        assertError(tenant.askInstall(shop, "1.0.0", Map.of()), 422, "PERMISSIONS_NOT_ACCEPTED");
        assertError(tenant.askInstall(shop, "1.0.0", wrong), 400, "VALIDATION_ERROR");
        assertError(tenant.askInstall(shop, "9.0.0", ACCEPTED), 404, "NOT_FOUND");
        assertError(tenant.askInstall(publisher.id("nothing"), "1.0.0", ACCEPTED), 404, "NOT_FOUND");
        assertThat(tenant.get(INSTALLATIONS + shop).status()).isEqualTo(404);
    }

    @Test
    void refusesWhatThePlatformCannotRun() {
        String future = publisher.id("future");
        publisher.publish(new ExtensionBuilder(future, "1.0.0").requires("api: \"[7.0,8)\""));

        Answer answer = Marketplace.register(platform).askInstall(future, "1.0.0", Map.of());

        assertError(answer, 409, "NOT_COMPATIBLE");
        assertThat(answer.text()).contains("[7.0,8)");
    }

    @Test
    void keepsSecretsToItselfAndShowsAChangeInTheNextCall() {
        Marketplace tenant = Marketplace.register(platform);
        tenant.install(
                shop,
                "1.0.0",
                Map.of(
                        "accepted_permissions",
                        ACCEPTED.get("accepted_permissions"),
                        "configuration",
                        Map.of("token", "swordfish-1")));
        assertThat(tenant.call(shop, "/shop").data().path("greeting").asText()).isEqualTo("Hello");
        assertThat(tenant.call(shop, "/shop").data().path("token_length").asInt())
                .isEqualTo(11);

        Answer changed = tenant.put(
                INSTALLATIONS + shop + "/configuration",
                Map.of("configuration", Map.of("greeting", "Servus", "token", "swordfish-12")));
        Answer refused =
                tenant.put(INSTALLATIONS + shop + "/configuration", Map.of("configuration", Map.of("colour", "red")));

        assertThat(changed.status()).as(changed.toString()).isEqualTo(200);
        assertThat(tenant.call(shop, "/shop").data().path("greeting").asText()).isEqualTo("Servus");
        assertThat(tenant.call(shop, "/shop").data().path("token_length").asInt())
                .isEqualTo(12);
        assertThat(refused.status()).as(refused.toString()).isEqualTo(400);
        assertThat(refused.text()).contains("colour");
        Answer shown = tenant.get(INSTALLATIONS + shop);
        assertThat(shown.data()
                        .path("installation")
                        .path("setup")
                        .path("secrets_set")
                        .get(0)
                        .asText())
                .isEqualTo("token");
        assertThat(shown.text()
                        + changed.text()
                        + tenant.get("/api/v1/operations").text())
                .doesNotContain("swordfish");
    }

    @Test
    void servesEachTenantByItsOwnVersion() {
        Marketplace first = Marketplace.register(platform);
        Marketplace second = Marketplace.register(platform);
        Marketplace third = Marketplace.register(platform);
        first.install(shop, "1.0.0", ACCEPTED);
        second.install(shop, "1.1.0", ACCEPTED);

        for (Marketplace tenant : List.of(first, second)) {
            assertThat(tenant.post(
                                    "/api/v1/ext/" + shop + "/shop/orders",
                                    Map.of("of", tenant.account().email()))
                            .status())
                    .isEqualTo(201);
            Account.login(platform, tenant.account().email(), Account.PASSWORD);
        }

        assertAnswers(first, "1.0.0");
        assertAnswers(second, "1.1.0");
        assertThat(third.call(shop, "/shop").status()).isEqualTo(404);
        assertThat(document(third)).doesNotContain(shop);
        assertThat(document(first)).contains("/api/v1/ext/" + shop + "/shop");
    }

    /** Routes, storage, listeners and jobs. */
    private void assertAnswers(Marketplace tenant, String version) {
        JsonNode answer = tenant.call(shop, "/shop").data();
        assertThat(answer.path("version").asText()).isEqualTo(version);
        assertThat(answer.path("running_as").asText()).isEqualTo(version);
        assertThat(answer.path("tenant_id").asText()).isEqualTo(tenant.account().tenantId());
        JsonNode orders = tenant.call(shop, "/shop/orders").data();
        assertThat(orders.findValuesAsText("of"))
                .containsExactly(tenant.account().email());
        assertThat(orders.findValuesAsText("by")).containsExactly(version);
        await().atMost(SOON).untilAsserted(() -> {
            assertThat(tenant.call(shop, "/shop/events").data().findValuesAsText("by"))
                    .containsExactly(version);
            assertThat(tenant.call(shop, "/shop/jobs").data().findValuesAsText("by"))
                    .isNotEmpty()
                    .containsOnly(version);
        });
    }

    private static String document(Marketplace tenant) {
        return tenant.get("/api/v1/openapi.json").text();
    }

    @Test
    void changesTheApiDocumentWithTheOperation() {
        Marketplace tenant = Marketplace.register(platform);
        String before = tenant.get("/api/v1/openapi.json").header("ETag");

        tenant.install(shop, "1.0.0", ACCEPTED);
        Answer with = tenant.get("/api/v1/openapi.json");
        tenant.uninstall(shop);
        Answer without = tenant.get("/api/v1/openapi.json");

        assertThat(with.text()).contains("/api/v1/ext/" + shop + "/shop", shop + ".getShop");
        assertThat(with.header("ETag")).isNotEqualTo(before);
        assertThat(without.text()).doesNotContain(shop);
        assertThat(without.header("ETag")).isEqualTo(before);
        assertThat(tenant.call(shop, "/shop").status()).isEqualTo(404);
    }

    @Test
    void goesForwardAndBackWithWhatWasStored() {
        Marketplace tenant = Marketplace.register(platform);
        Marketplace other = Marketplace.register(platform);
        tenant.install(shop, "1.0.0", ACCEPTED);
        other.install(shop, "1.0.0", ACCEPTED);
        tenant.post("/api/v1/ext/" + shop + "/shop/orders", Map.of("n", 1));

        tenant.upgrade(shop, "1.1.0");

        assertThat(tenant.version(shop)).isEqualTo("1.1.0");
        assertThat(other.version(shop)).isEqualTo("1.0.0");
        assertThat(tenant.call(shop, "/shop/orders").data().findValuesAsText("by"))
                .containsExactly("1.0.0");
        assertError(tenant.askUpgrade(shop, "1.0.0"), 409, "NOT_HIGHER");

        tenant.act(shop, "rollback");

        assertThat(tenant.version(shop)).isEqualTo("1.0.0");
        assertThat(tenant.detail(shop).path("history").findValuesAsText("action"))
                .containsExactly("rollback", "upgrade", "install");
    }

    @Test
    void keepsServingByTheOldVersionWhenTheNewOneDoesNotStart() {
        Marketplace tenant = Marketplace.register(platform);
        tenant.install(failing, "1.0.0", Map.of());

        JsonNode operation = tenant.ended(tenant.askUpgrade(failing, "1.1.0"));

        assertThat(operation.path("status").asText()).isEqualTo("failed");
        assertThat(operation.path("error").path("code").asText()).isEqualTo("START_FAILED");
        assertThat(operation.path("error").path("message").asText()).contains(Trouble.CAUSE);
        JsonNode installation = tenant.installation(failing);
        assertThat(installation.path("state").asText()).isEqualTo("active");
        assertThat(installation.path("version").asText()).isEqualTo("1.0.0");
        assertThat(installation.path("error").path("message").asText()).contains(Trouble.CAUSE);
        assertThat(tenant.version(failing)).isEqualTo("1.0.0");
        assertThat(tenant.ended(tenant.askUpgrade(failing, "1.1.0"))
                        .path("status")
                        .asText())
                .as("it can be tried again")
                .isEqualTo("failed");
    }

    @Test
    void keepsAFailedInstallationVisibleAndRemovable() {
        Marketplace tenant = Marketplace.register(platform);

        JsonNode operation = tenant.ended(tenant.askInstall(failing, "1.1.0", Map.of()));

        assertThat(operation.path("status").asText()).isEqualTo("failed");
        assertThat(tenant.installation(failing).path("state").asText()).isEqualTo("failed");
        assertThat(tenant.installation(failing).path("error").path("code").asText())
                .isEqualTo("START_FAILED");
        assertThat(tenant.installation(failing).path("error").path("message").asText())
                .contains(Trouble.CAUSE);
        tenant.install(failing, "1.0.0", Map.of());
        assertThat(tenant.version(failing)).isEqualTo("1.0.0");
        tenant.uninstall(failing);
        assertThat(tenant.get(INSTALLATIONS + failing).status()).isEqualTo(404);
    }

    @Test
    void withdrawsACanaryThatFailsAndKeepsItsFigures() {
        Marketplace tenant = Marketplace.register(platform);
        tenant.install(shop, "1.0.0", ACCEPTED);
        tenant.completed(canary(tenant, "2.0.0", 50, 0));
        List<String[]> clients = clients(tenant);
        Map<String[], Integer> seen = new HashMap<>();

        await().atMost(SOON).pollInterval(Duration.ofMillis(20)).until(() -> {
            for (String[] client : clients) {
                int status = platform.http()
                        .get("/api/v1/ext/" + shop + "/shop", client)
                        .status();
                assertThat(status).isIn(200, 503);
                seen.merge(client, status, Math::max);
            }
            return tenant.installation(shop).path("canary").isMissingNode()
                    && tenant.installation(shop).path("operation_id").isMissingNode();
        });

        assertThat(seen.values())
                .as("some were served by the canary, and some were not")
                .contains(200, 503);
        assertThat(tenant.version(shop)).isEqualTo("1.0.0");
        JsonNode entry = tenant.detail(shop).path("history").get(0);
        assertThat(entry.path("action").asText()).isEqualTo("withdraw");
        assertThat(entry.path("message").asText()).contains("calls failed");
        JsonNode figures = entry.path("figures");
        assertThat(figures.findValuesAsText("version")).containsExactlyInAnyOrder("1.0.0", "2.0.0");
        assertThat(figures).anySatisfy(one -> {
            assertThat(one.path("version").asText()).isEqualTo("2.0.0");
            assertThat(one.path("errors").asInt())
                    .isEqualTo(one.path("calls").asInt())
                    .isPositive();
        });
    }

    @Test
    void promotesACanaryThatDoesWell() {
        Marketplace tenant = Marketplace.register(platform);
        tenant.install(shop, "1.0.0", ACCEPTED);
        tenant.completed(canary(tenant, "1.1.0", 50, 60));

        List<String[]> clients = clients(tenant);
        await().atMost(SOON).pollInterval(Duration.ofMillis(20)).until(() -> {
            for (String[] client : clients) {
                assertThat(platform.http()
                                .get("/api/v1/ext/" + shop + "/shop", client)
                                .status())
                        .isEqualTo(200);
            }
            return tenant.installation(shop).path("version").asText().equals("1.1.0");
        });

        assertThat(tenant.version(shop)).isEqualTo("1.1.0");
        assertThat(tenant.installation(shop).path("previous_version").asText()).isEqualTo("1.0.0");
    }

    /** Each stays on one side of a canary; so many are on both. */
    private List<String[]> clients(Marketplace tenant) {
        return IntStream.range(0, 24)
                .mapToObj(i -> Account.bearer(tenant.account()
                        .createKey(platform, "{\"name\": \"client\"}")
                        .path("secret")
                        .asText()))
                .toList();
    }

    private Answer canary(Marketplace tenant, String version, int percent, int promoteAfter) {
        return tenant.put(
                INSTALLATIONS + shop + "/canary",
                Map.of("version", version, "percent", percent, "promote_after", promoteAfter));
    }

    @Test
    void pinsDisablesAndEnables() {
        Marketplace tenant = Marketplace.register(platform);
        tenant.install(shop, "1.0.0", ACCEPTED);

        assertThat(tenant.ask(shop, "pin").data().path("pinned").asBoolean()).isTrue();
        assertError(tenant.askUpgrade(shop, null), 409, "PINNED");
        assertThat(tenant.ask(shop, "unpin").data().path("pinned").asBoolean()).isFalse();
        tenant.act(shop, "disable");
        assertThat(tenant.call(shop, "/shop").status()).isEqualTo(404);
        assertThat(tenant.installation(shop).path("state").asText()).isEqualTo("disabled");
        tenant.act(shop, "enable");
        assertThat(tenant.version(shop)).isEqualTo("1.0.0");
    }

    @Test
    void refusesToRemoveWhatAnotherNeeds() {
        String cellar = publisher.id("cellar");
        publisher.publish(new ExtensionBuilder(cellar, "1.0.0")
                .requires("api: \"[1.0,2)\"", "extensions: {" + shop + ": \"[1.0,2)\"}"));
        Marketplace tenant = Marketplace.register(platform);
        Answer alone = tenant.askInstall(cellar, "1.0.0", Map.of());
        tenant.install(shop, "1.1.0", ACCEPTED);
        tenant.install(cellar, "1.0.0", Map.of());

        Marketplace other = Marketplace.register(platform);
        other.install(
                cellar,
                "1.0.0",
                Map.of("install_dependencies", true, "accepted_permissions", ACCEPTED.get("accepted_permissions")));

        assertError(alone, 409, "DEPENDENCY_MISSING");
        assertThat(other.version(shop)).isEqualTo("1.1.0");
        assertError(tenant.askUninstall(shop, "keep"), 409, "STILL_NEEDED");
        assertError(tenant.ask(shop, "disable"), 409, "STILL_NEEDED");
        assertError(tenant.askUpgrade(shop, "2.0.0"), 409, "DEPENDENT_BREAKS");
        tenant.uninstall(cellar);
        tenant.uninstall(shop);
    }

    @Test
    void keepsExportsAndErasesData() {
        Marketplace tenant = Marketplace.register(platform);
        String orders = "/api/v1/ext/" + shop + "/shop/orders";
        tenant.install(shop, "1.0.0", ACCEPTED);
        tenant.post(orders, Map.of("item", "lamp"));
        Answer export = tenant.get(INSTALLATIONS + shop + "/data");
        tenant.completed(tenant.askUninstall(shop, "keep"));
        tenant.install(shop, "1.0.0", ACCEPTED);

        assertThat(export.status()).isEqualTo(200);
        assertThat(export.text()).contains("lamp");
        assertThat(tenant.get(orders).data()).hasSize(1);

        tenant.completed(tenant.askUninstall(shop, "erase"));
        tenant.install(shop, "1.0.0", ACCEPTED);

        assertThat(tenant.get(orders).data()).isEmpty();

        tenant.post(orders, Map.of("item", "chair"));
        tenant.completed(tenant.askUninstall(shop, "keep"));
        assertThat(tenant.get(INSTALLATIONS + shop + "/data").text()).contains("chair");
        assertThat(tenant.delete(INSTALLATIONS + shop + "/data").status()).isEqualTo(204);
        assertThat(tenant.get(INSTALLATIONS + shop + "/data").text()).doesNotContain("chair");
    }

    @Test
    void countsDownloadsAndRatings() {
        Marketplace tenant = Marketplace.register(platform);
        String rated = publisher.id("rated");
        publisher.publish(Shop.small(rated, "1.0.0"));
        assertThat(tenant.put(EXTENSIONS + rated + "/rating", Map.of("stars", 5))
                        .status())
                .as("only who has it may rate it")
                .isEqualTo(409);
        tenant.install(rated, "1.0.0", Map.of());

        Answer answer = tenant.put(EXTENSIONS + rated + "/rating", Map.of("stars", 4, "comment", "Works"));

        assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
        JsonNode shown = tenant.get(EXTENSIONS + rated).data();
        assertThat(shown.path("extension").path("downloads").asInt()).isEqualTo(1);
        assertThat(shown.path("extension").path("rating").asDouble()).isEqualTo(4.0);
        assertThat(shown.path("own_rating").path("comment").asText()).isEqualTo("Works");
        assertThat(publisher
                        .marketplace()
                        .get(EXTENSIONS + rated + "/ratings")
                        .data()
                        .path("ratings")
                        .findValuesAsText("comment"))
                .containsExactly("Works");
        assertThat(tenant.get(Marketplace.ROOT + "extensions?sort=rating&search=" + publisher.namespace())
                        .data()
                        .path("extensions")
                        .get(0)
                        .path("id")
                        .asText())
                .isEqualTo(rated);
    }

    @Test
    void installsNoVersionThatWasYankedAndKeepsTheOneThatRuns() {
        String withdrawn = publisher.id("withdrawn");
        publisher.publish(Shop.small(withdrawn, "1.0.0"));
        Marketplace tenant = Marketplace.register(platform);
        tenant.install(withdrawn, "1.0.0", Map.of());
        publisher
                .marketplace()
                .post(EXTENSIONS + withdrawn + "/versions/1.0.0/yank", Map.of("reason", "It loses orders"));

        assertThat(tenant.version(withdrawn)).isEqualTo("1.0.0");
        assertError(Marketplace.register(platform).askInstall(withdrawn, "1.0.0", Map.of()), 409, "VERSION_YANKED");
    }

    @Test
    void stopsWhatAnOperatorBlocksAndServesItWhenTheBlockIsLifted() {
        String spy = publisher.id("spy");
        publisher.publish(Shop.small(spy, "1.0.0"));
        Marketplace tenant = Marketplace.register(platform);
        tenant.install(spy, "1.0.0", Map.of());
        Account operator = Account.login(platform, Platform.OPERATOR_EMAIL, Platform.OPERATOR_PASSWORD);
        Map<String, String> block = Map.of("affected", "1.0.0", "reason", "It sends orders elsewhere");
        String blocks = EXTENSIONS + spy + "/blocks";

        assertThat(tenant.post(blocks, block).status()).isEqualTo(403);
        assertThat(publisher.marketplace().post(blocks, block).status()).isEqualTo(403);
        Answer blocked = new Marketplace(platform, operator).post(blocks, block);
        assertThat(blocked.status()).as(blocked.toString()).isEqualTo(201);
        await().atMost(SOON)
                .untilAsserted(
                        () -> assertThat(tenant.call(spy, "/shop").status()).isEqualTo(404));
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(
                                tenant.installation(spy).path("problem").asText())
                        .contains("It sends orders elsewhere"));
        assertThat(tenant.installation(spy).path("warnings").get(0).path("code").asText())
                .isEqualTo("BLOCKED");
        assertError(Marketplace.register(platform).askInstall(spy, "1.0.0", Map.of()), 409, "BLOCKED");

        Answer lifted = new Marketplace(platform, operator)
                .delete(blocks + "/" + blocked.data().path("id").asText());
        assertThat(lifted.status()).as(lifted.toString()).isEqualTo(200);
        await().atMost(SOON)
                .untilAsserted(
                        () -> assertThat(tenant.call(spy, "/shop").status()).isEqualTo(200));
    }

    private static void assertError(Answer answer, int status, String code) {
        assertThat(answer.status()).as(answer.toString()).isEqualTo(status);
        assertThat(answer.errorCode()).as(answer.toString()).isEqualTo(code);
    }
}
