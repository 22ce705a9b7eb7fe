package org.platformforge.itests.blackbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The platform is killed again and again at a random moment after it accepted a provision. Whatever was acknowledged ends,
 * nothing is made twice, and every process that is left belongs to a record.
 */
@Tag(Tags.KILLS)
class CrashTest {
    private static final int KILLS = Integer.getInteger("forge.kills", 20);
    private static final int LATEST_KILL_MILLIS = 1500;
    private static final Path DISTRIBUTION = Path.of(System.getProperty("forge.distribution"));
    private static final Path INSTANCE = Path.of(System.getProperty("forge.instance"));

    @Test
    void losesNothingOnDerby() throws IOException {
        killAndCount("crash-derby", Map.of());
    }

    @Test
    void losesNothingOnPostgresql() throws IOException {
        try (Postgresql database = new Postgresql()) {
            killAndCount("crash-postgresql", database.environment());
        }
    }

    private static void killAndCount(String name, Map<String, String> database) throws IOException {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        try (Platform platform = Platform.shortLived(DISTRIBUTION, INSTANCE.resolveSibling(name), database)) {
            platform.start();
            Apps apps = new Apps(platform, Account.register(platform));
            Processes processes = new Processes(platform);
            List<String> acknowledged = new ArrayList<>();
            for (int i = 0; i < KILLS; i++) {
                acknowledged.add(apps.request());
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(random.nextInt(LATEST_KILL_MILLIS)));
                platform.killNine();
                platform.start();
            }
            int completed = 0;
            for (String id : acknowledged) {
                JsonNode provision = apps.ended(id);
                if (provision.path("status").asText().equals("completed")) {
                    completed++;
                    await().atMost(Apps.WITHIN)
                            .until(() -> apps.visit(provision).status() == 200);
                }
            }
            assertThat(completed).as("completed of %s; seed %s", KILLS, seed).isEqualTo(KILLS);
            assertThat(resourcesByType(apps))
                    .containsOnly(Map.entry("application", KILLS), Map.entry("http-route", KILLS));
            await().atMost(Apps.WITHIN)
                    .untilAsserted(() -> assertThat(processes.applications()).hasSize(KILLS));

            apps.deleteAll();

            assertThat(processes.all()).as("processes that no record knows").isEmpty();
        }
    }

    private static Map<String, Integer> resourcesByType(Apps apps) {
        Map<String, Integer> count = new HashMap<>();
        apps.resources().forEach(resource -> count.merge(resource.path("type").asText(), 1, Integer::sum));
        return count;
    }
}
