package org.platformforge.provisioning.domain;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.jobs.Operation;
import org.platformforge.kernel.api.jobs.OperationException;
import org.platformforge.kernel.api.jobs.OperationHandler;
import org.platformforge.kernel.api.jobs.StepContext;
import org.platformforge.kernel.api.store.Store;
import org.platformforge.kernel.api.store.Transaction;
import org.platformforge.provisioning.store.ClaimTable;
import org.platformforge.provisioning.store.ProvisionEnd;
import org.platformforge.provisioning.store.ProvisionRepository;

/**
 * Runs a provision: a step for each resource in the order of their dependencies, then one that verifies the whole.
 * Undone in reverse: each step removes the one resource it made. The operation's input holds no secret; they stay
 * sealed in the provision's row.
 */
@Component(service = OperationHandler.class)
public final class ProvisionHandler implements OperationHandler {
    static final String KIND = "provision";
    /** Key of the input under which the template's name stands. */
    static final String TEMPLATE = "template";

    private static final String RESOURCES = "resources";
    private static final String CREATE = "create-";
    private static final String VERIFY = "verify";

    private final Store store;
    private final ProvisionRepository provisions;
    private final ProvisionEnd end;
    private final ClaimTable claims;
    private final ResourceMaker maker;
    private final ResourceRemover remover;
    private final ProvisionVerifier verifier;
    private final Trail trail;

    @Activate
    public ProvisionHandler(
            @Reference Store store,
            @Reference ProvisionRepository provisions,
            @Reference ProvisionEnd end,
            @Reference ClaimTable claims,
            @Reference ResourceMaker maker,
            @Reference ResourceRemover remover,
            @Reference ProvisionVerifier verifier,
            @Reference Trail trail) {
        this.store = store;
        this.provisions = provisions;
        this.end = end;
        this.claims = claims;
        this.maker = maker;
        this.remover = remover;
        this.verifier = verifier;
        this.trail = trail;
    }

    static Map<String, Object> input(Draft draft) {
        Map<String, Object> input = new LinkedHashMap<>();
        input.put(TEMPLATE, draft.template().name());
        input.put("service", draft.service());
        input.put("environment", draft.environment());
        input.put(
                RESOURCES,
                draft.template().resources().stream()
                        .map(resource -> Map.of("name", resource.name(), "type", resource.type()))
                        .toList());
        return input;
    }

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public List<StepDefinition> plan(Map<String, Object> input) {
        List<StepDefinition> steps = new ArrayList<>();
        for (Object item : (List<?>) input.get(RESOURCES)) {
            Map<?, ?> resource = (Map<?, ?>) item;
            String title = "Create " + resource.get("name") + " (" + resource.get("type") + ")";
            steps.add(new StepDefinition(CREATE + resource.get("name"), title));
        }
        steps.add(new StepDefinition(VERIFY, "Verify that everything runs"));
        return steps;
    }

    @Override
    public Map<String, Object> execute(String step, StepContext context)
            throws OperationException, InterruptedException {
        try {
            return step.equals(VERIFY)
                    ? verifier.verify(context)
                    : maker.make(step.substring(CREATE.length()), context);
        } catch (PlatformException e) {
            throw StepFailures.ofStore(e);
        }
    }

    @Override
    public void compensate(String step, StepContext context) throws OperationException, InterruptedException {
        String tenantId = context.operation().tenantId();
        String provisionId = context.operation().target();
        try {
            Provision provision = store.call(tenantId, tx -> {
                provisions.rollingBack(tx, provisionId);
                return provisions.find(tx, provisionId).orElseThrow();
            });
            if (!step.equals(VERIFY)) {
                remover.remove(provision.resourceIds().get(step.substring(CREATE.length())), context);
            }
        } catch (PlatformException e) {
            throw StepFailures.ofStore(e);
        }
    }

    /** Plain SQL only: the transaction is not one of this module's persistence unit. */
    @Override
    public void finished(Transaction tx, Operation operation) throws SQLException {
        ProvisionStatus status = switch (operation.status()) {
            case COMPLETED -> ProvisionStatus.COMPLETED;
            case CANCELLED -> ProvisionStatus.CANCELLED;
            default -> ProvisionStatus.FAILED;
        };
        Fault fault = status == ProvisionStatus.COMPLETED ? null : fault(operation);
        if (!end.write(tx, operation.tenantId(), operation.target(), status, fault)) {
            return;
        }
        if (status != ProvisionStatus.COMPLETED
                && end.markLeftovers(tx, operation.tenantId(), operation.target())
                        .isEmpty()) {
            claims.releaseOfProvision(tx, operation.tenantId(), operation.target());
        }
        trail.provisionEnded(tx, operation, status, fault);
    }

    private static Fault fault(Operation operation) {
        if (operation.error() != null) {
            return new Fault(operation.error().code(), operation.error().message());
        }
        return operation.status() == Operation.Status.CANCELLED
                ? null
                : new Fault(ProvisionPlanner.FAILED, "The provision failed");
    }
}
