package org.platformforge.infrastructure.backup;

import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.infrastructure.store.BackupTable;
import org.platformforge.kernel.api.jobs.Operation;
import org.platformforge.kernel.api.jobs.OperationException;
import org.platformforge.kernel.api.jobs.OperationHandler;
import org.platformforge.kernel.api.jobs.StepContext;
import org.platformforge.kernel.api.store.Outbox;
import org.platformforge.kernel.api.store.Transaction;

/** Restores a backup into a throw-away database and compares it: the restore drill, and the dry run of a restore. */
@Component(service = OperationHandler.class)
public final class DrillHandler implements OperationHandler {
    static final String KIND = "infrastructure.restore-drill";
    private static final String PROVE = "prove";

    private final BackupTable backups;
    private final BackupWork work;
    private final Outbox outbox;

    @Activate
    public DrillHandler(@Reference BackupTable backups, @Reference BackupWork work, @Reference Outbox outbox) {
        this.backups = backups;
        this.work = work;
        this.outbox = outbox;
    }

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public List<StepDefinition> plan(Map<String, Object> input) {
        return List.of(new StepDefinition(PROVE, "Restore it into a throw-away database and compare"));
    }

    @Override
    public Map<String, Object> execute(String step, StepContext context)
            throws OperationException, InterruptedException {
        return work.drill(context, context.operation().target());
    }

    @Override
    public void compensate(String step, StepContext context) {
        context.log("Nothing is left of the drill");
    }

    /** What stopped the drill and is not the backup's fault leaves its state as it was, and is told. */
    @Override
    public void finished(Transaction tx, Operation operation) throws SQLException {
        String id = operation.target();
        if (operation.status() == Operation.Status.COMPLETED) {
            backups.checked(tx, id, tx.now(), null);
        } else if (operation.error() != null
                && BackupWork.CORRUPT.equals(operation.error().code())) {
            backups.checked(tx, id, tx.now(), operation.error().message());
            outbox.publish(
                    tx,
                    "backup.corrupt",
                    Map.of("backup", id, "problem", operation.error().message()));
        } else {
            backups.tried(
                    tx,
                    id,
                    operation.error() == null
                            ? "The drill was cancelled"
                            : operation.error().message());
        }
    }
}
