package org.platformforge.infrastructure.backup;

import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
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
import org.platformforge.kernel.api.store.Store;
import org.platformforge.kernel.api.store.Transaction;

/** Makes a backup. It is completed when it was restored and compared, and copied where that is configured. */
@Component(service = OperationHandler.class)
public final class BackupHandler implements OperationHandler {
    static final String KIND = "infrastructure.backup";
    private static final String MAKE = "make";
    private static final String COPY = "copy";

    private final Store store;
    private final BackupTable backups;
    private final BackupWork work;
    private final Outbox outbox;

    @Activate
    public BackupHandler(
            @Reference Store store,
            @Reference BackupTable backups,
            @Reference BackupWork work,
            @Reference Outbox outbox) {
        this.store = store;
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
        return List.of(
                new StepDefinition(MAKE, "Write the backup, restore it into a throw-away database and compare"),
                new StepDefinition(COPY, "Copy it to where copies are kept"));
    }

    @Override
    public Map<String, Object> execute(String step, StepContext context)
            throws OperationException, InterruptedException {
        String id = context.operation().target();
        if (step.equals(COPY)) {
            return work.copy(context, id);
        }
        store.run(context.operation().tenantId(), tx -> backups.running(tx, id));
        return work.make(context, id);
    }

    @Override
    public void compensate(String step, StepContext context) throws OperationException {
        if (step.equals(MAKE)) {
            try {
                work.remove(context.operation().target());
            } catch (IOException e) {
                throw OperationException.transientFailure(
                        "BACKUP_FAILED", "Files of the backup cannot be removed", Duration.ofSeconds(10), e);
            }
        }
    }

    @Override
    public void finished(Transaction tx, Operation operation) throws SQLException {
        String id = operation.target();
        if (operation.status() == Operation.Status.COMPLETED) {
            Map<String, Object> output = operation.output();
            backups.completed(
                    tx, id, number(output, "size"), (int) number(output, "tables"), (int) number(output, "compared"));
            outbox.publish(tx, "backup.completed", Map.of("backup", id));
        } else {
            String problem = operation.error() == null
                    ? "It was cancelled"
                    : operation.error().message();
            backups.failed(tx, id, problem);
            outbox.publish(tx, "backup.failed", Map.of("backup", id, "problem", problem));
        }
    }

    private static long number(Map<String, Object> output, String key) {
        return output.get(key) instanceof Number number ? number.longValue() : 0;
    }
}
