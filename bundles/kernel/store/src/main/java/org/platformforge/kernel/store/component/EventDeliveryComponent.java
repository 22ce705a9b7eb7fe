package org.platformforge.kernel.store.component;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.osgi.framework.Constants;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.health.HealthCheck;
import org.platformforge.kernel.api.module.Generations;
import org.platformforge.kernel.api.module.RunningWork;
import org.platformforge.kernel.api.module.StageWatch;
import org.platformforge.kernel.api.store.AuditLog;
import org.platformforge.kernel.api.store.DeadLetters;
import org.platformforge.kernel.api.store.EventListener;
import org.platformforge.kernel.api.store.Store;
import org.platformforge.kernel.store.outbox.EventDispatcher;
import org.platformforge.kernel.store.outbox.JdbcDeadLetters;
import org.platformforge.kernel.store.outbox.ListenerRegistry;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Hands what the outbox holds to the listeners, and keeps what that gave up. Immediate, because events of earlier runs wait for delivery whoever asks for it. */
@Component(
        service = {DeadLetters.class, RunningWork.class, HealthCheck.class, EventDeliveryComponent.class},
        immediate = true)
public final class EventDeliveryComponent implements DeadLetters, RunningWork, HealthCheck {
    private static final Logger LOG = LoggerFactory.getLogger(EventDeliveryComponent.class);

    private final StageWatch stages = new StageWatch(this::wake);
    private final ListenerRegistry listeners = new ListenerRegistry(stages::acts);
    private final EventDispatcher dispatcher;
    private final OutboxComponent outbox;
    private final JdbcDeadLetters deadLetters;

    @Activate
    public EventDeliveryComponent(
            @Reference Store store,
            @Reference StoreRuntime runtime,
            @Reference AuditLog audit,
            @Reference OutboxComponent outbox) {
        this.outbox = outbox;
        this.dispatcher =
                new EventDispatcher(store, runtime.json(), runtime.settings().delivery(), listeners);
        this.deadLetters = new JdbcDeadLetters(store, runtime.json(), audit, dispatcher::lookAtDeadLetters);
        outbox.deliverBy(dispatcher::wake);
    }

    @Reference(
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindListener(EventListener listener, Map<String, Object> properties) {
        try {
            listeners.add(listener, (Long) properties.get(Constants.SERVICE_BUNDLEID), (Long)
                    properties.get(Constants.SERVICE_ID));
            dispatcher.wake();
        } catch (RuntimeException | LinkageError e) {
            LOG.error("A broken event listener is left out", e);
        }
    }

    void unbindListener(EventListener listener) {
        listeners.remove(listener);
        dispatcher.retire(listener);
    }

    /** Optional: while nobody decides between generations, the newest listener acts. */
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

    @Override
    public List<DeadLetter> list(Selection selection, int limit) {
        return deadLetters.list(selection, limit);
    }

    @Override
    public int retry(Caller actor, Selection selection) {
        return deadLetters.retry(actor, selection);
    }

    @Override
    public int discard(Caller actor, Selection selection) {
        return deadLetters.discard(actor, selection);
    }

    private void wake() {
        dispatcher.wake();
    }

    @Override
    public String name() {
        return "events";
    }

    /** By listener, as they were looked at last. */
    Map<String, Long> listenersWithDeadLetters() {
        return dispatcher.deadLetters();
    }

    /** Dead letters wait for an operator; they keep nothing else from working. */
    @Override
    public Health check() {
        Map<String, Long> dead = dispatcher.deadLetters();
        return dead.isEmpty()
                ? Health.healthy()
                : new Health(Status.DEGRADED, "Events that could not be delivered, by listener: " + dead);
    }

    @Override
    public int count(long bundleId) {
        return dispatcher.count(bundleId);
    }

    @Override
    public boolean drain(long bundleId, Duration patience) throws InterruptedException {
        return dispatcher.drain(bundleId, patience);
    }

    @Deactivate
    void stop() {
        outbox.deliverBy(null);
        dispatcher.close();
    }
}
