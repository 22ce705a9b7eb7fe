package org.platformforge.delivery.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.osgi.service.component.annotations.Component;
import org.platformforge.kernel.api.Page;
import org.platformforge.kernel.api.PageRequest;
import org.platformforge.kernel.api.delivery.DeployRequest.Build;
import org.platformforge.kernel.api.delivery.DeployRequest.Rollout;
import org.platformforge.kernel.api.delivery.DeployRequest.Run;
import org.platformforge.kernel.api.delivery.DeployRequest.Scale;
import org.platformforge.kernel.api.delivery.Release;
import org.platformforge.kernel.api.delivery.Release.Status;
import org.platformforge.kernel.api.jobs.Operation;
import org.platformforge.kernel.api.store.Json;
import org.platformforge.kernel.api.store.Sql;
import org.platformforge.kernel.api.store.Transaction;

/** Releases. The tenant is a parameter, as in {@link TargetTable}. Thread-safe. */
@Component(service = ReleaseTable.class)
public class ReleaseTable {
    private static final int LONGEST_MESSAGE = 2000;
    /** Beyond every id. */
    private static final String AFTER_ALL = "rel-zzzzzzzzzzzzzzzzzzzzzzzz";

    private static final String COLUMNS = "tenant_id, id, service, environment, number, version, repository, ref,"
            + " commit_id, source, artifact, build_spec, run_spec, scale_spec, rollout_spec, sealed, build_id,"
            + " instances, status, rollback_of, operation_id, error_code, error_message, created_by, created_at,"
            + " finished_at";
    private static final String SELECT = "SELECT " + COLUMNS + " FROM dlv_release";

    private final Json json = new Json();

    public void insert(Transaction tx, ReleaseRow row) throws SQLException {
        Release release = row.release();
        Sql.update(
                tx.connection(),
                "INSERT INTO dlv_release (" + COLUMNS + ", cleaned) VALUES (" + "?, ".repeat(26) + "0)",
                release.tenantId(),
                release.id(),
                release.service(),
                release.environment(),
                release.number(),
                release.version(),
                release.repository(),
                release.ref(),
                release.commit(),
                row.source(),
                release.artifact(),
                json.write(release.build()),
                json.write(release.run()),
                json.write(release.scale()),
                json.write(release.rollout()),
                row.sealed(),
                row.buildId(),
                json.write(row.instances()),
                release.status(),
                release.rollbackOf(),
                release.operationId(),
                null,
                null,
                release.createdBy(),
                release.createdAt(),
                null);
    }

    public Optional<ReleaseRow> find(Transaction tx, String tenantId, String id) throws SQLException {
        return select(tx, " WHERE tenant_id = ? AND id = ?", tenantId, id).stream()
                .findFirst();
    }

    public Optional<ReleaseRow> byNumber(
            Transaction tx, String tenantId, String service, String environment, int number) throws SQLException {
        return select(
                        tx,
                        " WHERE tenant_id = ? AND service = ? AND environment = ? AND number = ?",
                        tenantId,
                        service,
                        environment,
                        number)
                .stream()
                .findFirst();
    }

    /** The newest that has served and serves no more. */
    public Optional<ReleaseRow> lastSuperseded(Transaction tx, String tenantId, String service, String environment)
            throws SQLException {
        return select(
                        tx,
                        " WHERE tenant_id = ? AND service = ? AND environment = ? AND status = 'SUPERSEDED'"
                                + " ORDER BY number DESC FETCH FIRST 1 ROWS ONLY",
                        tenantId,
                        service,
                        environment)
                .stream()
                .findFirst();
    }

    /** Newest first. @param environment null for all */
    public Page<Release> page(Transaction tx, String tenantId, String service, String environment, PageRequest page)
            throws SQLException {
        String where = " WHERE tenant_id = ? AND service = ? AND (environment = ? OR ? = '*')";
        String named = environment == null ? "*" : environment;
        String before = page.cursor() == null ? AFTER_ALL : page.cursor();
        int offset = page.cursor() == null ? page.offset() : 0;
        List<Release> found = select(
                        tx,
                        where + " AND id < ? ORDER BY id DESC OFFSET " + offset + " ROWS FETCH NEXT "
                                + (page.limit() + 1) + " ROWS ONLY",
                        tenantId,
                        service,
                        named,
                        named,
                        before)
                .stream()
                .map(ReleaseRow::release)
                .toList();
        long total = Sql.number(
                tx.connection(), "SELECT count(*) FROM dlv_release" + where, tenantId, service, named, named);
        boolean more = found.size() > page.limit();
        List<Release> items = more ? found.subList(0, page.limit()) : found;
        return new Page<>(
                items, total, more ? Optional.of(items.get(items.size() - 1).id()) : Optional.empty());
    }

    /** Ended without serving, or superseded, and perhaps still held by an engine; of all tenants. */
    public List<ReleaseRow> notCleaned(Transaction tx, Instant endedBefore, int most) throws SQLException {
        return select(
                tx,
                " WHERE cleaned = 0 AND status IN ('FAILED', 'CANCELLED', 'SUPERSEDED') AND finished_at < ?"
                        + " ORDER BY finished_at FETCH FIRST " + most + " ROWS ONLY",
                endedBefore);
    }

    public void fetched(Transaction tx, String tenantId, String id, String commit, String source) throws SQLException {
        Sql.update(
                tx.connection(),
                "UPDATE dlv_release SET commit_id = ?, source = ? WHERE tenant_id = ? AND id = ?",
                commit,
                source,
                tenantId,
                id);
    }

    public void built(Transaction tx, String tenantId, String id, String artifact) throws SQLException {
        Sql.update(
                tx.connection(),
                "UPDATE dlv_release SET artifact = ? WHERE tenant_id = ? AND id = ?",
                artifact,
                tenantId,
                id);
    }

    /** On its way; whatever it was before, it has no end any more. */
    public void become(Transaction tx, String tenantId, String id, Status status) throws SQLException {
        Sql.update(
                tx.connection(),
                "UPDATE dlv_release SET status = ?, cleaned = 0, error_code = NULL, error_message = NULL,"
                        + " finished_at = NULL WHERE tenant_id = ? AND id = ? AND status <> ?",
                status,
                tenantId,
                id,
                status);
    }

    /** @param error null for none */
    public void end(Transaction tx, String tenantId, String id, Status status, Operation.Failure error)
            throws SQLException {
        String message = error == null ? null : error.message();
        Sql.update(
                tx.connection(),
                "UPDATE dlv_release SET status = ?, error_code = ?, error_message = ?, finished_at = ?"
                        + " WHERE tenant_id = ? AND id = ?",
                status,
                error == null ? null : error.code(),
                message != null && message.length() > LONGEST_MESSAGE ? message.substring(0, LONGEST_MESSAGE) : message,
                tx.now(),
                tenantId,
                id);
    }

    public void cleaned(Transaction tx, String tenantId, String id) throws SQLException {
        Sql.update(tx.connection(), "UPDATE dlv_release SET cleaned = 1 WHERE tenant_id = ? AND id = ?", tenantId, id);
    }

    private List<ReleaseRow> select(Transaction tx, String where, Object... values) throws SQLException {
        return Sql.list(tx.connection(), SELECT + where, this::row, values);
    }

    private ReleaseRow row(ResultSet row) throws SQLException {
        String code = row.getString("error_code");
        Release release = new Release(
                row.getString("id"),
                row.getString("tenant_id"),
                row.getString("service"),
                row.getString("environment"),
                row.getInt("number"),
                row.getString("version"),
                row.getString("repository"),
                row.getString("ref"),
                row.getString("commit_id"),
                row.getString("artifact"),
                json.read(row.getString("build_spec"), Build.class),
                json.read(row.getString("run_spec"), Run.class),
                json.read(row.getString("scale_spec"), Scale.class),
                json.read(row.getString("rollout_spec"), Rollout.class),
                Status.valueOf(row.getString("status")),
                Sql.integer(row, "rollback_of"),
                row.getString("operation_id"),
                code == null ? null : new Operation.Failure(code, row.getString("error_message"), List.of()),
                row.getString("created_by"),
                Sql.instant(row, "created_at"),
                Sql.instant(row, "finished_at"));
        return new ReleaseRow(
                release,
                row.getString("source"),
                row.getString("sealed"),
                row.getString("build_id"),
                json.readList(row.getString("instances")));
    }
}
