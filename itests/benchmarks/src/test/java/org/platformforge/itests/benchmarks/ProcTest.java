package org.platformforge.itests.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ProcTest {
    @Test
    void addsUpAProcessesTimesWhateverItsNameIs() {
        String stat = "4711 (a ) R 1) S 1 4711 4711 0 -1 4194304 500 600 7 8 1000 200 30 4 20 0 40 0 12345 100 200";

        assertThat(Proc.ticks(stat)).isEqualTo(1234);
    }

    @Test
    void countsWhatIsNeitherIdleNorAnInterrupt() {
        String stat = "cpu  1000 200 30 99999 88888 777 666 4 0 0\ncpu0 1 2 3 4 5 6 7 8 9 0\n";

        assertThat(Proc.busyTicks(stat)).isEqualTo(1234);
    }

    @Test
    void readsThisProcess() {
        long pid = ProcessHandle.current().pid();

        assertThat(Proc.commandLine(pid)[0]).endsWith("java");
        assertThat(Proc.residentMegabytes(pid)).isPositive();
    }
}
