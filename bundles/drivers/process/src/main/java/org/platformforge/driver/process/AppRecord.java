package org.platformforge.driver.process;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * What is kept of an application beside its process: enough to find the process again, and to start it again.
 *
 * @param fingerprint of the specification it was started with; another one means a new start
 * @param command the argument vector; its working directory is {@code directory} below the application's folder
 * @param port 0 for a worker
 * @param pid 0 while no process was started; written only after {@code startedTicks} is known
 * @param startedTicks start of that process in clock ticks since boot
 * @param facts limits that were set, and by what
 * @param lastExit how the last process ended, null when none has
 */
record AppRecord(
        String resourceId,
        String tenantId,
        String provisionId,
        String service,
        String environment,
        String fingerprint,
        List<String> command,
        String directory,
        int port,
        String probePath,
        Double cpuCores,
        Long memoryBytes,
        Phase phase,
        long pid,
        long startedTicks,
        Instant startedAt,
        int restarts,
        Map<String, String> facts,
        String lastExit) {

    enum Phase {
        /** Being built; a start after a crash waits for the driver to be called again. */
        PREPARING,
        /** To be kept running. */
        RUNNING,
        /** A build that has ended well. */
        FINISHED,
        /** To be removed; never started again. */
        DELETING
    }

    AppRecord started(long newPid, long ticks, Instant at, Map<String, String> newFacts) {
        return copy(phase, newPid, ticks, at, restarts, newFacts, lastExit);
    }

    AppRecord restarted() {
        return copy(phase, 0, 0, startedAt, restarts + 1, facts, lastExit);
    }

    AppRecord ended(String how) {
        return copy(phase, 0, 0, startedAt, restarts, facts, how);
    }

    AppRecord in(Phase next) {
        return copy(next, pid, startedTicks, startedAt, restarts, facts, lastExit);
    }

    private AppRecord copy(
            Phase newPhase,
            long newPid,
            long newTicks,
            Instant newStartedAt,
            int newRestarts,
            Map<String, String> newFacts,
            String newLastExit) {
        return new AppRecord(
                resourceId,
                tenantId,
                provisionId,
                service,
                environment,
                fingerprint,
                command,
                directory,
                port,
                probePath,
                cpuCores,
                memoryBytes,
                newPhase,
                newPid,
                newTicks,
                newStartedAt,
                newRestarts,
                newFacts,
                newLastExit);
    }

    boolean alive() {
        return pid > 0
                && ProcFs.stat(pid)
                        .filter(stat -> stat.alive() && stat.started() == startedTicks)
                        .isPresent();
    }
}
