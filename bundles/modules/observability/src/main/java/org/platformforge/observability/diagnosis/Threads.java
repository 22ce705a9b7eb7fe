package org.platformforge.observability.diagnosis;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** What the threads of the process do, measured over a short time. Stateless. */
public final class Threads {
    private static final String CHAIN = "org.platformforge.kernel.http.chain.RequestChain";
    private static final String OWN = "org.platformforge.";
    private static final int SHOWN_FRAMES = 5;

    private Threads() {}

    /**
     * @param deadlocked groups wait for each other for ever
     * @param busiest most processor time first
     * @param stuck requests whose thread stood at the same place at the beginning and at the end
     */
    public record Report(int threads, List<Stack> deadlocked, List<Busy> busiest, List<Stack> stuck) {}

    /** @param waitsFor what it is blocked by, empty for nothing; @param at the innermost frames */
    public record Stack(String thread, String state, String waitsFor, List<String> at) {}

    /** @param cpuPercent of one processor */
    public record Busy(String thread, double cpuPercent, String state, String at) {}

    /**
     * Looks twice.
     *
     * @param most how many of the busiest are told
     * @throws InterruptedException when the caller is not to wait any longer
     */
    public static Report look(Duration time, int most) throws InterruptedException {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        Map<Long, Long> before = times(threads);
        Map<Long, StackTraceElement[]> requests = requests(threads);
        long began = System.nanoTime();
        Thread.sleep(Math.max(1, time.toMillis()));
        double passed = Math.max(1, System.nanoTime() - began);
        List<Busy> busy = new ArrayList<>();
        times(threads).forEach((id, cpu) -> {
            ThreadInfo info = threads.getThreadInfo(id, SHOWN_FRAMES);
            double percent = (cpu - before.getOrDefault(id, cpu)) * 100 / passed;
            if (info != null && percent > 0) {
                busy.add(new Busy(
                        info.getThreadName(),
                        Math.round(percent * 10) / 10.0,
                        info.getThreadState().name(),
                        top(info.getStackTrace())));
            }
        });
        busy.sort(Comparator.comparingDouble(Busy::cpuPercent).reversed());
        List<Stack> stuck = new ArrayList<>();
        requests(threads).forEach((id, stack) -> {
            ThreadInfo info = threads.getThreadInfo(id, 0);
            if (info != null && Arrays.equals(stack, requests.get(id))) {
                stuck.add(stack(info, stack));
            }
        });
        return new Report(
                threads.getThreadCount(),
                deadlocked(threads),
                busy.stream().limit(most).toList(),
                stuck);
    }

    private static Map<Long, Long> times(ThreadMXBean threads) {
        Map<Long, Long> times = new HashMap<>();
        for (long id : threads.getAllThreadIds()) {
            long cpu = threads.isThreadCpuTimeSupported() ? threads.getThreadCpuTime(id) : -1;
            if (cpu >= 0) {
                times.put(id, cpu);
            }
        }
        return times;
    }

    /** The stacks of threads that answer a request. */
    private static Map<Long, StackTraceElement[]> requests(ThreadMXBean threads) {
        Map<Long, StackTraceElement[]> found = new HashMap<>();
        for (ThreadInfo info : threads.dumpAllThreads(false, false)) {
            boolean request = info.getThreadId() != Thread.currentThread().getId()
                    && Stream.of(info.getStackTrace())
                            .anyMatch(frame -> frame.getClassName().equals(CHAIN));
            if (request) {
                found.put(info.getThreadId(), info.getStackTrace());
            }
        }
        return found;
    }

    private static List<Stack> deadlocked(ThreadMXBean threads) {
        long[] ids = threads.findDeadlockedThreads();
        return ids == null
                ? List.of()
                : Stream.of(threads.getThreadInfo(ids, Integer.MAX_VALUE))
                        .filter(info -> info != null)
                        .map(info -> stack(info, info.getStackTrace()))
                        .toList();
    }

    private static Stack stack(ThreadInfo info, StackTraceElement[] frames) {
        String lock = info.getLockName() == null
                ? ""
                : info.getLockName() + (info.getLockOwnerName() == null ? "" : " held by " + info.getLockOwnerName());
        return new Stack(
                info.getThreadName(),
                info.getThreadState().name(),
                lock,
                Stream.of(frames)
                        .limit(SHOWN_FRAMES)
                        .map(StackTraceElement::toString)
                        .toList());
    }

    /** The innermost frame of the platform, or of anybody. */
    private static String top(StackTraceElement[] stack) {
        return Stream.of(stack)
                .filter(frame -> frame.getClassName().startsWith(OWN))
                .findFirst()
                .or(() -> Stream.of(stack).findFirst())
                .map(StackTraceElement::toString)
                .orElse("");
    }
}
