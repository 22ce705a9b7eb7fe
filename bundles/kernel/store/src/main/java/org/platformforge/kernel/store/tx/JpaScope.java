package org.platformforge.kernel.store.tx;

import java.sql.Connection;
import javax.persistence.EntityManager;
import javax.persistence.EntityManagerFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** EclipseLink holds the connection; unwrapping it makes EclipseLink use it for everything until the end. */
final class JpaScope implements ConnectionScope {
    private static final Logger LOG = LoggerFactory.getLogger(JpaScope.class);

    private final EntityManager em;
    private final Connection connection;

    private JpaScope(EntityManager em, Connection connection) {
        this.em = em;
        this.connection = connection;
    }

    static JpaScope begin(EntityManagerFactory factory) {
        EntityManager em = factory.createEntityManager();
        try {
            em.getTransaction().begin();
            return new JpaScope(em, em.unwrap(Connection.class));
        } catch (RuntimeException e) {
            new JpaScope(em, null).close();
            throw e;
        }
    }

    @Override
    public EntityManager em() {
        return em;
    }

    @Override
    public Connection connection() {
        return connection;
    }

    @Override
    public void flush() {
        em.flush();
    }

    @Override
    public void commit() {
        em.getTransaction().commit();
    }

    @Override
    public void rollback() {
        try {
            if (em.getTransaction().isActive()) {
                em.getTransaction().rollback();
            }
        } catch (RuntimeException e) {
            LOG.debug("The rollback failed; the database does it when the connection goes", e);
        }
    }

    @Override
    public void close() {
        rollback();
        try {
            em.close();
        } catch (RuntimeException e) {
            LOG.debug("The entity manager could not be closed", e);
        }
    }
}
