package org.platformforge.kernel.jobs.engine;

import java.time.Duration;

/**
 * How this node works.
 *
 * @param threads operations executed at the same time
 * @param pollInterval longest wait before due work of other nodes is seen; own work starts at once
 * @param heartbeat how often an executing node says that it lives
 * @param missedHeartbeats after how many silent intervals its work is taken over; at least 4
 * @param stepRetries transient failures of one step in a row, after which it has failed
 * @param backoff first wait after a transient failure that names none; doubles with each
 * @param backoffLimit longest such wait
 * @param swapWait how long the unbinding of a handler waits for its interrupted steps to leave
 * @param stopWait how long stopping waits for running steps to leave
 * @param retention how long an ended operation and its log are kept
 * @param logLines most log lines of one operation
 */
public record JobSettings(
        int threads,
        Duration pollInterval,
        Duration heartbeat,
        int missedHeartbeats,
        int stepRetries,
        Duration backoff,
        Duration backoffLimit,
        Duration swapWait,
        Duration stopWait,
        Duration retention,
        int logLines) {
    /** These, with what a running scheduler cannot change left as it is. */
    JobSettings besideRunning(JobSettings running) {
        return new JobSettings(
                running.threads,
                running.pollInterval,
                running.heartbeat,
                running.missedHeartbeats,
                stepRetries,
                backoff,
                backoffLimit,
                swapWait,
                stopWait,
                retention,
                logLines);
    }

    /** The n-th wait (from 1) of a doubling series. */
    Duration backoff(int failures, Duration base) {
        Duration first = base.isZero() || base.isNegative() ? backoff : base;
        if (first.compareTo(backoffLimit) >= 0) {
            return first;
        }
        long factor = 1L << Math.min(20, Math.max(0, failures - 1));
        Duration wait = first.multipliedBy(factor);
        return wait.compareTo(backoffLimit) > 0 ? backoffLimit : wait;
    }
}
