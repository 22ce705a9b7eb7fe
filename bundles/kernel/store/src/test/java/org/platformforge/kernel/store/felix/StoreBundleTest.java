package org.platformforge.kernel.store.felix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.sql.DataSource;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.wiring.BundleWiring;
import org.osgi.framework.wiring.FrameworkWiring;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.Ids;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.health.HealthCheck;
import org.platformforge.kernel.api.store.Event;
import org.platformforge.kernel.api.store.EventListener;
import org.platformforge.kernel.api.store.Outbox;
import org.platformforge.kernel.api.store.Store;
import org.platformforge.kernel.store.testing.SmallDisk;

class StoreBundleTest {
    private static final String NOTE = "org.platformforge.kernel.store.sample.NoteEntity";

    @TempDir
    Path data;

    private StorePlatform platform;

    @AfterEach
    void stop() throws Exception {
        if (platform != null) {
            platform.close();
        }
    }

    private void start(Map<String, Object> configuration) throws Exception {
        platform = new StorePlatform(data, configuration);
    }

    /** Below those that connections get from the system while nobody listens on it. */
    private static int freePort() {
        for (int port = 19000; port < 20000; port++) {
            try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return socket.getLocalPort();
            } catch (IOException taken) {
                continue;
            }
        }
        throw new IllegalStateException("All ports are taken");
    }

    private void awaitHealthy() {
        StorePlatform.await(() -> platform.health().status() == HealthCheck.Status.HEALTHY);
    }

    private static void write(Bundle module, Store store, String id) throws Exception {
        Class<?> type = module.loadClass(NOTE);
        Object note = type.getConstructor(String.class, String.class, String.class, Instant.class)
                .newInstance("ten_a", id, "text", Instant.EPOCH);
        store.run("ten_a", tx -> tx.em().persist(note));
    }

    private static long count(Store store) {
        return store.call(
                "ten_a",
                tx -> tx.em()
                        .createQuery("SELECT count(n) FROM Note n", Long.class)
                        .getSingleResult());
    }

    @Test
    void worksOutOfTheBoxOnDerbyInTheDataFolder() throws Exception {
        start(Map.of("url", "", "user", "${env:NOBODY_SET_THIS}"));
        awaitHealthy();
        assertThat(data.resolve("derby/platform/service.properties")).exists();
        assertThat(data.resolve("derby/derby.log")).exists();
        ServiceReference<?> dataSource = platform.context()
                .getServiceReferences(DataSource.class, "(forge.datasource=platform)")
                .iterator()
                .next();
        assertThat(dataSource.getProperty("forge.database.kind")).isEqualTo("derby");

        Bundle module = platform.install("one", new ModuleBundle("1.0.0"));
        Store store = platform.storeOf(module);
        write(module, store, "n1");
        assertThat(count(store)).isOne();
    }

    @Test
    void opensItsDatabaseAgainAfterAStopAndAnUpdateOfTheBundle() throws Exception {
        start(Map.of());
        Bundle module = platform.install("one", new ModuleBundle("1.0.0"));
        write(module, platform.storeOf(module), "n1");

        platform.storeBundle().stop();
        assertThat(data.resolve("derby/platform/db.lck")).doesNotExist();
        platform.storeBundle().update();
        platform.storeBundle().start();
        awaitHealthy();
        assertThat(count(platform.storeOf(module))).isOne();
    }

    @Test
    void servesTwoGenerationsOfAModuleAndForgetsTheOldOneWithItsClasses() throws Exception {
        start(Map.of());
        Bundle last = platform.install("0", new ModuleBundle("1.0.0"));
        Store lastStore = platform.storeOf(last);
        List<WeakReference<ClassLoader>> loaders = new ArrayList<>();
        for (int i = 1; i <= 20; i++) {
            Bundle next = platform.install("" + i, new ModuleBundle("1.0." + i));
            Store nextStore = platform.storeOf(next);
            write(next, nextStore, "new" + i);
            write(last, lastStore, "old" + i);
            loaders.add(new WeakReference<>(last.adapt(BundleWiring.class).getClassLoader()));
            last.uninstall();
            last = next;
            lastStore = nextStore;
        }
        assertThat(count(lastStore)).isEqualTo(40);
        platform.context().getBundle(0).adapt(FrameworkWiring.class).refreshBundles(null);
        Awaitility.await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
            System.gc();
            assertThat(loaders).allSatisfy(loader -> assertThat(loader.get()).isNull());
        });
    }

    @Test
    void refusesABrokenGenerationSaysWhyAndLetsTheOlderOneGoOn() throws Exception {
        start(Map.of());
        Bundle old = platform.install("old", new ModuleBundle("1.0.0"));
        Store oldStore = platform.storeOf(old);
        write(old, oldStore, "n1");

        Bundle broken = platform.install(
                "broken",
                new ModuleBundle("1.1.0")
                        .with("META-INF/migrations/derby/V002__broken.sql", "ALTER TABLE nowhere ADD COLUMN x INT;"));
        assertThat(platform.storeOf(broken)).isNull();
        assertThat(platform.health().status()).isEqualTo(HealthCheck.Status.UNHEALTHY);
        assertThat(platform.health().message())
                .contains("org.example.sample 1.1.0")
                .contains("V002__broken.sql");
        write(old, oldStore, "n2");

        broken.uninstall();
        assertThat(platform.health().status()).isEqualTo(HealthCheck.Status.HEALTHY);

        Bundle contracting = platform.install(
                "contracting",
                new ModuleBundle("1.1.1")
                        .with("META-INF/migrations/derby/V002__less.sql", "ALTER TABLE note DROP COLUMN text;"));
        assertThat(platform.storeOf(contracting)).isNull();
        assertThat(platform.health().message())
                .contains("org.example.sample 1.1.1")
                .contains("older version");
        contracting.uninstall();
        write(old, oldStore, "n3");

        Bundle wrongMapping = platform.install(
                "mapping",
                new ModuleBundle("1.2.0")
                        .with(
                                "META-INF/persistence.xml",
                                "<p><persistence-unit name='x'><class>no.Such</class></persistence-unit></p>"));
        assertThat(platform.storeOf(wrongMapping)).isNull();
        assertThat(platform.health().message())
                .contains("org.example.sample 1.2.0")
                .contains("no.Such");
        wrongMapping.uninstall();
        assertThat(count(oldStore)).isEqualTo(3);
    }

    @Test
    void hasItsOwnTablesBeforeThoseOfOthersAreMade() throws Exception {
        start(Map.of());
        Bundle module = platform.install(
                "first",
                new ModuleBundle("1.0.0")
                        .with(
                                "META-INF/migrations/derby/V002__artifacts.sql",
                                "INSERT INTO store_artifact_chunk (tenant_id, sha256, position, content)"
                                        + " SELECT tenant_id, sha256, position, content FROM store_artifact_chunk;"));

        assertThat(platform.storeOf(module)).isNotNull();
    }

    @Test
    void deliversEventsToListenersAsTheyComeAndGo() throws Exception {
        start(Map.of("events.poll", 100L));
        Bundle module = platform.install("one", new ModuleBundle("1.0.0"));
        Store store = platform.storeOf(module);
        Outbox outbox = platform.service(Outbox.class);
        store.run("ten_a", tx -> outbox.publish(tx, "before.listener", Map.of()));
        List<String> seen = new CopyOnWriteArrayList<>();
        platform.context().registerService(EventListener.class, new Broken(), null);
        platform.context().registerService(EventListener.class, new Listener(seen), null);
        store.run("ten_a", tx -> outbox.publish(tx, "after.listener", Map.of()));
        StorePlatform.await(() -> seen.size() == 2);
        assertThat(seen).containsExactly("before.listener", "after.listener");
    }

    @Test
    void startsWithoutItsDatabaseSaysWhyAndRecoversByItself() throws Exception {
        int port = freePort();
        start(Map.of(
                "url",
                "jdbc:postgresql://localhost:" + port + "/postgres?password=postgres",
                "user",
                "postgres",
                "health.interval",
                100L,
                "pool.wait",
                1000L));
        StorePlatform.await(() -> platform.health().message().contains("refused"));
        assertThat(platform.health().status()).isEqualTo(HealthCheck.Status.UNHEALTHY);
        assertThat(platform.health().message())
                .contains("jdbc:postgresql://localhost:" + port)
                .doesNotContain("password");
        assertThat(platform.context().getServiceReference(DataSource.class)).isNull();

        Bundle module = platform.install("one", new ModuleBundle("1.0.0"));
        Store store;
        try (EmbeddedPostgres server = server(port)) {
            awaitHealthy();
            assertThat(platform.health().message()).contains("row-level security");
            store = platform.storeOf(module);
            write(module, store, "n1");
            assertThat(count(store)).isOne();
        }
        StorePlatform.await(() -> platform.health().status() == HealthCheck.Status.UNHEALTHY);
        assertThat(kindOf(store)).isEqualTo(ErrorKind.UNAVAILABLE);

        // A module that comes while the database is away gets its store, which works as soon as the database does.
        Bundle late = platform.install("late", new ModuleBundle("1.1.0"));
        Store lateStore = platform.storeOf(late);
        assertThat(kindOf(lateStore)).isEqualTo(ErrorKind.UNAVAILABLE);
        try (EmbeddedPostgres server = server(port)) {
            awaitHealthy();
            StorePlatform.await(() -> kindOf(lateStore) == null);
            write(late, lateStore, "n2");
            assertThat(count(lateStore)).isEqualTo(2);
            assertThat(count(store)).isEqualTo(2);
        }
    }

    @Test
    void canOnlyBeReadWhileItsDiskIsFullSaysWhyAndWritesAgainByItself() throws Exception {
        Path folder = Files.createDirectory(data.resolve("disk"));
        try (SmallDisk disk = SmallDisk.mount(folder, 128).orElse(null)) {
            Assumptions.assumeTrue(disk != null, "File systems cannot be mounted here");
            start(Map.of("derby.folder", folder.toString(), "health.interval", 100L));
            awaitHealthy();
            Bundle module = platform.install("one", new ModuleBundle("1.0.0"));
            Store store = platform.storeOf(module);
            write(module, store, "n1");

            disk.fillUpTo(1L << 20);
            StorePlatform.await(() -> platform.health().status() == HealthCheck.Status.DEGRADED);
            assertThat(platform.health().message())
                    .startsWith("The database jdbc:derby:" + folder.resolve("platform") + " has no room to write");
            assertThat(count(store)).isOne();
            Awaitility.await()
                    .atMost(Duration.ofSeconds(30))
                    .untilAsserted(() -> assertThatThrownBy(() -> write(module, store, Ids.next("late-")))
                            .isInstanceOfSatisfying(PlatformException.class, told -> {
                                assertThat(told.kind()).isEqualTo(ErrorKind.UNAVAILABLE);
                                assertThat(told).hasMessage("The database has no room to write");
                            }));

            disk.free();
            awaitHealthy();
            Awaitility.await()
                    .atMost(Duration.ofSeconds(30))
                    .ignoreExceptionsInstanceOf(PlatformException.class)
                    .untilAsserted(() -> write(module, store, "n2"));
            assertThat(count(store)).isGreaterThanOrEqualTo(2);
            platform.close();
            platform = null;
        }
    }

    @Test
    void saysSoWhenItsConfigurationIsWrongAndTakesABetterOne() throws Exception {
        start(Map.of("url", "jdbc:oracle:thin:x", "pool.size", 1));
        StorePlatform.await(() -> platform.health().message().contains("org.platformforge.kernel.store"));
        assertThat(platform.health().message()).contains("jdbc:postgresql:");
        platform.configure(Map.of("url", ""));
        awaitHealthy();
    }

    private EmbeddedPostgres server(int port) throws IOException {
        return EmbeddedPostgres.builder()
                .setPort(port)
                .setDataDirectory(data.resolve("postgres"))
                .setCleanDataDirectory(false)
                .start();
    }

    private static ErrorKind kindOf(Store store) {
        try {
            store.run("ten_a", tx -> {});
            return null;
        } catch (PlatformException e) {
            return e.kind();
        }
    }

    private record Listener(List<String> seen) implements EventListener {
        @Override
        public String name() {
            return "listener";
        }

        @Override
        public Set<String> types() {
            return Set.of("*");
        }

        @Override
        public void onEvent(Event event) {
            seen.add(event.type());
        }
    }

    /** A listener of a careless extension. */
    private static final class Broken implements EventListener {
        @Override
        public String name() {
            throw new UnsupportedOperationException();
        }

        @Override
        public Set<String> types() {
            return null;
        }

        @Override
        public void onEvent(Event event) {
            throw new UnsupportedOperationException();
        }
    }
}
