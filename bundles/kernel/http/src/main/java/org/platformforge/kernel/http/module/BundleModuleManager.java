package org.platformforge.kernel.http.module;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.module.ModuleManager;
import org.platformforge.kernel.api.module.RemovalVeto;
import org.platformforge.kernel.api.module.RunningWork;
import org.platformforge.kernel.api.store.AuditLog;
import org.platformforge.kernel.api.store.Store;
import org.platformforge.kernel.http.config.HttpSettings;
import org.platformforge.kernel.http.generation.Generation;
import org.platformforge.kernel.http.generation.GenerationRegistry;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The modules of this framework. Updates run one after another. Thread-safe. */
@Component(
        service = ModuleManager.class,
        // nobody may ask for it, and yet updated modules must come back after a start
        immediate = true)
public final class BundleModuleManager implements ModuleManager {
    private static final Logger LOG = LoggerFactory.getLogger(BundleModuleManager.class);

    /** Objections to what is taken away; those that come and go with their modules. */
    @Reference(policy = ReferencePolicy.DYNAMIC, policyOption = ReferencePolicyOption.GREEDY)
    private volatile List<RemovalVeto> vetoes = List.of();

    /** Work in services of what is taken away. */
    @Reference(policy = ReferencePolicy.DYNAMIC, policyOption = ReferencePolicyOption.GREEDY)
    private volatile List<RunningWork> work = List.of();

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile AuditLog auditLog;

    /** For audit records alone. */
    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile Store store;

    private final Object updates = new Object();
    private final BundleContext context;
    private final GenerationRegistry registry;
    private final ModuleBundles bundles;
    private final ModuleSwitch switcher;
    private final UpdateRecords records;
    private final ModuleReconciler reconciler;
    private final ModuleTrail trail = new ModuleTrail(() -> auditLog, () -> store);

    @Activate
    public BundleModuleManager(
            BundleContext context, @Reference GenerationRegistry registry, @Reference HttpSettings settings) {
        this.context = context;
        this.registry = registry;
        this.bundles = new ModuleBundles(context);
        this.switcher = new ModuleSwitch(context, registry, bundles, settings, () -> work);
        this.records = new UpdateRecords(folder(settings.current().dataFolder()));
        this.reconciler = new ModuleReconciler(context, bundles, switcher, records, registry, updates);
        reconciler.start();
    }

    @Deactivate
    void deactivate() {
        reconciler.stop();
    }

    private Path folder(String data) {
        Path base = data.isBlank() ? context.getDataFile("").toPath() : Path.of(data);
        return base.resolve("modules");
    }

    @Override
    public List<Module> list() {
        List<Module> modules = new ArrayList<>();
        for (Bundle bundle : bundles.all()) {
            if (!ModuleSwitch.isHeldBack(bundle)) {
                modules.add(module(bundle));
            }
        }
        for (Generation generation : registry.draining()) {
            modules.removeIf(module -> module.bundleId() == generation.bundleId() && module.state() == State.WAITING);
            modules.add(describe(generation, State.DRAINING));
        }
        modules.sort(Comparator.comparing(Module::symbolicName).thenComparing(Module::bundleId));
        return modules;
    }

    private Module module(Bundle bundle) {
        long id = bundle.getBundleId();
        Optional<Generation> serving = registry.serving(id);
        if (serving.isPresent()) {
            return describe(serving.get(), State.SERVING);
        }
        String problem = switcher.problem(bundle);
        if (problem.isEmpty() && !registry.acts(id)) {
            problem = "Another bundle of the module has its place";
        }
        return new Module(
                bundle.getSymbolicName(),
                bundle.getVersion().toString(),
                id,
                0,
                problem.isEmpty() ? State.SERVING : State.WAITING,
                0,
                running(id),
                problem);
    }

    private int running(long bundleId) {
        return work.stream().mapToInt(running -> running.count(bundleId)).sum();
    }

    private Module describe(Generation generation, State state) {
        return new Module(
                generation.symbolicName(),
                generation.version().toString(),
                generation.bundleId(),
                generation.number(),
                state,
                generation.routes().size(),
                generation.inFlight().count() + running(generation.bundleId()),
                "");
    }

    /** What is done with a module's JAR, under the lock. */
    @FunctionalInterface
    private interface Change<R> {
        R apply(ModuleArchive archive, Map<String, Object> details) throws IOException;
    }

    @Override
    public Module install(Caller actor, InputStream bundle) {
        return change(actor, "module.install", bundle, this::install);
    }

    @Override
    public Swap update(Caller actor, InputStream bundle) {
        long started = System.nanoTime();
        return change(actor, "module.update", bundle, (archive, details) -> update(archive, details, started));
    }

    private <R> R change(Caller actor, String action, InputStream bundle, Change<R> change) {
        Path file = null;
        Map<String, Object> details = new TreeMap<>();
        String symbolicName = null;
        try (bundle) {
            file = records.incoming();
            ModuleArchive archive = ModuleArchive.read(bundle, file);
            symbolicName = archive.symbolicName();
            details.put(ModuleTrail.TO, archive.version().toString());
            details.put(ModuleTrail.SHA256, archive.sha256());
            R result;
            synchronized (updates) {
                result = change.apply(archive, details);
            }
            trail.changed(actor, action, symbolicName, details);
            return result;
        } catch (IOException e) {
            LOG.error("A module's JAR could not be read or kept", e);
            PlatformException failure = PlatformException.of(ErrorKind.INTERNAL, "The file could not be read or kept")
                    .withCause(e);
            throw trail.refused(actor, action, symbolicName, details, failure);
        } catch (PlatformException e) {
            throw trail.refused(actor, action, symbolicName, details, e);
        } finally {
            delete(file);
        }
    }

    private Module install(ModuleArchive archive, Map<String, Object> details) throws IOException {
        if (!bundles.named(archive.symbolicName()).isEmpty()) {
            throw PlatformException.of(
                    ErrorKind.CONFLICT, archive.symbolicName() + " is installed already; update it instead");
        }
        Bundle fresh = switcher.install(archive, () -> records.save(archive, true));
        LOG.info("{} {} was installed", archive.symbolicName(), archive.version());
        return module(fresh);
    }

    private Swap update(ModuleArchive archive, Map<String, Object> details, long started) throws IOException {
        List<Bundle> old = switcher.replaceable(archive.symbolicName());
        Module from = module(old.get(old.size() - 1));
        details.put(ModuleTrail.FROM, from.version());
        boolean added = records.find(archive.symbolicName())
                .filter(UpdateRecords.Update::added)
                .isPresent();
        SwapTraffic traffic = SwapTraffic.from(registry.serving(from.bundleId()));
        Bundle fresh = switcher.install(
                archive, old.get(old.size() - 1), () -> objections(old), () -> records.save(archive, added));
        Duration ready = Duration.ofNanos(System.nanoTime() - started);
        switcher.remove(old);
        Duration total = Duration.ofNanos(System.nanoTime() - started);
        SwapTraffic.Seen seen = traffic.until(registry.serving(fresh.getBundleId()));
        details.put(ModuleTrail.READY_MILLIS, ready.toMillis());
        details.put(ModuleTrail.TOTAL_MILLIS, total.toMillis());
        details.put(ModuleTrail.REQUESTS, seen.requests());
        details.put(ModuleTrail.FAILED_REQUESTS, seen.failed());
        Swap swap = new Swap(from, module(fresh), ready, total, seen.requests(), seen.failed());
        LOG.info(
                "{} {} took the place of {} within {} ms",
                archive.symbolicName(),
                archive.version(),
                from.version(),
                ready.toMillis());
        return swap;
    }

    @Override
    public List<Module> remove(Caller actor, String symbolicName, boolean force) {
        Map<String, Object> details = new TreeMap<>();
        details.put("force", force);
        try {
            List<Module> gone;
            synchronized (updates) {
                gone = remove(symbolicName, force, details);
            }
            trail.changed(actor, "module.remove", symbolicName, details);
            return gone;
        } catch (PlatformException e) {
            throw trail.refused(actor, "module.remove", symbolicName, details, e);
        }
    }

    private List<Module> remove(String symbolicName, boolean force, Map<String, Object> details) {
        if (bundles.named(symbolicName).isEmpty()) {
            throw PlatformException.notFound("Module", symbolicName);
        }
        List<Bundle> old = switcher.replaceable(symbolicName);
        details.put(ModuleTrail.FROM, old.get(old.size() - 1).getVersion().toString());
        String objections = objections(old);
        if (!objections.isEmpty()) {
            details.put("objections", objections);
        }
        if (!force && !objections.isEmpty()) {
            throw PlatformException.of(ErrorKind.CONFLICT, symbolicName + " is needed: " + objections)
                    .withCode("MODULE_NEEDED");
        }
        List<Module> gone = old.stream().map(this::module).toList();
        try {
            // first, or an update would be put back in the module's place
            Optional<UpdateRecords.Update> update = records.find(symbolicName);
            if (update.isPresent()) {
                records.delete(update.get());
            }
        } catch (IOException e) {
            throw PlatformException.of(ErrorKind.INTERNAL, "The kept update of the module could not be deleted")
                    .withCause(e);
        }
        switcher.remove(old);
        reconciler.unpin(symbolicName);
        LOG.info("{} was removed{}", symbolicName, objections.isEmpty() ? "" : " although " + objections);
        return gone;
    }

    @Override
    public InputStream jar(String symbolicName) throws IOException {
        synchronized (updates) {
            Bundle acting = bundles.named(symbolicName).stream()
                    .filter(bundle -> !ModuleSwitch.isHeldBack(bundle))
                    .max(Comparator.comparing((Bundle bundle) -> registry.acts(bundle.getBundleId()))
                            .thenComparing(Bundle::getBundleId))
                    .orElseThrow(() -> PlatformException.notFound("Module", symbolicName));
            Optional<UpdateRecords.Update> update = records.find(symbolicName).filter(kept -> kept.isOf(acting));
            return update.isPresent()
                    ? Files.newInputStream(update.get().file())
                    : new URL(acting.getLocation()).openStream();
        }
    }

    private String objections(List<Bundle> old) {
        Set<Long> ids = old.stream().map(Bundle::getBundleId).collect(Collectors.toSet());
        return vetoes.stream()
                .map(veto -> veto.objection(ids))
                .flatMap(Optional::stream)
                .collect(Collectors.joining("; "));
    }

    private static void delete(Path file) {
        try {
            if (file != null) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            LOG.warn("{} could not be deleted", file, e);
        }
    }
}
