package org.platformforge.kernel.features;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.karaf.features.Feature;
import org.apache.karaf.features.FeaturesService;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.wiring.BundleWiring;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.http.Endpoint;
import org.platformforge.kernel.api.license.Licensing;
import org.platformforge.kernel.api.module.ModuleManager;
import org.platformforge.kernel.api.module.RemovalVeto;
import org.platformforge.kernel.api.security.Callers;
import org.platformforge.kernel.api.security.Tenants;
import org.platformforge.kernel.api.store.AuditLog;
import org.platformforge.kernel.api.store.AuditRecord;
import org.platformforge.kernel.api.store.Store;
import org.platformforge.kernel.features.FeatureSetPlan.Action;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The feature sets of this platform. Changes are made one after another; a set that does not become ready goes again.
 * Thread-safe.
 */
@Component(service = FeatureSets.class)
public final class FeatureSets {
    public static final String READ = Endpoint.PLATFORM_PERMISSION + "feature-sets-read";
    public static final String CHANGE = Endpoint.PLATFORM_PERMISSION + "feature-sets-change";

    private static final Logger LOG = LoggerFactory.getLogger(FeatureSets.class);
    private static final Duration READY = Duration.ofSeconds(60);
    private static final long POLL_NANOS = 10_000_000;

    /** Objections to what is taken away; those that come and go with their modules. */
    @Reference(policy = ReferencePolicy.DYNAMIC, policyOption = ReferencePolicyOption.GREEDY)
    private volatile List<RemovalVeto> vetoes = List.of();

    private final ReentrantLock changes = new ReentrantLock();
    private final BundleContext context;
    private final KarafFeatures features;
    private final ModuleManager modules;
    private final Licensing licensing;
    private final Store store;
    private final AuditLog audit;
    private final Callers callers;
    private final InstalledSets installed;
    private final SetUpgrade upgrade;
    private final FeatureSetPlans plans;
    private final Path repository;

    @Activate
    public FeatureSets(
            BundleContext context,
            @Reference FeaturesService features,
            @Reference ModuleManager modules,
            @Reference Licensing licensing,
            @Reference Store store,
            @Reference AuditLog audit,
            @Reference Callers callers) {
        this.context = context;
        this.features = new KarafFeatures(features);
        this.modules = modules;
        this.licensing = licensing;
        this.store = store;
        this.audit = audit;
        this.callers = callers;
        String data = context.getProperty("forge.data");
        Path folder = Path.of(data == null ? "data" : data).toAbsolutePath();
        this.installed = new InstalledSets(folder);
        this.upgrade = new SetUpgrade(this::isPresent, modules, folder);
        this.plans = new FeatureSetPlans(
                context, this.features, licensing, new SetVersions(this.features, installed), upgrade, () -> vetoes);
        this.repository = folder.resolve("repository");
    }

    private boolean isPresent(String symbolicName) {
        return Stream.of(context.getBundles()).anyMatch(bundle -> symbolicName.equals(bundle.getSymbolicName()));
    }

    /** All sets of the distribution, and those that were added to it. */
    public List<FeatureSet> list(Caller caller) {
        caller.require(READ);
        Map<String, Feature> sets = sets();
        return sets.values().stream().map(set -> describe(sets, set)).toList();
    }

    private FeatureSet describe(Map<String, Feature> sets, Feature set) {
        FeatureSet.State state = FeatureSet.State.AVAILABLE;
        if (features.isInstalled(set)) {
            state = FeatureSet.State.INSTALLED;
        } else if (!licensing.status().featureSets().contains(set.getName())) {
            state = FeatureSet.State.UNLICENSED;
        }
        Feature current = plans.current(set);
        Feature newest = plans.newest(set);
        return new FeatureSet(
                set.getName(),
                current.getVersion(),
                newest.getVersion().equals(current.getVersion()) ? Optional.empty() : Optional.of(newest.getVersion()),
                Objects.requireNonNullElse(set.getDescription(), ""),
                state,
                KarafFeatures.requires(sets, set),
                FeatureSetPlans.jars(current).stream()
                        .map(KarafFeatures.Jar::symbolicName)
                        .toList());
    }

    /**
     * What a change would do.
     *
     * @param version for an upgrade; null for the newest one there is
     * @throws PlatformException {@code NOT_FOUND} for no such set; {@code VALIDATION} for no such version
     */
    public FeatureSetPlan plan(Caller caller, String name, Action action, String version) {
        caller.require(READ);
        if (version != null && action != Action.UPGRADE) {
            throw PlatformException.invalid("version", "is for upgrades only");
        }
        Map<String, Feature> sets = sets();
        Feature set = find(sets, name);
        return switch (action) {
            case INSTALL -> plans.install(sets, set);
            case UNINSTALL -> plans.uninstall(sets, set);
            case UPGRADE -> plans.upgrade(set, plans.target(set, version));
        };
    }

    /**
     * Installs, uninstalls or upgrades a set.
     *
     * @param version for an upgrade; null for the newest one there is
     * @return what was done; empty lists when there was nothing to do
     * @throws PlatformException {@code NOT_FOUND}; {@code VALIDATION}; {@code FORBIDDEN} with code {@code LICENSE_REQUIRED}; {@code CONFLICT}
     *     with everything that stands in the way, or why the set did not become ready; all is as before then
     */
    public FeatureSetPlan change(Caller caller, String name, Action action, String version) {
        caller.require(CHANGE);
        String verb = "feature_set." + action.name().toLowerCase(Locale.ROOT);
        changes.lock();
        try {
            FeatureSetPlan done = change(caller, plan(caller, name, action, version), name);
            if (!done.sets().isEmpty()) {
                store.run(
                        caller.tenantId(),
                        tx -> audit.append(
                                tx, AuditRecord.success(caller, verb, name, Map.of("bundles", done.bundles()))));
            }
            return done;
        } catch (PlatformException e) {
            audit.refused(AuditRecord.refused(caller, verb, name, Map.of("reason", e.getMessage())));
            throw e.asRecorded();
        } finally {
            changes.unlock();
        }
    }

    private FeatureSetPlan change(Caller caller, FeatureSetPlan plan, String name) {
        if (plan.sets().isEmpty()) {
            return plan;
        }
        Optional<String> unlicensed = plan.action() == Action.UNINSTALL
                ? Optional.empty()
                : plan.sets().stream()
                        .map(plans::unlicensed)
                        .flatMap(Optional::stream)
                        .findFirst();
        if (unlicensed.isPresent()) {
            throw PlatformException.of(ErrorKind.FORBIDDEN, unlicensed.get()).withCode("LICENSE_REQUIRED");
        }
        if (!plan.objections().isEmpty()) {
            throw PlatformException.of(ErrorKind.CONFLICT, name + ": " + String.join("; ", plan.objections()));
        }
        Map<String, Feature> sets = sets();
        List<Feature> features = plan.sets().stream().map(sets::get).toList();
        Map<Long, BundleWiring> before = wirings();
        try {
            switch (plan.action()) {
                case INSTALL -> install(features);
                case UNINSTALL -> uninstall(caller, features);
                case UPGRADE -> upgrade(caller, features.get(0), plan.version());
            }
            installed.write(sets().values().stream()
                    .filter(this.features::isInstalled)
                    .map(Feature::getName)
                    .toList());
        } catch (IOException e) {
            throw PlatformException.of(ErrorKind.INTERNAL, "Which feature sets are installed could not be kept")
                    .withCause(e);
        }
        List<String> refreshed = refreshed(before);
        if (!refreshed.isEmpty()) {
            LOG.warn("{} of {} changed the wiring of {}", plan.action(), name, refreshed);
        }
        LOG.info("{} of {} is done", plan.action(), String.join(", ", plan.sets()));
        return new FeatureSetPlan(plan.action(), plan.sets(), plan.version(), plan.bundles(), refreshed, List.of());
    }

    private void upgrade(Caller caller, Feature set, String version) throws IOException {
        List<SetUpgrade.Change> changes = upgrade.changes(FeatureSetPlans.jars(plans.target(set, version)));
        long failed = upgrade.run(
                caller,
                target(set.getName(), version),
                changes,
                () -> installed.setVersion(set.getName(), version.equals(set.getVersion()) ? null : version));
        LOG.info("{} is in version {}; {} requests of its modules failed meanwhile", set.getName(), version, failed);
    }

    private void install(List<Feature> coming) {
        try {
            features.install(coming);
            awaitReady(coming);
        } catch (PlatformException e) {
            takeBack(coming);
            throw e;
        } catch (Exception e) {
            takeBack(coming);
            throw PlatformException.of(ErrorKind.CONFLICT, "It could not be installed: " + e.getMessage())
                    .withCause(e);
        }
    }

    private void awaitReady(List<Feature> coming) {
        Set<String> names = coming.stream()
                .flatMap(set -> FeatureSetPlans.jars(set).stream())
                .map(KarafFeatures.Jar::symbolicName)
                .collect(Collectors.toCollection(TreeSet::new));
        awaitServing(names);
    }

    private void awaitServing(Set<String> names) {
        long deadline = System.nanoTime() + READY.toNanos();
        String problems;
        do {
            problems = modules.list().stream()
                    .filter(module ->
                            names.contains(module.symbolicName()) && module.state() != ModuleManager.State.SERVING)
                    .map(module -> module.symbolicName() + ": " + module.problem())
                    .collect(Collectors.joining("; "));
            if (problems.isEmpty()) {
                return;
            }
            LockSupport.parkNanos(POLL_NANOS);
        } while (System.nanoTime() < deadline && !Thread.currentThread().isInterrupted());
        throw PlatformException.of(ErrorKind.CONFLICT, "It did not become ready: " + problems);
    }

    private void takeBack(List<Feature> coming) {
        try {
            features.uninstall(coming.stream().filter(features::isInstalled).toList());
        } catch (Exception e) {
            LOG.error("{} could not be taken back", coming, e);
        }
    }

    /** Each module ends what it is working on before it goes; the features service only notes it. */
    private void uninstall(Caller caller, List<Feature> going) {
        Set<String> known =
                modules.list().stream().map(ModuleManager.Module::symbolicName).collect(Collectors.toSet());
        for (Feature set : going) {
            List<KarafFeatures.Jar> jars = new ArrayList<>(FeatureSetPlans.jars(plans.current(set)));
            Collections.reverse(jars);
            for (KarafFeatures.Jar jar : jars) {
                if (known.contains(jar.symbolicName())) {
                    modules.remove(caller, jar.symbolicName(), true);
                }
            }
        }
        try {
            features.uninstall(going);
            for (Feature set : going) {
                installed.setVersion(set.getName(), null);
            }
        } catch (Exception e) {
            throw PlatformException.of(ErrorKind.CONFLICT, "It could not be uninstalled: " + e.getMessage())
                    .withCause(e);
        }
    }

    private static String target(String set, String version) {
        return set + " " + version;
    }

    /**
     * Takes back an upgrade that a crash has interrupted, and installs what the operator had installed and Karaf does not know
     * any more; each on its own.
     */
    void restore() {
        changes.lock();
        try {
            Map<String, Feature> sets = sets();
            takeBackUnfinished(sets);
            for (String name : installed.read()) {
                Feature set = sets.get(name);
                if (set != null && !features.isInstalled(set)) {
                    restore(sets, set);
                }
            }
        } catch (IOException e) {
            LOG.error("Which feature sets were installed cannot be read", e);
        } finally {
            changes.unlock();
        }
    }

    private void takeBackUnfinished(Map<String, Feature> sets) throws IOException {
        Set<String> unfinished = upgrade.unfinished();
        try {
            awaitServing(unfinished);
        } catch (PlatformException e) {
            LOG.warn("An upgrade was interrupted, and its modules do not come up: {}", e.getMessage());
        }
        upgrade.takeBackUnfinished(
                callers.system(Tenants.PLATFORM),
                target -> sets.values().stream()
                        .map(plans::current)
                        .anyMatch(set -> target(set.getName(), set.getVersion()).equals(target)));
    }

    private void restore(Map<String, Feature> sets, Feature set) {
        Optional<String> unlicensed = plans.unlicensed(set.getName());
        if (unlicensed.isPresent()) {
            LOG.warn("{} was installed and is left out: {}", set.getName(), unlicensed.get());
            return;
        }
        try {
            install(List.copyOf(features.toInstall(sets, set)));
            LOG.info("{} is in place again", set.getName());
        } catch (PlatformException e) {
            LOG.error("{} was installed and cannot be brought back", set.getName(), e);
        }
    }

    /**
     * Adds the sets of a Karaf archive to those that can be installed, or other versions of sets to those they can be
     * upgraded to.
     *
     * @return what was not there before
     * @throws PlatformException {@code VALIDATION} for what is no archive of feature sets
     */
    public Added add(Caller caller, Path kar) {
        caller.require(CHANGE);
        changes.lock();
        try {
            Added added = addAll(KarArchive.unpack(kar, repository));
            store.run(
                    caller.tenantId(),
                    tx -> audit.append(
                            tx,
                            AuditRecord.success(
                                    caller,
                                    "feature_set.add",
                                    String.valueOf(kar.getFileName()),
                                    Map.of("feature_sets", added.feature_sets(), "upgrades", added.upgrades()))));
            return added;
        } catch (PlatformException e) {
            throw e;
        } catch (Exception e) {
            throw PlatformException.of(ErrorKind.CONFLICT, "The archive could not be added: " + e.getMessage())
                    .withCause(e);
        } finally {
            changes.unlock();
        }
    }

    /**
     * What an archive brought.
     *
     * @param feature_sets names of sets that can be installed
     * @param upgrades of sets that were there, {@code name version}
     */
    public record Added(List<String> feature_sets, List<String> upgrades) {}

    /** A version of a set that Karaf knows already is kept from it: at its next change of anything it would take that. */
    private Added addAll(List<String> uris) throws Exception {
        Set<String> before = sets().keySet();
        Set<String> upgrades = new TreeSet<>();
        for (String uri : uris) {
            String name = uri.substring(uri.lastIndexOf('/') + 1);
            if (features.knows(URI.create(uri))) {
                continue;
            }
            if (before.contains(name)) {
                installed.addUpgrade(uri);
                features.read(URI.create(uri)).forEach(set -> upgrades.add(name + " " + set.getVersion()));
            } else {
                features.addRepository(URI.create(uri));
                installed.addRepository(uri);
            }
        }
        Set<String> added = new TreeSet<>(sets().keySet());
        added.removeAll(before);
        return new Added(List.copyOf(added), List.copyOf(upgrades));
    }

    private Map<String, Feature> sets() {
        try {
            return features.sets();
        } catch (Exception e) {
            throw FeatureSetPlans.unreadable(e);
        }
    }

    private static Feature find(Map<String, Feature> sets, String name) {
        Feature set = name == null ? null : sets.get(name);
        if (set == null) {
            throw PlatformException.notFound("Feature set", name);
        }
        return set;
    }

    private Map<Long, BundleWiring> wirings() {
        Map<Long, BundleWiring> wirings = new HashMap<>();
        for (Bundle bundle : context.getBundles()) {
            wirings.put(bundle.getBundleId(), bundle.adapt(BundleWiring.class));
        }
        return wirings;
    }

    /** What is still there and is wired anew. */
    private List<String> refreshed(Map<Long, BundleWiring> before) {
        Map<Long, BundleWiring> now = new LinkedHashMap<>(wirings());
        now.keySet().retainAll(before.keySet());
        return now.entrySet().stream()
                .filter(one -> before.get(one.getKey()) != null && before.get(one.getKey()) != one.getValue())
                .map(one -> context.getBundle(one.getKey()).getSymbolicName())
                .sorted()
                .toList();
    }
}
