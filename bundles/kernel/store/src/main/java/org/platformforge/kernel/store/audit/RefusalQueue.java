package org.platformforge.kernel.store.audit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.PlatformException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes records of refused attempts off the request's thread. Bounded: a flood of refused requests must neither fill
 * the memory nor wait for the database, so what does not fit is dropped and counted. Thread-safe.
 */
final class RefusalQueue<R> implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RefusalQueue.class);
    private static final int BATCH = 64;
    private static final Duration PAUSE_AFTER_FAILURE = Duration.ofSeconds(1);
    private static final Duration DRAIN = Duration.ofSeconds(5);
    private static final long POLL_MILLIS = 200;
    private static final long COMPLAIN_EVERY = TimeUnit.MINUTES.toNanos(1);

    private final BlockingQueue<R> queue;
    private final Consumer<List<R>> writer;
    private final AtomicLong dropped = new AtomicLong();
    private final Thread worker;
    private volatile boolean closing;
    private long reportedDrops;
    private long lastComplaint = System.nanoTime() - COMPLAIN_EVERY;

    /** @param writer writes a batch in one transaction; throws when it could not */
    RefusalQueue(int capacity, Consumer<List<R>> writer) {
        this.queue = new ArrayBlockingQueue<>(capacity);
        this.writer = writer;
        this.worker = new Thread(this::work, "forge-audit");
        this.worker.setDaemon(true);
        this.worker.start();
    }

    /** Never blocks, never throws. */
    void offer(R record) {
        if (closing || !queue.offer(record)) {
            dropped.incrementAndGet();
        }
    }

    /** How many records were lost since the start. */
    long dropped() {
        return dropped.get();
    }

    int waiting() {
        return queue.size();
    }

    private void work() {
        List<R> batch = new ArrayList<>(BATCH);
        try {
            while (!closing || !queue.isEmpty() || !batch.isEmpty()) {
                fill(batch);
                if (!batch.isEmpty() && write(batch)) {
                    batch.clear();
                } else if (!batch.isEmpty()) {
                    TimeUnit.MILLISECONDS.sleep(PAUSE_AFTER_FAILURE.toMillis());
                }
                complain();
            }
        } catch (InterruptedException e) {
            dropped.addAndGet(batch.size());
            Thread.currentThread().interrupt();
        }
    }

    private void fill(List<R> batch) throws InterruptedException {
        if (batch.isEmpty()) {
            R first = queue.poll(POLL_MILLIS, TimeUnit.MILLISECONDS);
            if (first != null) {
                batch.add(first);
            }
        }
        queue.drainTo(batch, BATCH - batch.size());
    }

    /** @return false to have the batch written again later */
    private boolean write(List<R> batch) {
        try {
            writer.accept(batch);
            return true;
        } catch (PlatformException e) {
            LOG.debug("Refused attempts could not be recorded", e);
            return e.kind() != ErrorKind.UNAVAILABLE && writeOneByOne(batch, e);
        } catch (RuntimeException e) {
            return writeOneByOne(batch, e);
        }
    }

    /** A record that can never be written must not hold up the others. */
    private boolean writeOneByOne(List<R> batch, RuntimeException cause) {
        if (batch.size() == 1) {
            LOG.warn("A refused attempt cannot be recorded: {}", cause.getMessage());
            dropped.incrementAndGet();
            return true;
        }
        for (R record : List.copyOf(batch)) {
            if (!write(List.of(record))) {
                return false;
            }
            batch.remove(record);
        }
        return true;
    }

    private void complain() {
        long lost = dropped.get();
        if (lost > reportedDrops && System.nanoTime() - lastComplaint >= COMPLAIN_EVERY) {
            LOG.warn("{} records of refused attempts were lost", lost - reportedDrops);
            reportedDrops = lost;
            lastComplaint = System.nanoTime();
        }
    }

    /** Writes what is left, for a few seconds. */
    @Override
    public void close() {
        closing = true;
        try {
            worker.join(DRAIN.toMillis());
            if (worker.isAlive()) {
                worker.interrupt();
                worker.join(DRAIN.toMillis());
                dropped.addAndGet(queue.size());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (dropped.get() > reportedDrops) {
            LOG.warn("{} records of refused attempts were lost", dropped.get() - reportedDrops);
        }
    }
}
