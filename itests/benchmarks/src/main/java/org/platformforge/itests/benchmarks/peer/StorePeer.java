package org.platformforge.itests.benchmarks.peer;

import java.io.IOException;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import javax.servlet.Servlet;
import javax.servlet.http.HttpServlet;
import javax.servlet.http.HttpServletRequest;
import javax.servlet.http.HttpServletResponse;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.kernel.api.Ids;
import org.platformforge.kernel.api.security.Callers;
import org.platformforge.kernel.api.store.AuditLog;
import org.platformforge.kernel.api.store.AuditRecord;
import org.platformforge.kernel.api.store.Store;
import org.platformforge.kernel.api.store.Transaction;

/**
 * Writes one row and commits: {@code GET …/insert} a plain one, {@code GET …/audit} a record of the audit log. The
 * parameter {@code tenants} says among how many the records are spread.
 */
@Component(
        service = Servlet.class,
        property = {
            "osgi.http.whiteboard.servlet.pattern=/bench/store/*",
            "osgi.http.whiteboard.servlet.name=bench-store"
        })
public final class StorePeer extends HttpServlet {
    private static final long serialVersionUID = 1L;
    private static final String TEXT = "x".repeat(512);

    private final transient Store store;
    private final transient AuditLog audit;
    private final transient Callers callers;
    private final AtomicLong next = new AtomicLong();

    @Activate
    public StorePeer(@Reference Store store, @Reference AuditLog audit, @Reference Callers callers) {
        this.store = store;
        this.audit = audit;
        this.callers = callers;
    }

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        int tenants = Integer.parseInt(request.getParameter("tenants"));
        String tenant = "bench-" + next.getAndIncrement() % tenants;
        if ("/audit".equals(request.getPathInfo())) {
            AuditRecord record = AuditRecord.success(
                    callers.system(tenant), "bench.append", Ids.next("ben_"), Map.of("text", TEXT.substring(0, 100)));
            store.run(tenant, tx -> audit.append(tx, record));
        } else {
            store.run(tenant, StorePeer::insert);
        }
        response.setContentType("text/plain");
        response.getOutputStream().print("written");
    }

    private static void insert(Transaction tx) throws SQLException {
        try (PreparedStatement insert = tx.connection()
                .prepareStatement("INSERT INTO bench_row (tenant_id, id, written_at, text) VALUES (?, ?, ?, ?)")) {
            insert.setString(1, tx.tenantId());
            insert.setString(2, Ids.next("ben_"));
            insert.setTimestamp(3, Timestamp.from(tx.now()));
            insert.setString(4, TEXT);
            insert.executeUpdate();
        }
    }
}
