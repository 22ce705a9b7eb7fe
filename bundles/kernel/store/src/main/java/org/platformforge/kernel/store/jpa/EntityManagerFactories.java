package org.platformforge.kernel.store.jpa;

import java.net.URL;
import java.util.HashMap;
import java.util.Map;
import javax.persistence.Entity;
import javax.persistence.EntityManagerFactory;
import javax.sql.DataSource;
import org.eclipse.persistence.config.BatchWriting;
import org.eclipse.persistence.config.PersistenceUnitProperties;
import org.eclipse.persistence.internal.weaving.PersistenceWeaved;
import org.eclipse.persistence.jpa.JpaHelper;
import org.eclipse.persistence.jpa.PersistenceProvider;
import org.eclipse.persistence.sessions.server.Server;
import org.platformforge.kernel.store.database.DatabaseKind;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes EntityManagerFactories. Thread-safe. */
public final class EntityManagerFactories {
    private static final Logger LOG = LoggerFactory.getLogger(EntityManagerFactories.class);

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
     * @throws IllegalArgumentException when a listed class cannot be loaded
     * @throws javax.persistence.PersistenceException when a mapping is wrong or the database cannot be reached
     */
    public EntityManagerFactory create(
            UnitDescriptor unit, URL root, ClassLoader module, DataSource connections, String sessionName) {
        ClassLoader loader = new UnitClassLoader(
                module, PersistenceProvider.class.getClassLoader(), EntityManagerFactories.class.getClassLoader());
        checkClasses(unit, loader);
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

    /** EclipseLink passes over a class it cannot find; the module would miss it at the first request. */
    private static void checkClasses(UnitDescriptor unit, ClassLoader loader) {
        for (String name : unit.managedClasses()) {
            try {
                Class<?> type = Class.forName(name, false, loader);
                if (type.isAnnotationPresent(Entity.class) && !PersistenceWeaved.class.isAssignableFrom(type)) {
                    LOG.warn("The entity {} is not woven: its lazy relations are not lazy", name);
                }
            } catch (ClassNotFoundException | LinkageError e) {
                throw new IllegalArgumentException(
                        "The class " + name + " of the persistence-unit " + unit.name() + " cannot be loaded: " + e, e);
            }
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
