package org.platformforge.kernel.store.component;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.kernel.api.Page;
import org.platformforge.kernel.api.PageRequest;
import org.platformforge.kernel.api.health.HealthCheck;
import org.platformforge.kernel.api.security.Secrets;
import org.platformforge.kernel.api.store.AuditLog;
import org.platformforge.kernel.api.store.AuditRecord;
import org.platformforge.kernel.api.store.AuditTrail;
import org.platformforge.kernel.api.store.Store;
import org.platformforge.kernel.api.store.Transaction;
import org.platformforge.kernel.store.audit.AuditKeeper;
import org.platformforge.kernel.store.audit.AuditSettings;
import org.platformforge.kernel.store.audit.JdbcAuditLog;
import org.platformforge.kernel.store.audit.Syslog;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The audit log. Immediate, because chains are signed and old records removed whoever asks for it. */
@Component(
        service = {AuditLog.class, AuditTrail.class, HealthCheck.class, AuditComponent.class},
        configurationPid = AuditConfig.PID,
        immediate = true)
public final class AuditComponent implements AuditLog, AuditTrail, HealthCheck {
    private static final Logger LOG = LoggerFactory.getLogger(AuditComponent.class);

    private final Store store;
    private final StoreRuntime runtime;
    private final String data;
    private final JdbcAuditLog log;
    private volatile AuditKeeper keeper;

    @Activate
    public AuditComponent(
            @Reference Store store,
            @Reference StoreRuntime runtime,
            @Reference Secrets secrets,
            BundleContext context,
            AuditConfig config) {
        this.store = store;
        this.runtime = runtime;
        this.data = context.getProperty("forge.data");
        this.log = new JdbcAuditLog(
                store, runtime.json(), secrets, runtime.settings().auditQueue());
        this.keeper = keeper(config);
    }

    /** The audit log goes on with another keeper. */
    @Modified
    synchronized void modified(AuditConfig config) {
        AuditKeeper former = keeper;
        keeper = keeper(config);
        former.close();
    }

    private AuditKeeper keeper(AuditConfig config) {
        AuditKeeper fresh = new AuditKeeper(store, runtime.json(), log, settings(config));
        fresh.start();
        return fresh;
    }

    private AuditSettings settings(AuditConfig config) {
        String folder = Settings.value(config.folder());
        return new AuditSettings(
                folder == null ? Path.of(data == null ? "data" : data, "audit") : Path.of(folder),
                Duration.ofSeconds(Math.max(1, config.checkpoint_seconds())),
                Duration.ofDays(Math.max(0, config.retention_days())),
                syslog(config));
    }

    /** A wrong target must not keep the platform from starting: nothing would be audited at all. */
    private static Syslog syslog(AuditConfig config) {
        String target = Settings.value(config.syslog_target());
        try {
            return target == null ? null : Syslog.parse(target, certificates(config), hostname(config));
        } catch (IllegalArgumentException e) {
            LOG.error("{}: syslog.target: {}; records are not pushed", AuditConfig.PID, e.getMessage());
            return null;
        }
    }

    private static Path certificates(AuditConfig config) {
        String file = Settings.value(config.syslog_certificates());
        return file == null ? null : Path.of(file);
    }

    private static String hostname(AuditConfig config) {
        String configured = Settings.value(config.syslog_hostname());
        if (configured != null) {
            return configured.replaceAll("[^!-~]", "");
        }
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "";
        }
    }

    @Override
    public void append(Transaction tx, AuditRecord record) {
        log.append(tx, record);
    }

    @Override
    public void refused(AuditRecord record) {
        log.refused(record);
    }

    @Override
    public Page<Entry> find(String tenantId, Filter filter, PageRequest page) {
        return keeper.trail().find(tenantId, filter, page);
    }

    @Override
    public void read(String tenantId, Filter filter, Consumer<Entry> each) {
        keeper.trail().read(tenantId, filter, each);
    }

    @Override
    public void export(String tenantId, Filter filter, Consumer<String> line) {
        keeper.trail().export(tenantId, filter, line);
    }

    @Override
    public List<Checkpoint> checkpoints(String tenantId) {
        return keeper.trail().checkpoints(tenantId);
    }

    @Override
    public Verification verify(String tenantId) {
        return keeper.trail().verify(tenantId);
    }

    @Override
    public void checkpoint(String tenantId) {
        keeper.trail().checkpoint(tenantId);
    }

    @Override
    public Map<String, String> digestKeys(String tenantId) {
        return keeper.trail().digestKeys(tenantId);
    }

    /** Refused attempts that wait to be recorded. */
    int waiting() {
        return log.waiting();
    }

    /** Refused attempts that were lost since the start. */
    long dropped() {
        return log.dropped();
    }

    @Override
    public String name() {
        return "audit";
    }

    /** The log names the tenants. */
    @Override
    public Health check() {
        List<String> problems = keeper.problems();
        return problems.isEmpty() ? Health.healthy() : new Health(Status.DEGRADED, String.join("; ", problems));
    }

    @Deactivate
    void stop() {
        keeper.close();
        log.close();
    }
}
