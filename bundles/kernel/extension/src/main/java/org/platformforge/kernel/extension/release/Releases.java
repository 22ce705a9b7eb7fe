package org.platformforge.kernel.extension.release;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.wiring.BundleWiring;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.platformforge.extension.api.TenantContext;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.extension.ExtensionRelease;
import org.platformforge.kernel.api.extension.ExtensionRuntime;
import org.platformforge.kernel.api.module.Generations;
import org.platformforge.kernel.extension.call.Calls;
import org.platformforge.kernel.extension.call.Scope;
import org.platformforge.kernel.extension.component.Components;
import org.platformforge.kernel.extension.config.ExtensionSettings;
import org.platformforge.kernel.extension.process.Processes;
import org.platformforge.kernel.extension.wall.Checkpoints;
import org.platformforge.kernel.extension.wall.Origin;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The releases that run. Starts and stops of one extension wait for each other. Thread-safe. */
public final class Releases {
    private static final Logger LOG = LoggerFactory.getLogger(Releases.class);

    /** For calls and threads that have been told to end. */
    private static final Duration END = Duration.ofMillis(1500);

    /** For components to be deactivated; all three waits together stay below five seconds. */
    private static final Duration DEACTIVATE = Duration.ofSeconds(1);

    private final BundleContext context;
    private final ExtensionSettings settings;
    private final Supplier<Generations> generations;
    private final Function<Release, List<String>> modules;
    private final Installer installer;
    private final Planner planner;
    private final Screen screen;
    private final Screen manifests = new ManifestScreen();
    private final Processes processes;
    private final BiFunction<Release, Scope, TenantContext> tenants;
    private final SelfCheck check;
    private final ThreadGroup group = new ThreadGroup("extensions");
    private final Map<String, ReentrantLock> locks = new ConcurrentHashMap<>();

    /** By the name that locations carry; also those that are starting. */
    private final Map<String, Release> present = new ConcurrentHashMap<>();

    /** By main bundle and by every other one; only those that have started. */
    private final Map<Long, Release> running = new ConcurrentHashMap<>();

    /**
     * @param modules what is wrong with what a release brings to modules, in their words
     * @param tenants what a call sees of its tenant
     */
    public Releases(
            BundleContext context,
            ServiceComponentRuntime components,
            ExtensionSettings settings,
            Supplier<Generations> generations,
            Function<Release, List<String>> modules,
            Processes processes,
            BiFunction<Release, Scope, TenantContext> tenants) {
        this.modules = modules;
        this.processes = processes;
        this.tenants = tenants;
        this.context = context;
        this.settings = settings;
        this.generations = generations;
        this.screen = new CodeScreen(() -> settings.current().screenAtStart(), ScreenedArtifacts.of(context));
        this.installer = new Installer(context);
        this.planner = new Planner(context, installer, screen);
        this.check = new SelfCheck(new Components(components), generations);
    }

    public ExtensionRuntime.Plan plan(ExtensionRelease release) {
        return planner.plan(release);
    }

    /** @throws PlatformException {@code START_FAILED} with the real cause; nothing of the release is left then */
    public Release start(ExtensionRelease described) {
        ReentrantLock lock = lock(described.extensionId());
        lock.lock();
        try {
            Optional<Release> there = find(described.extensionId(), described.sha256());
            return there.isPresent() ? there.get() : started(described);
        } catch (RefusedException e) {
            LOG.warn("{} {} was not started: {}", described.extensionId(), described.version(), e.getMessage());
            throw conflict(described, e.getMessage()).withCause(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw PlatformException.of(ErrorKind.UNAVAILABLE, "The start was interrupted")
                    .withCause(e);
        } finally {
            lock.unlock();
        }
    }

    private static PlatformException conflict(ExtensionRelease described, String reason) {
        return PlatformException.of(
                        ErrorKind.CONFLICT,
                        described.extensionId() + " " + described.version() + " cannot be started: " + reason)
                .withCode("START_FAILED");
    }

    private Release started(ExtensionRelease described) throws RefusedException, InterruptedException {
        Artifact artifact = Artifact.read(described.artifact(), described.sha256());
        if (described.tier() == ExtensionRelease.Tier.T1) {
            refuse(screen.problems(described, artifact));
            return started(described, artifact.parts(), null);
        }
        refuse(manifests.problems(described, artifact));
        Apart apart = Apart.start(
                processes, described, artifact, settings.current().processes().startTime());
        boolean done = false;
        try {
            Release release = started(described, List.of(apart.placeholder(described)), apart);
            done = true;
            return release;
        } finally {
            if (!done) {
                apart.process().stop();
            }
        }
    }

    /** @param apart null for one whose code runs here */
    private Release started(ExtensionRelease described, List<Artifact.Part> parts, Apart apart)
            throws RefusedException, InterruptedException {
        long before = System.nanoTime();
        WiringSnapshot wirings = WiringSnapshot.take(context);
        String name = name(described);
        List<Bundle> bundles = installer.install(name, described.extensionId(), parts);
        Release release = null;
        boolean done = false;
        try {
            resolve(bundles);
            release =
                    new Release(described, bundles, calls(described, bundles), apart == null ? null : apart.process());
            if (apart != null) {
                release.offer(apart.points(release, tenants));
            }
            present.put(name, release);
            Duration patience = settings.current().startTime();
            begin(release, patience);
            refuse(modules.apply(release));
            check.await(release, patience);
            List<String> changed = wirings.changed(context);
            if (!changed.isEmpty()) {
                throw new RefusedException("It changes how other bundles are wired: " + String.join(", ", changed));
            }
            for (Bundle bundle : bundles) {
                running.put(bundle.getBundleId(), release);
            }
            done = true;
            LOG.info("{} started within {} ms", release, (System.nanoTime() - before) / 1_000_000);
            return release;
        } finally {
            if (!done) {
                remove(name, release, bundles, Duration.ZERO);
            }
        }
    }

    private static void refuse(List<String> problems) throws RefusedException {
        if (!problems.isEmpty()) {
            throw new RefusedException(String.join("; ", problems));
        }
    }

    private void resolve(List<Bundle> bundles) throws RefusedException {
        if (!installer.resolve(bundles)) {
            List<String> reasons = Planner.problems(bundles);
            throw new RefusedException(String.join("; ", reasons));
        }
    }

    private Calls calls(ExtensionRelease described, List<Bundle> bundles) {
        ExtensionSettings.Current now = settings.current();
        ClassLoader loader =
                bundles.get(bundles.size() - 1).adapt(BundleWiring.class).getClassLoader();
        return new Calls(
                described.extensionId() + " " + described.version(),
                now.capped(described.limits()),
                now.callAllocation(),
                group,
                loader);
    }

    /** On a thread of the extension, because constructors of components are the extension's code, too. */
    private void begin(Release release, Duration patience) throws RefusedException, InterruptedException {
        try {
            release.calls()
                    .prepare(
                            () -> {
                                for (Bundle bundle : release.bundles()) {
                                    bundle.start(Bundle.START_TRANSIENT);
                                }
                                release.hold(context);
                                release.ask();
                                return null;
                            },
                            patience.toMillis());
        } catch (InterruptedException | RefusedException e) {
            throw e;
        } catch (PlatformException e) {
            throw new RefusedException(
                    e.kind() == ErrorKind.GATEWAY_TIMEOUT
                            ? "Its components did not start within " + patience.toSeconds() + " s"
                            : e.getMessage(),
                    e);
        } catch (Exception | LinkageError | StackOverflowError e) {
            throw new RefusedException(Reasons.of(e), e);
        }
    }

    /** The caller has made sure that no tenant is routed to it any more. */
    public ExtensionRuntime.Stopped stop(Release release, Duration patience) {
        ReentrantLock lock = lock(release.extensionId());
        lock.lock();
        try {
            String name = name(release.described());
            if (present.get(name) != release) {
                return new ExtensionRuntime.Stopped(true, List.of());
            }
            List<String> left = remove(name, release, release.bundles(), patience);
            LOG.info("{} stopped{}", release, left.isEmpty() ? "" : "; left: " + left);
            return new ExtensionRuntime.Stopped(left.isEmpty(), left);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw PlatformException.of(ErrorKind.UNAVAILABLE, "The stop was interrupted")
                    .withCause(e);
        } finally {
            lock.unlock();
        }
    }

    /** @param release null when it did not get as far as that */
    private List<String> remove(String name, Release release, List<Bundle> bundles, Duration patience)
            throws InterruptedException {
        List<String> left = new ArrayList<>();
        try {
            if (release != null) {
                drain(release, patience, left);
                deactivate(release);
            }
            if (release != null
                    && release.process() != null
                    && !release.process().stop()) {
                left.add("its process");
            }
        } finally {
            // whoever is still in its code leaves it now, on whatever thread
            Checkpoints.stop(name);
            left.addAll(installer.remove(bundles));
            bundles.forEach(bundle -> running.remove(bundle.getBundleId()));
            present.remove(name);
        }
        if (release != null) {
            for (String thread : release.calls().endThreads(END)) {
                LOG.error("{} left the thread {} running", release, thread);
                left.add("thread " + thread);
            }
        }
        return left;
    }

    /** What components do at their end is the extension's code, too: on its thread, within a time. */
    private void deactivate(Release release) throws InterruptedException {
        try {
            release.calls()
                    .prepare(
                            () -> {
                                release.letGo(context);
                                installer.stop(release.bundles());
                                return null;
                            },
                            DEACTIVATE.toMillis());
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception | LinkageError | StackOverflowError e) {
            LOG.warn("{} did not stop cleanly: {}", release, Reasons.of(e));
        }
    }

    /** First the requests, which are let in before the calls they make; then every other call. */
    private void drain(Release release, Duration patience, List<String> left) throws InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        Generations routes = generations.get();
        if (routes != null) {
            for (Bundle bundle : release.bundles()) {
                if (!routes.drain(bundle.getBundleId(), patience)) {
                    LOG.warn("{} was stopped with requests under way", release);
                }
            }
        }
        release.calls().close();
        Duration rest = Duration.ofNanos(Math.max(0, deadline - System.nanoTime()));
        if (!release.calls().awaitEmpty(rest)) {
            int cut = release.calls().inFlight();
            release.calls().end();
            if (!release.calls().awaitEmpty(END)) {
                left.add(release.calls().inFlight() + " of " + cut + " calls");
            }
        }
    }

    private ReentrantLock lock(String extensionId) {
        return locks.computeIfAbsent(extensionId, id -> new ReentrantLock());
    }

    private static String name(ExtensionRelease described) {
        return Origin.release(described.extensionId(), described.version(), described.sha256());
    }

    /** The release a bundle belongs to, also while it is starting. */
    public Optional<Release> of(Bundle bundle) {
        Origin origin = Origin.of(bundle);
        return origin == null ? Optional.empty() : Optional.ofNullable(present.get(origin.release()));
    }

    /** One that has started, by any of its bundles. @return null when there is none */
    public Release byBundle(long bundleId) {
        return running.get(bundleId);
    }

    /** One that has started. */
    public Optional<Release> find(String extensionId, String sha256) {
        return running.values().stream()
                .filter(release -> release.extensionId().equals(extensionId))
                .filter(release -> release.sha256().equals(sha256))
                .findFirst();
    }

    /** Those that have started. */
    public Collection<Release> all() {
        return running.values().stream().distinct().toList();
    }

    /** Ends tasks that take too long and calls that allocate too much; from time to time. */
    public void watch() {
        present.values().forEach(release -> release.calls().watch());
        processes.watch();
    }

    /** @return null when the release does its work */
    public String problem(Release release) {
        return check.problem(release);
    }
}
