package org.platformforge.kernel.jobs;

import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.Ids;
import org.platformforge.kernel.api.Page;
import org.platformforge.kernel.api.PageRequest;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.jobs.Operation;
import org.platformforge.kernel.api.jobs.Operation.Status;
import org.platformforge.kernel.api.jobs.Operation.StepStatus;
import org.platformforge.kernel.api.jobs.OperationHandler.StepDefinition;
import org.platformforge.kernel.api.jobs.Operations;
import org.platformforge.kernel.api.store.AuditLog;
import org.platformforge.kernel.api.store.AuditRecord;
import org.platformforge.kernel.api.store.Store;
import org.platformforge.kernel.api.store.Transaction;
import org.platformforge.kernel.jobs.engine.HandlerRef;
import org.platformforge.kernel.jobs.engine.JobEngine;
import org.platformforge.kernel.jobs.engine.Signals;
import org.platformforge.kernel.jobs.record.LogTable.Entry;
import org.platformforge.kernel.jobs.record.OperationCursor;
import org.platformforge.kernel.jobs.record.OperationFilter;
import org.platformforge.kernel.jobs.record.OperationState;
import org.platformforge.kernel.jobs.record.Tables;

/** The operations of all nodes, as records; the engine executes them. Thread-safe. */
public final class DurableOperations implements Operations {
    private static final String WHAT = "Operation";
    private static final int HISTORY = 50;
    private static final int HISTORY_DEPTH = 1000;
    private static final int LOG_LIMIT = 1000;
    private static final Duration LOOK_AGAIN = Duration.ofMillis(500);

    private final Store store;
    private final Tables tables;
    private final JobEngine engine;
    private final AuditLog audit;

    public DurableOperations(Store store, Tables tables, JobEngine engine, AuditLog audit) {
        this.store = store;
        this.tables = tables;
        this.engine = engine;
        this.audit = audit;
    }

    @Override
    public Operation submit(Transaction tx, Caller caller, String kind, String target, Map<String, Object> input) {
        HandlerRef handler = engine.handlers()
                .planner(kind)
                .orElseThrow(() -> PlatformException.of(
                                ErrorKind.UNAVAILABLE, "Nothing on this platform does " + kind + " at the moment")
                        .withDetail("kind", kind)
                        .withRetryAfter(Duration.ofSeconds(1)));
        Map<String, Object> plain = tables.json().copy(input);
        Operation operation = new Operation(
                Ids.next("op-"),
                caller.tenantId(),
                kind,
                target,
                caller.initiator(),
                Status.PENDING,
                plain,
                Map.of(),
                null,
                steps(handler.handler().plan(plain), kind),
                tx.now(),
                null,
                null);
        return writing(() -> {
            tables.operations().insert(tx.connection(), operation);
            tables.schedule().insert(tx.connection(), operation.id(), kind, tx.now());
            tx.afterCommit(engine::trigger);
            return operation;
        });
    }

    private static List<Operation.Step> steps(List<StepDefinition> plan, String kind) {
        Set<String> names = new HashSet<>();
        List<Operation.Step> steps = new ArrayList<>();
        for (StepDefinition step : plan) {
            if (step.name() == null || step.name().isBlank() || !names.add(step.name())) {
                throw new IllegalArgumentException(
                        "The plan of " + kind + " names a step twice or not at all: " + step.name());
            }
            String title = step.title() == null ? step.name() : step.title();
            steps.add(new Operation.Step(step.name(), title, StepStatus.PENDING, 0, Map.of(), null, null, null));
        }
        return List.copyOf(steps);
    }

    @Override
    public Optional<Operation> find(String tenantId, String id) {
        return store.call(tenantId, tx -> tables.operations().find(tx.connection(), tenantId, id))
                .map(OperationState::operation);
    }

    @Override
    public Optional<Operation> findByTarget(String tenantId, String kind, String target) {
        return store.call(tenantId, tx -> tables.operations().findByTarget(tx.connection(), tenantId, kind, target))
                .map(OperationState::operation);
    }

    @Override
    public Page<Operation> list(String tenantId, String kind, Status status, PageRequest page) {
        OperationFilter filter = new OperationFilter(tenantId, kind, status);
        OperationCursor after = page.cursor() == null ? null : OperationCursor.parse(page.cursor());
        int offset = after == null ? page.offset() : 0;
        return store.call(tenantId, tx -> {
            List<Operation> found =
                    tables.operations().list(tx.connection(), filter, after, offset, page.limit() + 1).stream()
                            .map(OperationState::operation)
                            .toList();
            boolean more = found.size() > page.limit();
            List<Operation> items = more ? found.subList(0, page.limit()) : found;
            Optional<String> next = more
                    ? Optional.of(
                            OperationCursor.of(items.get(items.size() - 1)).text())
                    : Optional.empty();
            return new Page<>(items, tables.operations().count(tx.connection(), filter), next);
        });
    }

    @Override
    public Operation cancel(Caller caller, String id) {
        String tenant = caller.tenantId();
        return store.call(tenant, tx -> {
            OperationState state = locked(tx, tenant, id);
            if (state.operation().status().finished()) {
                throw ended(state.operation(), "It has ended and cannot be cancelled");
            }
            if (!state.cancelRequested()) {
                tables.operations().requestCancel(tx.connection(), tenant, id);
                tables.schedule().wake(tx.connection(), id, tx.now());
                audit.append(tx, record(caller, "operation.cancel", state.operation()));
            }
            tx.afterCommit(() -> engine.cancelled(id));
            return state.operation();
        });
    }

    @Override
    public Operation retry(Caller caller, String id) {
        return store.call(caller.tenantId(), tx -> retry(tx, caller, id));
    }

    @Override
    public Operation retry(Transaction tx, Caller caller, String id) {
        return writing(() -> {
            String tenant = caller.tenantId();
            OperationState before = locked(tx, tenant, id);
            if (!tables.operations().reopen(tx.connection(), tenant, id, tx.now())) {
                throw ended(before.operation(), "Only a failed operation can be tried again");
            }
            tables.steps().reopen(tx.connection(), tenant, id);
            tables.schedule().insert(tx.connection(), id, before.operation().kind(), tx.now());
            long last = tables.logs().last(tx.connection(), tenant, id);
            Entry line = new Entry(tenant, id, before.lease(), tx.now(), null, "Tried again by " + caller.subject());
            tables.logs().insert(tx.connection(), List.of(line), last + 1);
            audit.append(tx, record(caller, "operation.retry", before.operation()));
            tx.afterCommit(engine::trigger);
            return tables.operations()
                    .find(tx.connection(), tenant, id)
                    .orElseThrow()
                    .operation();
        });
    }

    private OperationState locked(Transaction tx, String tenant, String id) throws SQLException {
        if (!tables.operations().lock(tx.connection(), tenant, id, tx.now())) {
            throw PlatformException.notFound(WHAT, id);
        }
        return tables.operations().find(tx.connection(), tenant, id).orElseThrow();
    }

    private static PlatformException ended(Operation operation, String message) {
        return PlatformException.of(ErrorKind.CONFLICT, message)
                .withDetail("operation", operation.id())
                .withDetail("status", operation.status().name().toLowerCase(Locale.ROOT));
    }

    private static AuditRecord record(Caller caller, String action, Operation operation) {
        return AuditRecord.success(
                caller, action, operation.id(), Map.of("kind", operation.kind(), "target", operation.target()));
    }

    @Override
    public Operation await(String tenantId, String id, Duration timeout) throws InterruptedException {
        long end = System.nanoTime() + timeout.toNanos();
        try (Signals.Subscription news = engine.signals().subscribe(id)) {
            while (!status(tenantId, id).finished() && !engine.closed()) {
                Duration left = Duration.ofNanos(end - System.nanoTime());
                if (left.isNegative() || left.isZero()) {
                    break;
                }
                news.await(left.compareTo(LOOK_AGAIN) < 0 ? left : LOOK_AGAIN);
            }
        }
        return find(tenantId, id).orElseThrow(() -> PlatformException.notFound(WHAT, id));
    }

    private Status status(String tenantId, String id) {
        return store.call(tenantId, tx -> tables.operations().status(tx.connection(), tenantId, id))
                .orElseThrow(() -> PlatformException.notFound(WHAT, id));
    }

    @Override
    public List<LogLine> logs(String tenantId, String id, long afterSequence, int limit) {
        int rows = Math.max(1, Math.min(LOG_LIMIT, limit));
        return store.call(tenantId, tx -> tables.logs().after(tx.connection(), tenantId, id, afterSequence, rows));
    }

    @Override
    public List<Duration> history(String tenantId, String kind, String inputKey, String value) {
        return store.call(
                tenantId,
                tx -> tables
                        .operations()
                        .completed(
                                tx.connection(),
                                tenantId,
                                kind,
                                ran -> value.equals(String.valueOf(ran.input().get(inputKey))),
                                HISTORY_DEPTH,
                                HISTORY)
                        .stream()
                        .map(ran -> between(ran.startedAt(), ran.finishedAt()))
                        .toList());
    }

    private static Duration between(Instant start, Instant end) {
        Duration ran = Duration.between(start, end);
        return ran.isNegative() ? Duration.ZERO : ran;
    }

    @FunctionalInterface
    private interface SqlWork<T> {
        T apply() throws SQLException;
    }

    /** Lets the store that runs the caller's transaction see the database's failure, which is its to judge. */
    private static <T> T writing(SqlWork<T> work) {
        try {
            return work.apply();
        } catch (SQLException e) {
            throw new IllegalStateException("An operation could not be written", e);
        }
    }
}
