package org.platformforge.kernel.http.module;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleEvent;
import org.osgi.framework.BundleException;
import org.osgi.framework.ServiceEvent;
import org.osgi.framework.ServiceListener;
import org.osgi.framework.SynchronousBundleListener;
import org.platformforge.kernel.http.generation.GenerationRegistry;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps updated modules in their place. Karaf's features service installs what the distribution lists, at the first
 * start with an empty cache and again whenever features change, and knows nothing of updates. What it brings back beside
 * an update is kept from starting, so that nobody ever sees its services, and removed once the features service has
 * finished; updates that are missing are installed from their kept JARs. A distribution with a newer version than the
 * update wins, and the update is forgotten.
 */
final class ModuleReconciler implements SynchronousBundleListener, ServiceListener {
    private static final Logger LOG = LoggerFactory.getLogger(ModuleReconciler.class);
    private static final String FEATURES = "org.apache.karaf.features.core";
    private static final String BOOT_FINISHED = "org.apache.karaf.features.BootFinished";
    private static final long QUIET_SECONDS = 5;

    private final BundleContext context;
    private final ModuleBundles bundles;
    private final ModuleSwitch switcher;
    private final UpdateRecords records;
    private final GenerationRegistry registry;
    private final Object updates;
    private final ScheduledExecutorService worker = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "forge-modules");
        thread.setDaemon(true);
        return thread;
    });

    /** @param updates the lock under which modules are updated */
    ModuleReconciler(
            BundleContext context,
            ModuleBundles bundles,
            ModuleSwitch switcher,
            UpdateRecords records,
            GenerationRegistry registry,
            Object updates) {
        this.context = context;
        this.bundles = bundles;
        this.switcher = switcher;
        this.records = records;
        this.registry = registry;
        this.updates = updates;
    }

    void start() {
        records.deleteLeftovers();
        for (UpdateRecords.Update update : records.all()) {
            bundles.named(update.symbolicName()).stream()
                    .filter(update::isOf)
                    .findFirst()
                    .ifPresent(bundle -> registry.prefer(update.symbolicName(), bundle.getBundleId()));
        }
        context.addBundleListener(this);
        context.addServiceListener(this);
        if (!hasFeaturesService() || context.getServiceReference(BOOT_FINISHED) != null) {
            later(0);
        }
    }

    void stop() {
        context.removeServiceListener(this);
        context.removeBundleListener(this);
        worker.shutdownNow();
    }

    /** From now on the bundle is the module, whatever else is installed under its name. */
    void pin(UpdateRecords.Update update, Bundle bundle) {
        registry.prefer(update.symbolicName(), bundle.getBundleId());
    }

    /** The opposite of {@link #pin}, for a module that goes for good. */
    void unpin(String symbolicName) {
        registry.preferNone(symbolicName);
    }

    @Override
    public void serviceChanged(ServiceEvent event) {
        String[] types = (String[]) event.getServiceReference().getProperty("objectClass");
        if (event.getType() == ServiceEvent.REGISTERED && List.of(types).contains(BOOT_FINISHED)) {
            later(0);
        }
    }

    @Override
    public void bundleChanged(BundleEvent event) {
        Bundle bundle = event.getBundle();
        boolean resolved = event.getType() == BundleEvent.RESOLVED;
        boolean came = event.getType() == BundleEvent.INSTALLED || event.getType() == BundleEvent.UPDATED;
        boolean ours = bundle.getLocation().startsWith(ModuleSwitch.LOCATION);
        if (ours || bundle.getSymbolicName() == null || !(came || resolved)) {
            return;
        }
        Optional<UpdateRecords.Update> update = records.find(bundle.getSymbolicName());
        if (update.isPresent() && isSuperseded(bundle, update.get())) {
            // once when it is installed, and again when it is resolved: in between, the features service sets its own
            // level
            ModuleSwitch.holdBack(bundle);
        }
        if (update.isPresent() && came) {
            later(QUIET_SECONDS);
        }
    }

    private boolean isSuperseded(Bundle bundle, UpdateRecords.Update update) {
        return bundle.getVersion().compareTo(update.version()) <= 0
                && bundles.named(update.symbolicName()).stream()
                        .anyMatch(other -> update.isOf(other) && other.getState() == Bundle.ACTIVE);
    }

    private void later(long seconds) {
        Runnable task = this::reconcile;
        try {
            worker.schedule(task, seconds, TimeUnit.SECONDS);
        } catch (RejectedExecutionException e) {
            LOG.debug("Stopping");
        }
    }

    private boolean hasFeaturesService() {
        for (Bundle bundle : context.getBundles()) {
            if (FEATURES.equals(bundle.getSymbolicName())) {
                return true;
            }
        }
        return false;
    }

    private void reconcile() {
        try {
            // one at a time with updates, which change the same bundles and records
            synchronized (updates) {
                removeUnproven();
                records.all().forEach(this::reconcileOrTell);
            }
        } finally {
            registry.startUp().restored();
        }
    }

    private void reconcileOrTell(UpdateRecords.Update update) {
        try {
            reconcile(update);
        } catch (IOException | RuntimeException e) {
            LOG.error(
                    "{} {}, which was installed or updated, could not be restored",
                    update.symbolicName(),
                    update.version(),
                    e);
        }
    }

    private void reconcile(UpdateRecords.Update update) throws IOException {
        List<Bundle> installed = bundles.named(update.symbolicName());
        List<Bundle> others =
                installed.stream().filter(bundle -> !update.isOf(bundle)).toList();
        List<Bundle> updated = installed.stream().filter(update::isOf).toList();
        boolean outdated = others.stream()
                .anyMatch(bundle -> bundle.getVersion().compareTo(update.version()) > 0
                        && !bundle.getLocation().startsWith(ModuleSwitch.LOCATION));
        if (outdated) {
            LOG.info(
                    "The distribution has a newer {} than the update to {}, which is forgotten",
                    update.symbolicName(),
                    update.version());
            registry.preferNone(update.symbolicName());
            records.delete(update);
            switcher.remove(updated);
        } else if (!updated.isEmpty()) {
            pin(update, updated.get(0));
            start(updated.get(0)); // a crash may have come between its record and its start
            switcher.remove(others);
        } else if (others.isEmpty() && !update.added()) {
            LOG.info("{} is not installed; its update to {} waits for it", update.symbolicName(), update.version());
        } else if (Files.isRegularFile(update.file())) {
            restore(update, others);
        } else {
            LOG.error("The JAR of the update of {} to {} is missing", update.symbolicName(), update.version());
        }
    }

    private static void start(Bundle updated) {
        try {
            if (isStopped(updated)) {
                updated.start();
            }
        } catch (BundleException e) {
            LOG.error("{} could not be started", updated, e);
        }
    }

    private static boolean isStopped(Bundle bundle) {
        return bundle.getState() == Bundle.INSTALLED || bundle.getState() == Bundle.RESOLVED;
    }

    /** What was being tried when the platform was killed: it is not started again. */
    private void removeUnproven() {
        Set<String> kept =
                records.all().stream().map(UpdateRecords.Update::symbolicName).collect(Collectors.toSet());
        switcher.remove(bundles.all().stream()
                .filter(bundle -> bundle.getLocation().startsWith(ModuleSwitch.LOCATION))
                .filter(bundle -> !kept.contains(bundle.getSymbolicName()) && isStopped(bundle))
                .toList());
    }

    private void restore(UpdateRecords.Update update, List<Bundle> others) throws IOException {
        Bundle restored = others.isEmpty()
                ? switcher.install(update.archive(), ModuleSwitch.Keep.NOTHING)
                : switcher.install(update.archive(), others.get(0), () -> "", ModuleSwitch.Keep.NOTHING);
        pin(update, restored);
        switcher.remove(others);
        LOG.info("{} {} is in place again", update.symbolicName(), update.version());
    }
}
