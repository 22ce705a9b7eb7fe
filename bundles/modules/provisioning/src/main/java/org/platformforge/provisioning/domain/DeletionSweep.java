package org.platformforge.provisioning.domain;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.jobs.Operation;
import org.platformforge.kernel.api.jobs.Operations;
import org.platformforge.kernel.api.jobs.RecurringTask;
import org.platformforge.kernel.api.security.Callers;
import org.platformforge.kernel.api.store.Store;
import org.platformforge.kernel.api.store.Transaction;
import org.platformforge.provisioning.store.ProvisionRepository;
import org.platformforge.provisioning.store.ResourceRepository;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees to it that a deletion ends: resources that say {@code deleting} while no operation works on them are given to
 * one again, for as long as it takes. Several nodes may sweep at once; the version of the row lets one of them through.
 */
@Component(service = RecurringTask.class)
public final class DeletionSweep implements RecurringTask {
    private static final Logger LOG = LoggerFactory.getLogger(DeletionSweep.class);
    private static final int MOST_AT_ONCE = 100;
    private static final Duration PERIOD = Duration.ofSeconds(5);

    private final Store store;
    private final ResourceRepository resources;
    private final ProvisionRepository provisions;
    private final Operations operations;
    private final Callers callers;
    private final ProvisioningSettings settings;

    @Activate
    public DeletionSweep(
            @Reference Store store,
            @Reference ResourceRepository resources,
            @Reference ProvisionRepository provisions,
            @Reference Operations operations,
            @Reference Callers callers,
            @Reference ProvisioningSettings settings) {
        this.store = store;
        this.resources = resources;
        this.provisions = provisions;
        this.operations = operations;
        this.callers = callers;
        this.settings = settings;
    }

    @Override
    public String name() {
        return "provisioning.deletion-sweep";
    }

    @Override
    public Duration period() {
        return PERIOD;
    }

    @Override
    public void run() {
        sweep();
    }

    /** Gives every deletion nobody works on to an operation. */
    void sweep() {
        List<Resource> stuck = store.call(Store.ALL_TENANTS, tx -> {
            Instant since = tx.now().minus(settings.deletionRetry());
            return resources.stuckDeletions(tx, since, MOST_AT_ONCE);
        });
        for (Resource resource : stuck) {
            try {
                resume(resource);
            } catch (RuntimeException e) {
                LOG.info("The deletion of {} is not tried again now: {}", resource.id(), e.getMessage());
            }
        }
    }

    private void resume(Resource seen) {
        String tenantId = seen.tenantId();
        // Looked up beforehand: operations are kept by another bundle, whose transaction must not run inside of ours.
        Optional<Operation> last =
                Optional.ofNullable(seen.deleteOperationId()).flatMap(id -> operations.find(tenantId, id));
        if (last.isEmpty() || last.get().status().finished()) {
            store.run(
                    tenantId,
                    tx -> resources
                            .find(tx, seen.id())
                            .filter(resource -> waits(tx, resource))
                            .ifPresent(resource -> resume(tx, resource, last)));
        }
    }

    /** While its provision runs, it is the provision's compensation that removes it. */
    private boolean waits(Transaction tx, Resource resource) {
        return resource.status() == ResourceStatus.DELETING
                && provisions
                        .find(tx, resource.provisionId())
                        .filter(provision -> provision.status().running())
                        .isEmpty();
    }

    private void resume(Transaction tx, Resource resource, Optional<Operation> last) {
        Caller system = callers.system(tx.tenantId());
        Optional<Operation> failed = last.filter(operation -> operation.status() == Operation.Status.FAILED);
        Operation operation = failed.isPresent()
                ? operations.retry(tx, system, failed.get().id())
                : operations.submit(
                        tx,
                        system,
                        ResourceDeleteHandler.KIND,
                        resource.id(),
                        ResourceDeleteHandler.input(List.of(resource)));
        resources.deleting(tx, resource.id(), operation.id());
        LOG.info("The deletion of {} is tried again", resource.id());
    }
}
