package org.platformforge.kernel.jobs.engine;

import com.github.kagkarlsson.scheduler.jdbc.JdbcTaskRepositoryContext;
import com.github.kagkarlsson.scheduler.jdbc.PostgreSqlJdbcCustomization;
import com.github.kagkarlsson.scheduler.task.Execution;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.function.Supplier;

/** db-scheduler's own single statement with SKIP LOCKED, narrowed to the kinds this node has handlers for. */
final class PostgresPicking extends PostgreSqlJdbcCustomization {
    private final Supplier<? extends Collection<String>> kinds;

    PostgresPicking(Supplier<? extends Collection<String>> kinds) {
        super(false, true);
        this.kinds = kinds;
    }

    @Override
    public List<Execution> lockAndFetchSingleStatement(
            JdbcTaskRepositoryContext context, Instant now, int limit, boolean orderByPriority) {
        Kinds wanted = new Kinds(List.copyOf(kinds.get()));
        if (wanted.none()) {
            return List.of();
        }
        String table = context.tableName;
        return context.jdbcRunner.query(
                "WITH locked AS (UPDATE " + table + " SET picked = ?, picked_by = ?, last_heartbeat = ?,"
                        + " version = version + 1 WHERE (task_name, task_instance) IN (SELECT task_name, task_instance"
                        + " FROM " + table + " WHERE " + wanted.condition() + " FOR UPDATE SKIP LOCKED"
                        + getQueryLimitPart(limit) + ") RETURNING *) SELECT * FROM locked ORDER BY execution_time",
                statement -> {
                    statement.setBoolean(1, true);
                    statement.setString(2, context.schedulerName.getName());
                    setInstant(statement, 3, now);
                    wanted.bind(statement, 4, now, this);
                },
                context.resultSetMapper.get());
    }
}
