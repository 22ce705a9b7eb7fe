package org.platformforge.kernel.http.module;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.module.ModuleManager;
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

    private final Object updates = new Object();
    private final BundleContext context;
    private final GenerationRegistry registry;
    private final ModuleBundles bundles;
    private final ModuleSwitch switcher;
    private final UpdateRecords records;
    private final ModuleReconciler reconciler;

    @Activate
    public BundleModuleManager(
            BundleContext context, @Reference GenerationRegistry registry, @Reference HttpSettings settings) {
        this.context = context;
        this.registry = registry;
        this.bundles = new ModuleBundles(context);
        this.switcher = new ModuleSwitch(context, registry, bundles, settings);
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
            modules.add(module(bundle));
        }
        for (Generation generation : registry.draining()) {
            modules.removeIf(module -> module.bundleId() == generation.bundleId() && module.state() == State.WAITING);
            modules.add(describe(generation, State.DRAINING));
        }
        modules.sort(Comparator.comparing(Module::symbolicName).thenComparing(Module::bundleId));
        return modules;
    }

    private Module module(Bundle bundle) {
        Optional<Generation> serving = registry.serving(bundle.getBundleId());
        if (serving.isPresent()) {
            return describe(serving.get(), State.SERVING);
        }
        String problem = switcher.problem(bundle);
        State state = problem.isEmpty() ? State.SERVING : State.WAITING;
        return new Module(
                bundle.getSymbolicName(),
                bundle.getVersion().toString(),
                bundle.getBundleId(),
                0,
                state,
                0,
                0,
                problem);
    }

    private static Module describe(Generation generation, State state) {
        return new Module(
                generation.symbolicName(),
                generation.version().toString(),
                generation.bundleId(),
                generation.number(),
                state,
                generation.routes().size(),
                generation.inFlight().count(),
                "");
    }

    @Override
    public Swap update(InputStream bundle) {
        long started = System.nanoTime();
        Path file = null;
        try (bundle) {
            file = records.incoming();
            ModuleArchive archive = ModuleArchive.read(bundle, file);
            synchronized (updates) {
                return update(archive, started);
            }
        } catch (IOException e) {
            LOG.error("A module's new version could not be read or kept", e);
            throw PlatformException.of(ErrorKind.INTERNAL, "The file could not be read or kept")
                    .withCause(e);
        } finally {
            delete(file);
        }
    }

    private Swap update(ModuleArchive archive, long started) throws IOException {
        List<Bundle> old = switcher.replaceable(archive.symbolicName());
        Module from = module(old.get(old.size() - 1));
        Bundle fresh = switcher.install(archive, old.get(old.size() - 1));
        Duration ready = Duration.ofNanos(System.nanoTime() - started);
        reconciler.pin(records.save(archive), fresh);
        switcher.remove(old);
        Swap swap = new Swap(from, module(fresh), ready, Duration.ofNanos(System.nanoTime() - started));
        LOG.info(
                "{} {} took the place of {} within {} ms",
                archive.symbolicName(),
                archive.version(),
                from.version(),
                ready.toMillis());
        return swap;
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
