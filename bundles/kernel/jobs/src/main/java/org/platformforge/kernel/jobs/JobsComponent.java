package org.platformforge.kernel.jobs;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.osgi.framework.Constants;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.osgi.service.metatype.annotations.Designate;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.Page;
import org.platformforge.kernel.api.PageRequest;
import org.platformforge.kernel.api.health.HealthCheck.Health;
import org.platformforge.kernel.api.jobs.Operation;
import org.platformforge.kernel.api.jobs.OperationHandler;
import org.platformforge.kernel.api.jobs.Operations;
import org.platformforge.kernel.api.license.Licensing;
import org.platformforge.kernel.api.module.Generations;
import org.platformforge.kernel.api.module.Generations.Stage;
import org.platformforge.kernel.api.module.RunningWork;
import org.platformforge.kernel.api.module.StageWatch;
import org.platformforge.kernel.api.store.AuditLog;
import org.platformforge.kernel.api.store.Store;
import org.platformforge.kernel.api.store.Transaction;
import org.platformforge.kernel.jobs.engine.HandlerRef;
import org.platformforge.kernel.jobs.engine.JobEngine;
import org.platformforge.kernel.jobs.engine.JobSettings;
import org.platformforge.kernel.jobs.engine.Signals;
import org.platformforge.kernel.jobs.node.NodeIdentity;
import org.platformforge.kernel.jobs.node.NodeSeat;
import org.platformforge.kernel.jobs.record.Tables;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The node's engine as services. Immediate, because operations of an earlier life go on although nobody has asked for
 * the service yet.
 */
@Component(
        service = {Operations.class, RunningWork.class, JobsComponent.class},
        immediate = true,
        configurationPid = JobsConfig.PID)
@Designate(ocd = JobsConfig.class)
public final class JobsComponent implements Operations, RunningWork {
    private static final Logger LOG = LoggerFactory.getLogger(JobsComponent.class);

    private final NodeIdentity node;
    private final NodeSeat seat;
    private final ScheduledExecutorService places = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "forge-node");
        thread.setDaemon(true);
        return thread;
    });
    private final JobEngine engine;
    private final Operations operations;
    private final StageWatch stages = new StageWatch(this::trigger);

    @Activate
    public JobsComponent(
            JobsConfig config,
            @Reference Store store,
            @Reference(target = "(forge.datasource=platform)") DataSource dataSource,
            @Reference AuditLog audit,
            @Reference Licensing licensing)
            throws IOException {
        Tables tables = Tables.create();
        node = NodeIdentity.acquire(Path.of(config.folder()));
        seat = new NodeSeat(store, licensing, node.name());
        engine = new JobEngine(settings(config), store, dataSource, node.name(), tables, this::stage);
        operations = new DurableOperations(store, tables, engine, audit);
        seat.look();
        engine.start();
        places.scheduleWithFixedDelay(
                this::lookAtPlace, NodeSeat.PERIOD.toMillis(), NodeSeat.PERIOD.toMillis(), TimeUnit.MILLISECONDS);
        LOG.info("Operations run on this node as {}", node.name());
    }

    /** On a node that the licence has no place for nothing acts; what it had begun, it ends. */
    private Stage stage(long bundleId) {
        Stage stage = stages.stage(bundleId);
        return stage == Stage.ACTING && !seat.isTaken() ? Stage.DRAINING : stage;
    }

    private void lookAtPlace() {
        if (seat.look()) {
            engine.trigger();
        }
    }

    @Modified
    void modified(JobsConfig config) {
        engine.settings(settings(config));
    }

    static JobSettings settings(JobsConfig config) {
        return new JobSettings(
                Math.max(1, config.threads()),
                Duration.ofMillis(Math.max(50, config.poll_millis())),
                Duration.ofMillis(Math.max(100, config.heartbeat_millis())),
                Math.max(4, config.heartbeat_missed()),
                Math.max(0, config.step_retries()),
                Duration.ofMillis(Math.max(1, config.backoff_millis())),
                Duration.ofMillis(Math.max(1, config.backoff_limit_millis())),
                Duration.ofMillis(Math.max(0, config.swap_wait_millis())),
                Duration.ofMillis(Math.max(0, config.stop_wait_millis())),
                Duration.ofDays(Math.max(1, config.retention_days())),
                Math.max(100, config.log_lines()));
    }

    @Deactivate
    void close() throws IOException {
        places.shutdownNow();
        try {
            engine.close();
            seat.leave();
        } finally {
            node.close();
        }
    }

    @Reference(
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindHandler(OperationHandler handler, Map<String, Object> properties) {
        try {
            engine.add(new HandlerRef(handler, bundleId(properties), serviceId(properties)));
        } catch (RuntimeException e) {
            LOG.error("An operation handler is left out because it does not tell a kind that can be kept", e);
        }
    }

    /** Runs while the service goes away: its steps are interrupted and, for a bounded time, waited for. */
    void unbindHandler(OperationHandler handler, Map<String, Object> properties) {
        engine.remove(serviceId(properties));
    }

    /** Optional: while nobody decides between generations, every handler acts. */
    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindGenerations(Generations present) {
        stages.bind(present);
    }

    void unbindGenerations(Generations gone) {
        stages.unbind(gone);
    }

    private void trigger() {
        engine.trigger();
    }

    private static long bundleId(Map<String, Object> properties) {
        return (Long) properties.getOrDefault(Constants.SERVICE_BUNDLEID, 0L);
    }

    private static long serviceId(Map<String, Object> properties) {
        return (Long) properties.get(Constants.SERVICE_ID);
    }

    /** News of operations, for streams. */
    public Signals signals() {
        return engine.signals();
    }

    /** Whether streams should end. */
    public boolean closed() {
        return engine.closed();
    }

    /** Operations that this node is executing. */
    int executing() {
        return engine.executing();
    }

    Health health() {
        return seat.isTaken() ? engine.health() : Health.unhealthy(seat.refusal());
    }

    @Override
    public Operation submit(Transaction tx, Caller caller, String kind, String target, Map<String, Object> input) {
        return operations.submit(tx, caller, kind, target, input);
    }

    @Override
    public Optional<Operation> find(String tenantId, String id) {
        return operations.find(tenantId, id);
    }

    @Override
    public Optional<Operation> findByTarget(String tenantId, String kind, String target) {
        return operations.findByTarget(tenantId, kind, target);
    }

    @Override
    public Page<Operation> list(String tenantId, String kind, Operation.Status status, PageRequest page) {
        return operations.list(tenantId, kind, status, page);
    }

    @Override
    public Operation cancel(Caller caller, String id) {
        return operations.cancel(caller, id);
    }

    @Override
    public Operation retry(Caller caller, String id) {
        return operations.retry(caller, id);
    }

    @Override
    public Operation retry(Transaction tx, Caller caller, String id) {
        return operations.retry(tx, caller, id);
    }

    @Override
    public Operation await(String tenantId, String id, Duration timeout) throws InterruptedException {
        return operations.await(tenantId, id, timeout);
    }

    @Override
    public List<LogLine> logs(String tenantId, String id, long afterSequence, int limit) {
        return operations.logs(tenantId, id, afterSequence, limit);
    }

    @Override
    public List<Duration> history(String tenantId, String kind, String inputKey, String value) {
        return operations.history(tenantId, kind, inputKey, value);
    }

    @Override
    public int count(long bundleId) {
        return engine.count(bundleId);
    }

    @Override
    public boolean drain(long bundleId, Duration patience) throws InterruptedException {
        return engine.drain(bundleId, patience);
    }
}
