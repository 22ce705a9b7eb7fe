package org.platformforge.driver.process;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.platformforge.extension.api.driver.DriverException;
import org.platformforge.extension.api.driver.Progress;
import org.platformforge.extension.api.driver.ResourceSpec;

/**
 * Brings an application to the point where its process runs. The record is written before anything else is made, so that
 * whatever a crash leaves behind is found under the resource's id. Thread-safe.
 */
final class AppBuilder {
    private static final String STARTER = "/META-INF/starters/starter.jar";
    private static final List<String> SMALL_JVM =
            List.of("-Xmx64m", "-Xss512k", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto");

    private final AppStore store;
    private final Supervisor supervisor;
    private final Repositories repositories;
    private final Archives archives;
    private final SealedEnvironment environment;
    private final ProcessConfig config;

    AppBuilder(
            AppStore store,
            Supervisor supervisor,
            Repositories repositories,
            Archives archives,
            SealedEnvironment environment,
            ProcessConfig config) {
        this.store = store;
        this.supervisor = supervisor;
        this.repositories = repositories;
        this.archives = archives;
        this.environment = environment;
        this.config = config;
    }

    /** Finds the application as it is wanted, or makes it so; its process runs when this returns. */
    App build(ResourceSpec spec, AppSpec wanted, Progress progress)
            throws IOException, DriverException, InterruptedException {
        String fingerprint = environment.fingerprint(spec.properties());
        Optional<App> existing = supervisor.find(spec.id());
        if (existing.isPresent() && asWanted(existing.get().record(), fingerprint)) {
            return existing.get();
        }
        if (existing.isPresent()) {
            App old = existing.get();
            old.become(old.record().in(AppRecord.Phase.PREPARING));
            old.stop(config.stop_grace_seconds());
        }
        App app = reserve(spec, wanted, fingerprint, existing.map(App::record).orElse(null));
        environment.keep(wanted);
        prepareFiles(spec, wanted, progress);
        app.start();
        progress.log("Started process " + app.record().pid());
        return app;
    }

    private static boolean asWanted(AppRecord record, String fingerprint) {
        return record.fingerprint().equals(fingerprint) && record.phase() != AppRecord.Phase.DELETING && record.alive();
    }

    /** One at a time: two applications must not be given the same port. */
    private synchronized App reserve(ResourceSpec spec, AppSpec wanted, String fingerprint, AppRecord before)
            throws IOException, DriverException {
        int port = wanted.worker() ? 0 : before != null ? before.port() : freePort();
        store.create(spec.id());
        return supervisor.add(new AppRecord(
                spec.id(),
                spec.tenantId(),
                spec.provisionId(),
                spec.service(),
                spec.environment(),
                fingerprint,
                command(wanted),
                ".",
                port,
                wanted.probePath(),
                wanted.cpuCores(),
                wanted.memoryBytes(),
                AppRecord.Phase.PREPARING,
                0,
                0,
                null,
                0,
                Map.of(),
                before == null ? null : before.lastExit()));
    }

    private List<String> command(AppSpec app) {
        if (app.startCommand() != null) {
            return List.of("/bin/sh", "-c", app.startCommand());
        }
        if (app.worker()) {
            return starter("worker");
        }
        boolean files = app.staticDirectory() != null;
        return files
                ? starter("static-site", app.hasFiles() ? "source/" + app.staticDirectory() : "site")
                : starter("web-app");
    }

    private List<String> starter(String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(SMALL_JVM);
        command.addAll(List.of("-jar", "starter.jar"));
        command.addAll(List.of(arguments));
        return List.copyOf(command);
    }

    private void prepareFiles(ResourceSpec spec, AppSpec app, Progress progress)
            throws IOException, DriverException, InterruptedException {
        Path work = store.work(app.resourceId());
        AppStore.clear(work);
        AppStore.clear(store.folder(app.resourceId()).resolve(AppStore.TEMPORARY));
        store.create(app.resourceId());
        if (app.hasFiles()) {
            Path source = app.startCommand() != null ? work : work.resolve("source");
            if (app.artifact() != null) {
                progress.log("Unpacking " + app.artifact());
                archives.unpack(spec.tenantId(), app.artifact(), source);
            } else {
                progress.log("Fetching the repository");
                repositories.fetch(app.repository(), app.ref(), source);
            }
            requireDirectory(app, source);
        }
        if (app.startCommand() == null) {
            try (InputStream jar = AppBuilder.class.getResourceAsStream(STARTER)) {
                Files.copy(jar, work.resolve("starter.jar"));
            }
        }
        if (app.staticDirectory() != null && !app.hasFiles()) {
            Path site = Files.createDirectories(work.resolve("site"));
            try (InputStream page = AppBuilder.class.getResourceAsStream("/META-INF/starters/index.html")) {
                Files.copy(page, site.resolve("index.html"));
            }
        }
    }

    private static void requireDirectory(AppSpec app, Path source) throws IOException, DriverException {
        if (app.staticDirectory() == null) {
            return;
        }
        Path directory = source.resolve(app.staticDirectory()).normalize();
        if (!directory.startsWith(source)
                || !Files.isDirectory(directory)
                || !directory.toRealPath().startsWith(source.toRealPath())) {
            throw new DriverException(
                    "DIRECTORY_MISSING", "There is no directory " + app.staticDirectory() + " in it", false, null);
        }
    }

    private int freePort() throws DriverException {
        Set<Integer> taken =
                supervisor.apps().stream().map(app -> app.record().port()).collect(Collectors.toSet());
        for (int port = config.port_first(); port <= config.port_last(); port++) {
            if (!taken.contains(port) && bindable(port)) {
                return port;
            }
        }
        throw new DriverException(
                "NO_PORT_LEFT",
                "All ports from " + config.port_first() + " to " + config.port_last() + " are taken",
                true,
                null);
    }

    private static boolean bindable(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
