package org.platformforge.provisioning.domain;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.extension.api.driver.Driver;
import org.platformforge.extension.api.driver.Driver.Observation;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.jobs.OperationException;
import org.platformforge.kernel.api.jobs.StepContext;
import org.platformforge.kernel.api.store.Store;
import org.platformforge.kernel.api.store.Transaction;
import org.platformforge.provisioning.domain.template.ParameterSchema;
import org.platformforge.provisioning.domain.template.ResourceTemplate;
import org.platformforge.provisioning.domain.template.TemplateCatalog;
import org.platformforge.provisioning.store.ProvisionRepository;
import org.platformforge.provisioning.store.ResourceRepository;

/**
 * Makes one resource. Its record is written before the engine is asked, so that nothing an engine holds is unknown
 * after a crash, and the engine is asked with an id that was given when the provision began, so that asking twice makes
 * one thing.
 */
@Component(service = ResourceMaker.class)
public final class ResourceMaker {
    private final Store store;
    private final ProvisionRepository provisions;
    private final ResourceRepository resources;
    private final DriverRegistry drivers;
    private final TemplateCatalog templates;
    private final SecretVault vault;
    private final Trail trail;

    @Activate
    public ResourceMaker(
            @Reference Store store,
            @Reference ProvisionRepository provisions,
            @Reference ResourceRepository resources,
            @Reference DriverRegistry drivers,
            @Reference TemplateCatalog templates,
            @Reference SecretVault vault,
            @Reference Trail trail) {
        this.store = store;
        this.provisions = provisions;
        this.resources = resources;
        this.drivers = drivers;
        this.templates = templates;
        this.vault = vault;
        this.trail = trail;
    }

    /** @return the step's checkpoint */
    Map<String, Object> make(String resourceName, StepContext context) throws OperationException, InterruptedException {
        String tenantId = context.operation().tenantId();
        Blueprint blueprint = blueprint(tenantId, context.operation().target());
        ResourceTemplate template = blueprint.template().resource(resourceName).orElseThrow();
        Driver driver = driver(blueprint, template)
                .orElseThrow(() -> StepFailures.engineMissing(
                        "No engine that makes resources of type " + template.type() + " is installed"));
        Resource intent = store.call(tenantId, tx -> intend(tx, blueprint, template, driver));
        Observation made;
        try {
            made = StepFailures.call(
                    driver,
                    context,
                    blueprint.redaction(),
                    progress -> driver.apply(blueprint.spec(template), progress));
        } catch (OperationException e) {
            store.run(tenantId, tx -> resources.fault(tx, intent.id(), new Fault(e.code(), e.getMessage())));
            throw e;
        }
        store.run(tenantId, tx -> record(tx, intent, template, made));
        return Map.of("resource_id", intent.id(), "engine", intent.engine());
    }

    Blueprint blueprint(String tenantId, String provisionId) {
        return store.call(tenantId, tx -> {
            Provision provision = provisions
                    .find(tx, provisionId)
                    .orElseThrow(() -> PlatformException.notFound("Provision", provisionId));
            return Blueprint.of(provision, templates.parser(), vault, resources.ofProvision(tx, provisionId));
        });
    }

    /** An engine that was asked before is asked again, whatever came meanwhile: it may hold something already. */
    private Optional<Driver> driver(Blueprint blueprint, ResourceTemplate template) {
        Provision provision = blueprint.provision();
        Optional<Resource> before =
                store.call(provision.tenantId(), tx -> resources.find(tx, blueprint.idOf(template)));
        return before.isPresent()
                ? drivers.ofEngine(provision.tenantId(), before.get().engine())
                : drivers.ofType(provision.tenantId(), template.type());
    }

    private Resource intend(Transaction tx, Blueprint blueprint, ResourceTemplate template, Driver driver) {
        Provision provision = blueprint.provision();
        Resource intent = new Resource(
                blueprint.idOf(template),
                provision.tenantId(),
                provision.id(),
                template.name(),
                template.type(),
                driver.engine(),
                provision.service(),
                provision.environment(),
                ResourceStatus.CREATING,
                template.dependsOn().stream().map(provision.resourceIds()::get).toList(),
                blueprint.shown().resolve(template.properties()),
                Map.of(),
                null,
                Map.of(),
                null,
                null,
                tx.now(),
                tx.now());
        resources.save(tx, intent);
        provisions.addEngine(tx, provision.id(), driver.engine());
        return intent;
    }

    private void record(Transaction tx, Resource intent, ResourceTemplate template, Observation made) {
        Map<String, String> shown = new LinkedHashMap<>(made.outputs());
        Map<String, String> secret = new LinkedHashMap<>(made.outputs());
        secret.keySet().retainAll(template.secretOutputs());
        secret.keySet().forEach(name -> shown.put(name, ParameterSchema.MASK));
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
                intent.dependsOn(),
                intent.properties(),
                shown,
                vault.seal(intent.id(), secret),
                made.facts(),
                null,
                null,
                intent.createdAt(),
                tx.now());
        resources.save(tx, resource);
        trail.resourceCreated(tx, resource);
    }

    /** Resources of a provision that are there, in the order they were made in. */
    List<Resource> made(String tenantId, String provisionId) {
        return store.call(tenantId, tx -> resources.ofProvision(tx, provisionId));
    }
}
