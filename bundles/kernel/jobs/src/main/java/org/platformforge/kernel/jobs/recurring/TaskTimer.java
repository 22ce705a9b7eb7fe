package org.platformforge.kernel.jobs.recurring;

import java.time.Duration;
import java.util.Map;
import org.osgi.framework.Constants;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.platformforge.kernel.api.jobs.RecurringTask;
import org.platformforge.kernel.api.license.Licensing;
import org.platformforge.kernel.api.module.Generations;
import org.platformforge.kernel.api.module.RunningWork;
import org.platformforge.kernel.api.module.StageWatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Gives recurring tasks of modules their time. Immediate, because tasks run whoever asks for it. */
@Component(service = RunningWork.class, immediate = true)
public final class TaskTimer implements RunningWork {
    private static final Logger LOG = LoggerFactory.getLogger(TaskTimer.class);
    /** Long enough for a transaction: Derby gives up the connection of a thread that is interrupted. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final StageWatch stages = new StageWatch(this::look);
    private final RecurringTasks tasks;

    @Activate
    public TaskTimer(@Reference Licensing licensing) {
        tasks = new RecurringTasks(stages::acts, licensing::requireWritable, PATIENCE);
    }

    @Reference(
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindTask(RecurringTask task, Map<String, Object> properties) {
        try {
            tasks.add(task, (Long) properties.get(Constants.SERVICE_BUNDLEID), (Long)
                    properties.get(Constants.SERVICE_ID));
        } catch (RuntimeException | LinkageError e) {
            LOG.error("A recurring task is left out because it does not tell its name or its time", e);
        }
    }

    /** Runs while the service goes away: its run is waited for. */
    void unbindTask(RecurringTask task, Map<String, Object> properties) {
        tasks.remove((Long) properties.get(Constants.SERVICE_ID));
    }

    /** Optional: while nobody decides between generations, every task runs. */
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

    private void look() {
        tasks.look();
    }

    @Override
    public int count(long bundleId) {
        return tasks.count(bundleId);
    }

    @Override
    public boolean drain(long bundleId, Duration patience) throws InterruptedException {
        return tasks.drain(bundleId, patience);
    }

    @Deactivate
    void close() {
        tasks.close();
    }
}
