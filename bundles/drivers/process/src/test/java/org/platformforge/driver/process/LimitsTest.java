package org.platformforge.driver.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.platformforge.extension.api.driver.Driver.Observation;

/** That what a resource says of its limits is so, tried with processes that go beyond them. */
class LimitsTest {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final Path CGROUPS = Path.of("/sys/fs/cgroup");
    /** Holds 200 MB in memory: there is no line in it that could be written out. */
    private static final String HUNGRY = "sleep 600 & head -c 200000000 /dev/zero | tail -n 1 | wc -c; echo over; wait";

    @TempDir
    Path temporary;

    private ProcessDriver driver;

    @AfterEach
    void end() throws Exception {
        for (var held : driver.inventory()) {
            driver.delete(held.resourceId(), new Fixtures.Lines());
        }
        driver.close();
    }

    @Test
    void endsAProcessThatTakesMoreThanItsMemory() throws Exception {
        Observation up = run(CGROUPS, HUNGRY, Map.of("memory", "64Mi"));
        assertThat(up.facts().get("limits.memory")).startsWith("64 MiB");
        assertThat(said()).as("bytes that went through").doesNotContain("200000000");
    }

    @Test
    void endsAProcessThatTakesMoreThanItsMemoryWithoutControlGroups() throws Exception {
        Observation up = run(temporary.resolve("none"), HUNGRY, Map.of("memory", "64Mi", "cpu", 0.25));
        assertThat(up.facts().get("limits.memory")).isEqualTo("64 MiB of data for each process (ulimit)");
        assertThat(up.facts().get("limits.cpu")).startsWith("not enforced");
        assertThat(said()).doesNotContain("200000000");
    }

    @Test
    void letsTheSameProcessThroughWithoutALimit() throws Exception {
        Observation up = run(CGROUPS, HUNGRY, Map.of());
        assertThat(up.facts()).containsEntry("limits.memory", "none").containsEntry("limits.cpu", "none");
        assertThat(said()).contains("200000000");
    }

    @Test
    void holdsAProcessBackThatSpins() throws Exception {
        Observation up = run(CGROUPS, "while :; do :; done", Map.of("cpu", "200m"));
        assumeTrue(up.facts().get("limits.cpu").contains("cgroup"), "this host gives no control group for cpu");
        assertThat(up.facts().get("limits.cpu")).startsWith("0.200 cores");
        await().atMost(SOON).until(() -> throttled() > 2);
        await().atMost(SOON)
                .until(() -> driver.usage("res-limited")
                        .filter(u -> u.cpuCores() != null)
                        .isPresent());
        assertThat(driver.usage("res-limited").orElseThrow().cpuCores()).isLessThan(0.5);
    }

    @Test
    void raisesALimit() throws Exception {
        run(CGROUPS, "sleep 600", Map.of("memory", "64Mi"));
        Observation raised = driver.apply(
                Fixtures.worker("res-limited", properties("sleep 600", Map.of("memory", "512Mi"))),
                new Fixtures.Lines());
        assertThat(raised.facts().get("limits.memory")).startsWith("512 MiB");
    }

    private static long throttled() throws IOException {
        Path stat = List.of(
                        CGROUPS.resolve("cpu/platform-forge/res-limited"),
                        CGROUPS.resolve("platform-forge/res-limited"))
                .stream()
                .map(group -> group.resolve("cpu.stat"))
                .filter(Files::exists)
                .findFirst()
                .orElseThrow();
        return Files.readAllLines(stat).stream()
                .filter(line -> line.startsWith("nr_throttled "))
                .mapToLong(line -> Long.parseLong(line.substring("nr_throttled ".length())))
                .sum();
    }

    private List<String> said() {
        await().atMost(SOON).until(() -> driver.logs("res-limited", 100).contains("over"));
        return new ArrayList<>(driver.logs("res-limited", 100));
    }

    private Observation run(Path cgroups, String script, Map<String, Object> limits) throws Exception {
        driver = Fixtures.driver(
                temporary.resolve("apps"), Map.of("repository_allowed", new String[] {temporary.toString()}), cgroups);
        return driver.apply(Fixtures.worker("res-limited", properties(script, limits)), new Fixtures.Lines());
    }

    private Map<String, Object> properties(String script, Map<String, Object> limits) throws Exception {
        Path repository = temporary.resolve("repository");
        if (!Files.exists(repository)) {
            GitFolder.of(repository, Map.of("run.sh", script));
        }
        Map<String, Object> properties = new java.util.HashMap<>(limits);
        properties.put("repository", repository.toString());
        properties.put("start_command", "sh run.sh");
        return properties;
    }
}
