package org.platformforge.driver.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.platformforge.driver.common.Tools;
import org.platformforge.extension.api.driver.Driver;
import org.platformforge.extension.api.driver.DriverException;
import org.platformforge.extension.api.driver.Progress;
import org.platformforge.extension.api.driver.ResourceSpec;
import org.platformforge.kernel.api.delivery.Artifacts;
import org.platformforge.kernel.api.health.HealthCheck;
import org.platformforge.kernel.api.security.Secrets;

/**
 * The process engine: an application is an operating-system process with a folder, a port and supervision of its own. It
 * goes on while the platform is away and is adopted when it comes back. Thread-safe.
 */
@Component(
        service = {Driver.class, HealthCheck.class},
        immediate = true, // supervision does not wait for the first caller
        configurationPid = ProcessConfig.PID)
public class ProcessDriver implements Driver, HealthCheck {
    private static final String ENGINE = "process";
    private static final long POLL_MILLIS = 40;
    private static final int ERROR_LINES = 12;
    private static final int KEPT_LINES = 200;

    private final LiveConfig config;
    private final AppStore store;
    private final Limits limits;
    private final Sandbox sandbox;
    private final Repositories repositories;
    private final Supervisor supervisor;
    private final AppBuilder builder;
    private final BuildRunner builds;
    private final Toolchain toolchain;

    /** Needed for what is made of artifacts, and for builds. */
    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    volatile Artifacts artifacts;

    @Activate
    public ProcessDriver(@Reference Secrets secrets, ProcessConfig config) throws IOException {
        this(secrets, config, Path.of("/sys/fs/cgroup"));
    }

    ProcessDriver(Secrets secrets, ProcessConfig first, Path cgroups) throws IOException {
        this.config = new LiveConfig(first);
        this.store = new AppStore(Path.of(config.folder()));
        this.limits = new Limits(cgroups);
        this.repositories = Repositories.of(config);
        this.sandbox = Sandbox.of(config, store.root());
        this.toolchain = new Toolchain(sandbox);
        SealedEnvironment environment = new SealedEnvironment(store, secrets, sandbox);
        this.supervisor = new Supervisor(store, limits, sandbox, environment, config);
        Archives archives = new Archives(() -> artifacts, config);
        this.builder = new AppBuilder(store, supervisor, repositories, archives, environment, config);
        this.builds = new BuildRunner(store, supervisor, sandbox, archives, environment, config);
    }

    @Modified
    void modified(ProcessConfig changed) {
        config.change(changed);
    }

    /** Lets go of the applications; they go on running. */
    @Deactivate
    public void close() {
        supervisor.close();
    }

    @Override
    public String engine() {
        return ENGINE;
    }

    @Override
    public Set<String> resourceTypes() {
        return Set.of(AppSpec.APPLICATION, AppSpec.WORKER, BuildSpec.BUILD);
    }

    @Override
    public List<Problem> check(ResourceSpec spec) {
        List<Problem> problems = new ArrayList<>();
        if (spec.type().equals(BuildSpec.BUILD)) {
            BuildSpec.parse(spec, config, problems);
        } else {
            AppSpec app = AppSpec.parse(spec, config, problems);
            String objection = app.repository() == null ? null : repositories.objection(app.repository());
            if (objection != null) {
                problems.add(new Problem("repository", objection));
            }
        }
        if (sandbox.objection() != null) {
            problems.add(new Problem("", sandbox.objection()));
        } else {
            problems.addAll(toolchain.missing(spec.properties().get(Tools.PROPERTY)));
        }
        return problems;
    }

    @Override
    public Observation apply(ResourceSpec spec, Progress progress) throws DriverException, InterruptedException {
        requireOwnership();
        if (sandbox.objection() != null) {
            throw new DriverException("SANDBOX_MISSING", sandbox.objection(), false, null);
        }
        try {
            return spec.type().equals(BuildSpec.BUILD) ? builds.run(spec, progress) : start(spec, progress);
        } catch (IOException e) {
            throw new DriverException("HOST_FAILURE", "The host's file system refused: " + e.getMessage(), true, e);
        }
    }

    private Observation start(ResourceSpec spec, Progress progress)
            throws IOException, DriverException, InterruptedException {
        List<Problem> problems = new ArrayList<>();
        AppSpec wanted = AppSpec.parse(spec, config, problems);
        refuse(problems);
        App app = builder.build(spec, wanted, progress);
        awaitReady(app, wanted, progress);
        app.become(app.record().in(AppRecord.Phase.RUNNING));
        return observation(app);
    }

    static void refuse(List<Problem> problems) throws DriverException {
        if (!problems.isEmpty()) {
            Problem first = problems.get(0);
            throw new DriverException("INVALID_RESOURCE", first.property() + " " + first.message(), false, null);
        }
    }

    private void awaitReady(App app, AppSpec wanted, Progress progress) throws DriverException, InterruptedException {
        long start = System.nanoTime();
        long limit = start + TimeUnit.SECONDS.toNanos(wanted.startTimeoutSeconds());
        String reason = "it has not answered yet";
        while (System.nanoTime() < limit) {
            if (!app.alive(app.record())) {
                throw failed(
                        "PROCESS_ENDED", "The process ended before it was ready (" + app.ending() + ")", app, progress);
            }
            if (progress.cancelled()) {
                throw new DriverException("CANCELLED", "Cancelled while the application was starting", false, null);
            }
            reason = wanted.worker() ? settled(start) : app.probe();
            if (reason == null) {
                progress.log("Ready after " + TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start) + " ms");
                return;
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        }
        throw failed(
                "PROBE_TIMEOUT", "Not ready after " + wanted.startTimeoutSeconds() + " s: " + reason, app, progress);
    }

    /** A worker has no probe: it counts as ready when it has not ended within its first half second. */
    private static String settled(long start) {
        return System.nanoTime() - start > TimeUnit.MILLISECONDS.toNanos(500) ? null : "it has just been started";
    }

    /** What it wrote goes with it when it is removed: the end of it is kept in the operation's log. */
    private DriverException failed(String code, String what, App app, Progress progress) {
        logs(app.record().resourceId(), KEPT_LINES).forEach(progress::log);
        List<String> lines = logs(app.record().resourceId(), ERROR_LINES);
        String output = lines.isEmpty() ? "; it wrote nothing" : "; its last lines: " + String.join(" | ", lines);
        return new DriverException(code, what + output, false, null);
    }

    @Override
    public Optional<Observation> observe(String resourceId) {
        return supervisor
                .find(resourceId)
                .map(this::observation)
                .or(() -> supervisor.owns()
                        ? Optional.empty()
                        : store.read(resourceId)
                                .map(record -> observation(new App(record, store, limits, sandbox, none -> Map.of()))));
    }

    private Observation observation(App app) {
        AppRecord record = app.record();
        boolean alive = app.alive(record);
        State state = switch (record.phase()) {
            case PREPARING -> alive ? State.STARTING : State.FAILED;
            case RUNNING -> alive ? State.RUNNING : State.RESTARTING;
            case FINISHED, DELETING -> State.STOPPED;
        };
        Map<String, String> outputs = new LinkedHashMap<>();
        if (record.port() > 0) {
            outputs.put("address", "127.0.0.1:" + record.port());
            outputs.put("port", Integer.toString(record.port()));
        }
        Map<String, String> facts = new LinkedHashMap<>(record.facts());
        facts.putIfAbsent(App.ISOLATION, "own process group and folder; no sandbox");
        facts.put("restarts", Integer.toString(record.restarts()));
        if (alive) {
            facts.put("pid", Long.toString(record.pid()));
            facts.put("started_at", record.startedAt().toString());
        }
        return new Observation(
                state, record.lastExit() == null ? "" : "last end: " + record.lastExit(), outputs, facts);
    }

    @Override
    public void delete(String resourceId, Progress progress) throws DriverException, InterruptedException {
        requireOwnership();
        try {
            Optional<App> found = supervisor.find(resourceId);
            if (found.isPresent()) {
                App app = found.get();
                app.leave(app.record().in(AppRecord.Phase.DELETING));
                progress.log("Stopping the process");
                app.stop(config.stop_grace_seconds());
            } else {
                Launcher.end(0, store.root(), resourceId, limits, config.stop_grace_seconds());
            }
            limits.remove(resourceId);
            store.delete(resourceId);
            supervisor.remove(resourceId);
        } catch (IOException e) {
            throw new DriverException("HOST_FAILURE", "The host's file system refused: " + e.getMessage(), true, e);
        }
    }

    @Override
    public List<Held> inventory() {
        return new Inventory(store, supervisor).all();
    }

    @Override
    public List<String> logs(String resourceId, int tail) {
        try {
            return LogFile.tail(store.log(resourceId), tail);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public Optional<Usage> usage(String resourceId) {
        return supervisor.find(resourceId).flatMap(supervisor::usage);
    }

    @Override
    public String name() {
        return "driver.process";
    }

    @Override
    public Health check() {
        return supervisor.owns()
                ? sandbox.objection() == null ? Health.healthy() : Health.unhealthy(sandbox.objection())
                : Health.unhealthy("Another process supervises the folder of the applications");
    }

    private void requireOwnership() throws DriverException {
        if (!supervisor.owns()) {
            throw new DriverException(
                    "ENGINE_BUSY", "The process engine is being handed over; try again shortly", true, null);
        }
    }
}
