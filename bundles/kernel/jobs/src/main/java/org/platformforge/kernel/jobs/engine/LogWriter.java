package org.platformforge.kernel.jobs.engine;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntSupplier;
import org.platformforge.kernel.api.store.Store;
import org.platformforge.kernel.api.store.Transaction;
import org.platformforge.kernel.jobs.record.LogTable;
import org.platformforge.kernel.jobs.record.LogTable.Entry;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes log lines in small batches from a thread of its own, so that a talkative step is not slowed down by the
 * database and readers still see a line within a tenth of a second. The queue is bounded: a step that logs faster than
 * the database writes is held back for a moment, then loses lines, and the log says how many. Thread-safe.
 */
final class LogWriter implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LogWriter.class);
    private static final int CAPACITY = 10_000;
    private static final int BATCH = 500;
    private static final Duration GATHER = Duration.ofMillis(25);
    private static final Duration HOLD_BACK = Duration.ofSeconds(1);
    private static final Duration FLUSH_WAIT = Duration.ofSeconds(3);
    private static final int TRIES = 5;
    private static final Duration PAUSE = Duration.ofMillis(200);

    /** A line, or a question whether everything before it is written. */
    private sealed interface Item {}

    private record Line(Entry entry) implements Item {}

    private record Marker(CompletableFuture<Void> reached, boolean last) implements Item {}

    private final Store store;
    private final LogTable table;
    private final Signals signals;
    private final IntSupplier limit;
    private final BlockingQueue<Item> queue = new ArrayBlockingQueue<>(CAPACITY);
    private final Map<String, AtomicLong> dropped = new ConcurrentHashMap<>();
    private final Thread thread;

    /** @param limit most lines of one operation */
    LogWriter(Store store, LogTable table, Signals signals, IntSupplier limit) {
        this.store = store;
        this.table = table;
        this.signals = signals;
        this.limit = limit;
        this.thread = new Thread(null, this::run, "forge-job-log", 0, false);
        this.thread.setDaemon(true);
        this.thread.setContextClassLoader(LogWriter.class.getClassLoader());
    }

    void start() {
        thread.start();
    }

    void append(Entry entry) {
        if (!put(new Line(entry), HOLD_BACK)) {
            dropped.computeIfAbsent(entry.operationId(), id -> new AtomicLong()).incrementAndGet();
        }
    }

    /** Returns when all lines appended before are written, or could not be for a while. */
    void flush() {
        Marker marker = new Marker(new CompletableFuture<>(), false);
        if (!thread.isAlive() || !put(marker, FLUSH_WAIT)) {
            return;
        }
        try {
            marker.reached().get(FLUSH_WAIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            LOG.debug("The log is behind", e);
        }
    }

    private boolean put(Item item, Duration patience) {
        if (queue.offer(item)) {
            return true;
        }
        try {
            return queue.offer(item, patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Override
    public void close() {
        put(new Marker(new CompletableFuture<>(), true), FLUSH_WAIT);
        try {
            thread.join(FLUSH_WAIT.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        boolean open = true;
        while (open) {
            try {
                open = round();
            } catch (InterruptedException e) {
                // Nobody here interrupts it; go on, or lines would be lost.
                LOG.debug("The log writer was interrupted", e);
            } catch (RuntimeException e) {
                LOG.error("Log lines of operations were lost", e);
            }
        }
    }

    /** @return false after the last marker */
    private boolean round() throws InterruptedException {
        List<Item> items = new ArrayList<>();
        items.add(queue.take());
        long end = System.nanoTime() + GATHER.toNanos();
        boolean marked = items.get(0) instanceof Marker;
        while (!marked && items.size() < BATCH) {
            Item next = queue.poll(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS);
            if (next == null) {
                break;
            }
            items.add(next);
            marked = next instanceof Marker;
        }
        boolean open = true;
        try {
            write(items.stream()
                    .filter(Line.class::isInstance)
                    .map(item -> ((Line) item).entry())
                    .toList());
        } finally {
            if (items.get(items.size() - 1) instanceof Marker marker) {
                marker.reached().complete(null);
                open = !marker.last();
            }
        }
        return open;
    }

    private void write(List<Entry> lines) throws InterruptedException {
        if (lines.isEmpty()) {
            return;
        }
        Map<Writer, List<Entry>> groups = new LinkedHashMap<>();
        lines.forEach(line -> groups.computeIfAbsent(
                        new Writer(line.tenantId(), line.operationId(), line.lease()), id -> new ArrayList<>())
                .add(line));
        for (int attempt = 1; ; attempt++) {
            try {
                store.run(Store.ALL_TENANTS, tx -> insert(tx, groups));
                break;
            } catch (RuntimeException e) {
                // The database is away for a moment, or another node wrote the same sequence number first.
                if (attempt == TRIES) {
                    throw e;
                }
                TimeUnit.MILLISECONDS.sleep(PAUSE.toMillis() * attempt);
            }
        }
        groups.keySet().stream().map(Writer::operationId).distinct().forEach(signals::signal);
    }

    private void insert(Transaction tx, Map<Writer, List<Entry>> groups) throws SQLException {
        for (Map.Entry<Writer, List<Entry>> group : groups.entrySet()) {
            Writer writer = group.getKey();
            if (table.current(tx.connection(), writer.operationId(), writer.lease())) {
                insert(tx.connection(), writer, group.getValue(), tx.now());
            }
        }
    }

    private void insert(Connection connection, Writer writer, List<Entry> lines, Instant now) throws SQLException {
        long last = table.last(connection, writer.tenantId(), writer.operationId());
        long room = limit.getAsInt() - last;
        List<Entry> written = new ArrayList<>(room >= lines.size() ? lines : lines.subList(0, (int) Math.max(0, room)));
        if (room >= 0 && room < lines.size()) {
            written.add(note(writer, now, "The log is full; further lines are dropped"));
        }
        AtomicLong lost = dropped.remove(writer.operationId());
        if (lost != null && room > lines.size()) {
            written.add(note(writer, now, lost.get() + " lines came too fast and were dropped"));
        }
        table.insert(connection, written, last + 1);
    }

    private static Entry note(Writer writer, Instant now, String text) {
        return new Entry(writer.tenantId(), writer.operationId(), writer.lease(), now, null, text);
    }

    private record Writer(String tenantId, String operationId, long lease) {}
}
