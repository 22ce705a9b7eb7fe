package org.platformforge.marketplace.domain;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.delivery.ArtifactStore;
import org.platformforge.kernel.api.extension.ExtensionRelease.Tier;
import org.platformforge.kernel.api.extension.ExtensionRuntime;
import org.platformforge.kernel.api.extension.ExtensionRuntime.Assignment;
import org.platformforge.kernel.api.extension.ExtensionRuntime.Running;
import org.platformforge.kernel.api.extension.ExtensionRuntime.Stopped;
import org.platformforge.kernel.api.module.RemovalVeto;
import org.platformforge.kernel.api.store.Store;
import org.platformforge.marketplace.store.CatalogueRepository;
import org.platformforge.marketplace.store.InstallationTable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The only one who tells this node's runtime what to do: it reads the records and brings the runtime in line with them.
 * One extension at a time; different extensions do not wait for each other. Thread-safe.
 */
@Component(service = RuntimeDirector.class)
public final class RuntimeDirector {
    private static final Logger LOG = LoggerFactory.getLogger(RuntimeDirector.class);

    private final Store store;
    private final InstallationTable installations;
    private final CatalogueRepository releases;
    private final ArtifactStore artifacts;
    private final ExtensionRuntime runtime;
    private final SecretVault vault;
    private final MarketplaceSettings settings;
    private final Standing standing;
    private final Tiers tiers;
    private final Map<String, ReentrantLock> locks = new ConcurrentHashMap<>();
    /** What was assigned last by this generation: assigning the same again would only forget a canary's figures. */
    private final Map<Key, Assignment> applied = new ConcurrentHashMap<>();

    private record Key(String tenantId, String extensionId) {}

    /** @param stop why it may not run any more; empty when it may */
    private record Checked(Release release, Optional<Standing.Warning> stop) {}

    /** Of modules that still need what an extension brought. */
    @Reference(policy = ReferencePolicy.DYNAMIC, policyOption = ReferencePolicyOption.GREEDY)
    volatile List<RemovalVeto> vetoes = List.of();

    @Activate
    public RuntimeDirector(
            @Reference Store store,
            @Reference InstallationTable installations,
            @Reference CatalogueRepository releases,
            @Reference ArtifactStore artifacts,
            @Reference ExtensionRuntime runtime,
            @Reference SecretVault vault,
            @Reference MarketplaceSettings settings,
            @Reference Standing standing,
            @Reference Tiers tiers) {
        this.store = store;
        this.installations = installations;
        this.releases = releases;
        this.artifacts = artifacts;
        this.runtime = runtime;
        this.vault = vault;
        this.settings = settings;
        this.standing = standing;
        this.tiers = tiers;
    }

    /**
     * @param successor SHA-256 of the running release that is to serve the tenant; null for none
     * @throws PlatformException {@code CONFLICT} while something of the tenant still needs what serves it now
     */
    void requireNotNeeded(String tenantId, String extensionId, String successor) {
        List<String> objections = vetoes.stream()
                .flatMap(veto -> veto.objection(tenantId, extensionId, successor).stream())
                .toList();
        if (!objections.isEmpty()) {
            throw PlatformException.of(ErrorKind.CONFLICT, extensionId + " is needed: " + String.join("; ", objections))
                    .withCode("STILL_IN_USE");
        }
    }

    /**
     * Starts a release beside what runs; nobody is served by it yet.
     *
     * @throws PlatformException with the real cause
     */
    Running start(Release release) {
        return alone(release.extensionId(), () -> {
            // asked first, because describing all that runs is dearer
            Optional<Running> there = runtime.runs(release.extensionId(), release.sha256())
                    ? runtime.running(release.extensionId()).stream()
                            .filter(running -> running.sha256().equals(release.sha256()))
                            .findFirst()
                    : Optional.empty();
            return there.orElseGet(() -> startNow(release, false));
        });
    }

    /** As {@link #start}, when it does not run yet. */
    void ensureStarted(Release release) {
        alone(release.extensionId(), () -> {
            startUnlessRunning(release, false);
            return null;
        });
    }

    /** @param vouched whether it was let into the platform's process once; whether it stays is its standing's matter */
    private void startUnlessRunning(Release release, boolean vouched) {
        if (!runtime.runs(release.extensionId(), release.sha256())) {
            startNow(release, vouched);
        }
    }

    private Running startNow(Release release, boolean vouched) {
        Tiers.Choice choice = store.call(Store.ALL_TENANTS, tx -> tiers.of(tx, release));
        Tier tier = choice.tier() == null && vouched && settings.tiers().contains(Tier.T1) ? Tier.T1 : choice.tier();
        if (tier == null) {
            Proposal.Problem problem = choice.problems().get(0);
            throw PlatformException.of(ErrorKind.CONFLICT, problem.message()).withCode(problem.code());
        }
        return runtime.start(
                release.manifest().toRuntime(release, artifacts.file(release.tenantId(), release.digest()), tier));
    }

    /**
     * From now on the tenant is served as its record says; releases nobody needs any more are stopped.
     *
     * @throws PlatformException with the real cause; then the tenant is served as before, or by nobody when the release may
     *     not run any more
     */
    void apply(String tenantId, String extensionId) {
        alone(extensionId, () -> {
            stopUnused(extensionId, serve(tenantId, extensionId));
            return null;
        });
    }

    /**
     * As {@link #apply}, for all tenants in turn: what nobody needs is left for {@link #tidy}.
     *
     * @throws PlatformException as {@link #apply}
     */
    void bring(String tenantId, String extensionId) {
        alone(extensionId, () -> {
            serve(tenantId, extensionId);
            return null;
        });
    }

    /** Stops what nobody needs, which is all that is left to do after a failure. */
    void tidy(String extensionId) {
        alone(extensionId, () -> {
            stopUnused(extensionId, Set.of());
            return null;
        });
    }

    /** @return SHA-256 of what was looked at for it and may run */
    private Set<String> serve(String tenantId, String extensionId) {
        Key key = new Key(tenantId, extensionId);
        Installation installation = store.call(
                tenantId, tx -> installations.find(tx, tenantId, extensionId).orElse(null));
        if (installation == null || !installation.serves()) {
            applied.remove(key);
            runtime.unassign(tenantId, extensionId);
            return Set.of();
        }
        Checked current = checked(installation.current());
        if (current.stop().isPresent()) {
            applied.remove(key);
            runtime.unassign(tenantId, extensionId);
            stopUnused(extensionId, Set.of());
            // what lost its place in the platform's process may have one apart
            current = checked(installation.current());
        }
        Optional<Standing.Warning> stop = current.stop();
        if (stop.isPresent()) {
            throw PlatformException.of(ErrorKind.CONFLICT, stop.get().message())
                    .withCode(stop.get().code());
        }
        startUnlessRunning(current.release(), installation.current().tier() == Tier.T1);
        Checked canary = installation.canary() == null ? null : checked(installation.canary());
        boolean withCanary = canary != null && canary.stop().isEmpty();
        if (withCanary) {
            startUnlessRunning(canary.release(), installation.canary().tier() == Tier.T1);
        }
        Assignment wanted = assignment(withCanary ? installation : installation.withoutCanary());
        if (!wanted.equals(applied.get(key)) || !assigned(key, wanted)) {
            runtime.assign(tenantId, extensionId, wanted);
            applied.put(key, wanted);
        }
        return withCanary ? Set.copyOf(List.of(wanted.sha256(), wanted.canarySha256())) : Set.of(wanted.sha256());
    }

    /** Why what is installed may not run any more; empty when it may. */
    Optional<Standing.Warning> stop(Setup setup) {
        return checked(setup).stop();
    }

    private Checked checked(Setup setup) {
        return store.call(Store.ALL_TENANTS, tx -> {
            Release release = releases.release(tx, setup.releaseId())
                    .orElseThrow(
                            () -> new IllegalStateException("The release " + setup.releaseId() + " has no record"));
            return new Checked(release, standing.stop(tx, release));
        });
    }

    private boolean assigned(Key key, Assignment wanted) {
        return runtime.assignments().stream()
                .anyMatch(there -> there.tenantId().equals(key.tenantId())
                        && there.extensionId().equals(key.extensionId())
                        && there.sha256().equals(wanted.sha256())
                        && Objects.equals(there.canarySha256(), wanted.canarySha256()));
    }

    private Assignment assignment(Installation installation) {
        Setup current = installation.current();
        Setup canary = installation.canary();
        Map<String, Object> configuration = new LinkedHashMap<>();
        Map<String, String> secrets = new LinkedHashMap<>();
        if (canary != null) {
            // settings only the canary knows; what both know is the tenant's present choice
            configuration.putAll(canary.configuration());
            secrets.putAll(vault.openTexts(installation.id(), canary.sealedSecrets()));
        }
        configuration.putAll(current.configuration());
        secrets.putAll(vault.openTexts(installation.id(), current.sealedSecrets()));
        return new Assignment(
                current.sha256(),
                canary == null ? null : canary.sha256(),
                installation.canaryPercent(),
                configuration,
                secrets);
    }

    /** @param fine SHA-256 of those that may run, as was found out a moment ago */
    private void stopUnused(String extensionId, Set<String> fine) {
        List<Running> running = runtime.running(extensionId);
        if (running.isEmpty()) {
            return;
        }
        List<Installation> everybody = store.call(Store.ALL_TENANTS, tx -> installations.ofExtension(tx, extensionId));
        Set<String> needed = needed(everybody);
        needed.removeAll(stopped(
                extensionId,
                running.stream().filter(one -> !fine.contains(one.sha256())).toList()));
        unassignStrangers(extensionId, everybody);
        running.stream()
                .filter(candidate -> !needed.contains(candidate.sha256()))
                .forEach(this::stop);
    }

    private static Set<String> needed(List<Installation> everybody) {
        Set<String> needed = new HashSet<>();
        for (Installation installation : everybody) {
            if (installation.serves()) {
                needed.add(installation.current().sha256());
            }
            if (installation.serves() && installation.canary() != null) {
                needed.add(installation.canary().sha256());
            }
            if (installation.busy() && installation.pending() != null) {
                needed.add(installation.pending().sha256());
            }
        }
        return needed;
    }

    /** SHA-256 of those that run and may not, whoever needs them. */
    private Set<String> stopped(String extensionId, List<Running> running) {
        return store.call(Store.ALL_TENANTS, tx -> {
            Set<String> stopped = new HashSet<>();
            for (Running one : running) {
                releases.release(tx, extensionId, one.version())
                        .filter(release -> one.sha256().equals(release.sha256()))
                        .flatMap(release -> standing.stop(tx, release))
                        .ifPresent(stop -> stopped.add(one.sha256()));
            }
            return stopped;
        });
    }

    private void unassignStrangers(String extensionId, List<Installation> everybody) {
        Set<String> served = new HashSet<>();
        everybody.stream().filter(Installation::serves).forEach(row -> served.add(row.tenantId()));
        runtime.assignments().stream()
                .filter(there -> there.extensionId().equals(extensionId) && !served.contains(there.tenantId()))
                .forEach(there -> {
                    applied.remove(new Key(there.tenantId(), extensionId));
                    runtime.unassign(there.tenantId(), extensionId);
                });
    }

    /** A tenant whose assignment is behind keeps it running; its own change stops it later. */
    private void stop(Running release) {
        try {
            Stopped stopped = runtime.stop(release.extensionId(), release.sha256(), settings.drain());
            if (!stopped.clean()) {
                LOG.warn(
                        "{} {} was stopped and left behind: {}",
                        release.extensionId(),
                        release.version(),
                        String.join(", ", stopped.left()));
            }
        } catch (PlatformException e) {
            LOG.info("{} {} keeps running: {}", release.extensionId(), release.version(), e.getMessage());
        }
    }

    private <T> T alone(String extensionId, Supplier<T> work) {
        ReentrantLock lock = locks.computeIfAbsent(extensionId, id -> new ReentrantLock(true));
        lock.lock();
        try {
            return work.get();
        } finally {
            lock.unlock();
        }
    }
}
