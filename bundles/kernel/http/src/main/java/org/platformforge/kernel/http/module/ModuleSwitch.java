package org.platformforge.kernel.http.module;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkEvent;
import org.osgi.framework.startlevel.BundleStartLevel;
import org.osgi.framework.wiring.FrameworkWiring;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.module.RunningWork;
import org.platformforge.kernel.http.config.HttpSettings;
import org.platformforge.kernel.http.generation.GenerationException;
import org.platformforge.kernel.http.generation.GenerationRegistry;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The steps of putting one bundle in another's place. Used under its caller's lock. */
final class ModuleSwitch {
    /** Where updated modules come from, so that they can be told from those of the distribution. */
    static final String LOCATION = "platform-module:";

    /** The start level of a bundle that is not to start, because an update has its place. */
    private static final int HELD_BACK = Integer.MAX_VALUE;

    private static final Logger LOG = LoggerFactory.getLogger(ModuleSwitch.class);
    private static final long POLL_NANOS = 1_000_000;
    private static final Duration REFRESH = Duration.ofSeconds(15);

    private final BundleContext context;
    private final GenerationRegistry registry;
    private final ModuleBundles bundles;
    private final HttpSettings settings;
    private final Supplier<List<RunningWork>> work;

    /** @param work what runs in services of bundles, asked for anew each time */
    ModuleSwitch(
            BundleContext context,
            GenerationRegistry registry,
            ModuleBundles bundles,
            HttpSettings settings,
            Supplier<List<RunningWork>> work) {
        this.context = context;
        this.registry = registry;
        this.bundles = bundles;
        this.settings = settings;
        this.work = work;
    }

    /**
     * The bundles a new version replaces, oldest first.
     *
     * @throws PlatformException {@code VALIDATION} when there is none, or taking it away would touch other bundles
     */
    List<Bundle> replaceable(String symbolicName) {
        List<Bundle> old = bundles.named(symbolicName);
        if (old.isEmpty()) {
            throw PlatformException.invalid("bundle", "No module " + symbolicName + " is installed");
        }
        if (symbolicName.equals(context.getBundle().getSymbolicName())) {
            throw PlatformException.invalid(
                    "bundle", symbolicName + " is the kernel's own and changes with the platform");
        }
        String foreign = dependents(old);
        if (!foreign.isEmpty()) {
            throw PlatformException.invalid("bundle", "That would refresh other bundles: " + foreign);
        }
        return old;
    }

    /** The bundles that are wired to these, for a person; empty when there is none. */
    String dependents(Collection<Bundle> modules) {
        return wiring().getDependencyClosure(modules).stream()
                .filter(bundle -> !modules.contains(bundle))
                .map(bundle -> bundle.getSymbolicName() + " " + bundle.getVersion())
                .sorted()
                .collect(Collectors.joining(", "));
    }

    /** What keeps an installed bundle beyond a restart. */
    @FunctionalInterface
    interface Keep {
        /** Nothing to be kept. */
        Keep NOTHING = () -> null;

        /** @return null when nothing was kept */
        UpdateRecords.Saved keep() throws IOException;
    }

    /**
     * Installs and starts a bundle in nobody's place, waits until it is ready, and lets it act.
     *
     * @throws PlatformException {@code CONFLICT} with the reason; the bundle is gone again then
     */
    Bundle install(ModuleArchive archive, Keep keep) throws IOException {
        return install(archive, null, () -> "", keep);
    }

    /**
     * Installs and starts the new bundle beside the old one, which goes on with all the work; gives the new one its place
     * when it is ready and kept.
     *
     * @param old null when there is none
     * @param objections why the old one must not go although the new one is there; empty when nothing stands in the way
     * @param keep called when the new one is ready, before it acts
     * @throws PlatformException {@code CONFLICT} with the reason
     * @throws IOException when it cannot be kept; whatever is thrown, the new bundle is gone again and has not acted
     */
    Bundle install(ModuleArchive archive, Bundle old, Supplier<String> objections, Keep keep) throws IOException {
        String location = LOCATION + archive.symbolicName() + "/" + archive.version() + "/" + archive.sha256() + "/"
                + Long.toUnsignedString(System.nanoTime(), 36);
        Bundle fresh = null;
        try (InputStream in = Files.newInputStream(archive.file())) {
            fresh = context.installBundle(location, in);
            registry.tryOut(fresh.getBundleId());
            // transient: after a crash, what had not proved itself must not start by itself
            fresh.start(Bundle.START_TRANSIENT);
            long deadline = System.nanoTime() + settings.current().readyTime().toNanos();
            awaitReady(fresh, deadline);
            refuse(objections.get());
            if (old != null) {
                copyStartLevel(old, fresh);
            }
            give(fresh, keep.keep(), deadline);
            return fresh;
        } catch (BundleException e) {
            remove(fresh);
            throw conflict(archive, reason(e)).withCause(e);
        } catch (NotReadyException e) {
            remove(fresh);
            throw conflict(archive, e.getMessage());
        } catch (IOException | RuntimeException | Error e) {
            remove(fresh);
            throw e;
        }
    }

    private void give(Bundle fresh, UpdateRecords.Saved saved, long deadline)
            throws IOException, BundleException, NotReadyException {
        try {
            fresh.start(); // from now on by itself, too
            while (!registry.give(fresh)) {
                pause(fresh, deadline);
            }
        } catch (GenerationException e) {
            undo(saved);
            throw new NotReadyException(e.getMessage());
        } catch (NotReadyException e) {
            undo(saved);
            throw e;
        } catch (BundleException | RuntimeException e) {
            undo(saved);
            throw e;
        }
        if (saved != null) {
            try {
                saved.confirm();
            } catch (IOException e) {
                LOG.warn("The kept JAR of an earlier update of {} could not be deleted", fresh.getSymbolicName(), e);
            }
        }
    }

    private static void undo(UpdateRecords.Saved saved) throws IOException {
        if (saved != null) {
            saved.undo();
        }
    }

    private void remove(Bundle fresh) {
        remove(fresh == null ? List.of() : List.of(fresh));
    }

    private static void refuse(String objections) throws NotReadyException {
        if (!objections.isEmpty()) {
            throw new NotReadyException("it lacks what the one before does: " + objections);
        }
    }

    /**
     * Keeps the bundle from starting. A start below its level does nothing and is no error, unlike anything else that
     * would keep an installer from starting a bundle.
     */
    static void holdBack(Bundle bundle) {
        bundle.adapt(BundleStartLevel.class).setStartLevel(HELD_BACK);
        LOG.debug("{} is not started beside its update", bundle);
    }

    /** Whether the bundle is there without being a module, until it is removed. */
    static boolean isHeldBack(Bundle bundle) {
        BundleStartLevel level = bundle.adapt(BundleStartLevel.class);
        return level != null && bundle.getState() != Bundle.UNINSTALLED && level.getStartLevel() == HELD_BACK;
    }

    private static void copyStartLevel(Bundle old, Bundle fresh) {
        int level = old.adapt(BundleStartLevel.class).getStartLevel();
        BundleStartLevel own = fresh.adapt(BundleStartLevel.class);
        if (own.getStartLevel() != level && level != HELD_BACK) {
            own.setStartLevel(level);
        }
    }

    private static PlatformException conflict(ModuleArchive archive, String reason) {
        LOG.warn("{} {} did not become ready: {}", archive.symbolicName(), archive.version(), reason);
        return PlatformException.of(
                ErrorKind.CONFLICT,
                archive.symbolicName() + " " + archive.version() + " did not become ready: " + reason);
    }

    private static String reason(BundleException failure) {
        Throwable cause = failure.getType() == BundleException.ACTIVATOR_ERROR && failure.getCause() != null
                ? failure.getCause()
                : failure;
        return cause.getMessage() == null ? cause.toString() : cause.getMessage();
    }

    private void awaitReady(Bundle fresh, long deadline) throws NotReadyException {
        // asked every millisecond, and so without asking every component: that takes longer, from the very processor
        // that makes the bundle ready
        boolean routes = bundles.declaresResource(fresh);
        while (routes && !registry.isReady(fresh.getBundleId())) {
            pause(fresh, deadline);
        }
        while (!problem(fresh).isEmpty()) {
            pause(fresh, deadline);
        }
    }

    private void pause(Bundle fresh, long deadline) throws NotReadyException {
        boolean late = System.nanoTime() > deadline || Thread.currentThread().isInterrupted();
        if (late || registry.isHopeless(fresh.getBundleId())) {
            throw new NotReadyException(problem(fresh));
        }
        LockSupport.parkNanos(POLL_NANOS);
    }

    /** What keeps the bundle from doing its work; empty when nothing does. */
    String problem(Bundle bundle) {
        if (bundle.getState() != Bundle.ACTIVE) {
            return "The bundle is " + state(bundle);
        }
        String missing = String.join("; ", registry.completeness().missingComponents(bundle));
        boolean served = registry.isReady(bundle.getBundleId());
        if (served || !missing.isEmpty() || !bundles.declaresResource(bundle)) {
            return missing;
        }
        return registry.problem(bundle.getBundleId())
                .filter(problem -> !problem.isEmpty()) // nothing is missing any more, and yet it is not served
                .orElse("Its routes are being prepared");
    }

    /**
     * Stops, uninstalls and refreshes the bundles, and nothing else; what they are working on they end first, within the
     * drain time.
     */
    void remove(Collection<Bundle> old) {
        old.forEach(bundle -> registry.leave(bundle.getBundleId()));
        drain(old);
        List<Bundle> gone = new ArrayList<>();
        for (Bundle bundle : old) {
            try {
                bundle.stop(Bundle.STOP_TRANSIENT);
            } catch (BundleException e) {
                LOG.warn("{} did not stop cleanly", bundle, e);
            }
            try {
                bundle.uninstall();
                gone.add(bundle);
            } catch (BundleException | IllegalStateException e) {
                LOG.error("{} could not be uninstalled", bundle, e);
            }
        }
        if (!gone.isEmpty() && gone.containsAll(wiring().getDependencyClosure(gone))) {
            refresh(gone);
        }
    }

    /** Requests are drained when their routes are taken away, by whoever does that. */
    private void drain(Collection<Bundle> old) {
        long deadline = System.nanoTime() + settings.current().drainTime().toNanos();
        for (Bundle bundle : old) {
            for (RunningWork running : work.get()) {
                Duration left = Duration.ofNanos(Math.max(0, deadline - System.nanoTime()));
                try {
                    if (!running.drain(bundle.getBundleId(), left)) {
                        LOG.warn("{} is stopped although it does not end what it is working on", bundle);
                    }
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    return;
                }
            }
        }
    }

    private void refresh(List<Bundle> gone) {
        CountDownLatch done = new CountDownLatch(1);
        wiring().refreshBundles(gone, event -> {
            if (event.getType() == FrameworkEvent.PACKAGES_REFRESHED) {
                done.countDown();
            }
        });
        try {
            if (!done.await(REFRESH.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warn("{} were not refreshed within {} s", gone, REFRESH.toSeconds());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private FrameworkWiring wiring() {
        return context.getBundle(Constants.SYSTEM_BUNDLE_ID).adapt(FrameworkWiring.class);
    }

    private static String state(Bundle bundle) {
        return switch (bundle.getState()) {
            case Bundle.INSTALLED -> "installed but not resolved";
            case Bundle.RESOLVED -> "stopped";
            case Bundle.STARTING -> "starting";
            case Bundle.STOPPING -> "stopping";
            default -> "uninstalled";
        };
    }

    private static final class NotReadyException extends Exception {
        private static final long serialVersionUID = 1L;

        NotReadyException(String reason) {
            super(reason);
        }
    }
}
