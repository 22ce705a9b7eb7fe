package org.platformforge.provisioning.domain;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.extension.api.driver.Driver;
import org.platformforge.extension.api.driver.Driver.Observation;
import org.platformforge.extension.api.driver.ResourceSpec;
import org.platformforge.kernel.api.FieldError;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.delivery.Resources;
import org.platformforge.kernel.api.jobs.OperationException;
import org.platformforge.kernel.api.jobs.StepContext;
import org.platformforge.kernel.api.store.Store;
import org.platformforge.kernel.api.store.Transaction;
import org.platformforge.provisioning.domain.template.ParameterSchema;
import org.platformforge.provisioning.store.ResourceRepository;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Resources that belong to something else than a provision: the owner's id stands where a provision's would. The same rules
 * hold for them: recorded first, asked of the engine then, gone when the engine says so. Thread-safe.
 */
@Component(service = Resources.class)
public final class EngineResources implements Resources {
    private static final Logger LOG = LoggerFactory.getLogger(EngineResources.class);
    private static final int MOST_LOG_LINES = 10_000;

    private final Store store;
    private final ResourceRepository resources;
    private final DriverRegistry drivers;
    private final ResourceRemover remover;
    private final Trail trail;

    @Activate
    public EngineResources(
            @Reference Store store,
            @Reference ResourceRepository resources,
            @Reference DriverRegistry drivers,
            @Reference ResourceRemover remover,
            @Reference Trail trail) {
        this.store = store;
        this.resources = resources;
        this.drivers = drivers;
        this.remover = remover;
        this.trail = trail;
    }

    @Override
    public List<InUse> inUse(Set<String> types) {
        return store.call(Store.ALL_TENANTS, tx -> resources.inUse(tx, types));
    }

    @Override
    public Set<String> types(String tenantId) {
        return drivers.types(tenantId);
    }

    @Override
    public List<FieldError> objections(String tenantId, Wanted wanted) {
        Optional<Driver> driver = driver(tenantId, wanted, null);
        if (driver.isEmpty()) {
            return List.of(new FieldError("engine", missing(wanted)));
        }
        return driver.get().check(spec(tenantId, wanted)).stream()
                .map(problem -> new FieldError(problem.property(), problem.message()))
                .toList();
    }

    @Override
    public Map<String, String> apply(StepContext context, Wanted wanted)
            throws OperationException, InterruptedException {
        try {
            return make(context, wanted);
        } catch (PlatformException e) {
            throw StepFailures.ofStore(e);
        }
    }

    private Map<String, String> make(StepContext context, Wanted wanted)
            throws OperationException, InterruptedException {
        String tenantId = context.operation().tenantId();
        Resource before =
                store.call(tenantId, tx -> resources.find(tx, wanted.id())).orElse(null);
        Driver driver = driver(tenantId, wanted, before).orElseThrow(() -> StepFailures.engineMissing(missing(wanted)));
        Resource intent = store.call(tenantId, tx -> intend(tx, wanted, driver, before));
        Observation made;
        try {
            made = StepFailures.call(
                    driver,
                    context,
                    Redaction.of(wanted.secrets()),
                    progress -> driver.apply(spec(tenantId, wanted), progress));
        } catch (OperationException e) {
            store.run(tenantId, tx -> resources.fault(tx, wanted.id(), new Fault(e.code(), e.getMessage())));
            throw e;
        }
        store.run(tenantId, tx -> record(tx, intent, made, before == null));
        return made.outputs();
    }

    /** An engine that runs what is built, and builds nothing itself, leaves that to the one that is preferred. */
    private Optional<Driver> driver(String tenantId, Wanted wanted, Resource before) {
        String engine = before == null ? wanted.engine() : before.engine();
        if (engine == null) {
            return drivers.ofType(tenantId, wanted.type());
        }
        Optional<Driver> named = drivers.ofEngine(tenantId, engine);
        boolean builds = before == null
                && Resource.BUILD.equals(wanted.type())
                && named.filter(driver -> !driver.resourceTypes().contains(Resource.BUILD))
                        .isPresent();
        return builds
                ? drivers.ofType(tenantId, Resource.BUILD)
                : named.filter(driver -> driver.resourceTypes().contains(wanted.type()));
    }

    private static String missing(Wanted wanted) {
        return wanted.engine() == null
                ? "No engine that makes resources of type " + wanted.type() + " is installed"
                : "No engine " + wanted.engine() + " that makes resources of type " + wanted.type() + " is installed";
    }

    private static ResourceSpec spec(String tenantId, Wanted wanted) {
        Map<String, Object> properties = new LinkedHashMap<>(wanted.properties());
        if (!wanted.secrets().isEmpty()) {
            properties.put(Resource.SECRETS, wanted.secrets());
        }
        return new ResourceSpec(
                wanted.id(),
                tenantId,
                wanted.owner(),
                wanted.name(),
                wanted.service(),
                wanted.environment(),
                wanted.type(),
                properties);
    }

    private Resource intend(Transaction tx, Wanted wanted, Driver driver, Resource before) {
        Map<String, Object> shown = new LinkedHashMap<>(wanted.properties());
        if (!wanted.secrets().isEmpty()) {
            Map<String, String> masked = new LinkedHashMap<>();
            wanted.secrets().keySet().forEach(name -> masked.put(name, ParameterSchema.MASK));
            shown.put(Resource.SECRETS, masked);
        }
        Resource intent = new Resource(
                wanted.id(),
                tx.tenantId(),
                wanted.owner(),
                wanted.name(),
                wanted.type(),
                driver.engine(),
                wanted.service(),
                wanted.environment(),
                before == null ? ResourceStatus.CREATING : before.status(),
                List.of(),
                shown,
                before == null ? Map.of() : before.outputs(),
                null,
                before == null ? Map.of() : before.facts(),
                before == null ? null : before.deleteOperationId(),
                null,
                before == null ? tx.now() : before.createdAt(),
                tx.now());
        resources.save(tx, intent);
        return intent;
    }

    private void record(Transaction tx, Resource intent, Observation made, boolean created) {
        Resource resource = new Resource(
                intent.id(),
                intent.tenantId(),
                intent.provisionId(),
                intent.name(),
                intent.type(),
                intent.engine(),
                intent.service(),
                intent.environment(),
                ResourceStatus.ACTIVE,
                List.of(),
                intent.properties(),
                made.outputs(),
                null,
                made.facts(),
                null,
                null,
                intent.createdAt(),
                tx.now());
        resources.save(tx, resource);
        if (created) {
            trail.resourceCreated(tx, resource);
        }
    }

    @Override
    public void remove(StepContext context, String id) throws OperationException, InterruptedException {
        try {
            remover.remove(id, context);
        } catch (PlatformException e) {
            throw StepFailures.ofStore(e);
        }
    }

    @Override
    public Optional<Seen> find(String tenantId, String id) {
        return store.call(tenantId, tx -> resources.read(tx, id)).map(this::seen);
    }

    private Seen seen(Resource resource) {
        Optional<Driver> driver = drivers.ofEngine(resource.tenantId(), resource.engine());
        Observed observed = Observed.of(resource, driver);
        return new Seen(
                resource.id(),
                resource.provisionId(),
                resource.name(),
                resource.type(),
                resource.engine(),
                observed.state(),
                observed.detail(),
                resource.outputs(),
                observed.facts(),
                driver.flatMap(engine -> usage(engine, resource)).orElse(null),
                resource.createdAt());
    }

    private static Optional<Usage> usage(Driver driver, Resource resource) {
        try {
            return driver.usage(resource.id())
                    .map(now ->
                            new Usage(now.cpuCores(), now.cpuLimitCores(), now.memoryBytes(), now.memoryLimitBytes()));
        } catch (RuntimeException e) {
            LOG.error("The engine {} could not measure {}", resource.engine(), resource.id(), e);
            return Optional.empty();
        }
    }

    @Override
    public List<String> logs(String tenantId, String id, int tail) {
        Resource resource = store.call(tenantId, tx -> resources.read(tx, id))
                .orElseThrow(() -> PlatformException.notFound("Resource", id));
        if (resource.writesToItsOperationAlone()) {
            return List.of();
        }
        return drivers.ofEngine(tenantId, resource.engine())
                .map(driver -> driver.logs(id, Math.max(1, Math.min(MOST_LOG_LINES, tail))))
                .orElse(List.of());
    }
}
