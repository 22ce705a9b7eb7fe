package org.platformforge.kernel.extension.felix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.platformforge.extension.api.ExtensionContext;
import org.platformforge.extension.api.command.ExtensionCommand;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.extension.ExtensionRelease;
import org.platformforge.kernel.api.extension.ExtensionRelease.Tier;
import org.platformforge.kernel.api.extension.ExtensionRuntime;
import org.platformforge.kernel.extension.fixture.Stray;

/** Extensions in processes of their own that try the walls and the channel. */
class HostileProcessTest {
    @TempDir
    static Path folder;

    private static TestPlatform platform;
    private static ExtensionRuntime runtime;

    @BeforeAll
    static void start() throws Exception {
        platform = new TestPlatform(
                folder.resolve("felix"), HostProgram.settings(Map.of("process.without.sandbox", true)));
        runtime = platform.runtime();
    }

    @AfterEach
    void clear() {
        platform.clear();
    }

    @AfterAll
    static void stop() throws Exception {
        platform.close();
    }

    private static void started() {
        ExtensionRelease release = new ExtensionJar("mean.stray", "1.0.0")
                .limits(4, 20_000)
                .component(Stray.class, ExtensionCommand.class, ExtensionContext.class)
                .release(folder)
                .in(Tier.T2);
        runtime.start(release);
        runtime.assign("ten_a", "mean.stray", Extensions.assignment(release));
        runtime.assign("ten_b", "mean.stray", Extensions.assignment(release));
    }

    private static String stray(String... arguments) {
        return runtime.command("ten_a", "mean.stray", "stray", List.of(arguments));
    }

    private static ExtensionRuntime.ProcessState process() {
        return runtime.running().get(0).process();
    }

    @Test
    void seesNothingOfTheHost() throws Exception {
        started();
        assumeThat(process().walls())
                .as("bubblewrap works on this host")
                .anyMatch(wall -> wall.contains("behind bubblewrap"));
        Path secret = Files.writeString(folder.resolve("secret"), "s3cret");
        for (String path : List.of("/etc/passwd", "/etc/shadow", secret.toString(), "/proc/self/environ")) {
            assertThatThrownBy(() -> stray("read", path)).as(path).hasMessageContaining("NoSuchFileException");
        }
        for (String path : List.of("/", "/host", "/usr/lib/x", "/dev/x", "/etc/x")) {
            assertThatThrownBy(() -> stray("write", path.equals("/") ? "/x" : path))
                    .as(path)
                    .isNotNull();
        }
        assertThat(stray("list", "/"))
                .doesNotContain("/home")
                .doesNotContain("/root")
                .doesNotContain("/proc");
        assertThat(stray("list", "/tmp")).isEqualTo("[/tmp/framework]");
        assertThatThrownBy(() -> stray("execute", "/bin/sh", "-c", "true")).hasMessageContaining("/bin/sh");
        assertThat(stray("environment")).isEqualTo("LANG LD_LIBRARY_PATH MALLOC_ARENA_MAX PWD");
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThatThrownBy(() -> stray("connect", Integer.toString(server.getLocalPort())))
                    .hasMessageContaining("ConnectException");
        }
        assertThat(stray("print", "still there")).isEqualTo("ten_a");
    }

    @Test
    void startsNoOtherProcess() {
        started();
        assumeThat(process().walls())
                .as("the kernel takes a filter of system calls")
                .anyMatch(wall -> wall.startsWith("one process"));
        String java = Path.of(System.getProperty("java.home"), "bin/java").toString();

        assertThatThrownBy(() -> stray("execute", java, "-version")).hasMessageContaining("Operation not permitted");

        assertThat(stray("print", "still there")).isEqualTo("ten_a");
        assertThat(process().restarts()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"garbage", "huge", "close", "flood", "deep", "ask"})
    void isEndedWhenItDoesNotKeepToTheProtocol(String how) {
        started();
        long pid = process().pid();
        assertThatThrownBy(() -> stray(how)).isInstanceOf(PlatformException.class);
        TestPlatform.await(
                () -> !ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false));
        TestPlatform.await(() -> process().lastError() != null);
        assertThat(process().lastError()).startsWith("It ");
        TestPlatform.await(() -> process().state().equals("running"));
        assertThat(stray("print", "back")).isEqualTo("ten_a");
    }

    @Test
    void reachesNoOtherTenant() {
        started();
        runtime.command("ten_b", "mean.stray", "stray", List.of("print", "x"));
        assertThat(stray("print", "x")).isEqualTo("ten_a");
        assertThat(runtime.health("ten_b", "mean.stray").orElseThrow().failures())
                .isZero();
    }

    @Test
    void endsWithAllItHasStartedWhereThereAreNoWalls() throws Exception {
        platform.configure(HostProgram.settings(
                Map.of("process.sandbox.program", "/nowhere/bwrap", "process.without.sandbox", true)));
        try {
            TestPlatform.await(() ->
                    runtime.isolation().walls().stream().anyMatch(wall -> wall.contains("bubblewrap is missing")));
            started();
            long started = Long.parseLong(stray("execute", "sleep", "600").replaceAll("\\D", ""));
            assertThat(ProcessHandle.of(started)).isPresent();
            assertThat(stray("environment")).doesNotContain("HOME").doesNotContain("USER");
            platform.clear();
            TestPlatform.await(
                    () -> !ProcessHandle.of(started).map(ProcessHandle::isAlive).orElse(false));
            assertThat(runtime.running()).isEmpty();
        } finally {
            platform.configure(HostProgram.settings(Map.of("process.without.sandbox", true)));
        }
    }
}
