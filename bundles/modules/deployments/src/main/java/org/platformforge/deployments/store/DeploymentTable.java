package org.platformforge.deployments.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.osgi.service.component.annotations.Component;
import org.platformforge.deployments.domain.Deployment;
import org.platformforge.deployments.domain.Deployment.Change;
import org.platformforge.deployments.domain.Deployment.Failure;
import org.platformforge.deployments.domain.Deployment.Seen;
import org.platformforge.deployments.domain.Deployment.Spec;
import org.platformforge.deployments.domain.Deployment.Times;
import org.platformforge.deployments.domain.Deployment.Work;
import org.platformforge.deployments.domain.Machine;
import org.platformforge.deployments.domain.Status;
import org.platformforge.kernel.api.store.Json;
import org.platformforge.kernel.api.store.Sql;
import org.platformforge.kernel.api.store.Transaction;

/** Deployments and the states they were in. Thread-safe. */
@Component(service = DeploymentTable.class)
public class DeploymentTable {
    private static final int LONGEST_MESSAGE = 2000;
    private static final String SELECT = "SELECT * FROM dep_deployment";
    private static final String KEY = " WHERE tenant_id = ? AND id = ?";

    private final Json json = new Json();

    public Optional<Deployment> find(Transaction tx, String tenantId, String id) throws SQLException {
        return Sql.first(tx.connection(), SELECT + KEY, this::row, tenantId, id);
    }

    public Optional<Deployment> byService(Transaction tx, String tenantId, String service) throws SQLException {
        return Sql.first(
                tx.connection(), SELECT + " WHERE tenant_id = ? AND service = ?", this::row, tenantId, service);
    }

    /**
     * Newest first.
     *
     * @param status null for all but deleted ones
     * @param before the last of the page before; null for the first page
     */
    public List<Deployment> page(Transaction tx, Status status, Deployment before, int offset, int limit)
            throws SQLException {
        List<Object> values = new ArrayList<>(List.of(tx.tenantId()));
        StringBuilder sql =
                new StringBuilder(SELECT).append(" WHERE tenant_id = ?").append(matching(status, values));
        if (before != null) {
            Instant at = before.times().createdAt();
            sql.append(" AND (created_at < ? OR created_at = ? AND id < ?)");
            values.addAll(List.of(at, at, before.id()));
        }
        sql.append(" ORDER BY created_at DESC, id DESC OFFSET ").append(offset);
        sql.append(" ROWS FETCH NEXT ").append(limit).append(" ROWS ONLY");
        return Sql.list(tx.connection(), sql.toString(), this::row, values.toArray());
    }

    public long count(Transaction tx, Status status) throws SQLException {
        List<Object> values = new ArrayList<>(List.of(tx.tenantId()));
        String where = " WHERE tenant_id = ?" + matching(status, values);
        return Sql.number(tx.connection(), "SELECT count(*) FROM dep_deployment" + where, values.toArray());
    }

    private static String matching(Status status, List<Object> values) {
        values.add(status == null ? Status.DELETED : status);
        return status == null ? " AND status <> ?" : " AND status = ?";
    }

    /** Of all tenants: where something is on its way. */
    public List<Deployment> busy(Transaction tx, int most) throws SQLException {
        return Sql.list(
                tx.connection(),
                SELECT + " WHERE busy = 1 ORDER BY updated_at FETCH FIRST " + most + " ROWS ONLY",
                this::row);
    }

    /** Of all tenants: what writes a log. */
    public List<Deployment> running(Transaction tx) throws SQLException {
        return Sql.list(tx.connection(), SELECT + " WHERE busy = 0 AND status = ?", this::row, Status.RUNNING);
    }

    public Map<Status, Long> countByStatus(Transaction tx) throws SQLException {
        Map<Status, Long> counts = new LinkedHashMap<>();
        Sql.list(
                tx.connection(),
                "SELECT status, count(*) AS n FROM dep_deployment WHERE tenant_id = ? GROUP BY status",
                row -> counts.put(Status.valueOf(row.getString("status")), row.getLong("n")) == null,
                tx.tenantId());
        return counts;
    }

    /** Of those that are not deleted, ascending. */
    public List<Long> leadMillis(Transaction tx) throws SQLException {
        return Sql.list(
                tx.connection(),
                "SELECT lead_millis FROM dep_deployment WHERE tenant_id = ? AND lead_millis IS NOT NULL"
                        + " AND status <> ? ORDER BY lead_millis",
                row -> row.getLong(1),
                tx.tenantId(),
                Status.DELETED);
    }

    /** Codes of what failed and has not been mended or deleted, with how often each is there. */
    public Map<String, Long> failures(Transaction tx) throws SQLException {
        Map<String, Long> counts = new LinkedHashMap<>();
        Sql.list(
                tx.connection(),
                "SELECT error_code, count(*) AS n FROM dep_deployment WHERE tenant_id = ? AND error_code IS NOT NULL"
                        + " AND status <> ? GROUP BY error_code ORDER BY count(*) DESC, error_code",
                row -> counts.put(row.getString("error_code"), row.getLong("n")) == null,
                tx.tenantId(),
                Status.DELETED);
        return counts;
    }

    public void insert(Transaction tx, Deployment made) throws SQLException {
        Spec spec = made.spec();
        Sql.update(
                tx.connection(),
                "INSERT INTO dep_deployment (tenant_id, id, service, name, machine, created_by, created_at, revision,"
                        + " log_sequence, framework, repository, ref, cores, memory_mb, disk_gb, probe_path, run_env,"
                        + " build_env, plan_env, sealed, status, wanted, busy, leaving, requested_at, updated_at)"
                        + " VALUES (?, ?, ?, ?, ?, ?, ?, 0, 0, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                made.tenantId(),
                made.id(),
                made.service(),
                spec.name(),
                spec.machine(),
                made.createdBy(),
                made.times().createdAt(),
                spec.framework(),
                spec.repository(),
                spec.ref(),
                spec.cores(),
                spec.memory(),
                spec.disk(),
                spec.probePath(),
                json.write(spec.runEnv()),
                json.write(spec.buildEnv()),
                json.write(spec.planEnv()),
                made.sealed(),
                made.status(),
                made.wanted(),
                made.work().busy() ? 1 : 0,
                json.write(made.work().leaving()),
                made.times().requestedAt(),
                made.times().updatedAt());
        enter(tx, made, made.status(), made.times().createdAt());
    }

    /**
     * Keeps others from changing it until the end of the transaction.
     *
     * @return false when somebody has changed it since it was read
     */
    public boolean lock(Transaction tx, Deployment known) throws SQLException {
        return Sql.update(
                        tx.connection(),
                        "UPDATE dep_deployment SET revision = revision" + KEY + " AND revision = ?",
                        known.tenantId(),
                        known.id(),
                        known.revision())
                == 1;
    }

    /**
     * All but what never changes and the number of its log's last line.
     *
     * @return false when somebody else has changed it since it was read
     */
    public boolean update(Transaction tx, Deployment changed) throws SQLException {
        Spec spec = changed.spec();
        Work work = changed.work();
        Failure error = changed.error();
        Times times = changed.times();
        return Sql.update(
                        tx.connection(),
                        "UPDATE dep_deployment SET ref = ?, cores = ?, memory_mb = ?, disk_gb = ?, probe_path = ?,"
                                + " run_env = ?, build_env = ?, sealed = ?, status = ?, wanted = ?, busy = ?,"
                                + " operation_id = ?, release_id = ?, removal_id = ?, leaving = ?, error_code = ?,"
                                + " error_message = ?, engine = ?, url = ?, ip_address = ?, vm_id = ?,"
                                + " requested_at = ?, updated_at = ?, deployed_at = ?, deleted_at = ?, lead_millis = ?,"
                                + " revision = revision + 1" + KEY + " AND revision = ?",
                        spec.ref(),
                        spec.cores(),
                        spec.memory(),
                        spec.disk(),
                        spec.probePath(),
                        json.write(spec.runEnv()),
                        json.write(spec.buildEnv()),
                        changed.sealed(),
                        changed.status(),
                        changed.wanted(),
                        work.busy() ? 1 : 0,
                        work.operationId(),
                        work.releaseId(),
                        work.removalId(),
                        json.write(work.leaving()),
                        error == null ? null : Sql.fit(error.code(), 100),
                        error == null ? null : Sql.fit(error.message(), LONGEST_MESSAGE),
                        changed.seen().engine(),
                        changed.seen().url(),
                        changed.seen().ipAddress(),
                        changed.seen().vmId(),
                        times.requestedAt(),
                        tx.now(),
                        times.deployedAt(),
                        times.deletedAt(),
                        times.leadMillis(),
                        changed.tenantId(),
                        changed.id(),
                        changed.revision())
                == 1;
    }

    /** What its framework adds to its variables. */
    public void planned(Transaction tx, Deployment of, Map<String, String> env) throws SQLException {
        Sql.update(
                tx.connection(),
                "UPDATE dep_deployment SET plan_env = ?" + KEY,
                json.write(env),
                of.tenantId(),
                of.id());
    }

    /** That it is in this state from now on. */
    public void enter(Transaction tx, Deployment deployment, Status status, Instant at) throws SQLException {
        long before = Sql.number(
                tx.connection(),
                "SELECT MAX(number) FROM dep_status WHERE tenant_id = ? AND deployment_id = ?",
                deployment.tenantId(),
                deployment.id());
        Sql.update(
                tx.connection(),
                "INSERT INTO dep_status (tenant_id, deployment_id, number, status, entered_at) VALUES (?, ?, ?, ?, ?)",
                deployment.tenantId(),
                deployment.id(),
                before + 1,
                status,
                at);
    }

    /** Oldest first. */
    public List<Change> history(Transaction tx, String tenantId, String id) throws SQLException {
        return Sql.list(
                tx.connection(),
                "SELECT status, entered_at FROM dep_status WHERE tenant_id = ? AND deployment_id = ? ORDER BY number",
                row -> new Change(Status.valueOf(row.getString("status")), Sql.instant(row, "entered_at")),
                tenantId,
                id);
    }

    private Deployment row(ResultSet row) throws SQLException {
        String code = row.getString("error_code");
        long lead = row.getLong("lead_millis");
        Long leadMillis = row.wasNull() ? null : lead;
        return new Deployment(
                row.getString("tenant_id"),
                row.getString("id"),
                row.getString("service"),
                new Spec(
                        row.getString("name"),
                        Machine.valueOf(row.getString("machine")),
                        row.getString("framework"),
                        row.getString("repository"),
                        row.getString("ref"),
                        row.getInt("cores"),
                        row.getInt("memory_mb"),
                        row.getInt("disk_gb"),
                        row.getString("probe_path"),
                        texts(row.getString("run_env")),
                        texts(row.getString("build_env")),
                        texts(row.getString("plan_env"))),
                row.getString("sealed"),
                Status.valueOf(row.getString("status")),
                Status.valueOf(row.getString("wanted")),
                new Work(
                        row.getInt("busy") == 1,
                        row.getString("operation_id"),
                        row.getString("release_id"),
                        row.getString("removal_id"),
                        json.readList(row.getString("leaving"))),
                code == null ? null : new Failure(code, row.getString("error_message")),
                new Seen(
                        row.getString("engine"),
                        row.getString("url"),
                        row.getString("ip_address"),
                        row.getString("vm_id")),
                new Times(
                        Sql.instant(row, "created_at"),
                        Sql.instant(row, "requested_at"),
                        Sql.instant(row, "updated_at"),
                        Sql.instant(row, "deployed_at"),
                        Sql.instant(row, "deleted_at"),
                        leadMillis),
                row.getLong("log_sequence"),
                row.getInt("revision"),
                row.getString("created_by"));
    }

    private Map<String, String> texts(String column) {
        Map<String, String> texts = new LinkedHashMap<>();
        json.readMap(column).forEach((name, value) -> texts.put(name, value.toString()));
        return texts;
    }
}
