package org.platformforge.driver.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.platformforge.extension.api.driver.Driver.Observation;
import org.platformforge.extension.api.driver.Driver.State;
import org.platformforge.extension.api.driver.DriverException;
import org.platformforge.kernel.api.health.HealthCheck.Status;

/** What a hostile application can reach, with bubblewrap and without. */
class SandboxTest {
    private static final Duration SOON = Duration.ofSeconds(20);

    @TempDir
    Path temporary;

    private Path data;
    private Path folder;
    private ProcessDriver driver;

    @BeforeEach
    void open() throws Exception {
        data = Files.createDirectories(temporary.resolve("data"));
        folder = data.resolve("apps");
        Files.writeString(data.resolve("bootstrap-admin.json"), "the administrator's password");
        driver = open(Map.of());
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
    void hidesThePlatformAndOtherApplicationsFromAHostileOne() throws Exception {
        requireBubblewrap();
        run(
                "res-victim",
                "echo 'victim data' > own.txt; sleep 600",
                Map.of("secrets", Map.of("TOKEN", "v1ctim-t0ken")));
        Path own = folder.resolve("res-victim").resolve(AppStore.WORK).resolve("own.txt");
        await().atMost(SOON).until(() -> Files.exists(own));
        Path stolen = temporary.resolve("written-by-application");
        long self = ProcessHandle.current().pid();
        List<String> lines = said("res-hostile", """
                try() { if "$@" >/dev/null 2>&1; then echo "REACHED $*"; else echo "refused $*"; fi; }
                try cat %1$s/bootstrap-admin.json
                try cat %2$s/res-victim/%5$s/own.txt
                try cat %2$s/res-victim/environment.sealed
                try cat %2$s/res-hostile/record.json
                try cat $HOME/../record.json
                try ls %2$s/res-victim
                sh -c 'echo x > %3$s'; sh -c 'echo x > %2$s/forge-test'
                try sh -c 'echo x > /usr/forge-test'
                try sh -c 'echo x > /etc/forge-test'
                try sh -c 'echo x > /forge-test'
                try cat /etc/shadow
                try cat /proc/%4$d/environ
                try ls /proc/%4$d/root/
                try kill -0 %4$d
                try mount -t tmpfs none /usr
                try unshare -m true
                try ls /root /home /var/lib
                for f in sys/kernel/core_pattern sys/vm/swappiness irq/default_smp_affinity mtrr sysrq-trigger; do
                  [ -e /proc/$f ] && try dd if=/dev/null of=/proc/$f conv=notrunc
                done
                try cat /dev/mem
                try ls /sys/fs/cgroup
                ln -s %1$s/bootstrap-admin.json $HOME/link; try cat $HOME/link
                cat /proc/[0-9]*/environ 2>/dev/null | tr '\\0' '\\n' | grep TOKEN && echo "REACHED a token"
                grep NoNewPrivs /proc/self/status
                grep CapEff /proc/self/status
                echo "pids $(ls -d /proc/[0-9]* | wc -l)"
                echo mine > $HOME/mine.txt && echo scratch > /tmp/scratch && echo "writes to its own"
                """.formatted(data, folder, stolen, self, AppStore.WORK));

        assertThat(lines).filteredOn(line -> line.startsWith("REACHED")).isEmpty();
        assertThat(lines).filteredOn(line -> line.startsWith("refused")).hasSizeGreaterThan(20);
        assertThat(lines).contains("NoNewPrivs:\t1", "CapEff:\t0000000000000000", "writes to its own");
        assertThat(lines.stream()
                        .filter(line -> line.startsWith("pids "))
                        .findFirst()
                        .orElseThrow())
                .matches("pids [0-9]");
        assertThat(folder.resolve("res-hostile").resolve(AppStore.WORK).resolve("mine.txt"))
                .hasContent("mine");
        assertThat(Path.of("/tmp/scratch")).doesNotExist();
        assertThat(stolen).as("what it wrote beside its folder").doesNotExist();
        assertThat(folder.resolve("forge-test")).doesNotExist();
    }

    @Test
    void hidesTheFoldersItIsToldToWithinWhatApplicationsSee() throws Exception {
        requireBubblewrap();
        Path shared = Files.createDirectories(temporary.resolve("shared/open"));
        Files.writeString(shared.resolve("file"), "open to all");
        Path secret = Files.createDirectories(temporary.resolve("shared/secret"));
        Files.writeString(secret.resolve("file"), "not for you");
        reopen(Map.of(
                "sandbox_paths", new String[] {"/nowhere, " + temporary.resolve("shared") + ", " + data},
                "sandbox_hidden", new String[] {secret.toString()}));
        List<String> lines = said(
                "res-1",
                "cat %1$s/shared/open/file; echo; cat %1$s/shared/secret/file; echo; echo x > %1$s/shared/open/new; ls %2$s; echo over"
                        .formatted(temporary, folder));
        assertThat(lines).contains("open to all").doesNotContain("res-1");
        assertThat(lines.toString()).doesNotContain("not for you", "[.lock");
        assertThat(shared.resolve("new")).doesNotExist();
    }

    @Test
    void adoptsASandboxedApplicationAndSaysHowItIsKept() throws Exception {
        requireBubblewrap();
        Observation up = driver.apply(Fixtures.application("res-1", Map.of()), new Fixtures.Lines());
        assertThat(up.facts().get("isolation")).startsWith("bubblewrap");
        reopen(Map.of("sandbox", "off"));
        Observation adopted = driver.observe("res-1").orElseThrow();
        assertThat(adopted.facts().get("pid")).isEqualTo(up.facts().get("pid"));
        assertThat(adopted.facts().get("isolation")).as("how it was started").startsWith("bubblewrap");

        ProcessHandle.of(Long.parseLong(up.facts().get("pid"))).ifPresent(ProcessHandle::destroyForcibly);

        await().atMost(SOON)
                .until(() -> driver.observe("res-1").orElseThrow().state() == State.RUNNING
                        && !up.facts()
                                .get("pid")
                                .equals(driver.observe("res-1")
                                        .orElseThrow()
                                        .facts()
                                        .get("pid")));
        assertThat(driver.observe("res-1").orElseThrow().facts().get("isolation"))
                .endsWith("it is switched off");
    }

    @Test
    void keepsChildrenThatLeadSessionsOfTheirOwnAndEndsThemWithTheApplication() throws Exception {
        for (String mode : List.of("auto", "off")) {
            reopen(Map.of("sandbox", mode));
            run("res-1", "setsid sleep 601 & setsid sh -c \"trap '' TERM; sleep 602\" & sleep 600", Map.of());
            await().atMost(SOON).until(() -> commands().containsAll(Set.of("sleep 600", "sleep 601", "sleep 602")));

            reopen(Map.of("sandbox", mode));

            assertThat(driver.observe("res-1").orElseThrow().state()).isEqualTo(State.RUNNING);
            assertThat(commands()).contains("sleep 600", "sleep 601", "sleep 602");
            driver.delete("res-1", new Fixtures.Lines());
            assertThat(processes()).isEmpty();
        }
    }

    @Test
    void endsWhatClearsItsEnvironmentAndLeavesItsSessionToEscape() throws Exception {
        requireBubblewrap();
        run("res-1", "env -i setsid sleep 613 & sleep 600", Map.of());
        await().atMost(SOON).until(() -> everywhere().contains("sleep 613"));
        driver.delete("res-1", new Fixtures.Lines());
        assertThat(everywhere()).doesNotContain("sleep 613");
    }

    @Test
    void endsWhatIsLeftOfAnApplicationBeforeItIsStartedAgain() throws Exception {
        Observation up = run("res-1", "setsid sleep 621 & sleep 600", Map.of());
        await().atMost(SOON).until(() -> commands().contains("sleep 621"));
        Set<Long> before = processes().stream().map(ProcFs.Stat::pid).collect(Collectors.toSet());
        ProcessHandle.of(Long.parseLong(up.facts().get("pid"))).ifPresent(ProcessHandle::destroyForcibly);
        await().atMost(SOON)
                .until(() -> processes().stream().map(ProcFs.Stat::pid).noneMatch(before::contains)
                        && commands().contains("sleep 621"));
    }

    @Test
    void saysWhyThereIsNoSandbox() throws Exception {
        reopen(Map.of("sandbox_program", "/nowhere/bwrap"));
        assertThat(isolation("res-1")).endsWith("no sandbox: bubblewrap (/nowhere/bwrap) is not installed");
        Path broken = temporary.resolve("bwrap");
        Files.writeString(broken, "#!/bin/sh\necho 'No permissions to create new namespace' >&2; exit 1\n");
        assertThat(broken.toFile().setExecutable(true)).isTrue();
        reopen(Map.of("sandbox_program", broken.toString()));
        assertThat(isolation("res-2"))
                .endsWith("bubblewrap does not work on this host: No permissions to create new namespace");
        Path pretender = temporary.resolve("pretender");
        Files.writeString(pretender, "#!/bin/sh\nwhile [ \"$1\" != -- ]; do shift; done; shift; exec \"$@\"\n");
        assertThat(pretender.toFile().setExecutable(true)).isTrue();
        reopen(Map.of("sandbox_program", pretender.toString()));
        assertThat(isolation("res-3")).contains("bubblewrap does not work on this host");
    }

    @Test
    void startsNothingWhereASandboxIsRequiredAndThereIsNone() throws Exception {
        for (String mode : List.of("required", "reqiured")) {
            reopen(Map.of("sandbox", mode, "sandbox_program", "/nowhere/bwrap"));
            assertThat(driver.check(Fixtures.application("res-1", Map.of())))
                    .singleElement()
                    .satisfies(problem -> assertThat(problem.message())
                            .contains("no application without a sandbox", "not installed"));
            assertThatExceptionOfType(DriverException.class)
                    .isThrownBy(() -> driver.apply(Fixtures.application("res-1", Map.of()), new Fixtures.Lines()))
                    .matches(e -> e.code().equals("SANDBOX_MISSING"));
            assertThat(driver.check().status()).isEqualTo(Status.UNHEALTHY);
            assertThat(processes()).isEmpty();
        }
    }

    private void requireBubblewrap() throws Exception {
        assumeTrue(
                Sandbox.of(Fixtures.config(folder, Map.of()), folder).fact().startsWith("bubblewrap"),
                "bubblewrap is not installed or does not work on this host");
    }

    private String isolation(String id) throws Exception {
        return run(id, "sleep 600", Map.of()).facts().get("isolation");
    }

    private Observation run(String id, String script, Map<String, Object> more) throws Exception {
        Path repository = GitFolder.of(temporary.resolve("repository-" + id), Map.of("run.sh", script));
        Map<String, Object> properties = new HashMap<>(more);
        properties.put("repository", repository.toString());
        properties.put("start_command", "sh run.sh");
        return driver.apply(Fixtures.worker(id, properties), new Fixtures.Lines());
    }

    private List<String> said(String id, String script) throws Exception {
        run(id, script + "\necho over; sleep 600\n", Map.of());
        await().atMost(SOON).until(() -> driver.logs(id, 1000).contains("over"));
        return driver.logs(id, 1000);
    }

    private void reopen(Map<String, Object> changes) throws Exception {
        driver.close();
        driver = open(changes);
    }

    private ProcessDriver open(Map<String, Object> changes) throws Exception {
        Map<String, Object> all = new HashMap<>(changes);
        all.put("repository_allowed", new String[] {temporary.toString()});
        return Fixtures.driver(folder, all);
    }

    private Set<String> commands() {
        return processes().stream().map(stat -> command(stat.pid())).collect(Collectors.toSet());
    }

    private static Set<String> everywhere() {
        return ProcFs.all().stream().map(stat -> command(stat.pid())).collect(Collectors.toSet());
    }

    private static String command(long pid) {
        try {
            return Files.readString(Path.of("/proc", Long.toString(pid), "cmdline"))
                    .replace('\0', ' ')
                    .strip();
        } catch (java.io.IOException e) {
            return "";
        }
    }

    private List<ProcFs.Stat> processes() {
        return ProcFs.withVariable(
                Launcher.FOLDER_VARIABLE, folder.toAbsolutePath().toString());
    }
}
