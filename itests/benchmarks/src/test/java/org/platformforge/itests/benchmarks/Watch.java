package org.platformforge.itests.benchmarks;

import java.util.ArrayList;
import java.util.List;

/** Measures what a stretch of work costs its servers, and what else the machine did meanwhile. Not thread-safe. */
final class Watch {
    private final long started = System.nanoTime();
    private final long busy = Proc.busyTicks();
    private final long serverTicks;
    private final long ours;

    /**
     * @param cpuSeconds user and system time of the servers' process trees
     * @param otherCores processors that were busy with something that belongs neither to the servers nor to the benchmarks
     */
    record Cost(double seconds, double cpuSeconds, double otherCores) {}

    /** @param servers pids of those that run already */
    Watch(List<Long> servers) {
        serverTicks = Proc.ticks(servers);
        ours = Proc.ticks(withSelf(servers));
    }

    /** @param servers pids of those from the beginning, and of those that have come */
    Cost stop(List<Long> servers) {
        double seconds = (System.nanoTime() - started) / 1e9;
        double cpuSeconds = (Proc.ticks(servers) - serverTicks) / Proc.TICKS_PER_SECOND;
        long others = Proc.busyTicks() - busy - (Proc.ticks(withSelf(servers)) - ours);
        return new Cost(seconds, cpuSeconds, Math.max(0, others / Proc.TICKS_PER_SECOND / seconds));
    }

    private static List<Long> withSelf(List<Long> servers) {
        List<Long> all = new ArrayList<>(servers);
        all.add(ProcessHandle.current().pid());
        return all;
    }
}
