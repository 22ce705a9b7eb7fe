package org.platformforge.infrastructure.backup;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.annotation.Annotation;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.awaitility.Awaitility;
import org.platformforge.infrastructure.store.BackupTable;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.jobs.Operation;
import org.platformforge.kernel.api.jobs.OperationHandler;
import org.platformforge.kernel.api.jobs.Operations;
import org.platformforge.kernel.api.security.Callers;
import org.platformforge.kernel.api.security.Secrets;
import org.platformforge.kernel.api.store.Store;
import org.platformforge.kernel.jobs.DurableOperations;
import org.platformforge.kernel.jobs.engine.HandlerRef;
import org.platformforge.kernel.jobs.engine.JobEngine;
import org.platformforge.kernel.jobs.engine.JobSettings;
import org.platformforge.kernel.jobs.record.Tables;
import org.platformforge.kernel.jobs.recurring.UnixCron;
import org.platformforge.kernel.store.database.DatabaseKind;
import org.platformforge.kernel.store.testing.FixedSecrets;
import org.platformforge.kernel.store.testing.StoreFixture;
import org.platformforge.kernel.store.testing.TestCaller;

/** Backups on the real store and the real operations. */
final class TestBackups implements AutoCloseable {
    private static final Duration SOON = Duration.ofSeconds(120);
    private static final JobSettings JOBS = new JobSettings(
            4,
            Duration.ofMillis(100),
            Duration.ofMillis(100),
            4,
            3,
            Duration.ofMillis(20),
            Duration.ofMillis(100),
            Duration.ofMillis(100),
            Duration.ofMillis(100),
            Duration.ofDays(30),
            1000);

    static final Secrets SECRETS = new FixedSecrets("test");

    final StoreFixture store;
    final BackupService service;
    final BackupTimer timer;
    final BackupTable table = new BackupTable();
    final Path folder;
    final Config config;
    final BackupSettings settings;
    final LogArchiver archiver;
    private final Operations operations;
    private final JobEngine engine;

    record Config(
            String folder,
            String copy_folder,
            String restore_folder,
            String interval,
            int keep_count,
            boolean point_in_time,
            long point_in_time_space)
            implements BackupConfig {
        @Override
        public String drill_interval() {
            return "P7D";
        }

        @Override
        public String cron() {
            return interval.startsWith("P") ? "" : interval;
        }

        @Override
        public String cron_zone() {
            return "UTC";
        }

        @Override
        public int keep_days() {
            return 0;
        }

        @Override
        public String postgresql_bin() {
            return "";
        }

        @Override
        public Class<? extends Annotation> annotationType() {
            return BackupConfig.class;
        }
    }

    private static final class SystemCallers implements Callers {
        @Override
        public Caller system(String tenantId) {
            return new TestCaller(tenantId, "system");
        }

        @Override
        public Caller shell(String tenantId, String subject, Set<String> roles) {
            return new TestCaller(tenantId, subject);
        }

        @Override
        public Caller authenticated(Caller request, String tenantId, String userId, Set<String> roles) {
            return new TestCaller(tenantId, userId);
        }
    }

    TestBackups(DatabaseKind kind, Path data, String interval) {
        this(StoreFixture.open(kind, BackupTable.class), data, interval, false, 64);
    }

    /** @param space in MB */
    TestBackups(StoreFixture store, Path data, String interval, boolean pointInTime, long space) {
        folder = data.resolve("backups");
        this.store = store;
        Store jobsStore = store.storeOf(DurableOperations.class);
        Tables tables = Tables.create();
        engine = new JobEngine(JOBS, jobsStore, store.dataSource(), "node", tables);
        operations = new DurableOperations(jobsStore, tables, engine, store.audit());
        config = new Config(
                folder.toString(),
                data.resolve("copies").toString(),
                data.resolve("restored").toString(),
                interval,
                1,
                pointInTime,
                space);
        settings = new BackupSettings(new UnixCron(), config);
        archiver = archiver();
        BackupWork work = new BackupWork(store.maintenance(), settings, SECRETS, archiver);
        List<OperationHandler> handlers = List.of(
                new BackupHandler(store, table, work, store.outbox()),
                new DrillHandler(table, work, store.outbox()),
                new RestoreHandler(work, store.outbox()));
        for (int i = 0; i < handlers.size(); i++) {
            engine.add(new HandlerRef(handlers.get(i), 1, i + 1));
        }
        engine.start();
        service = new BackupService(store, table, operations, work, archiver, store.audit(), store.outbox());
        timer = new BackupTimer(store, table, service, settings, archiver, new SystemCallers());
    }

    Config config(boolean pointInTime) {
        return new Config(
                config.folder(),
                config.copy_folder(),
                config.restore_folder(),
                config.interval(),
                config.keep_count(),
                pointInTime,
                config.point_in_time_space());
    }

    /** As another generation of the module, or another start of the platform, has it. */
    LogArchiver archiver() {
        return new LogArchiver(store.maintenance(), settings, SECRETS);
    }

    Operation end(Operation begun) {
        return Awaitility.await()
                .atMost(SOON)
                .until(
                        () -> operations.find(begun.tenantId(), begun.id()).orElseThrow(),
                        operation -> operation.status().finished());
    }

    Backup made(String name) {
        BackupService.Begun begun = service.create(TestCaller.OPERATOR, name, "why");
        end(begun.operation());
        return service.get(TestCaller.OPERATOR, begun.backupId());
    }

    @Override
    public void close() {
        engine.close();
        try {
            archiver.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        store.close();
    }
}
