package org.platformforge.provisioning.domain;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.FieldError;
import org.platformforge.kernel.api.Page;
import org.platformforge.kernel.api.PageRequest;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.jobs.Operation;
import org.platformforge.kernel.api.jobs.Operations;
import org.platformforge.kernel.api.store.Store;
import org.platformforge.kernel.api.store.Transaction;
import org.platformforge.provisioning.domain.Estimates.Estimate;
import org.platformforge.provisioning.store.ClaimTable;
import org.platformforge.provisioning.store.ProvisionRepository;
import org.platformforge.provisioning.store.ProvisionRepository.Filter;
import org.platformforge.provisioning.store.ResourceRepository;

/** Provisions as their callers see them: asked for, looked at, cancelled, tried again. Thread-safe. */
@Component(service = ProvisionService.class)
public final class ProvisionService {
    /**
     * @param operation null when its record is gone
     * @param cleanup what engines still hold of it; null while it runs or is in use
     */
    public record Detail(
            Provision provision, List<Resource> resources, Operation operation, EngineSweep.Cleanup cleanup) {}

    /** What a request would come to. */
    public record Plan(
            String template, List<PlannedResource> resources, List<FieldError> problems, Duration estimate) {}

    private static final Duration ENGINE_WAIT = Duration.ofSeconds(10);

    private final ProvisionPlanner planner;
    private final Estimates estimates;
    private final ProvisioningSettings settings;
    private final SecretVault vault;
    private final Store store;
    private final ProvisionRepository provisions;
    private final ResourceRepository resources;
    private final ClaimTable claims;
    private final Operations operations;
    private final EngineSweep sweep;
    private final Trail trail;
    private final Json json = new Json();

    @Activate
    public ProvisionService(
            @Reference ProvisionPlanner planner,
            @Reference Estimates estimates,
            @Reference ProvisioningSettings settings,
            @Reference SecretVault vault,
            @Reference Store store,
            @Reference ProvisionRepository provisions,
            @Reference ResourceRepository resources,
            @Reference ClaimTable claims,
            @Reference Operations operations,
            @Reference EngineSweep sweep,
            @Reference Trail trail) {
        this.planner = planner;
        this.estimates = estimates;
        this.settings = settings;
        this.vault = vault;
        this.store = store;
        this.provisions = provisions;
        this.resources = resources;
        this.claims = claims;
        this.operations = operations;
        this.sweep = sweep;
        this.trail = trail;
    }

    public Page<Provision> list(Caller caller, Filter filter, PageRequest page) {
        return store.call(caller.tenantId(), tx -> provisions.list(tx, filter, page));
    }

    public Detail get(Caller caller, String id) {
        Detail stored = store.call(caller.tenantId(), tx -> {
            Provision provision = require(tx, id);
            return new Detail(provision, resources.ofProvision(tx, id), null, null);
        });
        Operation operation = operations
                .find(caller.tenantId(), stored.provision().operationId())
                .orElse(null);
        Provision provision = stored.provision();
        boolean over = !provision.status().running() && provision.status() != ProvisionStatus.COMPLETED;
        return new Detail(provision, stored.resources(), operation, over ? sweep.of(provision) : null);
    }

    /** What {@link #create} would do, with everything that stands in the way; changes nothing. */
    public Plan plan(Caller caller, String template, Map<String, Object> parameters) {
        Draft draft = planner.draft(caller.tenantId(), template, parameters);
        List<FieldError> problems = new ArrayList<>(draft.problems());
        if (draft.conflict() != null) {
            problems.add(new FieldError(ProvisionPlanner.serviceField(draft.template()), conflictMessage(draft)));
        }
        draft.missingTypes().forEach(type -> problems.add(new FieldError("template", missingMessage(type))));
        return new Plan(
                draft.template().name(),
                draft.resources(),
                problems,
                estimates.of(caller.tenantId(), draft.template()).expected());
    }

    /**
     * Accepts a request: its record, its names and its operation commit together, and the work begins after that.
     *
     * @throws PlatformException {@code PROVISION_FAILED} with every wrong parameter; {@code CONFLICT} when the service
     *     runs in this environment already or the quota is used up; {@code UNAVAILABLE} when an engine is missing
     */
    public Provision create(Caller caller, String template, Map<String, Object> parameters) {
        Draft draft = planner.draft(caller.tenantId(), template, parameters);
        refuse(draft);
        Estimate estimate = estimates.of(caller.tenantId(), draft.template());
        return store.call(caller.tenantId(), tx -> admit(tx, caller, draft, estimate.expected()));
    }

    private static void refuse(Draft draft) {
        if (!draft.problems().isEmpty()) {
            throw ProvisionPlanner.failed(draft.problems());
        }
        if (draft.conflict() != null) {
            throw conflict(draft, draft.conflict());
        }
        if (!draft.missingTypes().isEmpty()) {
            throw PlatformException.of(
                            ErrorKind.UNAVAILABLE,
                            missingMessage(draft.missingTypes().iterator().next()))
                    .withDetail("resource_types", List.copyOf(draft.missingTypes()))
                    .withRetryAfter(ENGINE_WAIT);
        }
    }

    private Provision admit(Transaction tx, Caller caller, Draft draft, Duration estimate) throws SQLException {
        claims.lockAdmission(tx);
        checkQuota(tx);
        take(tx, draft.provisionId(), draft.claims(), draft);
        Operation operation = operations.submit(
                tx, caller, ProvisionHandler.KIND, draft.provisionId(), ProvisionHandler.input(draft));
        Provision provision = record(tx, caller, draft, operation.id(), estimate);
        provisions.insert(tx, provision);
        trail.provisionCreated(tx, caller, provision);
        return provision;
    }

    private void checkQuota(Transaction tx) throws SQLException {
        long live = claims.liveProvisions(tx);
        if (live >= settings.maxLiveProvisions()) {
            throw PlatformException.of(
                            ErrorKind.CONFLICT,
                            "The tenant has " + live + " live provisions and may have " + settings.maxLiveProvisions()
                                    + "; delete the resources of one first")
                    .withCode("QUOTA_EXCEEDED")
                    .withDetail("live", live)
                    .withDetail("limit", settings.maxLiveProvisions());
        }
    }

    /** The draft found the names free; here the database decides. */
    private void take(Transaction tx, String provisionId, List<Claim> wanted, Draft draft) throws SQLException {
        for (Claim claim : wanted) {
            if (!claims.take(tx, provisionId, claim)) {
                throw claim.resourceId() == null
                        ? conflict(draft, null)
                        : ProvisionPlanner.failed(
                                List.of(ProvisionPlanner.taken(draft.template(), draft.resourceIds(), claim)));
            }
        }
    }

    private Provision record(Transaction tx, Caller caller, Draft draft, String operationId, Duration estimate) {
        Map<String, Object> secret = new LinkedHashMap<>(draft.parameters());
        secret.keySet().retainAll(draft.template().parameters().secretNames());
        return new Provision(
                draft.provisionId(),
                caller.tenantId(),
                draft.template().name(),
                draft.template().version(),
                draft.service(),
                draft.environment(),
                ProvisionStatus.IN_PROGRESS,
                draft.template().parameters().masked(draft.parameters()),
                vault.seal(draft.provisionId(), secret),
                json.write(draft.template().definition()),
                draft.resourceIds(),
                List.of(),
                Map.of(),
                null,
                operationId,
                estimate,
                null,
                caller.subject(),
                tx.now(),
                null);
    }

    /** Asks the run to stop; what it made is removed. Repeated calls change nothing. */
    public Detail cancel(Caller caller, String id) {
        Provision provision = store.call(caller.tenantId(), tx -> require(tx, id));
        operations.cancel(caller, provision.operationId());
        store.run(caller.tenantId(), tx -> trail.provisionChanged(tx, caller, provision, "provision.cancel"));
        return get(caller, id);
    }

    /**
     * Runs a failed provision again from its first step that is not completed, with the same parameters and resource
     * ids.
     *
     * @throws PlatformException {@code CONFLICT} unless it has failed and everything it left is gone
     */
    public Detail retry(Caller caller, String id) {
        Provision seen = store.call(caller.tenantId(), tx -> require(tx, id));
        Blueprint blueprint = Blueprint.of(seen, planner.parser(), vault, List.of());
        Duration estimate =
                estimates.of(caller.tenantId(), blueprint.template()).expected();
        store.run(caller.tenantId(), tx -> {
            claims.lockAdmission(tx);
            Provision provision = require(tx, id);
            refuseRetry(tx, provision);
            checkQuota(tx);
            takeAgain(tx, provision, blueprint.claims());
            operations.retry(tx, caller, provision.operationId());
            provisions.restart(tx, id, estimate);
            trail.provisionChanged(tx, caller, provision, "provision.retry");
        });
        return get(caller, id);
    }

    private void refuseRetry(Transaction tx, Provision provision) {
        if (provision.status() != ProvisionStatus.FAILED) {
            throw PlatformException.of(
                            ErrorKind.CONFLICT,
                            "Only a failed provision can be retried; this one is "
                                    + provision.status().wire())
                    .withDetail("status", provision.status().wire());
        }
        if (!resources.ofProvision(tx, provision.id()).isEmpty()) {
            throw PlatformException.of(ErrorKind.CONFLICT, "What the failed run left behind is still being removed")
                    .withRetryAfter(settings.deletionRetry());
        }
    }

    private void takeAgain(Transaction tx, Provision provision, List<Claim> wanted) throws SQLException {
        for (Claim claim : wanted) {
            if (!claims.take(tx, provision.id(), claim)) {
                throw PlatformException.of(
                        ErrorKind.CONFLICT, "The name " + claim.name() + " was taken by somebody else in the meantime");
            }
        }
    }

    /** Log lines after a sequence number (0 for all). They outlast the resources they tell of. */
    public List<Operations.LogLine> logs(Caller caller, String id, long after, int limit) {
        Provision provision = store.call(caller.tenantId(), tx -> require(tx, id));
        return operations.logs(caller.tenantId(), provision.operationId(), after, limit);
    }

    /** The secret outputs in clear; who asked is recorded. */
    public Map<String, String> revealOutputs(Caller caller, String id) {
        return store.call(caller.tenantId(), tx -> {
            Provision provision = require(tx, id);
            trail.provisionChanged(tx, caller, provision, "provision.reveal");
            return vault.openTexts(id, provision.sealedOutputs());
        });
    }

    private Provision require(Transaction tx, String id) {
        Optional<Provision> found = provisions.find(tx, id);
        return found.orElseThrow(() -> PlatformException.notFound("Provision", id));
    }

    private static PlatformException conflict(Draft draft, String provisionId) {
        PlatformException conflict = PlatformException.of(ErrorKind.CONFLICT, conflictMessage(draft))
                .withDetail("service", draft.service())
                .withDetail("environment", draft.environment());
        return provisionId == null ? conflict : conflict.withDetail("provision_id", provisionId);
    }

    private static String conflictMessage(Draft draft) {
        return draft.service() + " is provisioned in " + draft.environment() + " already"
                + (draft.conflict() == null ? "" : ", by " + draft.conflict());
    }

    private static String missingMessage(String type) {
        return "No engine that makes resources of type " + type + " is installed";
    }
}
