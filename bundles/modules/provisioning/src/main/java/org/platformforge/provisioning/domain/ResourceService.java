package org.platformforge.provisioning.domain;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.extension.api.driver.Driver;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.Page;
import org.platformforge.kernel.api.PageRequest;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.jobs.Operation;
import org.platformforge.kernel.api.jobs.Operations;
import org.platformforge.kernel.api.store.Store;
import org.platformforge.kernel.api.store.Transaction;
import org.platformforge.provisioning.store.ProvisionRepository;
import org.platformforge.provisioning.store.ResourceRepository;
import org.platformforge.provisioning.store.ResourceRepository.Filter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Resources as their callers see them. Thread-safe. */
@Component(service = ResourceService.class)
public final class ResourceService {
    private static final Logger LOG = LoggerFactory.getLogger(ResourceService.class);
    private static final int MOST_LOG_LINES = 1000;

    /** @param observed as its engine sees it now */
    public record Detail(Resource resource, Observed observed) {}

    /**
     * A deletion that was asked for.
     *
     * @param resources what it removes, in order
     * @param operationId null when nothing was done, because it was a rehearsal or the resource is gone already
     * @param gone whether the resource had been deleted before
     */
    public record Deletion(List<Resource> resources, String operationId, boolean gone) {}

    private final Store store;
    private final ResourceRepository resources;
    private final ProvisionRepository provisions;
    private final DriverRegistry drivers;
    private final Operations operations;
    private final Trail trail;

    @Activate
    public ResourceService(
            @Reference Store store,
            @Reference ResourceRepository resources,
            @Reference ProvisionRepository provisions,
            @Reference DriverRegistry drivers,
            @Reference Operations operations,
            @Reference Trail trail) {
        this.store = store;
        this.resources = resources;
        this.provisions = provisions;
        this.drivers = drivers;
        this.operations = operations;
        this.trail = trail;
    }

    public Page<Resource> list(Caller caller, Filter filter, PageRequest page) {
        return store.call(caller.tenantId(), tx -> resources.list(tx, filter, page));
    }

    public Detail get(Caller caller, String id) {
        Resource resource = require(caller, id);
        return new Detail(resource, Observed.of(resource, drivers.ofEngine(resource.tenantId(), resource.engine())));
    }

    /**
     * The last lines the resource itself wrote, oldest first.
     *
     * @throws PlatformException {@code CONFLICT} for a build that was given secrets
     */
    public List<String> logs(Caller caller, String id, int tail) {
        Resource resource = require(caller, id);
        if (resource.writesToItsOperationAlone()) {
            throw PlatformException.of(
                            ErrorKind.CONFLICT,
                            "This build was given secrets: what it writes is in the log of its operation, without them")
                    .withCode("LOG_IN_OPERATION");
        }
        Driver driver = drivers.ofEngine(resource.tenantId(), resource.engine())
                .orElseThrow(() -> PlatformException.of(
                        ErrorKind.UNAVAILABLE, "The engine " + resource.engine() + " is not installed"));
        try {
            return driver.logs(id, Math.max(1, Math.min(MOST_LOG_LINES, tail)));
        } catch (PlatformException e) {
            throw e; // of an extension's engine, in words for its tenant
        } catch (RuntimeException e) {
            LOG.error("The engine {} could not read the log of {}", resource.engine(), id, e);
            throw PlatformException.of(
                            ErrorKind.BAD_GATEWAY, "The engine " + resource.engine() + " could not read the log")
                    .withCause(e);
        }
    }

    private Resource require(Caller caller, String id) {
        return store.call(caller.tenantId(), tx -> resources.read(tx, id))
                .orElseThrow(() -> PlatformException.notFound("Resource", id));
    }

    /**
     * Begins to delete a resource. A resource that is being deleted, or was deleted before, is no error: the deletion
     * that runs is answered, and one that failed is tried again.
     *
     * @param cascade whether the resources that need it are deleted too, before it; without it such a request is
     *     refused
     * @param dryRun whether to say what would be deleted and leave it at that
     * @throws PlatformException {@code NOT_FOUND}; {@code CONFLICT} while its provision runs, or when it is needed
     */
    public Deletion delete(Caller caller, String id, boolean cascade, boolean dryRun) {
        Optional<Operation> last = lastDeletion(caller, id);
        return store.call(
                        caller.tenantId(),
                        tx -> resources
                                .find(tx, id)
                                .map(resource -> delete(tx, caller, resource, last, cascade, dryRun)))
                .orElseGet(() -> deletedBefore(caller, id));
    }

    /** Looked up beforehand: operations are kept by another bundle, whose transaction must not run inside of ours. */
    private Optional<Operation> lastDeletion(Caller caller, String id) {
        return store.call(caller.tenantId(), tx -> resources.find(tx, id).map(Resource::deleteOperationId))
                .flatMap(operationId -> operations.find(caller.tenantId(), operationId));
    }

    private Deletion deletedBefore(Caller caller, String id) {
        boolean known = operations
                .findByTarget(caller.tenantId(), ResourceDeleteHandler.KIND, id)
                .isPresent();
        if (!known) {
            throw PlatformException.notFound("Resource", id);
        }
        return new Deletion(List.of(), null, true);
    }

    private Deletion delete(
            Transaction tx,
            Caller caller,
            Resource resource,
            Optional<Operation> last,
            boolean cascade,
            boolean dryRun) {
        refuseOfOthers(resource);
        List<Resource> siblings = resources.ofProvision(tx, resource.provisionId());
        List<Resource> all = withDependents(resource, siblings);
        refuseWhileRunning(tx, resource);
        if (!cascade && all.size() > 1) {
            throw needed(resource, all.subList(0, all.size() - 1));
        }
        if (dryRun) {
            return new Deletion(all, null, false);
        }
        if (last.isPresent() && !over(last.get())) {
            return again(tx, caller, last.get(), all);
        }
        return begin(tx, caller, resource, all);
    }

    /** Whether it will do nothing more, although the resource is still there. */
    private static boolean over(Operation operation) {
        return operation.status() == Operation.Status.COMPLETED || operation.status() == Operation.Status.CANCELLED;
    }

    private Deletion again(Transaction tx, Caller caller, Operation last, List<Resource> all) {
        if (last.status() == Operation.Status.FAILED) {
            operations.retry(tx, caller, last.id());
        }
        return new Deletion(all, last.id(), false);
    }

    /** What serves a release is taken away by the module that gave it its traffic. One that is being removed is free. */
    private static void refuseOfOthers(Resource resource) {
        if (!resource.provisionId().startsWith(Provision.PREFIX) && resource.status() != ResourceStatus.DELETING) {
            throw PlatformException.of(
                            ErrorKind.CONFLICT,
                            "It belongs to a release; deploy another one, or take the service out of the environment")
                    .withDetail("owner", resource.provisionId());
        }
    }

    private void refuseWhileRunning(Transaction tx, Resource resource) {
        provisions
                .find(tx, resource.provisionId())
                .filter(provision -> provision.status().running())
                .ifPresent(provision -> {
                    throw PlatformException.of(
                                    ErrorKind.CONFLICT, "Its provision still runs; cancel it, or wait for its end")
                            .withDetail("provision_id", provision.id())
                            .withDetail("status", provision.status().wire());
                });
    }

    private static PlatformException needed(Resource resource, List<Resource> dependents) {
        return PlatformException.of(
                        ErrorKind.CONFLICT,
                        "Other resources need " + resource.name() + ": delete them first, or use cascade=true")
                .withDetail("needed_by", dependents.stream().map(Resource::id).toList());
    }

    private Deletion begin(Transaction tx, Caller caller, Resource resource, List<Resource> all) {
        Operation operation = operations.submit(
                tx, caller, ResourceDeleteHandler.KIND, resource.id(), ResourceDeleteHandler.input(all));
        for (Resource each : all) {
            resources.deleting(tx, each.id(), operation.id());
            trail.resourceDeletionAsked(tx, caller, each);
        }
        return new Deletion(all, operation.id(), false);
    }

    /** The resource last; before it all that need it, directly or not, each before what it needs itself. */
    private static List<Resource> withDependents(Resource resource, List<Resource> siblings) {
        List<Resource> order = new ArrayList<>();
        collect(resource, siblings, order);
        return order;
    }

    private static void collect(Resource resource, List<Resource> siblings, List<Resource> order) {
        if (order.stream().anyMatch(known -> known.id().equals(resource.id()))) {
            return;
        }
        siblings.stream()
                .filter(sibling -> sibling.dependsOn().contains(resource.id()))
                .filter(sibling -> sibling.status() != ResourceStatus.DELETING)
                .forEach(sibling -> collect(sibling, siblings, order));
        order.add(resource);
    }
}
