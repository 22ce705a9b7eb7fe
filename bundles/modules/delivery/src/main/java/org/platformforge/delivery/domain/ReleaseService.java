package org.platformforge.delivery.domain;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.delivery.store.ReleaseRow;
import org.platformforge.delivery.store.ReleaseTable;
import org.platformforge.delivery.store.TargetRow;
import org.platformforge.delivery.store.TargetTable;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.FieldError;
import org.platformforge.kernel.api.Ids;
import org.platformforge.kernel.api.Page;
import org.platformforge.kernel.api.PageRequest;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.delivery.Artifacts;
import org.platformforge.kernel.api.delivery.CanaryStage;
import org.platformforge.kernel.api.delivery.Credentials;
import org.platformforge.kernel.api.delivery.Delivery;
import org.platformforge.kernel.api.delivery.DeployRequest;
import org.platformforge.kernel.api.delivery.DeployRequest.Rollout;
import org.platformforge.kernel.api.delivery.DeployRequest.Scale;
import org.platformforge.kernel.api.delivery.DeployRequest.Source;
import org.platformforge.kernel.api.delivery.Environments.Freeze;
import org.platformforge.kernel.api.delivery.Environments.Limits;
import org.platformforge.kernel.api.delivery.Release;
import org.platformforge.kernel.api.jobs.Operation;
import org.platformforge.kernel.api.jobs.Operations;
import org.platformforge.kernel.api.security.Secrets;
import org.platformforge.kernel.api.store.Store;
import org.platformforge.kernel.api.store.Transaction;

/** Releases as other modules see them. Thread-safe. */
@Component(service = Delivery.class)
public final class ReleaseService implements Delivery {
    static final String PURPOSE = "delivery";

    private final Store store;
    private final TargetTable targets;
    private final ReleaseTable releases;
    private final Engines engines;
    private final Secrets secrets;
    private final Operations operations;
    private final Trail trail;
    private final Canary canary;
    private final TargetNames names;
    private final TargetViews views;

    @Activate
    public ReleaseService(
            @Reference Store store,
            @Reference TargetTable targets,
            @Reference ReleaseTable releases,
            @Reference Engines engines,
            @Reference Secrets secrets,
            @Reference Operations operations,
            @Reference Trail trail,
            @Reference Canary canary) {
        this.store = store;
        this.targets = targets;
        this.releases = releases;
        this.engines = engines;
        this.secrets = secrets;
        this.operations = operations;
        this.trail = trail;
        this.canary = canary;
        this.names = new TargetNames(store, targets, engines);
        this.views = new TargetViews(store, releases, engines);
    }

    @Override
    public Release deploy(Caller caller, DeployRequest request) {
        List<FieldError> problems = new ArrayList<>(ReleaseRules.problems(request));
        if (problems.isEmpty()) {
            problems.addAll(objections(caller.tenantId(), request));
        }
        if (!problems.isEmpty()) {
            throw PlatformException.invalid("The release cannot be made", problems);
        }
        Optional<Freeze> overridden =
                Freezes.check(caller, request, engines.frozen(caller.tenantId(), request.environment()));
        Optional<Limits> limits = engines.limits(caller.tenantId(), request.environment());
        TargetRow target = names.findOrMake(caller.tenantId(), request);
        return store.call(caller.tenantId(), tx -> {
            if (limits.isPresent()) {
                refuseTooMuch(tx, target, request, limits.get());
            }
            Release begun = begin(tx, caller, Draft.of(target, request));
            overridden.ifPresent(freeze -> trail.overridden(tx, caller, begun, freeze, request.freezeOverride()));
            return begun;
        });
    }

    /** What the repository's guard and the engine say, before anything is made. */
    private List<FieldError> objections(String tenantId, DeployRequest request) {
        List<FieldError> problems = new ArrayList<>();
        Source source = request.source();
        if (source.artifact() == null && source.fetched() == null) {
            engines.sourcesNow()
                    .objection(source.repository())
                    .ifPresent(objection -> problems.add(new FieldError("source.repository", objection)));
        }
        if (source.artifact() != null && !engines.artifactsNow().exists(tenantId, source.artifact())) {
            problems.add(new FieldError("source.artifact", "is no artifact of the tenant, or is not kept any more"));
        }
        engines.resourcesNow()
                .objections(
                        tenantId,
                        Wishes.instance(
                                Draft.rehearsal(tenantId, request),
                                "res-0",
                                1,
                                request.run().secrets()))
                .forEach(error -> problems.add(new FieldError(ReleaseRules.field(error.field()), error.message())));
        return problems;
    }

    /** Those who deploy to the environment come one after the other from here on: none has what another one is just given. */
    private void refuseTooMuch(Transaction tx, TargetRow target, DeployRequest request, Limits limits)
            throws SQLException {
        targets.lockEnvironment(tx, target.tenantId(), target.environment());
        List<Scale> others = new ArrayList<>();
        for (TargetRow other : targets.ofEnvironment(tx, target.tenantId(), target.environment())) {
            boolean rolling = other.running() != null && !TargetRow.REMOVAL.equals(other.running());
            String counted = rolling ? other.running() : other.current();
            if (counted != null && !other.id().equals(target.id())) {
                releases.find(tx, target.tenantId(), counted)
                        .ifPresent(row -> others.add(row.release().scale()));
            }
        }
        List<FieldError> problems = limits.objections(request.scale(), others);
        if (!problems.isEmpty()) {
            throw PlatformException.invalid("The release cannot be made", problems);
        }
    }

    private Release begin(Transaction tx, Caller caller, Draft draft) throws SQLException {
        String id = Ids.next("rel-");
        TargetRow target = draft.target();
        DeployRequest request = draft.request();
        if (!targets.begin(tx, target, id)) {
            throw busy(targets.byId(tx, target.tenantId(), target.id()).orElse(target));
        }
        int number =
                targets.byId(tx, target.tenantId(), target.id()).orElseThrow().lastNumber();
        Release planned = draft.release(id, number, "", caller.initiator(), tx.now());
        Operation operation = operations.submit(
                tx,
                caller,
                DeployHandler.KIND,
                id,
                DeployHandler.input(planned, request.source().fetched() != null));
        Release release = draft.release(id, number, operation.id(), caller.initiator(), tx.now());
        String sealed = new Credentials(
                        request.source().token(),
                        request.run().secrets(),
                        request.build().secrets())
                .seal(secrets, PURPOSE, id);
        List<String> instances = Stream.generate(() -> Ids.next("res-"))
                .limit(request.scale().replicas())
                .toList();
        releases.insert(tx, new ReleaseRow(release, draft.fetched(), sealed, Ids.next("res-"), instances));
        trail.created(tx, caller, release);
        return release;
    }

    private static PlatformException busy(TargetRow target) {
        boolean removal = TargetRow.REMOVAL.equals(target.running());
        PlatformException refusal = PlatformException.of(
                ErrorKind.CONFLICT,
                removal
                        ? "The service is being taken out of the environment"
                        : "Another release of the service is being rolled out there; wait for its end, or cancel it");
        return target.running() == null || removal ? refusal : refusal.withDetail("release_id", target.running());
    }

    @Override
    public Release rollback(Caller caller, String service, String environment, Integer number) {
        String tenantId = caller.tenantId();
        ReleaseRow before = store.call(
                        tenantId,
                        tx -> number == null
                                ? releases.lastSuperseded(tx, tenantId, service, environment)
                                : releases.byNumber(tx, tenantId, service, environment, number))
                .orElseThrow(() -> PlatformException.notFound("Release", number == null ? service : "v" + number));
        Release old = before.release();
        if (!old.eligibleForRollback()) {
            throw PlatformException.of(
                            ErrorKind.CONFLICT, "The release has never served; only one that has can be brought back")
                    .withDetail("release_id", old.id());
        }
        // counts as use: from here on it stays long enough to be started
        if (!engines.artifactsNow().exists(tenantId, old.artifact())) {
            throw gone(old);
        }
        Credentials credentials = Credentials.open(secrets, PURPOSE, old.id(), before.sealed());
        DeployRequest request = new DeployRequest(
                service,
                environment,
                old.version(),
                new Source(old.repository(), old.ref(), credentials.token(), old.artifact()),
                old.build(),
                old.run().with(credentials.variables()),
                old.scale(),
                // it has proved itself before, and must not wait for traffic that may not come
                new Rollout(
                        old.rollout().strategy(),
                        old.rollout().canaryPercent(),
                        old.rollout().observeSeconds()));
        TargetRow target = store.call(tenantId, tx -> targets.find(tx, tenantId, service, environment))
                .orElseThrow();
        return store.call(
                tenantId, tx -> begin(tx, caller, new Draft(tenantId, target, request, old.commit(), old.number())));
    }

    private static PlatformException gone(Release old) {
        String again = old.commit() == null ? "version " + old.version() : "commit " + old.commit();
        return PlatformException.of(
                        ErrorKind.CONFLICT,
                        "The artifact of release " + old.number()
                                + " is not kept any more, so it cannot be brought back;" + " deploy its " + again
                                + " again")
                .withCode(ARTIFACT_GONE)
                .withDetail("release_id", old.id());
    }

    @Override
    public Set<String> returnable(String tenantId, Collection<Release> some) {
        List<Release> served = some.stream()
                .filter(Release::eligibleForRollback)
                .filter(release -> release.status() != Release.Status.ACTIVE)
                .toList();
        Artifacts artifacts = engines.artifacts;
        if (served.isEmpty() || artifacts == null) {
            return Set.of();
        }
        Set<String> kept =
                artifacts.kept(tenantId, served.stream().map(Release::artifact).collect(Collectors.toSet()));
        return served.stream()
                .filter(release -> kept.contains(release.artifact()))
                .map(Release::id)
                .collect(Collectors.toSet());
    }

    @Override
    public Optional<Release> find(String tenantId, String releaseId) {
        return store.call(tenantId, tx -> releases.find(tx, tenantId, releaseId))
                .map(ReleaseRow::release);
    }

    @Override
    public List<CanaryStage> canary(String tenantId, String releaseId) {
        return canary.of(tenantId, releaseId);
    }

    @Override
    public Page<Release> releases(String tenantId, String service, String environment, PageRequest page) {
        return store.call(tenantId, tx -> releases.page(tx, tenantId, service, environment, page));
    }

    @Override
    public List<Target> targets(String tenantId, String service) {
        return store.call(tenantId, tx -> targets.ofService(tx, tenantId, service)).stream()
                .map(views::view)
                .filter(target -> target.current() != null || target.rollingOut() != null)
                .toList();
    }

    @Override
    public Optional<Target> target(String tenantId, String service, String environment) {
        return store.call(tenantId, tx -> targets.find(tx, tenantId, service, environment))
                .map(views::view);
    }

    @Override
    public Optional<Operation> remove(Caller caller, String service, String environment) {
        String tenantId = caller.tenantId();
        return store.call(tenantId, tx -> {
            Optional<TargetRow> found = targets.find(tx, tenantId, service, environment);
            if (found.isEmpty() || found.get().current() == null && found.get().running() == null) {
                return Optional.empty();
            }
            TargetRow target = found.get();
            if (target.running() != null || !targets.claim(tx, target, TargetRow.REMOVAL)) {
                throw busy(target);
            }
            List<String> instances = releases.find(tx, tenantId, target.current())
                    .map(ReleaseRow::instances)
                    .orElse(List.of());
            trail.removed(tx, caller, service, environment);
            return Optional.of(operations.submit(
                    tx, caller, RemoveHandler.KIND, target.id(), RemoveHandler.input(target, instances)));
        });
    }
}
