package org.platformforge.deployments.domain;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.deployments.domain.Deployment.Spec;
import org.platformforge.deployments.domain.Deployment.Times;
import org.platformforge.deployments.domain.Deployment.Work;
import org.platformforge.deployments.store.DeploymentTable;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.Page;
import org.platformforge.kernel.api.PageRequest;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.delivery.Credentials;
import org.platformforge.kernel.api.delivery.Release;
import org.platformforge.kernel.api.security.Secrets;
import org.platformforge.kernel.api.store.Store;
import org.platformforge.kernel.api.store.Transaction;

/**
 * What is done with a deployment that is there: released anew, configured, taken back, stopped, started, deleted. One thing at
 * a time; {@link PrepareHandler}, delivery and the {@link Reconciler} do what takes long. Thread-safe.
 */
@Component(service = Lifecycle.class)
public class Lifecycle {
    private final Store store;
    private final DeploymentTable table;
    private final Deployments deployments;
    private final Reconciler reconciler;
    private final Chain chain;
    private final Secrets secrets;
    private final Trail trail;

    /**
     * What is to be different; null leaves what is there. Variables replace all of their kind.
     *
     * @param token empty takes it away
     */
    public record Changes(
            String ref,
            Integer cores,
            Integer memory,
            Integer disk,
            String probePath,
            String token,
            Map<String, String> env,
            Map<String, String> secrets,
            Map<String, String> buildEnv,
            Map<String, String> buildSecrets) {
        @Override
        public String toString() {
            return "changes"; // never the secrets
        }
    }

    @Activate
    public Lifecycle(
            @Reference Store store,
            @Reference DeploymentTable table,
            @Reference Deployments deployments,
            @Reference Reconciler reconciler,
            @Reference Chain chain,
            @Reference Secrets secrets,
            @Reference Trail trail) {
        this.store = store;
        this.table = table;
        this.deployments = deployments;
        this.reconciler = reconciler;
        this.chain = chain;
        this.secrets = secrets;
        this.trail = trail;
    }

    /** Fetches the code again and makes a release of it; what serves goes on until the new one is proved. */
    public Deployment redeploy(Caller caller, String id, String ref) {
        OrderRules rules = new OrderRules();
        rules.ref(ref);
        rules.done();
        Deployment known = idle(caller, id);
        Spec spec = ref == null ? known.spec() : known.spec().withRef(ref);
        return begin(caller, known, "redeploy", tx -> {
            Deployment changed = known.with(spec, known.sealed());
            return pending(tx, changed, deployments.prepare(tx, caller, changed, true));
        });
    }

    /**
     * Changes the configuration. Of what serves a release is made with it: of the same artifact, unless the ref or a
     * variable of the build is another one.
     */
    public Deployment configure(Caller caller, String id, Changes changes) {
        Deployment known = idle(caller, id);
        Credentials hidden = Credentials.open(secrets, LogKeeper.PURPOSE, known.id(), known.sealed());
        Spec before = known.spec();
        OrderRules rules = new OrderRules();
        Order merged = new Order(
                before.name(),
                before.machine().wire(),
                before.framework(),
                before.repository(),
                or(changes.cores(), before.cores()),
                or(changes.memory(), before.memory()),
                or(changes.disk(), before.disk()),
                or(changes.ref(), before.ref()),
                changes.token() == null ? hidden.token() : changes.token().isEmpty() ? null : changes.token(),
                or(changes.probePath(), before.probePath()),
                or(changes.env(), before.runEnv()),
                or(changes.secrets(), hidden.variables()),
                or(changes.buildEnv(), before.buildEnv()),
                or(changes.buildSecrets(), hidden.buildVariables()));
        Spec checked = rules.check(merged, List.of(before.framework()));
        rules.done();
        Spec spec = checked.withPlanEnv(before.planEnv());
        String sealed = new Credentials(
                        merged.token(), new TreeMap<>(merged.secrets()), new TreeMap<>(merged.buildSecrets()))
                .seal(secrets, LogKeeper.PURPOSE, known.id());
        boolean code = !Objects.equals(spec.ref(), before.ref())
                || !spec.buildEnv().equals(before.buildEnv())
                || !merged.buildSecrets().equals(hidden.buildVariables());
        return begin(caller, known, "configure", tx -> {
            Deployment changed = known.with(spec, sealed);
            trail.configured(tx, caller, before, changed);
            return known.status() == Status.RUNNING
                    ? pending(tx, changed, deployments.prepare(tx, caller, changed, code))
                    : changed; // counts from its next release on
        });
    }

    private static <T> T or(T value, T otherwise) {
        return value == null ? otherwise : value;
    }

    /** @param number of the release; null for the one that served before */
    public Deployment rollback(Caller caller, String id, Integer number) {
        Deployment known = idle(caller, id);
        return repeat(caller, known, "rollback", number);
    }

    /** Makes a release of the one that serves, and with it new instances; the old ones go when they are proved. */
    public Deployment restart(Caller caller, String id) {
        Deployment known = idle(caller, id);
        if (known.status() != Status.RUNNING) {
            throw conflict("Only what runs can be restarted");
        }
        return repeat(caller, known, "restart", newestServed(known));
    }

    public Deployment start(Caller caller, String id) {
        Deployment known = idle(caller, id);
        if (known.status() != Status.STOPPED) {
            throw conflict("Only what was stopped can be started");
        }
        return repeat(caller, known, "start", newestServed(known));
    }

    private int newestServed(Deployment known) {
        PageRequest next = PageRequest.first(PageRequest.MAX_LIMIT);
        Page<Release> page = chain.delivery().releases(known.tenantId(), known.service(), Deployment.ENVIRONMENT, next);
        return page.items().stream()
                .filter(Release::eligibleForRollback)
                .mapToInt(Release::number)
                .findFirst()
                .orElseThrow(() -> conflict("No release of it has ever served; deploy it anew"));
    }

    private Deployment repeat(Caller caller, Deployment known, String verb, Integer number) {
        Release release = chain.delivery().rollback(caller, known.service(), Deployment.ENVIRONMENT, number);
        return store.call(caller.tenantId(), tx -> {
            // whoever looks at it may have changed its record since, and its release is on its way in any case
            Deployment now = table.find(tx, known.tenantId(), known.id()).orElseThrow();
            trail.asked(tx, caller, verb, now);
            boolean other = now.wanted() != known.wanted() && now.wanted() != Status.RUNNING;
            boolean unwanted = other || !table.lock(tx, now);
            if (!unwanted) {
                Work work = new Work(true, now.work().operationId(), release.id(), null, List.of());
                table.update(tx, pending(tx, now, work));
            }
            return table.find(tx, known.tenantId(), known.id()).orElseThrow();
        });
    }

    /** Takes its instances away; its releases and its log stay. */
    public Deployment stop(Caller caller, String id) {
        Deployment known = deployments.current(caller, id);
        if (known.status() == Status.DELETED || known.wanted() == Status.DELETED) {
            throw conflict("It is deleted");
        }
        if (known.status() == Status.STOPPED) {
            return known;
        }
        return takeDown(caller, known, "stop", Status.STOPPED);
    }

    /** Irreversible. What is on its way is cancelled, what serves is taken away; it is deleted when its engine says so. */
    public Deployment delete(Caller caller, String id) {
        Deployment known = deployments.require(caller, id);
        return known.status() == Status.DELETED || known.wanted() == Status.DELETED
                ? deployments.current(caller, id)
                : takeDown(caller, known, "delete", Status.DELETED);
    }

    private Deployment takeDown(Caller caller, Deployment known, String verb, Status wanted) {
        Work work = known.work();
        Deployment marked = begin(
                caller,
                known,
                verb,
                tx -> known.with(
                        wanted,
                        new Work(true, work.operationId(), work.releaseId(), work.removalId(), work.leaving())));
        return chain.deliveryNow().isPresent() ? reconciler.advance(marked) : marked;
    }

    private Deployment idle(Caller caller, String id) {
        Deployment known = deployments.current(caller, id);
        if (known.status() == Status.DELETED || known.wanted() == Status.DELETED) {
            throw conflict("It is deleted");
        }
        if (known.work().busy()) {
            throw conflict("Something else is on its way with it; wait for its end, or stop it");
        }
        return known;
    }

    private static PlatformException conflict(String message) {
        return PlatformException.of(ErrorKind.CONFLICT, message);
    }

    /** Something is on its way again; while another release serves it goes on running. */
    private Deployment pending(Transaction tx, Deployment known, Work work) throws Exception {
        Times before = known.times();
        Times times = new Times(
                before.createdAt(),
                tx.now(),
                before.updatedAt(),
                before.deployedAt(),
                before.deletedAt(),
                before.leadMillis());
        Status next = known.status() == Status.RUNNING ? Status.RUNNING : Status.PENDING;
        Deployment changed = known.with(Status.RUNNING, work).with(next, null, known.seen(), times);
        if (next != known.status()) {
            table.enter(tx, changed, next, tx.now());
            trail.became(tx, changed);
        }
        return changed;
    }

    @FunctionalInterface
    private interface Edit {
        Deployment apply(Transaction tx) throws Exception;
    }

    private Deployment begin(Caller caller, Deployment known, String verb, Edit edit) {
        return store.call(caller.tenantId(), tx -> {
            if (!table.lock(tx, known)) {
                throw conflict("It has changed in this moment; look at it again")
                        .withDetail("deployment_id", known.id());
            }
            trail.asked(tx, caller, verb, known);
            table.update(tx, edit.apply(tx));
            return table.find(tx, known.tenantId(), known.id()).orElseThrow();
        });
    }
}
