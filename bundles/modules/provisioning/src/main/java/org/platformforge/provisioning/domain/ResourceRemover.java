package org.platformforge.provisioning.domain;

import java.sql.SQLException;
import java.util.Optional;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.extension.api.driver.Driver;
import org.platformforge.extension.api.driver.DriverException;
import org.platformforge.kernel.api.jobs.OperationException;
import org.platformforge.kernel.api.jobs.StepContext;
import org.platformforge.kernel.api.store.Store;
import org.platformforge.kernel.api.store.Transaction;
import org.platformforge.provisioning.store.ClaimTable;
import org.platformforge.provisioning.store.ProvisionRepository;
import org.platformforge.provisioning.store.ResourceRepository;

/**
 * Removes one resource: its record goes when, and only when, its engine has confirmed that it holds nothing. Until then
 * the record says {@code deleting}, with the engine's error if it has one.
 */
@Component(service = ResourceRemover.class)
public final class ResourceRemover {
    private final Store store;
    private final ProvisionRepository provisions;
    private final ResourceRepository resources;
    private final ClaimTable claims;
    private final DriverRegistry drivers;
    private final Trail trail;

    @Activate
    public ResourceRemover(
            @Reference Store store,
            @Reference ProvisionRepository provisions,
            @Reference ResourceRepository resources,
            @Reference ClaimTable claims,
            @Reference DriverRegistry drivers,
            @Reference Trail trail) {
        this.store = store;
        this.provisions = provisions;
        this.resources = resources;
        this.claims = claims;
        this.drivers = drivers;
        this.trail = trail;
    }

    /** Does nothing when there is no record: then no engine was ever asked, or it has confirmed. */
    void remove(String resourceId, StepContext context) throws OperationException, InterruptedException {
        String tenantId = context.operation().tenantId();
        Optional<Resource> there = store.call(tenantId, tx -> mark(tx, resourceId));
        if (there.isEmpty()) {
            return;
        }
        Resource resource = there.get();
        try {
            Driver driver = drivers.ofEngine(resource.tenantId(), resource.engine())
                    .orElseThrow(
                            () -> StepFailures.engineMissing("The engine " + resource.engine() + " is not installed"));
            StepFailures.call(driver, context, progress -> {
                driver.delete(resourceId, progress);
                if (driver.observe(resourceId).isPresent()) {
                    throw new DriverException(
                            "STILL_HELD",
                            "The engine " + driver.engine() + " said it was gone, but holds it",
                            true,
                            null);
                }
                return null;
            });
        } catch (OperationException e) {
            store.run(tenantId, tx -> resources.fault(tx, resourceId, new Fault(e.code(), e.getMessage())));
            throw e;
        }
        store.run(tenantId, tx -> forget(tx, resource));
    }

    private Optional<Resource> mark(Transaction tx, String resourceId) {
        Optional<Resource> resource = resources.find(tx, resourceId);
        resource.ifPresent(r -> resources.deleting(tx, resourceId, r.deleteOperationId()));
        return resource;
    }

    private void forget(Transaction tx, Resource resource) throws SQLException {
        // Two removals at once must not both find that the other's resource is still there.
        claims.lockAdmission(tx);
        if (!resources.remove(tx, resource.id())) {
            return;
        }
        claims.releaseOfResource(tx, tx.tenantId(), resource.id());
        trail.resourceDeleted(tx, resource);
        boolean running = provisions
                .find(tx, resource.provisionId())
                .map(provision -> provision.status().running())
                .orElse(false);
        if (!running && resources.ofProvision(tx, resource.provisionId()).isEmpty()) {
            claims.releaseOfProvision(tx, tx.tenantId(), resource.provisionId());
            provisions.resourcesGone(tx, resource.provisionId());
        }
    }
}
