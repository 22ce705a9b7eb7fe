package org.platformforge.kernel.store.tx;

import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.logging.Logger;
import javax.sql.DataSource;

/**
 * What EclipseLink takes its connections from: within a transaction always that transaction's one, so that everything
 * it reads and writes is in it; otherwise (while a factory is made) the pool's.
 */
public final class BoundDataSource implements DataSource {
    private final DataSource pool;
    private final ThreadLocal<Connection> bound = new ThreadLocal<>();

    public BoundDataSource(DataSource pool) {
        this.pool = pool;
    }

    void bind(Connection connection) {
        bound.set(connection);
    }

    void unbind() {
        bound.remove();
    }

    DataSource pool() {
        return pool;
    }

    @Override
    public Connection getConnection() throws SQLException {
        Connection current = bound.get();
        return current == null ? pool.getConnection() : current;
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
        // Not used: logging goes to slf4j.
    }

    @Override
    public int getLoginTimeout() {
        return 0;
    }

    @Override
    public void setLoginTimeout(int seconds) {
        // The pool has its own.
    }

    @Override
    public Logger getParentLogger() throws SQLFeatureNotSupportedException {
        throw new SQLFeatureNotSupportedException();
    }

    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
        return pool.unwrap(type);
    }

    @Override
    public boolean isWrapperFor(Class<?> type) throws SQLException {
        return pool.isWrapperFor(type);
    }
}
