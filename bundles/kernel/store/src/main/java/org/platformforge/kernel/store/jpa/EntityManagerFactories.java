package org.platformforge.kernel.store.jpa;

import java.net.URL;
import java.util.HashMap;
import java.util.Map;
import javax.persistence.EntityManagerFactory;
import javax.sql.DataSource;
import org.eclipse.persistence.config.BatchWriting;
import org.eclipse.persistence.config.PersistenceUnitProperties;
import org.eclipse.persistence.jpa.JpaHelper;
import org.eclipse.persistence.jpa.PersistenceProvider;
import org.eclipse.persistence.sessions.server.Server;
import org.platformforge.kernel.store.database.DatabaseKind;

/** Makes EntityManagerFactories. Thread-safe. */
public final class EntityManagerFactories {
    private final DatabaseKind kind;

    public EntityManagerFactories(DatabaseKind kind) {
        this.kind = kind;
    }

    /**
     * A factory that is completely deployed: a wrong mapping shows here and not at the first request.
     *
     * @param root where the unit comes from
     * @param connections where it takes its connections from
     * @param sessionName unique among all units that are open; EclipseLink shares what has the same name
     * @throws javax.persistence.PersistenceException when a mapping is wrong or the database cannot be reached
     */
    public EntityManagerFactory create(
            UnitDescriptor unit, URL root, ClassLoader module, DataSource connections, String sessionName) {
        ClassLoader loader = new UnitClassLoader(
                module, PersistenceProvider.class.getClassLoader(), EntityManagerFactories.class.getClassLoader());
        ModuleUnit info = new ModuleUnit(unit, root, loader, connections);
        EntityManagerFactory factory =
                new PersistenceProvider().createContainerEntityManagerFactory(info, properties(loader, sessionName));
        try {
            Server session = JpaHelper.getServerSession(factory);
            // Our transactions retry as a whole; EclipseLink would sleep and repeat single statements.
            session.getLogin().setQueryRetryAttemptCount(0);
            session.getLogin().setConnectionHealthValidatedOnError(false);
            return factory;
        } catch (RuntimeException e) {
            factory.close();
            throw e;
        }
    }

    private Map<String, Object> properties(ClassLoader loader, String sessionName) {
        Map<String, Object> properties = new HashMap<>();
        properties.put(PersistenceUnitProperties.SESSION_NAME, sessionName);
        properties.put(PersistenceUnitProperties.CLASSLOADER, loader);
        properties.put(PersistenceUnitProperties.TARGET_DATABASE, kind.eclipseLinkPlatform());
        properties.put(PersistenceUnitProperties.WEAVING, "static");
        properties.put(PersistenceUnitProperties.CACHE_SHARED_DEFAULT, "false");
        properties.put(PersistenceUnitProperties.DDL_GENERATION, PersistenceUnitProperties.NONE);
        properties.put(PersistenceUnitProperties.SCHEMA_GENERATION_DATABASE_ACTION, "none");
        properties.put(PersistenceUnitProperties.SCHEMA_GENERATION_SCRIPTS_ACTION, "none");
        properties.put(PersistenceUnitProperties.DEPLOY_ON_STARTUP, "true");
        properties.put(PersistenceUnitProperties.BATCH_WRITING, BatchWriting.JDBC);
        properties.put(PersistenceUnitProperties.LOGGING_LOGGER, Slf4jSessionLog.class.getName());
        properties.put(PersistenceUnitProperties.LOGGING_LEVEL, "WARNING");
        properties.put(PersistenceUnitProperties.LOGGING_PARAMETERS, "false");
        return properties;
    }
}
