package org.platformforge.kernel.jobs;

import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.awaitility.Awaitility;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.jobs.Operation;
import org.platformforge.kernel.api.jobs.Operation.Status;
import org.platformforge.kernel.api.jobs.OperationHandler;
import org.platformforge.kernel.api.module.Generations.Stage;
import org.platformforge.kernel.api.store.Store;
import org.platformforge.kernel.jobs.engine.HandlerRef;
import org.platformforge.kernel.jobs.engine.JobEngine;
import org.platformforge.kernel.jobs.engine.JobSettings;
import org.platformforge.kernel.jobs.record.Tables;
import org.platformforge.kernel.store.testing.StoreFixture;
import org.platformforge.kernel.store.testing.TestCaller;

/** One node on a database that may be shared with others, and may be cut off from it. */
final class Node implements AutoCloseable {
    static final JobSettings SETTINGS = new JobSettings(
            4,
            Duration.ofMillis(200),
            Duration.ofMillis(100),
            4,
            3,
            Duration.ofMillis(20),
            Duration.ofMillis(200),
            Duration.ofSeconds(5),
            Duration.ofSeconds(2),
            Duration.ofDays(30),
            1000);
    private static final AtomicLong SERVICES = new AtomicLong();

    final StoreFixture database;
    final Store store;
    final JobEngine engine;
    final DurableOperations operations;
    private final Map<Long, Stage> stages = new ConcurrentHashMap<>();
    private volatile boolean cut;

    Node(StoreFixture database, String name) {
        this(database, name, SETTINGS);
    }

    Node(StoreFixture database, String name, JobSettings settings) {
        this.database = database;
        this.store = new CuttableStore();
        Tables tables = Tables.create();
        this.engine = new JobEngine(settings, store, new CuttableSource(), name, tables, this::stage);
        this.operations = new DurableOperations(store, tables, engine, database.audit());
        engine.start();
    }

    static void createTestTable(StoreFixture database) {
        try (Connection connection = database.dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE test_finished (operation_id varchar(64), status varchar(16))");
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** @return the service id, by which it is removed */
    long add(OperationHandler handler) {
        long id = SERVICES.incrementAndGet();
        engine.add(new HandlerRef(handler, id, id));
        return id;
    }

    /** What is said of no bundle acts. */
    private Stage stage(long bundleId) {
        return stages.getOrDefault(bundleId, Stage.ACTING);
    }

    /** The id its service will have, which is that of its bundle, too. */
    long add(OperationHandler handler, Stage stage) {
        long id = SERVICES.incrementAndGet();
        stages.put(id, stage);
        engine.add(new HandlerRef(handler, id, id));
        return id;
    }

    void stages(Map<Long, Stage> changed) {
        stages.putAll(changed);
        engine.trigger();
    }

    Operation submit(Caller caller, String kind, Map<String, Object> input) {
        return store.call(caller.tenantId(), tx -> operations.submit(tx, caller, kind, "target-1", input));
    }

    Operation submit(String kind) {
        return submit(TestCaller.ALICE, kind, Map.of());
    }

    Operation get(Operation operation) {
        return operations.find(operation.tenantId(), operation.id()).orElseThrow();
    }

    Operation awaitEnd(Operation operation) {
        return awaitStatus(operation, null);
    }

    /** @param status null for any end */
    Operation awaitStatus(Operation operation, Status status) {
        return Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .pollInterval(Duration.ofMillis(10))
                .until(
                        () -> get(operation),
                        now -> status == null ? now.status().finished() : now.status() == status);
    }

    int finishedRows(Operation operation) {
        return count("SELECT COUNT(*) FROM test_finished WHERE operation_id = '" + operation.id() + "'");
    }

    int count(String sql) {
        return database.call(Store.ALL_TENANTS, tx -> {
            try (PreparedStatement statement = tx.connection().prepareStatement(sql);
                    ResultSet rows = statement.executeQuery()) {
                rows.next();
                return rows.getInt(1);
            }
        });
    }

    /** From now on the node does not reach the database, until {@link #reconnect}. */
    void cutOff() {
        cut = true;
    }

    void reconnect() {
        cut = false;
    }

    @Override
    public void close() {
        engine.close();
    }

    private final class CuttableStore implements Store {
        @Override
        public <T> T call(String tenantId, Work<T> work) {
            if (cut) {
                throw PlatformException.of(ErrorKind.UNAVAILABLE, "The database cannot be reached");
            }
            return database.call(tenantId, work);
        }

        @Override
        public String databaseKind() {
            return database.databaseKind();
        }
    }

    private final class CuttableSource implements DataSource {
        @Override
        public Connection getConnection() throws SQLException {
            if (cut) {
                throw new SQLException("cut off", "08001");
            }
            return database.dataSource().getConnection();
        }

        @Override
        public Connection getConnection(String user, String password) throws SQLException {
            return getConnection();
        }

        @Override
        public PrintWriter getLogWriter() {
            return null;
        }

        @Override
        public void setLogWriter(PrintWriter out) {
            // Not kept.
        }

        @Override
        public void setLoginTimeout(int seconds) {
            // Not kept.
        }

        @Override
        public int getLoginTimeout() {
            return 0;
        }

        @Override
        public Logger getParentLogger() throws SQLFeatureNotSupportedException {
            throw new SQLFeatureNotSupportedException();
        }

        @Override
        public <T> T unwrap(Class<T> type) throws SQLException {
            throw new SQLException("No wrapper");
        }

        @Override
        public boolean isWrapperFor(Class<?> type) {
            return false;
        }
    }
}
