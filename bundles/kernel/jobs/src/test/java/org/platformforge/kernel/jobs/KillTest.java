package org.platformforge.kernel.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.platformforge.kernel.api.PageRequest;
import org.platformforge.kernel.api.jobs.Operation;
import org.platformforge.kernel.api.jobs.Operation.Status;
import org.platformforge.kernel.api.jobs.Operation.StepStatus;
import org.platformforge.kernel.store.database.DatabaseSettings;
import org.platformforge.kernel.store.testing.StoreFixture;

/**
 * Real processes, killed with {@code SIGKILL} at random moments and started again. More rounds with {@code
 * -Djobs.kill.rounds=100}.
 */
class KillTest {
    private static final int ROUNDS = Integer.getInteger("jobs.kill.rounds", 10);

    @TempDir
    Path folder;

    @Test
    void losesNothingAndRepeatsNothingOnDerby() throws Exception {
        String url = "jdbc:derby:" + folder.resolve("database");
        killManyTimes(url, "", "");

        try (StoreFixture database = StoreFixture.open(DatabaseSettings.of(url, null, null), JobsComponent.class)) {
            workOffAndCheck(database);
        }
    }

    @Test
    void losesNothingAndRepeatsNothingOnPostgresql() throws Exception {
        try (StoreFixture database = StoreFixture.postgresql(JobsComponent.class)) {
            DatabaseSettings settings = database.settings();
            killManyTimes(settings.url(), settings.user(), settings.password());
            workOffAndCheck(database);
        }
    }

    private void killManyTimes(String url, String user, String password) throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            int before = acknowledged().size();
            int readyBefore = count("ready");
            Process process = start(url, user, password);
            try {
                Awaitility.await()
                        .atMost(Duration.ofSeconds(60))
                        .pollInterval(Duration.ofMillis(5))
                        .until(() -> !process.isAlive()
                                || count("ready") > readyBefore
                                        && acknowledged().size() > before);
                assertThat(process.isAlive())
                        .as(Files.readString(folder.resolve("output")))
                        .isTrue();
                process.waitFor(ThreadLocalRandom.current().nextLong(600), TimeUnit.MILLISECONDS);
            } finally {
                process.destroyForcibly().waitFor();
            }
        }
    }

    private Process start(String url, String user, String password) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-XX:TieredStopAtLevel=1",
                        "-Dderby.stream.error.file=" + folder.resolve("derby.log"),
                        "-cp",
                        System.getProperty("java.class.path"),
                        KilledNode.class.getName(),
                        url,
                        user,
                        password,
                        folder.toString(),
                        "true")
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("output").toFile())
                .start();
    }

    private void workOffAndCheck(StoreFixture database) throws IOException {
        Set<String> acknowledged = acknowledged();
        assertThat(acknowledged).isNotEmpty();
        List<String> journal = journal();
        // In this process, under the identity of the killed one, as its next life.
        Node node = new Node(database, identity());
        try {
            ScriptedHandler handler = new ScriptedHandler("make", KilledNode.STEPS);
            node.add(handler);
            Awaitility.await()
                    .atMost(Duration.ofSeconds(60))
                    .until(() -> node.count("SELECT COUNT(*) FROM scheduled_tasks") == 0);
            Map<String, Operation> all = everything(node);

            assertThat(all.keySet()).as("acknowledged and lost").containsAll(acknowledged);
            all.values().forEach(operation -> check(node, operation));
            checkOrder(journal, all);
        } finally {
            node.close();
        }
    }

    private static void check(Node node, Operation operation) {
        assertThat(operation.status()).isIn(Status.COMPLETED, Status.FAILED);
        assertThat(node.finishedRows(operation))
                .as("ends of %s", operation.id())
                .isEqualTo(1);
        if (operation.status() == Status.COMPLETED) {
            assertThat(operation.steps()).allMatch(step -> step.status() == StepStatus.COMPLETED);
        } else {
            assertThat(operation.steps().stream().map(Operation.Step::status).distinct())
                    .containsExactly(StepStatus.COMPENSATED, StepStatus.FAILED, StepStatus.SKIPPED);
        }
    }

    /**
     * A later step's beginning proves that the earlier one's checkpoint was durable: an earlier step begun after that
     * was done twice. The same holds for undoing, in reverse; and nothing is begun once undoing has.
     */
    private static void checkOrder(List<String> journal, Map<String, Operation> all) {
        Map<String, Integer> reached = new HashMap<>();
        Map<String, Integer> undone = new HashMap<>();
        for (String line : journal) {
            String[] words = line.split(" ");
            if (words.length < 3) {
                continue;
            }
            int step = Arrays.asList(KilledNode.STEPS).indexOf(words[2]);
            if (words[0].equals("begin")) {
                assertThat(undone)
                        .as("%s begins %s after undoing", words[1], words[2])
                        .doesNotContainKey(words[1]);
                assertThat(step)
                        .as("%s repeats %s", words[1], words[2])
                        .isGreaterThanOrEqualTo(reached.getOrDefault(words[1], 0));
                reached.put(words[1], step);
            } else {
                assertThat(step)
                        .as("%s undoes %s twice", words[1], words[2])
                        .isLessThanOrEqualTo(undone.getOrDefault(words[1], reached.get(words[1])));
                undone.put(words[1], step);
            }
        }
        assertThat(all.keySet()).containsAll(reached.keySet());
    }

    private static Map<String, Operation> everything(Node node) {
        Map<String, Operation> all = new HashMap<>();
        String cursor = null;
        do {
            var page = node.operations.list("ten_a", null, null, new PageRequest(100, 0, cursor));
            page.items().forEach(operation -> all.put(operation.id(), operation));
            cursor = page.nextCursor().orElse(null);
        } while (cursor != null);
        return all;
    }

    private String identity() throws IOException {
        return Files.readAllLines(folder.resolve("jobs/node-0")).get(0);
    }

    private List<String> journal() throws IOException {
        Path file = folder.resolve("journal");
        return Files.exists(file) ? Files.readAllLines(file) : List.of();
    }

    private int count(String line) throws IOException {
        return (int) journal().stream().filter(line::equals).count();
    }

    private Set<String> acknowledged() throws IOException {
        Set<String> ids = new HashSet<>();
        for (String line : new ArrayList<>(journal())) {
            if (line.startsWith("ack ")) {
                ids.add(line.substring(4));
            }
        }
        return ids;
    }
}
