package org.platformforge.infrastructure.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostMetricsTest {
    @TempDir
    private Path folder;

    private Path proc;
    private Path groups;

    @BeforeEach
    void make() throws IOException {
        proc = Files.createDirectories(folder.resolve("proc/net")).getParent();
        groups = Files.createDirectories(folder.resolve("cgroup"));
    }

    private void write(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private HostMetrics metrics(String... membership) {
        return new HostMetrics(proc, new Cgroup(groups, List.of(membership)), folder);
    }

    @Test
    void whatCannotBeMeasuredIsNull() {
        HostMetrics.Figures figures = metrics().now();

        assertThat(figures.cpu().usage()).isNull();
        assertThat(figures.memory().total()).isNull();
        assertThat(figures.network().rxBytes()).isNull();
        assertThat(figures.disk().total()).isPositive();
    }

    @Test
    void readsTheHost() throws IOException {
        write(proc.resolve("meminfo"), "MemTotal: 8388608 kB\nMemFree: 1 kB\nMemAvailable: 4194304 kB\n");
        write(proc.resolve("net/dev"), """
                Inter-|   Receive                |  Transmit
                 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs
                    lo: 999 1 0 0 0 0 0 0 999 1 0 0 0 0 0 0
                  eth0: 100 1 0 0 0 0 0 0 200 1 0 0 0 0 0 0
                  eth1:11 1 0 0 0 0 0 0 22 1 0 0 0 0 0 0
                """);
        HostMetrics.Figures figures = metrics().now();

        assertThat(figures.memory()).isEqualTo(new HostMetrics.Space(8192L, 4096L, 4096L));
        assertThat(figures.network()).isEqualTo(new HostMetrics.Network(111L, 222L));
    }

    @Test
    void measuresTheProcessorsSinceTheLastTime() throws IOException {
        write(proc.resolve("stat"), "cpu  100 0 100 800 0 0 0 0 50 0\n");
        HostMetrics metrics = metrics();
        write(proc.resolve("stat"), "cpu  150 0 150 1500 200 0 0 0 90 0\n");

        await().until(() -> metrics.now().cpu().usage() != null);
        assertThat(metrics.now().cpu().usage()).isEqualTo(10.0);
    }

    @Test
    void aContainersLimitsCount() throws IOException {
        write(proc.resolve("meminfo"), "MemTotal: 8388608 kB\nMemAvailable: 4194304 kB\n");
        write(groups.resolve("cgroup.controllers"), "cpu memory");
        write(groups.resolve("app/memory.max"), "1073741824\n");
        write(groups.resolve("app/memory.current"), "805306368\n");
        write(groups.resolve("app/memory.stat"), "anon 1\ninactive_file 268435456\n");
        write(groups.resolve("app/cpu.max"), "150000 100000\n");
        write(groups.resolve("app/cpu.stat"), "usage_usec 77\n");
        write(groups.resolve("app/inner/memory.max"), "max\n");
        write(groups.resolve("app/inner/memory.current"), "5\n");
        write(groups.resolve("app/inner/cpu.max"), "max 100000\n");

        HostMetrics.Figures figures = metrics("0::/app/inner").now();
        assertThat(figures.memory()).isEqualTo(new HostMetrics.Space(1024L, 512L, 512L));
        Cgroup cgroup = new Cgroup(groups, List.of("0::/app/inner"));
        assertThat(cgroup.cores()).hasValue(1.5);
        assertThat(new Cgroup(groups, List.of("0::/app")).cpuMicros()).hasValue(77);
    }

    @Test
    void speaksTheFirstVersionToo() throws IOException {
        write(groups.resolve("memory/app/memory.limit_in_bytes"), "1073741824\n");
        write(groups.resolve("memory/app/memory.usage_in_bytes"), "536870912\n");
        write(groups.resolve("memory/memory.limit_in_bytes"), "9223372036854771712\n");
        write(groups.resolve("memory/memory.usage_in_bytes"), "1\n");
        write(groups.resolve("cpu/cpu.cfs_quota_us"), "-1\n");
        Cgroup cgroup = new Cgroup(groups, List.of("5:cpu,cpuacct:/app", "4:memory:/app"));

        assertThat(cgroup.memory()).isEqualTo(new Cgroup.Memory(1_073_741_824L, 536_870_912L));
        assertThat(cgroup.cores()).isEmpty();
    }

    @Test
    void aPathThatLeavesTheGroupsIsNotFollowed() throws IOException {
        write(groups.resolve("cgroup.controllers"), "memory");
        write(folder.resolve("memory.max"), "7\n");
        write(folder.resolve("memory.current"), "7\n");

        assertThat(new Cgroup(groups, List.of("0::/../..")).memory()).isNull();
    }

    @Test
    void thisHostHasFigures() {
        assertThat(new HostMetrics().now().memory().total()).isPositive();
    }
}
