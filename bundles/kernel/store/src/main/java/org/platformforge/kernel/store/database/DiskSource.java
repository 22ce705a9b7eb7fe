package org.platformforge.kernel.store.database;

import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.apache.derby.jdbc.EmbeddedDataSource;

/** Derby's connections as its disk allows them. Thread-safe. */
final class DiskSource implements DataSource {
    private final DerbyDisk disk;
    private final EmbeddedDataSource derby;

    DiskSource(DerbyDisk disk, EmbeddedDataSource derby) {
        this.disk = disk;
        this.derby = derby;
    }

    @Override
    public Connection getConnection() throws SQLException {
        return disk.connect(derby::getConnection);
    }

    @Override
    public Connection getConnection(String user, String password) throws SQLException {
        return disk.connect(() -> derby.getConnection(user, password));
    }

    @Override
    public PrintWriter getLogWriter() throws SQLException {
        return derby.getLogWriter();
    }

    @Override
    public void setLogWriter(PrintWriter out) throws SQLException {
        derby.setLogWriter(out);
    }

    @Override
    public int getLoginTimeout() throws SQLException {
        return derby.getLoginTimeout();
    }

    @Override
    public void setLoginTimeout(int seconds) throws SQLException {
        derby.setLoginTimeout(seconds);
    }

    @Override
    public Logger getParentLogger() {
        return Logger.getGlobal();
    }

    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
        return derby.unwrap(type);
    }

    @Override
    public boolean isWrapperFor(Class<?> type) throws SQLException {
        return derby.isWrapperFor(type);
    }
}
