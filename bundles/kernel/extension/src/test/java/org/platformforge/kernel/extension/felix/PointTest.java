package org.platformforge.kernel.extension.felix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.util.tracker.ServiceTracker;
import org.platformforge.extension.api.ExtensionContext;
import org.platformforge.extension.api.command.ExtensionCommand;
import org.platformforge.extension.api.job.ScheduledJob;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.extension.ExtensionRelease;
import org.platformforge.kernel.api.extension.ExtensionRuntime;
import org.platformforge.kernel.api.store.Event;
import org.platformforge.kernel.api.store.EventListener;
import org.platformforge.kernel.extension.fixture.Worker;
import org.platformforge.kernel.store.testing.StoreFixture;

/** The platform calling extensions of its own accord. */
class PointTest {
    private static final String EXTENSION = "acme.worker";

    @TempDir
    static Path folder;

    private static TestPlatform platform;
    private static ExtensionRuntime runtime;
    private static ServiceTracker<EventListener, StoreFixture.Subscription> outbox;

    @BeforeAll
    static void start() throws Exception {
        platform = new TestPlatform(folder.resolve("felix"), Map.of());
        runtime = platform.runtime();
        outbox = platform.listen();
    }

    @AfterEach
    void clear() {
        platform.clear();
        for (String tenant : List.of("ten_a", "ten_b")) {
            runtime.erase(tenant, EXTENSION);
        }
    }

    @AfterAll
    static void stop() throws Exception {
        outbox.close();
        platform.close();
    }

    private static ExtensionJar worker(String version, Class<?>... services) {
        List<String> names = List.of(services).stream().map(Class::getName).toList();
        return new ExtensionJar(EXTENSION, version)
                .events("order.*")
                .component(Worker.class, names, "", ExtensionContext.class);
    }

    private static ExtensionRelease running(String version, Class<?>... services) {
        ExtensionRelease release = worker(version, services).release(folder);
        runtime.start(release);
        return release;
    }

    private static void assign(ExtensionRelease release, String... tenants) {
        for (String tenant : tenants) {
            runtime.assign(tenant, EXTENSION, Extensions.assignment(release));
        }
    }

    private static void publish(String tenant, String type, Map<String, ?> data) {
        platform.store().run(tenant, tx -> platform.store().outbox().publish(tx, type, data));
    }

    private static String told(String tenant, String... arguments) {
        return runtime.command(tenant, EXTENSION, "worker", List.of(arguments));
    }

    private static final Class<?>[] LISTENER = {
        org.platformforge.extension.api.event.EventListener.class, ExtensionCommand.class
    };

    @Test
    void deliversToTheVersionEachTenantHasAndToNobodyElse() {
        publish("ten_a", "order.made", Map.of("n", 0));
        ExtensionRelease one = running("1.0.0", LISTENER);
        ExtensionRelease two = running("2.0.0", LISTENER);
        assign(one, "ten_a");
        assign(two, "ten_b");
        for (int i = 1; i <= 3; i++) {
            publish("ten_a", "order.made", Map.of("n", i));
            publish("ten_a", "customer.made", Map.of("n", i));
            publish("ten_b", "order.made", Map.of("n", i));
            publish("ten_c", "order.made", Map.of("n", i));
        }
        TestPlatform.await(() -> told("ten_a", "seen").equals("1@1.0.0 2@1.0.0 3@1.0.0"));
        TestPlatform.await(() -> told("ten_b", "seen").equals("1@2.0.0 2@2.0.0 3@2.0.0"));

        assign(two, "ten_a");
        runtime.stop(EXTENSION, one.sha256(), Duration.ofSeconds(5));
        publish("ten_a", "order.made", Map.of("n", 4));
        TestPlatform.await(() -> told("ten_a", "seen").endsWith("3@1.0.0 4@2.0.0"));
    }

    @Test
    void passesOverAnEventThatCannotBeTakenAndDeliversTheNext() {
        ExtensionRelease release = running("1.0.0", LISTENER);
        assign(release, "ten_a");
        publish("ten_a", "order.made", Map.of("poison", true));
        publish("ten_a", "order.made", Map.of("n", 2));
        TestPlatform.await(() -> told("ten_a", "seen").equals("2@1.0.0"));
    }

    @Test
    void keepsEventsForATenantThisNodeWasNotYetToldOf() {
        ExtensionRelease release = running("1.0.0", LISTENER);
        assign(release, "ten_b");
        // as another node would, or this one before it was killed
        platform.store()
                .run(
                        "ten_a",
                        tx -> tx.connection()
                                .createStatement()
                                .executeUpdate(
                                        "INSERT INTO ext_subscription (tenant_id, extension_id, since) VALUES ('ten_a', '"
                                                + EXTENSION + "', CURRENT_TIMESTAMP)"));
        publish("ten_a", "order.made", Map.of("n", 1));
        publish("ten_b", "order.made", Map.of("n", 1));
        TestPlatform.await(() -> told("ten_b", "seen").equals("1@1.0.0"));
        assign(release, "ten_a");
        TestPlatform.await(() -> told("ten_a", "seen").equals("1@1.0.0"));
    }

    @Test
    void refusesAListenerForEventsThatAreNotDeclared() {
        ExtensionRelease release =
                worker("1.0.0", LISTENER).events("order.made", "customer.*").release(folder);
        assertThatThrownBy(() -> runtime.start(release))
                .isInstanceOf(PlatformException.class)
                .hasMessageContaining("worker wants order.*");
        assertThat(runtime.running()).isEmpty();
    }

    @Test
    void runsAJobForEachTenantAtOnceAndThenWhenItIsDue() {
        ExtensionRelease release = running("1.0.0", ScheduledJob.class, ExtensionCommand.class);
        assign(release, "ten_a", "ten_b");
        TestPlatform.await(() -> told("ten_a", "runs").equals("-@1.0.0"));
        TestPlatform.await(() -> told("ten_b", "runs").equals("-@1.0.0"));

        ExtensionRelease next = running("1.1.0", ScheduledJob.class, ExtensionCommand.class);
        assign(next, "ten_a");
        due("ten_a");
        TestPlatform.await(() -> told("ten_a", "runs").equals("-@1.0.0 -@1.1.0"));
        assertThat(told("ten_b", "runs")).isEqualTo("-@1.0.0");
    }

    private static void due(String tenant) {
        TestPlatform.await(() -> platform.store()
                        .call(
                                tenant,
                                tx -> tx.connection()
                                        .createStatement()
                                        .executeUpdate("UPDATE ext_job SET next_at = {ts '2020-01-01 00:00:00'}"
                                                + " WHERE owner IS NULL AND tenant_id = '" + tenant + "'"))
                > 0);
    }

    @Test
    void listsAndRunsCommandsOfTheTenantsVersion() {
        ExtensionRelease release = running("1.0.0", ExtensionCommand.class);
        assign(release, "ten_a");
        assertThat(runtime.commands("ten_a", EXTENSION)).containsExactly(Map.entry("worker", "Tells what was seen"));
        assertThat(runtime.commands("ten_b", EXTENSION)).isEmpty();
        assertThat(told("ten_a", "who")).isEqualTo("extension:acme.worker true false");
        assertThatThrownBy(() -> told("ten_b", "who"))
                .isInstanceOfSatisfying(
                        PlatformException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.NOT_FOUND));
        assertThatThrownBy(() -> runtime.command("ten_a", EXTENSION, "other", List.of()))
                .isInstanceOfSatisfying(
                        PlatformException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.NOT_FOUND));
        assertThatThrownBy(() -> told("ten_a", "nonsense"))
                .isInstanceOfSatisfying(
                        PlatformException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.CONFLICT))
                .hasMessageContaining("nonsense");
    }

    @Test
    void publishesEventsUnderTheExtensionsOwnNameAlone() {
        List<Event> seen = new CopyOnWriteArrayList<>();
        try (StoreFixture.Subscription ignored = platform.store().listen(new AnyListener(seen))) {
            ExtensionRelease release = running("1.0.0", ExtensionCommand.class);
            assign(release, "ten_a");
            told("ten_a", "publish", "note.made");
            TestPlatform.await(() -> seen.stream()
                    .anyMatch(event -> event.type().equals("ext.acme.worker.note.made")
                            && event.tenantId().equals("ten_a")));
            for (String name : List.of("", "A", "..", "x".repeat(128), "provision completed")) {
                assertThatThrownBy(() -> told("ten_a", "publish", name))
                        .isInstanceOfSatisfying(
                                PlatformException.class,
                                e -> assertThat(e.kind()).isEqualTo(ErrorKind.VALIDATION));
            }
        }
    }

    private record AnyListener(List<Event> seen) implements EventListener {
        @Override
        public String name() {
            return "any";
        }

        @Override
        public Set<String> types() {
            return Set.of("*");
        }

        @Override
        public void onEvent(Event event) {
            seen.add(event);
        }
    }

    @Test
    void exportsWhatTheExtensionStoredInOneTenant() throws Exception {
        ExtensionRelease release = running("1.0.0", ScheduledJob.class, ExtensionCommand.class);
        assign(release, "ten_a");
        TestPlatform.await(() -> !told("ten_a", "runs").isEmpty());
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        runtime.export("ten_a", EXTENSION, out);
        assertThat(out.toString()).contains("\"collection\":\"runs\"").endsWith("}\n");
    }
}
