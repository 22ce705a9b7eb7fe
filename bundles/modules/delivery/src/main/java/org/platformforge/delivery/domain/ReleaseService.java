package org.platformforge.delivery.domain;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
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
import org.platformforge.kernel.api.delivery.Credentials;
import org.platformforge.kernel.api.delivery.Delivery;
import org.platformforge.kernel.api.delivery.DeployRequest;
import org.platformforge.kernel.api.delivery.DeployRequest.Source;
import org.platformforge.kernel.api.delivery.Release;
import org.platformforge.kernel.api.delivery.Release.Status;
import org.platformforge.kernel.api.delivery.Resources;
import org.platformforge.kernel.api.delivery.Resources.Seen;
import org.platformforge.kernel.api.jobs.Operation;
import org.platformforge.kernel.api.jobs.Operations;
import org.platformforge.kernel.api.security.Secrets;
import org.platformforge.kernel.api.store.Store;
import org.platformforge.kernel.api.store.Transaction;

/** Releases as other modules see them. Thread-safe. */
@Component(service = Delivery.class)
public final class ReleaseService implements Delivery {
    static final String PURPOSE = "delivery";

    private static final int LONGEST_HOST = 63;
    private static final int MARK = 6;
    /** In place of an artifact that the build is to make. */
    private static final String NOT_BUILT = "sha256:" + "0".repeat(64);

    private final Store store;
    private final TargetTable targets;
    private final ReleaseTable releases;
    private final Engines engines;
    private final Secrets secrets;
    private final Operations operations;
    private final Trail trail;

    /** What is to be a release. */
    private record Draft(TargetRow target, DeployRequest request, String commit, Integer rollbackOf) {}

    @Activate
    public ReleaseService(
            @Reference Store store,
            @Reference TargetTable targets,
            @Reference ReleaseTable releases,
            @Reference Engines engines,
            @Reference Secrets secrets,
            @Reference Operations operations,
            @Reference Trail trail) {
        this.store = store;
        this.targets = targets;
        this.releases = releases;
        this.engines = engines;
        this.secrets = secrets;
        this.operations = operations;
        this.trail = trail;
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
        TargetRow target = target(caller.tenantId(), request);
        return store.call(
                caller.tenantId(), tx -> begin(tx, caller, new Draft(target, request, commit(request), null)));
    }

    private static String commit(DeployRequest request) {
        return request.source().fetched() == null
                ? null
                : request.source().fetched().commit();
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
        Source built = new Source(null, null, null, source.artifact() == null ? NOT_BUILT : source.artifact());
        DeployRequest once = new DeployRequest(
                request.service(),
                request.environment(),
                request.version(),
                built,
                request.build(),
                request.run(),
                request.scale(),
                request.rollout());
        Release planned = release("rel-0", tenantId, once, 0, null, null, "op-0", "", Instant.EPOCH);
        engines.resourcesNow()
                .objections(
                        tenantId,
                        Wishes.instance(planned, "res-0", 1, request.run().secrets()))
                .forEach(error -> problems.add(new FieldError(ReleaseRules.field(error.field()), error.message())));
        return problems;
    }

    /** Made when it is first asked for; two at once find the same one. */
    private TargetRow target(String tenantId, DeployRequest request) {
        return store.call(tenantId, tx -> targets.find(tx, tenantId, request.service(), request.environment()))
                .orElseGet(() -> {
                    TargetRow made = new TargetRow(
                            tenantId,
                            request.service(),
                            request.environment(),
                            Ids.next("tgt-"),
                            "",
                            Ids.next("res-"),
                            0,
                            null,
                            null);
                    TargetRow named = named(made, host(made));
                    return store.call(tenantId, tx -> {
                        Optional<TargetRow> other =
                                targets.find(tx, tenantId, request.service(), request.environment());
                        if (other.isEmpty()) {
                            targets.insert(tx, named);
                        }
                        return other.orElse(named);
                    });
                });
    }

    private static TargetRow named(TargetRow row, String host) {
        return new TargetRow(
                row.tenantId(), row.service(), row.environment(), row.id(), host, row.routeId(), 0, null, null);
    }

    /** Host names are of the whole platform: where the plain one is somebody else's, this tenant's mark is put behind. */
    private String host(TargetRow target) {
        String plain = target.service() + "-" + target.environment();
        List<Map<String, Object>> nowhere =
                List.of(RolloutPlan.upstream(new RolloutPlan.Share(target.routeId(), 1), "127.0.0.1:1"));
        boolean free = plain.length() <= LONGEST_HOST
                && engines.resourcesNow()
                        .objections(target.tenantId(), Wishes.route(named(target, plain), nowhere))
                        .isEmpty();
        if (free) {
            return plain;
        }
        String head = plain.substring(0, Math.min(plain.length(), LONGEST_HOST - MARK - 1));
        return head + "-" + mark(target.tenantId() + "/" + plain);
    }

    private static String mark(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest).substring(0, MARK);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256 is missing", e);
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
        Release planned = release(
                id,
                target.tenantId(),
                request,
                number,
                draft.commit(),
                draft.rollbackOf(),
                "",
                caller.subject(),
                tx.now());
        Operation operation = operations.submit(
                tx,
                caller,
                DeployHandler.KIND,
                id,
                DeployHandler.input(planned, request.source().fetched() != null));
        Release release = release(
                id,
                target.tenantId(),
                request,
                number,
                draft.commit(),
                draft.rollbackOf(),
                operation.id(),
                caller.subject(),
                tx.now());
        String sealed = new Credentials(request.source().token(), request.run().secrets()).seal(secrets, PURPOSE, id);
        List<String> instances = Stream.generate(() -> Ids.next("res-"))
                .limit(request.scale().replicas())
                .toList();
        releases.insert(tx, new ReleaseRow(release, fetched(request), sealed, Ids.next("res-"), instances));
        trail.created(tx, caller, release);
        return release;
    }

    private static String fetched(DeployRequest request) {
        return request.source().fetched() == null
                ? null
                : request.source().fetched().artifact();
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

    private static Release release(
            String id,
            String tenantId,
            DeployRequest request,
            int number,
            String commit,
            Integer rollbackOf,
            String operationId,
            String createdBy,
            Instant at) {
        Source source = request.source();
        String version =
                Objects.requireNonNullElse(request.version(), Objects.requireNonNullElse(source.ref(), "v" + number));
        return new Release(
                id,
                tenantId,
                request.service(),
                request.environment(),
                number,
                version,
                source.repository(),
                source.ref(),
                commit,
                artifact(request),
                request.build(),
                request.run().withoutSecrets(),
                request.scale(),
                request.rollout(),
                Status.PENDING,
                rollbackOf,
                operationId,
                null,
                createdBy,
                at,
                null);
    }

    /** Where nothing is to be built, what was fetched is what runs. */
    private static String artifact(DeployRequest request) {
        boolean built = request.source().artifact() != null
                || !request.build().commands().isEmpty();
        return built ? request.source().artifact() : fetched(request);
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
        Credentials credentials = Credentials.open(secrets, PURPOSE, old.id(), before.sealed());
        DeployRequest request = new DeployRequest(
                service,
                environment,
                old.version(),
                new Source(old.repository(), old.ref(), credentials.token(), old.artifact()),
                old.build(),
                old.run().with(credentials.variables()),
                old.scale(),
                old.rollout());
        TargetRow target = store.call(tenantId, tx -> targets.find(tx, tenantId, service, environment))
                .orElseThrow();
        return store.call(tenantId, tx -> begin(tx, caller, new Draft(target, request, old.commit(), old.number())));
    }

    @Override
    public Optional<Release> find(String tenantId, String releaseId) {
        return store.call(tenantId, tx -> releases.find(tx, tenantId, releaseId))
                .map(ReleaseRow::release);
    }

    @Override
    public Page<Release> releases(String tenantId, String service, String environment, PageRequest page) {
        return store.call(tenantId, tx -> releases.page(tx, tenantId, service, environment, page));
    }

    @Override
    public List<Target> targets(String tenantId, String service) {
        return store.call(tenantId, tx -> targets.ofService(tx, tenantId, service)).stream()
                .map(this::view)
                .filter(target -> target.current() != null || target.rollingOut() != null)
                .toList();
    }

    @Override
    public Optional<Target> target(String tenantId, String service, String environment) {
        return store.call(tenantId, tx -> targets.find(tx, tenantId, service, environment))
                .map(this::view);
    }

    private Target view(TargetRow row) {
        Optional<ReleaseRow> current = row(row, row.current());
        Resources resources = engines.resources;
        List<Seen> instances = resources == null
                ? List.of()
                : current.stream()
                        .flatMap(release -> release.instances().stream())
                        .flatMap(id -> resources.find(row.tenantId(), id).stream())
                        .toList();
        String url = resources == null || current.isEmpty()
                ? null
                : resources
                        .find(row.tenantId(), row.routeId())
                        .map(route -> route.outputs().get("url"))
                        .orElse(null);
        return new Target(
                row.service(),
                row.environment(),
                current.map(ReleaseRow::release).orElse(null),
                row(row, row.running()).map(ReleaseRow::release).orElse(null),
                url,
                instances);
    }

    private Optional<ReleaseRow> row(TargetRow target, String releaseId) {
        return releaseId == null
                ? Optional.empty()
                : store.call(target.tenantId(), tx -> releases.find(tx, target.tenantId(), releaseId));
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
