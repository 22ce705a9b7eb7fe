package org.platformforge.kernel.store.tx;

import java.sql.Connection;
import java.sql.SQLException;
import javax.persistence.EntityManager;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A plain connection, for bundles without a persistence unit. */
final class JdbcScope implements ConnectionScope {
    private static final Logger LOG = LoggerFactory.getLogger(JdbcScope.class);

    private final Connection connection;

    private JdbcScope(Connection connection) {
        this.connection = connection;
    }

    static JdbcScope begin(DataSource dataSource) throws SQLException {
        JdbcScope scope = new JdbcScope(dataSource.getConnection());
        try {
            scope.connection.setAutoCommit(false);
            return scope;
        } catch (SQLException e) {
            scope.close();
            throw e;
        }
    }

    @Override
    public EntityManager em() {
        throw new IllegalStateException(
                "This bundle has no META-INF/persistence.xml and so no entities; use connection()");
    }

    @Override
    public Connection connection() {
        return connection;
    }

    @Override
    public void flush() {
        // There are no entities.
    }

    @Override
    public void commit() throws SQLException {
        connection.commit();
    }

    @Override
    public void rollback() {
        try {
            connection.rollback();
        } catch (SQLException e) {
            LOG.debug("The rollback failed; the database does it when the connection goes", e);
        }
    }

    @Override
    public void close() {
        try {
            // The pool rolls back what is left and restores auto-commit.
            connection.close();
        } catch (SQLException e) {
            LOG.debug("The connection could not be given back", e);
        }
    }
}
