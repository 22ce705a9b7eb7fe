package org.platformforge.infrastructure.backup;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.kernel.api.jobs.Operation;
import org.platformforge.kernel.api.jobs.OperationException;
import org.platformforge.kernel.api.jobs.OperationHandler;
import org.platformforge.kernel.api.jobs.StepContext;
import org.platformforge.kernel.api.store.Outbox;
import org.platformforge.kernel.api.store.Transaction;

/** Restores a backup into a new database. The platform goes on with its own until an operator switches. */
@Component(service = OperationHandler.class)
public final class RestoreHandler implements OperationHandler {
    static final String KIND = "infrastructure.restore";
    static final String TARGET = "target";
    /** RFC 3339; absent when the state of the backup is wanted. */
    static final String POINT_IN_TIME = "point_in_time";

    private static final String RESTORE = "restore";

    private final BackupWork work;
    private final Outbox outbox;

    @Activate
    public RestoreHandler(@Reference BackupWork work, @Reference Outbox outbox) {
        this.work = work;
        this.outbox = outbox;
    }

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public List<StepDefinition> plan(Map<String, Object> input) {
        if (!input.containsKey(POINT_IN_TIME)) {
            return List.of(new StepDefinition(RESTORE, "Restore it into a new database and compare"));
        }
        String into = input.containsKey(TARGET) ? "a new" : "a throw-away";
        return List.of(new StepDefinition(
                RESTORE,
                "Restore it into " + into + " database, bring that to " + input.get(POINT_IN_TIME) + " and check it"));
    }

    @Override
    public Map<String, Object> execute(String step, StepContext context)
            throws OperationException, InterruptedException {
        String backup = context.operation().target();
        Map<String, Object> input = context.operation().input();
        if (!input.containsKey(POINT_IN_TIME)) {
            return work.restore(context, backup, target(context));
        }
        Instant instant = Instant.parse(input.get(POINT_IN_TIME).toString());
        return input.containsKey(TARGET)
                ? work.restore(context, backup, target(context), instant)
                : work.tryRestore(context, backup, instant);
    }

    private static String target(StepContext context) {
        return context.operation().input().get(TARGET).toString();
    }

    /** Only what this operation made: what was there before is not touched. */
    @Override
    public void compensate(String step, StepContext context) throws OperationException {
        if (BackupWork.isOurs(context)) {
            work.unrestore(target(context));
        }
    }

    @Override
    public void finished(Transaction tx, Operation operation) {
        if (!operation.input().containsKey(TARGET)) {
            return; // nothing is left of a dry run
        }
        String end = operation.status() == Operation.Status.COMPLETED ? "backup.restored" : "backup.restore_failed";
        outbox.publish(tx, end, Map.of("backup", operation.target()));
    }
}
