package org.platformforge.deployments.domain;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.deployments.domain.Deployment.Seen;
import org.platformforge.deployments.domain.Deployment.Spec;
import org.platformforge.deployments.domain.Deployment.Times;
import org.platformforge.deployments.domain.Deployment.Work;
import org.platformforge.deployments.store.DeploymentTable;
import org.platformforge.extension.api.framework.Framework;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.FieldError;
import org.platformforge.kernel.api.Page;
import org.platformforge.kernel.api.PageRequest;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.delivery.Credentials;
import org.platformforge.kernel.api.delivery.Delivery.Target;
import org.platformforge.kernel.api.delivery.Release;
import org.platformforge.kernel.api.jobs.Operation;
import org.platformforge.kernel.api.jobs.Operations;
import org.platformforge.kernel.api.security.Secrets;
import org.platformforge.kernel.api.store.Store;
import org.platformforge.kernel.api.store.Transaction;

/**
 * The deployments of document 003: what is asked for is recorded and begun, and what is there is looked at. {@link
 * PrepareHandler}, delivery and the {@link Reconciler} do the rest, {@link Lifecycle} what is asked of one later. Thread-safe.
 */
@Component(service = Deployments.class)
public class Deployments {
    private static final Pattern ID = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
    private static final Pattern CURSOR = Pattern.compile("[0-9a-f-]{36}");
    private static final String WHAT = "Deployment";
    private static final int MARK = 6;

    private final Store store;
    private final DeploymentTable table;
    private final Frameworks frameworks;
    private final Toolbox toolbox;
    private final Reconciler reconciler;
    private final Chain chain;
    private final Operations operations;
    private final Secrets secrets;
    private final Trail trail;

    /** A deployment with what is seen of it now. @param target null when delivery has nothing of it */
    public record View(Deployment deployment, Target target, List<Deployment.Change> history) {}

    @Activate
    public Deployments(
            @Reference Store store,
            @Reference DeploymentTable table,
            @Reference Frameworks frameworks,
            @Reference Toolbox toolbox,
            @Reference Reconciler reconciler,
            @Reference Chain chain,
            @Reference Operations operations,
            @Reference Secrets secrets,
            @Reference Trail trail) {
        this.store = store;
        this.table = table;
        this.frameworks = frameworks;
        this.toolbox = toolbox;
        this.reconciler = reconciler;
        this.chain = chain;
        this.operations = operations;
        this.secrets = secrets;
        this.trail = trail;
    }

    /**
     * Records a deployment and begins with it.
     *
     * @param unreadable what of the order is known to be wrong already; the fields are null in it
     * @throws PlatformException {@code VALIDATION} with everything that is wrong; what the engine lacks is among it
     */
    public Deployment deploy(Caller caller, Order order, List<FieldError> unreadable) {
        List<String> known = frameworks.all(caller.tenantId()).stream()
                .map(framework -> framework.description().id())
                .toList();
        OrderRules rules = new OrderRules(unreadable);
        Spec spec = rules.check(order, known);
        if (order.framework() != null && known.contains(order.framework())) {
            Machine machine = Machine.of(order.machine()).orElse(Machine.VM);
            Framework framework =
                    frameworks.find(caller.tenantId(), order.framework()).orElseThrow();
            toolbox.missing(
                            caller.tenantId(),
                            machine,
                            order.framework(),
                            framework.description().tools())
                    .forEach(missing -> rules.problem("framework", "framework " + order.framework() + ": " + missing));
        }
        rules.done();
        chain.delivery(); // without it nothing would go on
        String id = UUID.randomUUID().toString();
        String sealed = new Credentials(
                        order.token(), OrderRules.sorted(order.secrets()), OrderRules.sorted(order.buildSecrets()))
                .seal(secrets, LogKeeper.PURPOSE, id);
        return store.call(caller.tenantId(), tx -> {
            Deployment made = new Deployment(
                    caller.tenantId(),
                    id,
                    service(spec.name(), id),
                    spec,
                    sealed,
                    Status.PENDING,
                    Status.RUNNING,
                    new Work(true, null, null, null, List.of()),
                    null,
                    Seen.NOTHING,
                    new Times(tx.now(), tx.now(), tx.now(), null, null, null),
                    0,
                    0,
                    caller.subject());
            table.insert(tx, made);
            trail.asked(tx, caller, "create", made);
            trail.became(tx, made);
            table.update(tx, made.with(prepare(tx, caller, made, true)));
            return table.find(tx, caller.tenantId(), id).orElseThrow();
        });
    }

    /** Submits what finds out how the code is built and run, as a part of the transaction. */
    Work prepare(Transaction tx, Caller caller, Deployment of, boolean code) {
        Map<String, Object> input = new LinkedHashMap<>();
        input.put(PrepareHandler.CODE, code);
        input.put("name", of.spec().name());
        input.put("framework", of.spec().framework());
        Operation operation = operations.submit(tx, caller, PrepareHandler.KIND, of.id(), input);
        return new Work(true, operation.id(), of.work().releaseId(), null, List.of());
    }

    /** Under this name delivery has it; two deployments may have the same name. */
    private static String service(String name, String id) {
        String slug =
                name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-").replaceAll("^-+|-+$", "");
        return (slug.isEmpty() ? "app" : slug) + "-" + id.substring(0, MARK);
    }

    /** Newest first. @param status null for all but deleted ones */
    public Page<Deployment> list(Caller caller, Status status, PageRequest request) {
        if (request.cursor() != null && !CURSOR.matcher(request.cursor()).matches()) {
            throw PlatformException.invalid("cursor", "is not one of this list");
        }
        return store.call(caller.tenantId(), tx -> {
            Deployment before = request.cursor() == null
                    ? null
                    : table.find(tx, tx.tenantId(), request.cursor())
                            .orElseThrow(() -> PlatformException.invalid("cursor", "is not one of this list"));
            List<Deployment> found =
                    table.page(tx, status, before, before == null ? request.offset() : 0, request.limit() + 1);
            boolean more = found.size() > request.limit();
            List<Deployment> items = more ? found.subList(0, request.limit()) : found;
            return new Page<>(
                    items,
                    table.count(tx, status),
                    more ? Optional.of(items.get(items.size() - 1).id()) : Optional.empty());
        });
    }

    /** As it is recorded. */
    public Deployment require(Caller caller, String id) {
        Optional<Deployment> found = ID.matcher(id).matches()
                ? store.call(caller.tenantId(), tx -> table.find(tx, caller.tenantId(), id))
                : Optional.empty();
        return found.orElseThrow(() -> PlatformException.notFound(WHAT, id));
    }

    /** As it is now. */
    public Deployment current(Caller caller, String id) {
        Deployment known = require(caller, id);
        return chain.deliveryNow().isPresent() ? reconciler.advance(known) : known;
    }

    public View get(Caller caller, String id) {
        return view(current(caller, id));
    }

    public View view(Deployment deployment) {
        Target target = chain.deliveryNow()
                .flatMap(delivery ->
                        delivery.target(deployment.tenantId(), deployment.service(), Deployment.ENVIRONMENT))
                .orElse(null);
        List<Deployment.Change> history =
                store.call(deployment.tenantId(), tx -> table.history(tx, deployment.tenantId(), deployment.id()));
        return new View(deployment, target, history);
    }

    /** Newest first. */
    public Page<Release> releases(Caller caller, String id, PageRequest page) {
        Deployment deployment = require(caller, id);
        if (page.cursor() != null && !page.cursor().matches("[a-z0-9-]{1,64}")) {
            throw PlatformException.invalid("cursor", "is not one of this list");
        }
        return chain.delivery().releases(caller.tenantId(), deployment.service(), Deployment.ENVIRONMENT, page);
    }

    /** Ids of those of its releases that a rollback could bring back now. */
    public Set<String> returnable(Caller caller, List<Release> releases) {
        return chain.delivery().returnable(caller.tenantId(), releases);
    }

    Deployment reread(Deployment known) {
        return store.call(known.tenantId(), tx -> table.find(tx, known.tenantId(), known.id()))
                .orElse(known);
    }

    /** What has to end before it is looked at again; empty when nothing is on its way. */
    Optional<String> unfinished(Deployment deployment) {
        List<String> ids = new ArrayList<>();
        if (deployment.work().removalId() != null) {
            ids.add(deployment.work().removalId());
        }
        if (deployment.work().operationId() != null) {
            ids.add(deployment.work().operationId());
        }
        chain.deliveryNow()
                .flatMap(delivery ->
                        delivery.target(deployment.tenantId(), deployment.service(), Deployment.ENVIRONMENT))
                .map(Target::rollingOut)
                .ifPresent(release -> ids.add(release.operationId()));
        return ids.stream()
                .filter(id -> operations
                        .find(deployment.tenantId(), id)
                        .filter(operation -> !operation.status().finished())
                        .isPresent())
                .findFirst();
    }

    /** Of the tenant. */
    public List<String> ids(Caller caller) {
        return list(caller, null, PageRequest.first(PageRequest.MAX_LIMIT)).items().stream()
                .map(Deployment::id)
                .toList();
    }
}
