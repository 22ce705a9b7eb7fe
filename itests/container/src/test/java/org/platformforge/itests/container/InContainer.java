package org.platformforge.itests.container;

import static org.junit.Assert.assertTrue;
import static org.ops4j.pax.exam.CoreOptions.environment;
import static org.ops4j.pax.exam.CoreOptions.systemTimeout;
import static org.ops4j.pax.exam.CoreOptions.vmOption;
import static org.ops4j.pax.exam.CoreOptions.workingDirectory;
import static org.ops4j.pax.exam.karaf.options.KarafDistributionOption.configureConsole;
import static org.ops4j.pax.exam.karaf.options.KarafDistributionOption.doNotModifyLogConfiguration;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.inject.Inject;
import org.junit.Before;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.ops4j.pax.exam.karaf.options.KarafDistributionConfigurationOption;
import org.ops4j.pax.exam.spi.reactors.ExamReactorStrategy;
import org.ops4j.pax.exam.spi.reactors.PerSuite;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;

/** One container for all tests, started as {@code bin/forge} starts it, and ready before the first of them. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerSuite.class)
public abstract class InContainer {
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final String OURS = "org.platformforge.";

    @Inject
    protected BundleContext context;

    /** Called outside of the container. */
    @Configuration
    public Option[] container() throws IOException {
        Path home = Path.of(System.getProperty("forge.distribution"));
        Path data = Files.createDirectories(Path.of(System.getProperty("forge.data")));
        List<Option> options = new ArrayList<>();
        options.add(new KarafDistributionConfigurationOption()
                .existing(home.toFile())
                .name("Platform Forge")
                .karafVersion(System.getProperty("karaf.version"))
                .karafMain("org.platformforge.launcher.Main")
                .karafEtc("lib/etc")
                .karafData(home.relativize(data.resolve("runtime")).toString())
                .useDeployFolder(false));
        options.add(configureConsole().ignoreLocalConsole().ignoreRemoteShell());
        options.add(doNotModifyLogConfiguration());
        options.add(systemTimeout(LIMIT.toMillis()));
        options.add(workingDirectory(data.resolveSibling("exam").toString()));
        try (Stream<String> launcher = Files.lines(home.resolve("bin/forge"))) {
            launcher.map(String::strip)
                    .filter(line -> line.matches("--add-(opens|exports) \\S+"))
                    .flatMap(line -> Stream.of(line.split(" ")))
                    .forEach(word -> options.add(vmOption(word)));
        }
        Stream.of(
                        "-Xmx1g",
                        "-Duser.timezone=UTC",
                        "-Dforge.data=" + data,
                        "-Dforge.config=" + home.resolve("config"),
                        "-Djava.io.tmpdir=" + Files.createDirectories(data.resolve("tmp")))
                .forEach(option -> options.add(vmOption(option)));
        Stream.of(
                        "FORGE_HTTP_PORT=" + freePort(),
                        "FORGE_SSH_PORT=0",
                        "FORGE_BIND=127.0.0.1",
                        "FORGE_DATABASE_URL=",
                        "FORGE_DATABASE_USER=",
                        "FORGE_DATABASE_PASSWORD=",
                        "FORGE_ADMIN_EMAIL=",
                        "FORGE_ADMIN_PASSWORD=")
                .forEach(setting -> options.add(environment(setting)));
        return options.toArray(Option[]::new);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @Before
    public void platformIsReady() throws InterruptedException {
        Instant limit = Instant.now().plus(LIMIT);
        while (!ready() && Instant.now().isBefore(limit)) {
            TimeUnit.MILLISECONDS.sleep(100);
        }
        assertTrue("ready within " + LIMIT, ready());
    }

    private static boolean ready() {
        try {
            HttpURLConnection connection = (HttpURLConnection)
                    URI.create("http://127.0.0.1:" + System.getProperty("forge.http.port") + "/health/ready")
                            .toURL()
                            .openConnection();
            connection.setReadTimeout((int) LIMIT.toMillis());
            return connection.getResponseCode() == HttpURLConnection.HTTP_OK;
        } catch (IOException notYet) {
            return false;
        }
    }

    Stream<Bundle> bundles() {
        return Stream.of(context.getBundles()).filter(bundle -> !bundle.equals(context.getBundle()));
    }

    Stream<Bundle> ourBundles() {
        return bundles().filter(bundle -> bundle.getSymbolicName().startsWith(OURS));
    }
}
