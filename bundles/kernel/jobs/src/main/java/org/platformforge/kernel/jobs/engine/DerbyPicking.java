package org.platformforge.kernel.jobs.engine;

import com.github.kagkarlsson.scheduler.jdbc.DefaultJdbcCustomization;
import com.github.kagkarlsson.scheduler.jdbc.JdbcTaskRepositoryContext;
import com.github.kagkarlsson.scheduler.task.Execution;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Supplier;

/**
 * Lets db-scheduler pick on Derby as on PostgreSQL: as many executions as there are free threads, and no queue of
 * candidates. Derby has no SKIP LOCKED; each candidate is picked by a compare-and-set on its version instead.
 */
final class DerbyPicking extends DefaultJdbcCustomization {
    private final Supplier<? extends Collection<String>> kinds;

    DerbyPicking(Supplier<? extends Collection<String>> kinds) {
        super(true);
        this.kinds = kinds;
    }

    @Override
    public String getName() {
        return "Derby";
    }

    @Override
    public boolean supportsSingleStatementLockAndFetch() {
        return true;
    }

    @Override
    public List<Execution> lockAndFetchSingleStatement(
            JdbcTaskRepositoryContext context, Instant now, int limit, boolean orderByPriority) {
        Kinds wanted = new Kinds(List.copyOf(kinds.get()));
        if (wanted.none()) {
            return List.of();
        }
        List<Execution> candidates = context.jdbcRunner.query(
                "SELECT * FROM " + context.tableName + " WHERE " + wanted.condition() + getQueryLimitPart(limit),
                statement -> wanted.bind(statement, 1, now, this),
                context.resultSetMapper.get());
        List<Execution> picked = new ArrayList<>();
        for (Execution candidate : candidates) {
            if (pick(context, candidate, now)) {
                picked.add(candidate.updateToPicked(context.schedulerName.getName(), now));
            }
        }
        return picked;
    }

    private boolean pick(JdbcTaskRepositoryContext context, Execution candidate, Instant now) {
        int changed = context.jdbcRunner.execute(
                "UPDATE " + context.tableName + " SET picked = ?, picked_by = ?, last_heartbeat = ?,"
                        + " version = version + 1 WHERE picked = ? AND task_name = ? AND task_instance = ?"
                        + " AND version = ?",
                statement -> {
                    statement.setBoolean(1, true);
                    statement.setString(2, context.schedulerName.getName());
                    setInstant(statement, 3, now);
                    statement.setBoolean(4, false);
                    statement.setString(5, candidate.taskInstance.getTaskName());
                    statement.setString(6, candidate.taskInstance.getId());
                    statement.setLong(7, candidate.version);
                });
        return changed == 1;
    }
}
