package org.platformforge.kernel.store.artifact;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.platformforge.kernel.api.delivery.ArtifactHolder;
import org.platformforge.kernel.api.delivery.ArtifactStore;
import org.platformforge.kernel.api.health.HealthCheck;
import org.platformforge.kernel.api.jobs.RecurringTask;
import org.platformforge.kernel.api.store.Store;
import org.platformforge.kernel.store.artifact.ArtifactTable.Key;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes artifacts that were not used for a while and that no module needs. Every module that ever held artifacts has to
 * answer; without one of them nothing is removed. An artifact goes in one transaction, and only if it was not used since the
 * modules were asked. Several nodes may do so at once. Thread-safe.
 */
@Component(
        service = {RecurringTask.class, HealthCheck.class},
        configurationPid = ArtifactsConfig.PID)
public final class ArtifactSweep implements RecurringTask, HealthCheck {
    private static final Logger LOG = LoggerFactory.getLogger(ArtifactSweep.class);
    private static final Duration FIRST = Duration.ofMinutes(5);
    private static final Duration PERIOD = Duration.ofHours(1);
    private static final int AT_ONCE = 200;
    private static final String NOTHING_GOES = "No artifact is removed, ";

    private final Store store;
    private final ArtifactTable table = new ArtifactTable();
    private final ArtifactFiles files;
    private final List<ArtifactHolder> holders = new CopyOnWriteArrayList<>();
    private volatile Duration unused;
    private volatile Set<String> removed;
    private volatile String obstacle = "";
    /** What the last run met: modules that were not there, and one that did not answer. */
    private volatile Set<String> absent = Set.of();

    private volatile String silent = "";

    @Activate
    public ArtifactSweep(@Reference Store store, BundleContext context, ArtifactsConfig config) {
        this(store, new ArtifactFiles(ArtifactFiles.folder(context)), Duration.ZERO, Set.of());
        modified(config);
    }

    /** @param unused how long an artifact is kept after its last use; zero for ever */
    ArtifactSweep(Store store, ArtifactFiles files, Duration unused, Set<String> removed) {
        this.store = store;
        this.files = files;
        this.unused = unused;
        this.removed = removed;
    }

    @Modified
    void modified(ArtifactsConfig config) {
        unused = Duration.ofDays(Math.max(0, config.unused_days()));
        removed = Arrays.stream(config.removed_modules())
                .flatMap(names -> Arrays.stream(names.split(",")))
                .map(String::strip)
                .collect(Collectors.toUnmodifiableSet());
    }

    @Reference(
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindHolder(ArtifactHolder holder) {
        holders.add(holder);
    }

    void unbindHolder(ArtifactHolder holder) {
        holders.remove(holder);
    }

    @Override
    public String name() {
        return "store.artifact-sweep";
    }

    @Override
    public Duration delay() {
        return FIRST;
    }

    @Override
    public Duration period() {
        return PERIOD;
    }

    /** What the last run met, without the modules that are there again or that the operator has named since. */
    @Override
    public Health check() {
        Set<String> still = new TreeSet<>(absent);
        holders.forEach(holder -> still.remove(holder.name()));
        still.removeAll(removed);
        String message = still.isEmpty() ? silent : notThere(still);
        return message.isEmpty() ? Health.healthy() : new Health(Status.DEGRADED, NOTHING_GOES + message);
    }

    private static String notThere(Set<String> modules) {
        return "these modules hold artifacts and are not there: " + String.join(", ", modules);
    }

    /** Names are written down although nothing is to be removed: some day it may be. */
    @Override
    public void run() throws InterruptedException {
        List<ArtifactHolder> asked = List.copyOf(holders);
        Set<String> missing = missing(asked);
        absent = unused.isZero() ? Set.of() : Set.copyOf(missing);
        silent = "";
        if (unused.isZero()) {
            return;
        }
        while (store.call(Store.ALL_TENANTS, tx -> table.register(tx, AT_ONCE)) == AT_ONCE) {
            LOG.debug("More artifacts than {} have come from an older version", AT_ONCE);
        }
        if (!missing.isEmpty()) {
            tell(notThere(missing));
        } else if (!asked.isEmpty()) {
            removeUnused(asked);
        }
        files.removeUnknown(prefix -> store.call(Store.ALL_TENANTS, tx -> table.beginningWith(tx, prefix)));
    }

    /** Whoever is there is known from now on. */
    private Set<String> missing(List<ArtifactHolder> asked) {
        Set<String> there = new TreeSet<>();
        asked.forEach(holder -> there.add(holder.name()));
        Set<String> missing = store.call(Store.ALL_TENANTS, tx -> {
            Set<String> known = table.holders(tx);
            for (String name : there) {
                if (!known.contains(name)) {
                    table.insertHolder(tx, "postgresql".equals(store.databaseKind()), name);
                }
            }
            return new TreeSet<>(known);
        });
        missing.removeAll(there);
        missing.removeAll(removed);
        return missing;
    }

    private void removeUnused(List<ArtifactHolder> asked) throws InterruptedException {
        int gone = 0;
        Key last = new Key("", "");
        List<Key> some;
        do {
            Key after = last;
            Instant before = store.call(Store.ALL_TENANTS, tx -> tx.now().minus(unused));
            some = store.call(Store.ALL_TENANTS, tx -> table.unusedSince(tx, before, after, AT_ONCE));
            for (Map.Entry<String, Set<String>> tenant : byTenant(some).entrySet()) {
                Set<String> unheld = unheld(asked, tenant.getKey(), tenant.getValue());
                if (unheld == null) {
                    return;
                }
                gone += remove(tenant.getKey(), unheld, before);
            }
            last = some.isEmpty() ? last : some.get(some.size() - 1);
        } while (some.size() == AT_ONCE);
        obstacle = "";
        if (gone > 0) {
            LOG.info("{} artifacts that nobody needs were removed", gone);
        }
    }

    private static Map<String, Set<String>> byTenant(List<Key> keys) {
        Map<String, Set<String>> tenants = new LinkedHashMap<>();
        for (Key key : keys) {
            tenants.computeIfAbsent(key.tenantId(), tenant -> new HashSet<>())
                    .add(ArtifactStore.ALGORITHM + key.sha256());
        }
        return tenants;
    }

    /** @return null when a holder did not answer */
    private Set<String> unheld(List<ArtifactHolder> asked, String tenantId, Set<String> digests)
            throws InterruptedException {
        Set<String> unheld = new HashSet<>(digests);
        for (ArtifactHolder holder : asked) {
            try {
                Set<String> held = holder.held(tenantId, Set.copyOf(digests));
                if (held == null) {
                    throw new IllegalStateException("it answered nothing");
                }
                unheld.removeAll(held);
            } catch (InterruptedException e) {
                throw e;
            } catch (Exception | LinkageError e) {
                LOG.debug("{} does not tell which artifacts it holds", holder.name(), e);
                silent = holder.name() + " does not tell which artifacts it holds";
                tell(silent + ": " + e.getMessage());
                return null;
            }
        }
        return unheld;
    }

    private int remove(String tenantId, Set<String> digests, Instant before) throws InterruptedException {
        int gone = 0;
        for (String digest : new ArrayList<>(digests)) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            String sha256 = digest.substring(ArtifactStore.ALGORITHM.length());
            gone += store.call(tenantId, tx -> table.remove(tx, sha256, before)) ? 1 : 0;
        }
        return gone;
    }

    /** Once per outage. */
    private void tell(String now) {
        if (!now.equals(obstacle)) {
            LOG.warn("{}{}", NOTHING_GOES, now);
            obstacle = now;
        }
    }
}
