package org.platformforge.itests.blackbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.platformforge.itests.extensions.Hostile;
import org.platformforge.itests.extensions.Shop;

/**
 * An extension comes, changes and goes again and again while clients use the platform, a neighbour, and the extension
 * itself; none of them may notice, no other bundle may be wired anew, and nothing may stay in memory.
 */
@Order(7)
@Tag(Tags.ANY_DATABASE)
@ExtendWith(PlatformExtension.class)
class ExtensionLoadTest {
    private static final int CYCLES = Integer.getInteger("forge.extension.cycles", 40);
    private static final int WARM_UP = 4;
    /** A platform's cache may hold the last one or two; one for each cycle, which had three, may not stay. */
    private static final long SPARE_LOADERS = 2;
    /**
     * The platform's own code gets warm: measured 7 MiB in the first 40 cycles, 3 MiB in the next 200 and nothing then. What
     * an extension leaves behind is seen by its class loaders.
     */
    private static final long SPARE_METASPACE_KIB = 12 * 1024;

    private static final int LEAKS = 8;
    private static final Duration COLLECTED_WITHIN = Duration.ofSeconds(60);

    /** Patches are looked for twice a minute. */
    private static final Duration PATCHED_WITHIN = Duration.ofSeconds(90);

    private final Platform platform;
    private final Publisher publisher;
    private final Marketplace tenant;

    ExtensionLoadTest(Platform platform) {
        this.platform = platform;
        this.publisher = Publisher.trusted(platform, "busy-");
        this.tenant = Marketplace.register(platform);
    }

    @Test
    void costsNobodyARequestAndLeavesNothingBehind() {
        String neighbour = publisher.id("neighbour");
        String guest = publisher.id("guest");
        String patched = publisher.id("patched");
        publisher.publish(Shop.small(patched, "1.0.0"));
        tenant.install(patched, "1.0.0", Map.of());
        tenant.put(Marketplace.ROOT + "installations/" + patched + "/configuration", Map.of("auto_patch", true));
        publisher.publish(Shop.small(patched, "1.0.1"));
        publisher.publish(Shop.small(patched, "1.1.0"));
        publisher.publish(Shop.small(neighbour, "1.0.0"));
        publisher.publish(Shop.small(guest, "1.0.0"));
        publisher.publish(Shop.small(guest, "1.1.0"));
        tenant.install(neighbour, "1.0.0", Map.of());
        String[] bearer = tenant.account().bearer();
        Http http = platform.http();
        Jvm jvm = new Jvm(platform.pid());
        try (ContractModule wirings = new ContractModule(platform)) {
            cycles(guest, WARM_UP);
            Map<String, String> before = wirings(patched);
            long loaders = jvm.bundleClassLoaders();
            long metaspace = jvm.metaspace();
            List<Clients> clients = List.of(
                    new Clients(3, 10, 200, () -> http.get("/api/v1/auth/me", bearer)),
                    new Clients(2, 10, 200, () -> http.get("/api/v1/resources", bearer)),
                    new Clients(1, 10, 200, () -> http.get("/api/v1/marketplace/extensions?limit=5", bearer)),
                    new Clients(2, 10, 200, () -> tenant.call(neighbour, "/shop")));
            try {
                cycles(guest, CYCLES);
            } finally {
                clients.forEach(Clients::close);
            }

            assertThat(clients).allSatisfy(group -> {
                assertThat(group.failures()).isEmpty();
                assertThat(group.successes()).isPositive();
            });
            assertThat(wirings(patched)).as("how other bundles are wired").isEqualTo(before);
            await().atMost(COLLECTED_WITHIN).untilAsserted(() -> {
                assertThat(jvm.bundleClassLoaders())
                        .as("class loaders of bundles after %s cycles, %s before", CYCLES, loaders)
                        .isLessThanOrEqualTo(loaders + SPARE_LOADERS);
                assertThat(jvm.metaspace())
                        .as("Metaspace in KiB after %s cycles, %s before", CYCLES, metaspace)
                        .isLessThanOrEqualTo(metaspace + SPARE_METASPACE_KIB);
            });
        }
        tenant.uninstall(neighbour);
        await().atMost(PATCHED_WITHIN)
                .untilAsserted(() -> assertThat(tenant.version(patched))
                        .as("patches come by themselves, and nothing else does")
                        .isEqualTo("1.0.1"));
        tenant.uninstall(patched);
    }

    /** Install, upgrade, roll back, uninstall; two clients use it from the first answer until before the end. */
    private void cycles(String guest, int times) {
        for (int i = 0; i < times; i++) {
            tenant.install(guest, "1.0.0", Map.of());
            Clients users = new Clients(2, 5, 200, () -> tenant.call(guest, "/shop"));
            try (users) {
                tenant.upgrade(guest, "1.1.0");
                assertThat(tenant.version(guest)).isEqualTo("1.1.0");
                tenant.act(guest, "rollback");
                assertThat(tenant.version(guest)).isEqualTo("1.0.0");
            }
            assertThat(users.failures())
                    .as("requests to the extension in cycle %s", i)
                    .isEmpty();
            assertThat(users.successes()).isPositive();
            tenant.uninstall(guest);
        }
    }

    /** @param changing an extension whose bundle changes all the same */
    private Map<String, String> wirings(String changing) {
        JsonNode wirings = tenant.get("/api/v1/contract/wirings").json().path("wirings");
        Map<String, String> all = new TreeMap<>();
        wirings.properties().forEach(one -> all.put(one.getKey(), one.getValue().asText()));
        all.keySet().removeIf(name -> name.startsWith(changing + " "));
        assertThat(all).hasSizeGreaterThan(50);
        return all;
    }

    /** The measure of the other test sees what it is for: an extension that leaves an object where it is kept for good. */
    @Test
    void seesAnExtensionThatStaysInMemory() {
        String leak = publisher.id("leak");
        publisher.publish(
                Hostile.builder(leak, Hostile.Leaking.class).manifest("permissions:\n  unsafe: [environment]"));
        Jvm jvm = new Jvm(platform.pid());
        leak(leak);
        clean(leak);
        long before = jvm.bundleClassLoaders();

        for (int i = 0; i < LEAKS; i++) {
            leak(leak);
        }
        long after = jvm.bundleClassLoaders();
        clean(leak);

        assertThat(after).as("class loaders, %s before", before).isGreaterThanOrEqualTo(before + LEAKS);
        await().atMost(COLLECTED_WITHIN)
                .untilAsserted(() -> assertThat(jvm.bundleClassLoaders()).isLessThanOrEqualTo(before + SPARE_LOADERS));
    }

    private void leak(String id) {
        use(id, "POST");
    }

    /** So that the platform, which other tests use, is as it was. */
    private void clean(String id) {
        use(id, "DELETE");
    }

    private void use(String id, String method) {
        tenant.install(id, "1.0.0", Map.of("accepted_permissions", List.of("unsafe:environment")));
        Answer answer = platform.http()
                .send(
                        method,
                        "/api/v1/ext/" + id + "/try",
                        null,
                        tenant.account().bearer());
        assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
        tenant.uninstall(id);
    }
}
