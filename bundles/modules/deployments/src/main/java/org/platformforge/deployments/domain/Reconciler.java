package org.platformforge.deployments.domain;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.deployments.domain.Deployment.Failure;
import org.platformforge.deployments.domain.Deployment.Seen;
import org.platformforge.deployments.domain.Deployment.Times;
import org.platformforge.deployments.domain.Deployment.Work;
import org.platformforge.deployments.store.DeploymentTable;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.delivery.Delivery;
import org.platformforge.kernel.api.delivery.Delivery.Target;
import org.platformforge.kernel.api.delivery.Release;
import org.platformforge.kernel.api.delivery.Resources;
import org.platformforge.kernel.api.jobs.Operation;
import org.platformforge.kernel.api.jobs.Operations;
import org.platformforge.kernel.api.store.Store;
import org.platformforge.kernel.api.store.Transaction;

/**
 * Brings the record of a deployment to what is, and what is to what is wanted, one step at a time. It asks anew each time
 * and keeps nothing: whoever looks may call it, at the same time too, and after a crash the next one goes on. Thread-safe.
 */
@Component(service = Reconciler.class)
public class Reconciler {
    private final Store store;
    private final DeploymentTable deployments;
    private final Chain chain;
    private final Operations operations;
    private final LogKeeper logs;
    private final Trail trail;

    /** What there is of a deployment outside of its record, in the order in which it was looked at. */
    private record Facts(
            Optional<Target> target, Optional<Operation> preparing, Optional<Release> newest, Instant deploying) {
        boolean serves() {
            return target.isPresent() && target.get().current() != null;
        }

        /** Of the newest release, too: it is read last, and may have been begun since the target was looked at. */
        Release rollingOut() {
            return target.map(Target::rollingOut)
                    .or(() -> newest.filter(release -> release.status().running()))
                    .orElse(null);
        }

        /** Whether a release has begun to serve since the target was looked at. */
        boolean servesSince() {
            return !serves()
                    && newest.filter(release -> release.status() == Release.Status.ACTIVE)
                            .isPresent();
        }
    }

    /** @param failure null for none */
    private record Outcome(Status status, boolean busy, Failure failure) {}

    @Activate
    public Reconciler(
            @Reference Store store,
            @Reference DeploymentTable deployments,
            @Reference Chain chain,
            @Reference Operations operations,
            @Reference LogKeeper logs,
            @Reference Trail trail) {
        this.store = store;
        this.deployments = deployments;
        this.chain = chain;
        this.operations = operations;
        this.logs = logs;
        this.trail = trail;
    }

    /** @return the deployment as it is now */
    public Deployment advance(Deployment known) {
        boolean idle = !known.work().busy();
        if (idle && known.status() == Status.DELETED) {
            return known;
        }
        Facts facts = facts(known);
        if (idle && known.status() != Status.RUNNING && !facts.serves()) {
            return known;
        }
        // what serves although nothing is to be done was brought back by a start that was not recorded any more
        return known.wanted() == Status.RUNNING || idle
                ? settle(known, facts, forward(known, facts))
                : takeDown(known, facts);
    }

    private Facts facts(Deployment known) {
        Delivery delivery = chain.delivery();
        Optional<Target> target = delivery.target(known.tenantId(), known.service(), Deployment.ENVIRONMENT);
        Optional<Operation> preparing = known.work().operationId() == null
                ? Optional.empty()
                : operations.find(known.tenantId(), known.work().operationId());
        Optional<Release> newest = chain.newest(known);
        Instant deploying = newest.flatMap(release -> operations.find(known.tenantId(), release.operationId()))
                .flatMap(operation -> operation.steps().stream()
                        .filter(step -> step.name().startsWith("start"))
                        .map(Operation.Step::startedAt)
                        .filter(Objects::nonNull)
                        .findFirst())
                .orElse(null);
        return new Facts(target, preparing, newest, deploying);
    }

    /** Of a deployment that is to run. */
    private Outcome forward(Deployment known, Facts facts) {
        boolean preparing = facts.preparing()
                .filter(operation -> !operation.status().finished())
                .isPresent();
        boolean rolling = facts.rollingOut() != null;
        Failure failure = preparing || rolling ? null : failure(known, facts);
        if (facts.serves()) {
            return new Outcome(Status.RUNNING, preparing || rolling, failure);
        }
        if (preparing) {
            boolean begun = facts.preparing().get().status() != Operation.Status.PENDING;
            return new Outcome(begun ? Status.PROVISIONING : Status.PENDING, true, null);
        }
        if (rolling) {
            boolean deploying = facts.rollingOut().status() == Release.Status.DEPLOYING;
            return new Outcome(deploying ? Status.DEPLOYING : Status.PROVISIONING, true, null);
        }
        if (failure != null) {
            return new Outcome(Status.FAILED, false, failure);
        }
        if (known.status() == Status.RUNNING) {
            return new Outcome(
                    Status.FAILED, false, new Failure("NOT_SERVING", "It was taken down, and not by its deployment"));
        }
        return new Outcome(known.status(), true, null); // its release is not to be seen yet
    }

    /** Why the last attempt did not end well; null when it did. */
    private static Failure failure(Deployment known, Facts facts) {
        Optional<Operation> preparation = facts.preparing();
        Optional<Release> newest = facts.newest();
        boolean prepared = preparation
                .filter(operation -> operation.status() == Operation.Status.COMPLETED)
                .isPresent();
        boolean newer = newest.isPresent()
                && preparation.isPresent()
                && newest.get().createdAt().isAfter(preparation.get().createdAt());
        if (preparation.isPresent() && !prepared && !newer) {
            Operation operation = preparation.get();
            return operation.status() == Operation.Status.CANCELLED
                    ? new Failure("CANCELLED", "It was cancelled")
                    : failure(operation.error());
        }
        return newest.map(release -> switch (release.status()) {
                    case FAILED -> failure(release.error());
                    case CANCELLED -> new Failure("CANCELLED", "Release v" + release.number() + " was cancelled");
                    default -> null;
                })
                .orElse(null);
    }

    private static Failure failure(Operation.Failure error) {
        return error == null
                ? new Failure("UNKNOWN", "It failed without a reason")
                : new Failure(error.code(), error.message());
    }

    /** Of a deployment that is to be stopped or deleted: ends what is on its way, then takes down what serves. */
    private Deployment takeDown(Deployment known, Facts facts) {
        if (cancel(known, facts)) {
            return known;
        }
        if (facts.serves()) {
            return remove(known, facts.target().orElseThrow());
        }
        boolean removing = known.work().removalId() != null
                && operations
                        .find(known.tenantId(), known.work().removalId())
                        .filter(operation -> !operation.status().finished())
                        .isPresent();
        if (removing || facts.servesSince() || anythingLeft(known)) {
            return known;
        }
        return settle(known, facts, new Outcome(known.wanted(), false, null));
    }

    /** @return whether something has to end first */
    private boolean cancel(Deployment known, Facts facts) {
        List<String> unfinished = new ArrayList<>();
        facts.preparing()
                .filter(operation -> !operation.status().finished())
                .ifPresent(operation -> unfinished.add(operation.id()));
        if (facts.rollingOut() != null) {
            unfinished.add(facts.rollingOut().operationId());
        }
        for (String id : unfinished) {
            try {
                operations.cancel(trail.system(known.tenantId()), id);
            } catch (PlatformException e) {
                if (e.kind() != ErrorKind.CONFLICT && e.kind() != ErrorKind.NOT_FOUND) {
                    throw e; // otherwise it has ended just now
                }
            }
        }
        return !unfinished.isEmpty();
    }

    private Deployment remove(Deployment known, Target target) {
        logs.collect(known);
        List<String> leaving =
                target.instances().stream().map(Resources.Seen::id).toList();
        Deployment marked = change(
                known,
                tx -> known.with(
                        new Work(true, known.work().operationId(), known.work().releaseId(), null, leaving)));
        Optional<Operation> removal;
        try {
            removal = chain.delivery().remove(trail.system(known.tenantId()), known.service(), Deployment.ENVIRONMENT);
        } catch (PlatformException e) {
            if (e.kind() == ErrorKind.CONFLICT) {
                return marked; // somebody else has begun it
            }
            throw e;
        }
        Work work = marked.work();
        return removal.map(operation -> change(
                        marked,
                        tx -> marked.with(
                                new Work(true, work.operationId(), work.releaseId(), operation.id(), work.leaving()))))
                .orElse(marked);
    }

    /** What the removal could not remove is tried again by delivery, and waited for. */
    private boolean anythingLeft(Deployment known) {
        return known.work().leaving().stream()
                .anyMatch(id -> chain.resources().find(known.tenantId(), id).isPresent());
    }

    private Deployment settle(Deployment known, Facts facts, Outcome outcome) {
        Release current = facts.target().map(Target::current).orElse(null);
        Seen seen =
                outcome.status() == Status.RUNNING ? seen(known, facts.target().orElseThrow()) : gone(known);
        String releaseId = facts.newest().map(Release::id).orElse(known.work().releaseId());
        boolean same = known.status() == outcome.status()
                && known.work().busy() == outcome.busy()
                && Objects.equals(known.error(), outcome.failure())
                && Objects.equals(known.seen(), seen)
                && Objects.equals(known.work().releaseId(), releaseId);
        if (same) {
            return known;
        }
        if (!outcome.busy()) {
            logs.collect(known);
        }
        return change(known, tx -> {
            List<Status> way = known.status().to(outcome.status());
            Deployment next = known;
            for (Status status : way) {
                Instant at = at(tx, known, facts, status);
                deployments.enter(tx, known, status, at);
                next = next.with(status, outcome.failure(), seen, times(next.times(), status, at));
                trail.became(tx, next);
            }
            Status status = way.isEmpty() ? known.status() : outcome.status();
            Times times = next.times();
            boolean deployed = current != null
                    && current.finishedAt() != null
                    && !Objects.equals(current.finishedAt(), times.deployedAt());
            if (deployed) {
                times = deployed(times, current.finishedAt());
            }
            boolean down = outcome.status() == Status.STOPPED || outcome.status() == Status.DELETED;
            Status wanted = status == Status.RUNNING ? Status.RUNNING : known.wanted();
            return next.with(status, outcome.failure(), seen, times)
                    .with(
                            wanted,
                            new Work(
                                    outcome.busy(),
                                    known.work().operationId(),
                                    releaseId,
                                    down ? null : known.work().removalId(),
                                    down ? List.of() : known.work().leaving()));
        });
    }

    private static Times deployed(Times times, Instant at) {
        Long lead = at.isAfter(times.requestedAt())
                ? Long.valueOf(at.toEpochMilli() - times.requestedAt().toEpochMilli())
                : times.leadMillis();
        return new Times(times.createdAt(), times.requestedAt(), times.updatedAt(), at, times.deletedAt(), lead);
    }

    private static Times times(Times times, Status status, Instant at) {
        return status != Status.DELETED
                ? times
                : new Times(
                        times.createdAt(),
                        times.requestedAt(),
                        times.updatedAt(),
                        times.deployedAt(),
                        at,
                        times.leadMillis());
    }

    /** When it really entered the state, where that is known: whoever looks may come late. */
    private static Instant at(Transaction tx, Deployment known, Facts facts, Status status) {
        Instant at = switch (status) {
            case PROVISIONING -> facts.preparing().map(Operation::startedAt).orElse(null);
            case DEPLOYING -> facts.deploying();
            case RUNNING ->
                facts.target().map(Target::current).map(Release::finishedAt).orElse(null);
            default -> null;
        };
        return at == null || at.isBefore(known.times().requestedAt()) ? tx.now() : at;
    }

    private static Seen gone(Deployment known) {
        return new Seen(known.seen().engine(), null, null, null);
    }

    private static Seen seen(Deployment known, Target target) {
        Optional<Resources.Seen> instance = target.instances().stream().findFirst();
        return new Seen(
                instance.map(Resources.Seen::engine).orElse(known.seen().engine()),
                target.url(),
                instance.map(one -> one.outputs().get("ip_address")).orElse(null),
                instance.map(one -> one.outputs().get("vm_id")).orElse(null));
    }

    @FunctionalInterface
    private interface Edit {
        Deployment apply(Transaction tx) throws Exception;
    }

    /** Nothing is changed when somebody else was quicker: what they made of it is what counts. */
    private Deployment change(Deployment known, Edit edit) {
        return store.call(known.tenantId(), tx -> {
            if (deployments.lock(tx, known)) {
                deployments.update(tx, edit.apply(tx));
            }
            return deployments.find(tx, known.tenantId(), known.id()).orElseThrow();
        });
    }
}
