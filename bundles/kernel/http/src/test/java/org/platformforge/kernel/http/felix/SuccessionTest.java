package org.platformforge.kernel.http.felix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.startlevel.BundleStartLevel;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.http.HostHandler;
import org.platformforge.kernel.api.module.Generations;
import org.platformforge.kernel.api.module.Generations.Stage;
import org.platformforge.kernel.api.module.ModuleManager;
import org.platformforge.kernel.api.module.ModuleManager.Swap;
import org.platformforge.kernel.api.module.RunningWork;
import org.platformforge.kernel.api.security.AccountAccess;
import org.platformforge.kernel.api.store.AuditRecord;
import org.platformforge.kernel.api.store.Transaction;
import org.platformforge.kernel.http.fixture.HostFixture;
import org.platformforge.kernel.http.fixture.LiveResource;
import org.platformforge.kernel.http.fixture.RivalResource;

/** Which bundle of a module acts, seen from the services of modules that have routes, a host, or both. */
class SuccessionTest {
    private static final String PATH = "/api/v1/greetings/you";

    @TempDir
    private Path data;

    private final Semaphore entered = new Semaphore(0);
    private final Semaphore leave = new Semaphore(0);
    private TestPlatform platform;
    private ModuleManager modules;
    private Generations generations;

    @BeforeEach
    void start() throws Exception {
        platform = new TestPlatform()
                .configured(Map.of("ready.timeout", 2, "data", data.toString()))
                .start()
                .withServices();
        platform.register(Runnable.class, () -> {
            entered.release();
            leave.acquireUninterruptibly();
        });
        modules = platform.service(ModuleManager.class);
        generations = platform.service(Generations.class);
        platform.install("hosts", hosts("1.0.0").build());
        platform.awaitStatus(200, PATH);
        TestPlatform.await(() -> ask("/").endsWith("from 1.0.0"));
    }

    @AfterEach
    void stop() throws Exception {
        leave.release(1000);
        platform.close();
    }

    @Test
    void aCandidateThatNeverBecomesReadyNeverActs() {
        CompletableFuture<Swap> update = update(hosts("2.0.0").component(Waiting.class, Waiting.class, Iterable.class));
        Bundle candidate = TestPlatform.await(() -> started("2.0.0"));
        int asked = 0;
        while (!update.isDone()) {
            assertThat(ask("/")).endsWith("from 1.0.0");
            asked++;
        }

        assertThat(asked).isPositive();
        assertThatThrownBy(update::join).hasMessageContaining("waits for java.lang.Iterable");
        assertThat(candidate.getState()).isEqualTo(Bundle.UNINSTALLED);
        assertThat(generations.stage(bundle("1.0.0").getBundleId())).isEqualTo(Stage.ACTING);
        assertThat(ask("/")).endsWith("from 1.0.0");
    }

    @Test
    void aCandidateIsNotGivenRequestsWhileItIsTried() throws Exception {
        CompletableFuture<Swap> update =
                update(hosts("2.0.0").component(WaitingAWhile.class, WaitingAWhile.class, Comparable.class));
        Bundle candidate = TestPlatform.await(() -> started("2.0.0"));
        TestPlatform.await(() -> services(candidate) == 3); // its routes and its host are there
        long old = bundle("1.0.0").getBundleId();

        assertThat(generations.stage(candidate.getBundleId())).isEqualTo(Stage.CANDIDATE);
        assertThat(generations.stage(old)).isEqualTo(Stage.ACTING);
        assertThat(ask("/")).endsWith("from 1.0.0");
        assertThat(generations.routes(candidate.getBundleId())).isZero();
        assertThat(generations.routes(old)).isPositive();

        platform.register(Comparable.class, other -> 0);

        Swap swap = update.get(30, TimeUnit.SECONDS);
        assertThat(swap.to().version()).isEqualTo("2.0.0");
        assertThat(generations.stage(candidate.getBundleId())).isEqualTo(Stage.ACTING);
        assertThat(generations.stage(old)).isEqualTo(Stage.DRAINING);
        assertThat(ask("/")).endsWith("from 2.0.0");
    }

    @Test
    void whatTheOldBundleHasBegunItEndsWhileTheNewOneDoesTheRest() throws Exception {
        CompletableFuture<String> held = CompletableFuture.supplyAsync(() -> ask("/held"));
        assertThat(entered.tryAcquire(30, TimeUnit.SECONDS)).isTrue();
        Bundle old = bundle("1.0.0");

        CompletableFuture<Swap> update = update(hosts("2.0.0"));
        TestPlatform.await(() -> ask("/").endsWith("from 2.0.0"));
        assertThat(generations.stage(old.getBundleId())).isEqualTo(Stage.DRAINING);
        assertThat(old.getState()).isEqualTo(Bundle.ACTIVE);
        assertThat(update).isNotDone();
        leave.release();

        assertThat(held.get(30, TimeUnit.SECONDS)).endsWith("from 1.0.0");
        Swap swap = update.get(30, TimeUnit.SECONDS);
        assertThat(swap.ready()).isLessThan(swap.total());
        assertThat(old.getState()).isEqualTo(Bundle.UNINSTALLED);
    }

    @Test
    void streamsAreToldOfTheDrainAndEndInGoodOrder() throws Exception {
        HttpResponse<InputStream> stream = platform.client()
                .send(
                        platform.request("GET", "/api/v1/live", null, "Accept", "text/event-stream"),
                        HttpResponse.BodyHandlers.ofInputStream());
        assertThat(stream.body().readNBytes(12)).asString().isEqualTo("data: open\n\n");

        Swap swap = modules.update(TestServices.OPERATOR, hosts("2.0.0").build());

        assertThat(stream.body().readAllBytes()).asString().isEqualTo("retry: 250\n\n");
        // the drain time is 30 s: it was not waited for
        assertThat(swap.total()).isLessThan(Duration.ofSeconds(25));
    }

    @Test
    void streamsAreCutWhenTheirCallerIsSuspended() throws Exception {
        BlockingQueue<Runnable> suspensions = new LinkedBlockingQueue<>();
        platform.register(AccountAccess.class, new WatchedAccess(suspensions));
        HttpResponse<InputStream> stream = platform.client()
                .send(
                        platform.request("GET", "/api/v1/live", null, "Accept", "text/event-stream"),
                        HttpResponse.BodyHandlers.ofInputStream());
        assertThat(stream.body().readNBytes(12)).asString().isEqualTo("data: open\n\n");

        suspensions.take().run();

        assertThatThrownBy(() -> stream.body().readAllBytes()).isInstanceOf(IOException.class);
    }

    /** Hands out what is to be done when the caller is suspended. */
    private record WatchedAccess(BlockingQueue<Runnable> actions) implements AccountAccess {
        @Override
        public void suspend(Transaction tx, String tenantId, String userId) {
            throw new UnsupportedOperationException("not used here");
        }

        @Override
        public void restore(Transaction tx, String tenantId, String userId) {
            throw new UnsupportedOperationException("not used here");
        }

        @Override
        public int revokeKeys(Transaction tx, String tenantId, String userId, Set<String> roles) {
            throw new UnsupportedOperationException("not used here");
        }

        @Override
        public boolean isSuspended(String tenantId, String userId) {
            return false;
        }

        @Override
        public Watch onSuspension(Caller caller, Runnable action) {
            actions.add(action);
            return () -> {};
        }
    }

    @Test
    void answersHealthAndAdministrationAloneDuringMaintenance() throws Exception {
        assertThat(platform.get(PATH).statusCode()).isEqualTo(200);
        Configuration settings =
                platform.service(ConfigurationAdmin.class).getConfiguration("org.platformforge.settings", null);
        settings.update(new Hashtable<>(Map.of("maintenance.mode", true)));
        platform.awaitStatus(503, PATH);
        HttpResponse<String> refused = platform.get(PATH);
        assertThat(refused.headers().firstValue("Retry-After")).contains("120");
        assertThat(refused.body()).contains("\"MAINTENANCE\"");
        assertThat(platform.get("/health").statusCode())
                .isNotEqualTo(404)
                .isEqualTo(platform.get("/api/health").statusCode());
        assertThat(platform.get("/health/live").statusCode()).isEqualTo(200);
        assertThat(platform.get("/api/v1/admin/nothing").statusCode()).isEqualTo(404);
        settings.delete();
        platform.awaitStatus(200, PATH);
    }

    @Test
    void runningWorkIsDrainedWhenTheNewBundleActsAndTheOldOneStillRuns() {
        Bundle old = bundle("1.0.0");
        List<String> drained = new CopyOnWriteArrayList<>();
        AtomicInteger running = new AtomicInteger(2);
        platform.register(RunningWork.class, new RunningWork() {
            @Override
            public int count(long bundleId) {
                return bundleId == old.getBundleId() ? running.get() : 0;
            }

            @Override
            public boolean drain(long bundleId, Duration patience) {
                drained.add(bundleId + " " + generations.stage(bundleId) + " " + old.getState() + " "
                        + generations.acts(bundle("2.0.0").getBundleId()));
                running.set(0);
                return true;
            }
        });
        assertThat(modules.list())
                .filteredOn(module -> module.bundleId() == old.getBundleId())
                .extracting(ModuleManager.Module::inFlight)
                .containsExactly(2);

        modules.update(TestServices.OPERATOR, hosts("2.0.0").build());

        assertThat(drained).containsExactly(old.getBundleId() + " DRAINING " + Bundle.ACTIVE + " true");
        modules.remove(TestServices.OPERATOR, "hosts", false);
        assertThat(drained).hasSize(2);
    }

    @Test
    void theDistributionsBundleNeverActsBesideItsUpdate() throws Exception {
        modules.update(TestServices.OPERATOR, hosts("1.1.0").build());
        long update = bundle("1.1.0").getBundleId();

        Bundle back = platform.install("hosts", hosts("1.0.0").build());
        assertThat(back.getBundleId()).isGreaterThan(update);
        back.adapt(BundleStartLevel.class).setStartLevel(1); // and so it starts, whatever keeps it from starting
        while (back.getState() != Bundle.UNINSTALLED) {
            assertThat(generations.acts(back.getBundleId())).isFalse();
            assertThat(generations.acts(update)).isTrue();
            assertThat(ask("/")).endsWith("from 1.1.0");
        }

        assertThat(generations.acts(update)).isTrue();
    }

    @Test
    void tellsListenersWhenAStageTheyAskedForChanges() throws Exception {
        Bundle old = bundle("1.0.0");
        assertThat(generations.acts(old.getBundleId())).isTrue();
        List<Stage> seen = new CopyOnWriteArrayList<>();
        Runnable listener = () -> seen.add(generations.stage(old.getBundleId()));
        generations.addListener(listener);

        modules.update(TestServices.OPERATOR, hosts("1.1.0").build());
        assertThat(seen).isNotEmpty().containsOnly(Stage.DRAINING);

        generations.removeListener(listener);
        seen.clear();
        modules.update(TestServices.OPERATOR, hosts("1.2.0").build());
        assertThat(seen).isEmpty();
    }

    @Test
    void theNewestStartedBundleActsWhenNobodyWasGivenThePlace() throws Exception {
        Bundle older = platform.install("tools-1", tool("1.0.0"));
        assertThat(generations.stage(older.getBundleId())).isEqualTo(Stage.ACTING);
        Bundle newer = platform.install("tools-2", tool("2.0.0"));
        assertThat(generations.stage(newer.getBundleId())).isEqualTo(Stage.ACTING);
        assertThat(generations.stage(older.getBundleId())).isEqualTo(Stage.CANDIDATE);

        newer.stop();
        assertThat(generations.stage(newer.getBundleId())).isEqualTo(Stage.DRAINING);
        assertThat(generations.stage(older.getBundleId())).isEqualTo(Stage.ACTING);
        older.uninstall();
        assertThat(generations.stage(older.getBundleId())).isEqualTo(Stage.DRAINING);
        assertThat(generations.acts(0)).isTrue();
    }

    @Test
    void recordsWhoChangedWhichModuleAndWhatWasRefused() {
        modules.update(TestServices.OPERATOR, hosts("1.1.0").build());
        assertThatThrownBy(() -> modules.update(
                        TestServices.OPERATOR,
                        hosts("2.0.0")
                                .header("Bundle-Activator", "no.such.Activator")
                                .build()))
                .hasMessageContaining("did not become ready");
        assertThatThrownBy(() -> modules.update(TestServices.OPERATOR, InputStream.nullInputStream()))
                .isInstanceOf(RuntimeException.class);
        assertThatThrownBy(() -> modules.remove(TestServices.OPERATOR, "nobody", true))
                .isInstanceOf(RuntimeException.class);
        modules.remove(TestServices.OPERATOR, "hosts", false);

        List<AuditRecord> records = platform.audit.records;
        assertThat(records)
                .extracting(record -> record.action() + " " + record.target() + " " + record.result())
                .containsExactly(
                        "module.update hosts success",
                        "module.update hosts refused",
                        "module.update unknown refused",
                        "module.remove nobody refused",
                        "module.remove hosts success");
        assertThat(records).allMatch(record -> record.actor().subject().equals("user_1"));
        assertThat(details(records.get(0))).containsEntry("from", "1.0.0").containsEntry("to", "1.1.0");
        assertThat(details(records.get(1)))
                .containsEntry("from", "1.1.0")
                .containsEntry("to", "2.0.0")
                .containsEntry("error", "CONFLICT");
        assertThat(details(records.get(4))).containsEntry("from", "1.1.0");
    }

    private static Map<String, Object> details(AuditRecord record) {
        return Map.copyOf(record.details());
    }

    /** Waits for a service the platform does not have. */
    public static class Waiting {
        public Waiting(Iterable<?> service) {
            service.hashCode();
        }
    }

    /** Waits for a service the platform gets later. */
    public static class WaitingAWhile {
        public WaitingAWhile(Comparable<?> service) {
            service.hashCode();
        }
    }

    private CompletableFuture<Swap> update(FixtureBundle bundle) {
        return CompletableFuture.supplyAsync(() -> modules.update(TestServices.OPERATOR, bundle.build()));
    }

    private static FixtureBundle hosts(String version) {
        return new FixtureBundle("hosts", version)
                .header(
                        "Import-Package",
                        "javax.servlet,javax.servlet.http,javax.ws.rs,javax.ws.rs.core,org.osgi.framework,"
                                + "org.platformforge.kernel.api,org.platformforge.kernel.api.http")
                .resource(RivalResource.class)
                .resource(LiveResource.class)
                .component(HostFixture.class, HostHandler.class, Runnable.class);
    }

    private static InputStream tool(String version) {
        return new FixtureBundle("tools", version)
                .header("Provide-Capability", "platform.module;platform.module=tool")
                .build();
    }

    private Bundle bundle(String version) {
        return Optional.ofNullable(started(version)).orElseThrow();
    }

    private Bundle started(String version) {
        return Arrays.stream(platform.context().getBundles())
                .filter(bundle -> "hosts".equals(bundle.getSymbolicName()))
                .filter(bundle -> bundle.getState() == Bundle.ACTIVE)
                .filter(bundle -> bundle.getVersion().toString().equals(version))
                .findFirst()
                .orElse(null);
    }

    private static int services(Bundle bundle) {
        return bundle.getRegisteredServices() == null ? 0 : bundle.getRegisteredServices().length;
    }

    private String ask(String path) {
        try (Socket socket = new Socket("127.0.0.1", platform.port())) {
            OutputStream out = socket.getOutputStream();
            out.write(("GET " + path + " HTTP/1.1\r\nHost: fixture.localhost\r\nConnection: close\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8).trim();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
