package org.platformforge.provisioning.domain;

import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.awaitility.Awaitility;
import org.osgi.framework.ServiceReference;
import org.platformforge.extension.api.driver.Driver;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.jobs.OperationHandler;
import org.platformforge.kernel.api.jobs.Operations;
import org.platformforge.kernel.api.security.Callers;
import org.platformforge.kernel.api.store.Store;
import org.platformforge.kernel.jobs.DurableOperations;
import org.platformforge.kernel.jobs.engine.HandlerRef;
import org.platformforge.kernel.jobs.engine.JobEngine;
import org.platformforge.kernel.jobs.engine.JobSettings;
import org.platformforge.kernel.jobs.record.Tables;
import org.platformforge.kernel.store.database.DatabaseKind;
import org.platformforge.kernel.store.testing.StoreFixture;
import org.platformforge.kernel.store.testing.TestCaller;
import org.platformforge.provisioning.domain.template.ExtensionTemplates;
import org.platformforge.provisioning.domain.template.FakeExtensions;
import org.platformforge.provisioning.domain.template.TemplateCatalog;
import org.platformforge.provisioning.store.ClaimTable;
import org.platformforge.provisioning.store.ProvisionEnd;
import org.platformforge.provisioning.store.ProvisionRepository;
import org.platformforge.provisioning.store.ResourceRepository;
import org.platformforge.provisioning.testing.FakeDriver;
import org.platformforge.provisioning.testing.ServiceReferences;
import org.platformforge.provisioning.testing.TestConfig;
import org.platformforge.provisioning.testing.TestSecrets;

/**
 * The module on the real store and the real operations, with engines in memory. One node; {@link #restart} is a crash.
 */
public final class TestPlatform implements AutoCloseable {
    private static final JobSettings JOBS = new JobSettings(
            4,
            Duration.ofMillis(100),
            Duration.ofMillis(100),
            4,
            3,
            Duration.ofMillis(100),
            Duration.ofMillis(400),
            Duration.ofMillis(100),
            Duration.ofMillis(100),
            Duration.ofDays(30),
            1000);

    public final StoreFixture database;
    public final FakeDriver process = FakeDriver.process();
    public final FakeDriver gateway = FakeDriver.gateway();
    public final ServiceReference<Driver> gatewayReference = ServiceReferences.of("gateway", 11, 11, 0);
    public final DriverRegistry drivers = new DriverRegistry();
    public final FakeExtensions extensions = new FakeExtensions();
    public final ExtensionTemplates extensionTemplates = extensions.templates();
    public final TemplateCatalog templates = new TemplateCatalog(extensionTemplates);
    public final ProvisionRepository provisionRows = new ProvisionRepository();
    public final ResourceRepository resourceRows = new ResourceRepository();
    public final ProvisioningSettings settings = new ProvisioningSettings(new TestConfig(50, 1, 10));
    public final ProvisionService provisions;
    public final ResourceService resources;
    public final TemplateService templateService;
    public final DeletionSweep sweep;
    public final EngineSweep engineSweep;
    public final EngineResources engineResources;
    public final Operations operations;
    public final SecretVault vault = new SecretVault(new TestSecrets());
    private final ClaimTable claims = new ClaimTable();
    private final Trail trail;
    private final OperationHandler provisionHandler;
    private final OperationHandler deleteHandler;
    private final Store jobsStore;
    private JobEngine engine;

    public TestPlatform(DatabaseKind kind) {
        database = StoreFixture.open(kind, ProvisionRepository.class, DurableOperations.class);
        jobsStore = database.storeOf(DurableOperations.class);
        drivers.bindDriver(ServiceReferences.of("driver.process", 10, 10, 0), process);
        drivers.bindDriver(gatewayReference, gateway);
        drivers.extensions = extensions;
        Callers callers = new SystemCallers();
        trail = new Trail(database.audit(), database.outbox(), callers);
        ResourceMaker maker =
                new ResourceMaker(database, provisionRows, resourceRows, drivers, templates, vault, trail);
        ResourceRemover remover = new ResourceRemover(database, provisionRows, resourceRows, claims, drivers, trail);
        ProvisionVerifier verifier = new ProvisionVerifier(database, provisionRows, drivers, maker, vault);
        provisionHandler = new ProvisionHandler(
                database, provisionRows, new ProvisionEnd(), claims, maker, remover, verifier, trail);
        deleteHandler = new ResourceDeleteHandler(remover);
        engineResources = new EngineResources(database, resourceRows, drivers, remover, trail);
        Tables tables = Tables.create();
        engine = newEngine(tables);
        operations = new DurableOperations(jobsStore, tables, engine, database.audit());
        Estimates estimates = new Estimates(operations);
        ProvisionPlanner planner = new ProvisionPlanner(templates, drivers, database, claims);
        engineSweep = new EngineSweep(database, resourceRows, drivers, trail);
        provisions = new ProvisionService(
                planner,
                estimates,
                settings,
                vault,
                database,
                provisionRows,
                resourceRows,
                claims,
                operations,
                engineSweep,
                trail);
        resources = new ResourceService(database, resourceRows, provisionRows, drivers, operations, trail);
        templateService = new TemplateService(templates, drivers, estimates, database, provisionRows);
        sweep = new DeletionSweep(database, resourceRows, provisionRows, operations, callers, settings);
    }

    private JobEngine newEngine(Tables tables) {
        JobEngine started = new JobEngine(JOBS, jobsStore, database.dataSource(), "node", tables);
        started.add(new HandlerRef(provisionHandler, 1, 1));
        started.add(new HandlerRef(deleteHandler, 1, 2));
        started.start();
        return started;
    }

    /** The node's work ends in the middle of whatever it does; another one takes over. */
    public void restart() {
        engine.close();
        engine = newEngine(Tables.create());
    }

    public Provision create(Caller caller, String app, String environment) {
        return provisions.create(caller, "web-app", Map.of("app_name", app, "environment", environment));
    }

    public ProvisionService.Detail awaitEnd(Caller caller, String id) {
        return Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .pollInterval(Duration.ofMillis(10))
                .until(
                        () -> provisions.get(caller, id),
                        detail -> !detail.provision().status().running());
    }

    public ProvisionService.Detail completed(Caller caller, String app, String environment) {
        ProvisionService.Detail detail =
                awaitEnd(caller, create(caller, app, environment).id());
        if (detail.provision().status() != ProvisionStatus.COMPLETED) {
            throw new AssertionError("not completed: " + detail);
        }
        return detail;
    }

    public Resource resource(ProvisionService.Detail detail, String name) {
        return detail.resources().stream()
                .filter(resource -> resource.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    public long count(String sql) {
        return database.call(Store.ALL_TENANTS, tx -> {
            try (var statement = tx.connection().createStatement();
                    var rows = statement.executeQuery(sql)) {
                rows.next();
                return rows.getLong(1);
            }
        });
    }

    @Override
    public void close() throws InterruptedException {
        engine.close();
        database.close();
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
            throw new UnsupportedOperationException();
        }
    }
}
