package org.platformforge.kernel.store.database;

import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

final class PostgresDriver implements DatabaseDriver {
    private static final int SOCKET_GRACE_SECONDS = 10;
    private static final int CONNECT_SECONDS = 5;

    private final DatabaseSettings settings;

    PostgresDriver(DatabaseSettings settings) {
        this.settings = settings;
    }

    @Override
    public void prepare() throws SQLException {
        try (Connection connection = unpooled().getConnection()) {
            if (!connection.isValid(CONNECT_SECONDS)) {
                throw new SQLException("The database does not answer", "08000");
            }
        }
    }

    @Override
    public DataSource pooled() {
        PGSimpleDataSource source = newDataSource();
        long statement = settings.statementTimeout().toMillis();
        source.setOptions("-c statement_timeout=" + statement + " -c lock_timeout="
                + settings.lockTimeout().toMillis() + " -c idle_in_transaction_session_timeout=" + 2 * statement);
        // A frozen server or a cut network never answers: the socket gives up a little after the server would have.
        source.setSocketTimeout((int) settings.statementTimeout().toSeconds() + SOCKET_GRACE_SECONDS);
        return source;
    }

    @Override
    public DataSource unpooled() {
        return newDataSource();
    }

    PGSimpleDataSource newDataSource() {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setURL(settings.url());
        if (settings.user() != null) {
            source.setUser(settings.user());
        }
        if (settings.password() != null) {
            source.setPassword(settings.password());
        }
        source.setApplicationName("platform-forge");
        source.setConnectTimeout(CONNECT_SECONDS);
        source.setLoginTimeout(CONNECT_SECONDS);
        source.setTcpKeepAlive(true);
        return source;
    }

    @Override
    public void shutdown() {
        // The server is not ours.
    }
}
