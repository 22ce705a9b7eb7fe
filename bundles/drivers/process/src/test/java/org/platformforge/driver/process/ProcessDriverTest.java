package org.platformforge.driver.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.platformforge.extension.api.driver.Driver.Observation;
import org.platformforge.extension.api.driver.Driver.State;
import org.platformforge.extension.api.driver.DriverException;
import org.platformforge.kernel.api.health.HealthCheck;

/** The engine with real processes. */
class ProcessDriverTest {
    private static final Duration SOON = Duration.ofSeconds(20);

    @TempDir
    Path temporary;

    private Path folder;
    private ProcessDriver driver;

    @BeforeEach
    void open() throws Exception {
        folder = temporary.resolve("apps");
        driver = Fixtures.driver(folder, Map.of());
    }

    @AfterEach
    void end() throws Exception {
        for (var held : driver.inventory()) {
            driver.delete(held.resourceId(), new Fixtures.Lines());
        }
        driver.close();
        assertThat(processes()).as("processes left behind").isEmpty();
    }

    @Test
    void takesItsConfigurationAsItIsNow() throws Exception {
        driver.modified(Fixtures.config(temporary.resolve("elsewhere"), Map.of("port_first", 31500)));

        Observation made = driver.apply(Fixtures.application("res-1", Map.of()), new Fixtures.Lines());

        assertThat(Integer.parseInt(made.outputs().get("port"))).isBetween(31500, 31999);
        assertThat(folder.resolve("res-1")).exists();
    }

    @Test
    void runsTheStarterAppAndRemovesIt() throws Exception {
        Observation up = driver.apply(Fixtures.application("res-1", Map.of()), new Fixtures.Lines());
        assertThat(up.state()).isEqualTo(State.RUNNING);
        assertThat(get(up, "/info")).contains("\"resource_id\":\"res-1\"", "\"service\":\"shop\"");
        assertThat(driver.inventory()).extracting("tenantId").containsExactly("ten_a");

        driver.delete("res-1", new Fixtures.Lines());

        assertThat(driver.observe("res-1")).isEmpty();
        assertThat(processes()).isEmpty();
        assertThat(folder.resolve("res-1")).doesNotExist();
        driver.delete("res-1", new Fixtures.Lines());
    }

    @Test
    void findsTheSameProcessWhenAskedAgain() throws Exception {
        Observation first = driver.apply(Fixtures.application("res-1", Map.of()), new Fixtures.Lines());
        Observation again = driver.apply(Fixtures.application("res-1", Map.of()), new Fixtures.Lines());
        assertThat(again.facts().get("pid")).isEqualTo(first.facts().get("pid"));
    }

    @Test
    void keepsThePortWhenTheSpecificationChanges() throws Exception {
        Observation first = driver.apply(Fixtures.application("res-1", Map.of()), new Fixtures.Lines());
        Observation changed = driver.apply(
                Fixtures.application("res-1", Map.of("env", Map.of("COLOUR", "blue"))), new Fixtures.Lines());
        assertThat(changed.outputs().get("address")).isEqualTo(first.outputs().get("address"));
        assertThat(changed.facts().get("pid")).isNotEqualTo(first.facts().get("pid"));
        assertThat(groups()).hasSize(1);
    }

    @Test
    void adoptsWhatRunsAndEndsWhatNoRecordKnows() throws Exception {
        Observation up = driver.apply(Fixtures.application("res-1", Map.of()), new Fixtures.Lines());
        driver.close();
        ProcessBuilder marked = new ProcessBuilder("setsid", "sleep", "600")
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD);
        marked.environment()
                .put(Launcher.FOLDER_VARIABLE, folder.toAbsolutePath().toString());
        marked.environment().put(Launcher.RESOURCE_VARIABLE, "res-unknown");
        Process orphan = marked.start();
        await().atMost(SOON).until(() -> groups().size() == 2);

        driver = Fixtures.driver(folder, Map.of());

        await().atMost(SOON).until(() -> !orphan.isAlive());
        assertThat(driver.observe("res-1").orElseThrow().facts().get("pid"))
                .isEqualTo(up.facts().get("pid"));
        assertThat(get(up, "/healthz")).isEqualTo("ok\n");
    }

    @Test
    void listsAndRemovesWhatIsOnTheHostWithoutARecord() throws Exception {
        Files.createDirectories(folder.resolve("res-folder/work"));
        ProcessBuilder marked = new ProcessBuilder("setsid", "sleep", "600")
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD);
        marked.environment()
                .put(Launcher.FOLDER_VARIABLE, folder.toAbsolutePath().toString());
        marked.environment().put(Launcher.RESOURCE_VARIABLE, "res-stray");
        Process stray = marked.start();
        marked.environment().put(Launcher.RESOURCE_VARIABLE, "../../etc");
        Process odd = marked.start();
        try {
            await().atMost(SOON).until(() -> groups().size() == 2);

            assertThat(driver.inventory())
                    .extracting("resourceId")
                    .containsExactlyInAnyOrder("res-folder", "res-stray");
            driver.delete("res-folder", new Fixtures.Lines());
            driver.delete("res-stray", new Fixtures.Lines());

            assertThat(driver.inventory()).isEmpty();
            assertThat(stray.isAlive()).isFalse();
            assertThat(folder.resolve("res-folder")).doesNotExist();
        } finally {
            odd.destroyForcibly().waitFor();
        }
    }

    @Test
    void startsAgainWhatWasKilledEvenWhileNoPlatformRan() throws Exception {
        Observation up = driver.apply(Fixtures.application("res-1", Map.of()), new Fixtures.Lines());
        kill(up);
        await().atMost(SOON)
                .until(() -> running("res-1") && !pid("res-1").equals(up.facts().get("pid")));
        String second = pid("res-1");
        driver.close();
        ProcessHandle.of(Long.parseLong(second)).ifPresent(ProcessHandle::destroyForcibly);

        driver = Fixtures.driver(folder, Map.of());

        await().atMost(SOON).until(() -> running("res-1") && !pid("res-1").equals(second));
        await().atMost(SOON).until(() -> "ok\n".equals(get(up, "/healthz")));
    }

    @Test
    void doesNotRunTwoSupervisorsOnOneFolder() throws Exception {
        driver.apply(Fixtures.application("res-1", Map.of()), new Fixtures.Lines());
        ProcessDriver second = Fixtures.driver(folder, Map.of());
        try {
            assertThatExceptionOfType(DriverException.class)
                    .isThrownBy(() -> second.apply(Fixtures.application("res-2", Map.of()), new Fixtures.Lines()))
                    .matches(DriverException::retryable);
            assertThat(second.observe("res-1").orElseThrow().state()).isEqualTo(State.RUNNING);
            driver.close();
            await().atMost(SOON).until(() -> second.check().status() == HealthCheck.Status.HEALTHY);
            second.delete("res-1", new Fixtures.Lines());
        } finally {
            second.close();
            driver = Fixtures.driver(folder, Map.of());
        }
    }

    @Test
    void saysWhyAnApplicationDidNotBecomeReady() throws Exception {
        Path repository = repository(Map.of("run.sh", "echo cannot start >&2; exit 7\n"));
        allow(repository);
        assertThatExceptionOfType(DriverException.class)
                .isThrownBy(() -> driver.apply(
                        Fixtures.application(
                                "res-1", Map.of("repository", repository.toString(), "start_command", "sh run.sh")),
                        new Fixtures.Lines()))
                .withMessageContaining("exit code 7")
                .withMessageContaining("cannot start")
                .matches(e -> e.code().equals("PROCESS_ENDED") && !e.retryable());
    }

    @Test
    void endsGrandchildrenThatIgnoreTheSignal() throws Exception {
        Path repository = repository(Map.of("run.sh", "trap '' TERM; sh -c \"trap '' TERM; sleep 600\" & sleep 600\n"));
        allow(repository);
        driver.apply(
                Fixtures.worker("res-1", Map.of("repository", repository.toString(), "start_command", "sh run.sh")),
                new Fixtures.Lines());
        assertThat(processes()).hasSizeGreaterThan(1);
        driver.delete("res-1", new Fixtures.Lines());
        assertThat(processes()).isEmpty();
    }

    @Test
    void givesEnvironmentAndSecretsToTheProcessAndToNothingElse() throws Exception {
        Path repository =
                repository(Map.of("run.sh", "echo \"$GREETING ${#TOKEN} $PORT\"; env | cut -d= -f1; sleep 600\n"));
        allow(repository);
        Map<String, Object> properties = Map.of(
                "repository", repository.toString(),
                "start_command", "sh run.sh",
                "env", Map.of("GREETING", "hello"),
                "secrets", Map.of("TOKEN", "s3cr3t-value"));
        Fixtures.Lines progress = new Fixtures.Lines();
        Observation up = driver.apply(Fixtures.worker("res-1", properties), progress);
        await().atMost(SOON).until(() -> driver.logs("res-1", 100).contains("HOME"));

        assertThat(driver.logs("res-1", 100).get(0)).startsWith("hello 12");
        assertThat(driver.logs("res-1", 100)).doesNotContain("USER", "FORGE_DATABASE_PASSWORD");
        assertThat(progress.lines.toString() + up).doesNotContain("s3cr3t-value");
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                if (!file.startsWith(folder.resolve("res-1/work"))) {
                    assertThat(Files.readString(file)).as(file.toString()).doesNotContain("s3cr3t-value");
                }
            }
        }
        assertThat(mode(folder.resolve("res-1"))).isEqualTo("rwx------");
        assertThat(mode(folder.resolve("res-1/record.json"))).isEqualTo("rw-------");
    }

    @Test
    void servesAStaticSiteFromARepositoryAndNothingBesideIt() throws Exception {
        Path repository = repository(Map.of("public/index.html", "<h1>hello</h1>", "private.txt", "not for you"));
        allow(repository);
        Observation up = driver.apply(
                Fixtures.application(
                        "res-1", Map.of("repository", repository.toString(), "static_directory", "public")),
                new Fixtures.Lines());
        assertThat(get(up, "/")).isEqualTo("<h1>hello</h1>");
        assertThat(get(up, "/../private.txt")).doesNotContain("not for you");
        assertThat(get(up, "/%2e%2e/private.txt")).doesNotContain("not for you");
    }

    @Test
    void startsManyAtOnceOnPortsOfTheirOwn() throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(6);
        try {
            List<Future<Observation>> all = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                String id = "res-" + i;
                all.add(pool.submit(() -> driver.apply(Fixtures.application(id, Map.of()), new Fixtures.Lines())));
            }
            Set<String> addresses = new HashSet<>();
            for (Future<Observation> one : all) {
                addresses.add(one.get().outputs().get("address"));
            }
            assertThat(addresses).hasSize(6);
        } finally {
            pool.shutdownNow();
        }
    }

    @Test
    void saysTheTruthAboutLimits() throws Exception {
        Observation up = driver.apply(
                Fixtures.application("res-1", Map.of("cpu", 0.5, "memory", "256Mi")), new Fixtures.Lines());
        String cpu = up.facts().get("limits.cpu");
        String memory = up.facts().get("limits.memory");
        String groups = Files.readString(Path.of("/proc", up.facts().get("pid"), "cgroup"));
        if (cpu.contains("cgroup")) {
            assertThat(groups).contains("/platform-forge/res-1");
        } else {
            assertThat(cpu).startsWith("not enforced");
        }
        if (memory.contains("ulimit")) {
            assertThat(Files.readString(Path.of("/proc", up.facts().get("pid"), "limits")))
                    .containsPattern("Max data size +268435456");
        } else {
            assertThat(groups).contains("/platform-forge/res-1");
        }
    }

    @Test
    void measuresWhatAnApplicationUses() throws Exception {
        driver.apply(Fixtures.application("res-1", Map.of()), new Fixtures.Lines());
        await().atMost(SOON)
                .until(() -> driver.usage("res-1")
                        .filter(usage -> usage.cpuCores() != null)
                        .isPresent());
        assertThat(driver.usage("res-1").orElseThrow().memoryBytes()).isBetween(10L << 20, 2L << 30);
    }

    private void allow(Path repository) throws Exception {
        driver.close();
        driver = Fixtures.driver(folder, Map.of("repository_allowed", new String[] {repository.toString()}));
    }

    private Path repository(Map<String, String> files) throws Exception {
        return GitFolder.of(temporary.resolve("repository"), files);
    }

    private boolean running(String id) {
        return driver.observe(id).filter(seen -> seen.state() == State.RUNNING).isPresent();
    }

    private String pid(String id) {
        return driver.observe(id).orElseThrow().facts().getOrDefault("pid", "");
    }

    private List<ProcFs.Stat> processes() {
        return ProcFs.withVariable(
                Launcher.FOLDER_VARIABLE, folder.toAbsolutePath().toString());
    }

    private Set<Long> groups() {
        return processes().stream().map(ProcFs.Stat::group).collect(Collectors.toSet());
    }

    private static void kill(Observation up) {
        ProcessHandle.of(Long.parseLong(up.facts().get("pid"))).ifPresent(ProcessHandle::destroyForcibly);
    }

    private static String mode(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }

    private static String get(Observation up, String path) {
        try {
            return HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(
                                            URI.create("http://" + up.outputs().get("address") + path))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body();
        } catch (IOException e) {
            return "";
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
