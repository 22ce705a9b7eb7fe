package org.platformforge.kernel.extension;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.framework.Version;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.platformforge.extension.api.ExtensionContext;
import org.platformforge.extension.api.Settings;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.extension.ContributionCheck;
import org.platformforge.kernel.api.extension.ExtensionContributions;
import org.platformforge.kernel.api.extension.ExtensionContributions.TemplateFile;
import org.platformforge.kernel.api.extension.ExtensionRelease;
import org.platformforge.kernel.api.extension.ExtensionRouting;
import org.platformforge.kernel.api.extension.ExtensionRuntime;
import org.platformforge.kernel.api.module.Generations;
import org.platformforge.kernel.api.store.Outbox;
import org.platformforge.kernel.api.store.Store;
import org.platformforge.kernel.extension.call.PlatformThreads;
import org.platformforge.kernel.extension.call.Scope;
import org.platformforge.kernel.extension.config.ExtensionSettings;
import org.platformforge.kernel.extension.context.ContextFactory;
import org.platformforge.kernel.extension.context.Tenants;
import org.platformforge.kernel.extension.data.TenantData;
import org.platformforge.kernel.extension.http.HttpGateway;
import org.platformforge.kernel.extension.point.Commands;
import org.platformforge.kernel.extension.point.Contributions;
import org.platformforge.kernel.extension.point.JobTable;
import org.platformforge.kernel.extension.point.Jobs;
import org.platformforge.kernel.extension.point.Listeners;
import org.platformforge.kernel.extension.point.Subscriptions;
import org.platformforge.kernel.extension.process.Processes;
import org.platformforge.kernel.extension.release.Release;
import org.platformforge.kernel.extension.release.Releases;
import org.platformforge.kernel.extension.route.Assignments;
import org.platformforge.kernel.extension.route.Served;
import org.platformforge.kernel.extension.route.TenantSettings;
import org.platformforge.kernel.extension.wall.Origin;
import org.platformforge.kernel.extension.wire.JsonValues;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs extensions as bundles of this framework, behind the walls of the bundle's activator. Thread-safe. */
@Component(service = {ExtensionRuntime.class, ExtensionRouting.class})
public final class FelixExtensionRuntime implements ExtensionRuntime, ExtensionRouting {
    private static final Logger LOG = LoggerFactory.getLogger(FelixExtensionRuntime.class);
    private static final long WATCH_MILLIS = 100;
    private static final long TICK_MILLIS = 1000;

    private final BundleContext context;
    private final Releases releases;
    private final Assignments assignments;
    private final ServiceRegistration<ExtensionContext> contexts;
    private final ServiceRegistration<ExtensionContributions> contributions;
    private final PlatformThreads threads;
    private final Processes processes;
    private final HttpGateway http;
    private final TenantData data;
    private final Commands commands;
    private final Listeners listeners;
    private final Jobs jobs;
    private final ScheduledExecutorService watch = timer("forge-extension-watch");

    private volatile boolean settled;

    /** Asks the database, and may have to wait for it: the watch may not. */
    private final ScheduledExecutorService clock = timer("forge-extension-clock");

    /** Comes and goes with the bundle that serves routes; extensions without routes do not need it. */
    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    volatile Generations generations;

    /** Of modules whose extension points a release may bring something to. */
    @Reference(policy = ReferencePolicy.DYNAMIC, policyOption = ReferencePolicyOption.GREEDY)
    volatile List<ContributionCheck> checks = List.of();

    @Activate
    public FelixExtensionRuntime(
            BundleContext context,
            @Reference ServiceComponentRuntime components,
            @Reference ExtensionSettings settings,
            @Reference Store store,
            @Reference Outbox outbox) {
        this.context = context;
        this.threads = new PlatformThreads();
        this.http = new HttpGateway(threads, () -> settings.current().insideHosts());
        JsonValues json = new JsonValues();
        Tenants tenants = new Tenants(store, outbox, settings, threads, http, json);
        this.processes = new Processes(settings::current, processFolders(context), platformFolders(context));
        this.releases =
                new Releases(context, components, settings, () -> generations, this::problems, processes, tenants::of);
        this.assignments = new Assignments(releases);
        this.data = new TenantData(store, json);
        this.commands = new Commands(assignments);
        this.listeners = new Listeners(context, releases, assignments, new Subscriptions(store));
        this.jobs = new Jobs(assignments, new JobTable(store));
        ContextFactory factory =
                new ContextFactory(bundle -> releases.of(bundle).orElse(null), tenants::of);
        this.contexts = context.registerService(ExtensionContext.class, factory, null);
        this.contributions = context.registerService(
                ExtensionContributions.class, new Contributions(releases, assignments, threads), null);
        watch.scheduleWithFixedDelay(() -> guarded(releases::watch), WATCH_MILLIS, WATCH_MILLIS, TimeUnit.MILLISECONDS);
        clock.scheduleWithFixedDelay(() -> guarded(this::tick), TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
    }

    private static Path processFolders(BundleContext context) {
        return context.getDataFile("processes").toPath();
    }

    /** What no process of an extension may see, wherever it lies. */
    private static List<Path> platformFolders(BundleContext context) {
        return Stream.of("forge.data", "karaf.base", "karaf.data", "karaf.etc")
                .map(context::getProperty)
                .filter(folder -> folder != null && !folder.isBlank())
                .map(Path::of)
                .toList();
    }

    private List<String> problems(Release release) {
        List<TemplateFile> templates = release.points().templates();
        return templates.isEmpty()
                ? List.of()
                : checks.stream()
                        .flatMap(check -> check.problems(release.extensionId(), templates).stream())
                        .toList();
    }

    private static ScheduledExecutorService timer(String name) {
        return Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        });
    }

    /** A timer gives up a task that throws. */
    private static void guarded(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException e) {
            LOG.error("Looking after extensions failed and is tried again", e);
        }
    }

    private void tick() {
        listeners.refresh();
        jobs.tick();
    }

    /** Nothing of an extension stays without the runtime; who has which one is for the marketplace to know. */
    @Deactivate
    void close() {
        clock.shutdown();
        contributions.unregister();
        listeners.close();
        assignments.clear();
        releases.all().forEach(release -> releases.stop(release, Duration.ZERO));
        processes.close();
        jobs.close();
        watch.shutdown();
        contexts.unregister();
        http.close();
        threads.close();
    }

    @Override
    public Plan plan(ExtensionRelease release) {
        return releases.plan(release);
    }

    @Override
    public Running start(ExtensionRelease release) {
        boolean there = runs(release.extensionId(), release.sha256());
        Release started = releases.start(release);
        listeners.refresh();
        return describe(started, there ? releases.problem(started) : null); // it has just passed its self-check
    }

    private Running describe(Release release) {
        return describe(release, releases.problem(release));
    }

    private Running describe(Release release, String problem) {
        Generations routes = generations;
        int count = routes == null
                ? 0
                : release.bundles().stream()
                        .mapToInt(bundle -> routes.routes(bundle.getBundleId()))
                        .sum();
        return new Running(
                release.extensionId(),
                release.described().version(),
                release.sha256(),
                release.bundles().stream().map(Bundle::getBundleId).toList(),
                count,
                release.calls().inFlight(),
                release.startedAt(),
                problem,
                release.process() == null ? null : release.process().state());
    }

    @Override
    public Isolation isolation() {
        return processes.isolation();
    }

    @Override
    public Stopped stop(String extensionId, String sha256, Duration patience) {
        Optional<Release> release = releases.find(extensionId, sha256);
        if (release.isEmpty()) {
            return new Stopped(true, List.of());
        }
        assignments.leave(release.get());
        try {
            return releases.stop(release.get(), patience);
        } finally {
            assignments.left(release.get());
            listeners.refresh();
        }
    }

    @Override
    public void settle() {
        settled = true;
    }

    @Override
    public List<Running> running() {
        return described(releases.all().stream());
    }

    @Override
    public List<Running> running(String extensionId) {
        return described(
                releases.all().stream().filter(release -> release.extensionId().equals(extensionId)));
    }

    @Override
    public boolean runs(String extensionId, String sha256) {
        return releases.find(extensionId, sha256).isPresent();
    }

    private List<Running> described(Stream<Release> found) {
        return found.map(this::describe)
                .sorted(Comparator.comparing(Running::extensionId)
                        .thenComparing(running -> Version.parseVersion(running.version())))
                .toList();
    }

    @Override
    public void assign(String tenantId, String extensionId, Assignment assignment) {
        listeners.subscribe(tenantId, extensionId);
        jobs.assigned(assignments.assign(tenantId, extensionId, assignment));
        listeners.refresh();
    }

    @Override
    public void unassign(String tenantId, String extensionId) {
        assignments.unassign(tenantId, extensionId);
        // also what an earlier run of this node, or another node, has kept
        listeners.unsubscribe(tenantId, extensionId);
        jobs.unassigned(tenantId, extensionId);
    }

    @Override
    public List<ExtensionRuntime.Assigned> assignments() {
        return assignments.all().stream()
                .map(Served::described)
                .sorted(Comparator.comparing(ExtensionRuntime.Assigned::tenantId)
                        .thenComparing(ExtensionRuntime.Assigned::extensionId))
                .toList();
    }

    @Override
    public List<Figures> figures(String tenantId, String extensionId) {
        return assignments.figures(tenantId, extensionId);
    }

    @Override
    public void export(String tenantId, String extensionId, OutputStream out) throws IOException {
        data.export(tenantId, extensionId, out);
    }

    @Override
    public void erase(String tenantId, String extensionId) {
        data.erase(tenantId, extensionId);
    }

    @Override
    public Optional<Health> health(String tenantId, String extensionId) {
        return assignments.health(tenantId, extensionId);
    }

    @Override
    public Map<String, String> commands(String tenantId, String extensionId) {
        return commands.list(tenantId, extensionId);
    }

    @Override
    public String command(String tenantId, String extensionId, String name, List<String> arguments) {
        return commands.run(tenantId, extensionId, name, arguments);
    }

    @Override
    public Optional<Selection> select(String tenantId, String extensionId, String stickiness) {
        return assignments.select(tenantId, extensionId, stickiness);
    }

    @Override
    public boolean settled() {
        return settled;
    }

    @Override
    public Optional<String> extension(long bundleId) {
        Release release = releases.byBundle(bundleId);
        if (release != null) {
            return Optional.of(release.extensionId());
        }
        return Optional.ofNullable(Origin.of(context.getBundle(bundleId))).map(Origin::extensionId);
    }

    @Override
    public boolean visible(long bundleId, String tenantId) {
        Release release = releases.byBundle(bundleId);
        if (release != null) {
            return assignments.serves(tenantId, release);
        }
        return Origin.of(context.getBundle(bundleId)) == null;
    }

    @Override
    public <T> T call(long bundleId, Caller caller, Callable<T> work) throws Exception {
        Release release = releases.byBundle(bundleId);
        if (release == null) {
            throw PlatformException.of(ErrorKind.UNAVAILABLE, "The extension has been stopped")
                    .withRetryAfter(Duration.ofSeconds(1));
        }
        Optional<Served> served = assignments.find(caller.tenantId(), release.extensionId());
        Settings settings = served.map(Served::settings).orElse(TenantSettings.NONE);
        Scope scope = new Scope(caller.tenantId(), caller, settings);
        return served.isPresent()
                ? served.get().request(() -> release.calls().call(scope, work))
                : release.calls().call(scope, work);
    }

    @Override
    public void answered(Selection selection, String tenantId, int status, long nanos) {
        assignments.count(selection, tenantId, status, nanos);
    }
}
