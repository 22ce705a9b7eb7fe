package org.platformforge.marketplace.testing;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.awaitility.Awaitility;
import org.osgi.framework.Version;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.delivery.ArtifactStore;
import org.platformforge.kernel.api.jobs.Operation;
import org.platformforge.kernel.api.jobs.OperationHandler;
import org.platformforge.kernel.api.jobs.Operations;
import org.platformforge.kernel.api.security.Callers;
import org.platformforge.kernel.api.store.Store;
import org.platformforge.kernel.jobs.DurableOperations;
import org.platformforge.kernel.jobs.engine.HandlerRef;
import org.platformforge.kernel.jobs.engine.JobEngine;
import org.platformforge.kernel.jobs.engine.JobSettings;
import org.platformforge.kernel.jobs.record.Tables;
import org.platformforge.kernel.store.artifact.StoredArtifacts;
import org.platformforge.kernel.store.database.DatabaseKind;
import org.platformforge.kernel.store.testing.StoreFixture;
import org.platformforge.kernel.store.testing.TestCaller;
import org.platformforge.marketplace.domain.Accepted;
import org.platformforge.marketplace.domain.Blocks;
import org.platformforge.marketplace.domain.CanaryFigures;
import org.platformforge.marketplace.domain.CanaryService;
import org.platformforge.marketplace.domain.CatalogueService;
import org.platformforge.marketplace.domain.ExtensionUse;
import org.platformforge.marketplace.domain.InstallPlanner;
import org.platformforge.marketplace.domain.InstallPlanner.Wish;
import org.platformforge.marketplace.domain.Installation;
import org.platformforge.marketplace.domain.InstallationReader;
import org.platformforge.marketplace.domain.InstallationService;
import org.platformforge.marketplace.domain.InstallationSettings;
import org.platformforge.marketplace.domain.Json;
import org.platformforge.marketplace.domain.MarketplaceSettings;
import org.platformforge.marketplace.domain.PlatformApi;
import org.platformforge.marketplace.domain.PublishService;
import org.platformforge.marketplace.domain.PublisherService;
import org.platformforge.marketplace.domain.RuntimeDirector;
import org.platformforge.marketplace.domain.SecretVault;
import org.platformforge.marketplace.domain.Standing;
import org.platformforge.marketplace.domain.Submissions;
import org.platformforge.marketplace.domain.TestDomain;
import org.platformforge.marketplace.domain.Tiers;
import org.platformforge.marketplace.domain.Trail;
import org.platformforge.marketplace.store.CatalogueRepository;
import org.platformforge.marketplace.store.HistoryTable;
import org.platformforge.marketplace.store.InstallationTable;
import org.platformforge.marketplace.store.PublisherRepository;
import org.platformforge.marketplace.store.UsageTable;

/** The module on the real store and the real operations, over a runtime in memory. {@link #restart} is a crash. */
public final class TestPlatform implements AutoCloseable {
    private static final JobSettings JOBS = new JobSettings(
            4,
            Duration.ofMillis(100),
            Duration.ofMillis(100),
            4,
            3,
            Duration.ofMillis(100),
            Duration.ofMillis(400),
            Duration.ofMillis(100),
            Duration.ofMillis(100),
            Duration.ofDays(30),
            1000);

    public final StoreFixture database;
    public final FakeRuntime runtime = new FakeRuntime();
    public final MarketplaceSettings settings;
    public final CatalogueRepository releaseRows = new CatalogueRepository();
    public final PublisherRepository publisherRows = new PublisherRepository();
    public final InstallationTable rows = new InstallationTable();
    public final HistoryTable history = new HistoryTable();
    public final ArtifactStore artifacts;
    public final PublisherService publishers;
    public final PublishService publishing;
    public final CatalogueService catalogue;
    public final InstallationReader reader;
    public final InstallationService installations;
    public final CanaryService canaries;
    public final InstallationSettings configuring;
    public final ExtensionUse use;
    public final Blocks blocks;
    public final CanaryFigures figures;
    public final TestDomain domain;
    public final Operations operations;
    public final Callers callers = new TestCallers();
    /** The same in every life. */
    public static final KeyPair KEYS = keyPair();

    private final Path data;
    private final List<OperationHandler> handlers = new ArrayList<>();
    private final Store jobsStore;
    private JobEngine engine;

    public TestPlatform(DatabaseKind kind, Path data) {
        this(StoreFixture.open(kind, InstallationTable.class, DurableOperations.class), data, handler -> handler);
    }

    /** @param steps what the engine is given in the place of each handler */
    public TestPlatform(StoreFixture database, Path data, UnaryOperator<OperationHandler> steps) {
        this.data = data;
        this.database = database;
        jobsStore = database.storeOf(DurableOperations.class);
        settings = new MarketplaceSettings(TestConfig.standard());
        Trail trail = new Trail(database.audit(), database.outbox(), callers);
        artifacts = new StoredArtifacts(database, data.resolve("artifacts"));
        publishers = new PublisherService(database, publisherRows, rows, settings, trail);
        publishing =
                new PublishService(database, releaseRows, publisherRows, new FakeVerifier(), artifacts, rows, trail);
        PlatformApi api = new PlatformApi(new Version(1, 0, 0));
        catalogue = new CatalogueService(database, releaseRows, publisherRows, new UsageTable(), api, trail);
        SecretVault vault = new SecretVault(new TestSecrets());
        Tiers tiers = new Tiers(catalogue, publisherRows, settings, runtime);
        Standing standing = new Standing(releaseRows, publisherRows, settings, tiers);
        blocks = new Blocks(database, releaseRows, rows, trail);
        figures = TestDomain.figures(database, runtime, "run");
        InstallPlanner planner = new InstallPlanner(
                database, catalogue, releaseRows, publisherRows, rows, artifacts, runtime, api, vault, standing, tiers);
        RuntimeDirector director =
                new RuntimeDirector(database, rows, releaseRows, artifacts, runtime, vault, settings, standing, tiers);
        Tables tables = Tables.create();
        TestDomain.handlers(
                        database,
                        rows,
                        history,
                        releaseRows,
                        catalogue,
                        planner,
                        artifacts,
                        director,
                        runtime,
                        figures,
                        trail)
                .forEach(handler -> handlers.add(steps.apply(handler)));
        engine = newEngine(tables);
        operations = new DurableOperations(jobsStore, tables, engine, database.audit());
        reader = new InstallationReader(database, rows, history, releaseRows, planner, runtime, standing, figures);
        Submissions submissions = new Submissions(database, rows, operations, settings, trail);
        installations = new InstallationService(database, rows, reader, planner, submissions, director, standing);
        canaries = new CanaryService(reader, planner, submissions);
        configuring =
                new InstallationSettings(database, rows, releaseRows, reader, planner, submissions, director, trail);
        use = new ExtensionUse(database, rows, history, reader, runtime, trail);
        domain = new TestDomain(
                database,
                rows,
                history,
                planner,
                installations,
                canaries,
                director,
                figures,
                runtime,
                callers,
                settings);
    }

    private JobEngine newEngine(Tables tables) {
        JobEngine started = new JobEngine(JOBS, jobsStore, database.dataSource(), "node", tables);
        for (int i = 0; i < handlers.size(); i++) {
            started.add(new HandlerRef(handlers.get(i), 1, i));
        }
        started.start();
        return started;
    }

    /** The node ends in the middle of whatever it does, with everything its runtime knew; another one takes over. */
    public void restart() {
        engine.close();
        runtime.forgetEverything();
        engine = newEngine(Tables.create());
    }

    public static KeyPair keyPair() {
        try {
            return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        } catch (java.security.GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    public static String pem(KeyPair pair) {
        return "-----BEGIN PUBLIC KEY-----\n"
                + Base64.getMimeEncoder().encodeToString(pair.getPublic().getEncoded())
                + "\n-----END PUBLIC KEY-----\n";
    }

    /** A publisher with a key, whom the operators trust. */
    public void acme() {
        publishers.create(TestCaller.ACME, "acme", "Acme", null);
        publishers.addKey(TestCaller.ACME, "acme", "build", pem(KEYS));
        publishers.trust(TestCaller.OPERATOR, "acme", true);
    }

    public static Map<String, Object> manifest(String id, String version) {
        Map<String, Object> manifest = new LinkedHashMap<>();
        manifest.put("id", id);
        manifest.put("name", "Notes");
        manifest.put("version", version);
        manifest.put("description", "Notes for teams");
        manifest.put("category", "productivity");
        manifest.put("requires", Map.of("api", "[1.0,2)"));
        return manifest;
    }

    public static byte[] artifact(Map<String, Object> manifest) {
        return new Json().write(manifest).getBytes(StandardCharsets.UTF_8);
    }

    public String sign(String id, String version, String sha256) {
        return sign(KEYS, id, version, sha256);
    }

    private static String sign(KeyPair keys, String id, String version, String sha256) {
        try {
            Signature signature = Signature.getInstance("Ed25519");
            signature.initSign(keys.getPrivate());
            signature.update(("platform-forge-extension-v1\n" + id + "\n" + version + "\n" + sha256 + "\n")
                    .getBytes(StandardCharsets.UTF_8));
            return Base64.getEncoder().encodeToString(signature.sign());
        } catch (java.security.GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    /** Publishes, signed. */
    public PublishService.Published publish(Map<String, Object> manifest) {
        return publish(TestCaller.ACME, artifact(manifest), true);
    }

    public PublishService.Published publish(Caller caller, byte[] content, boolean signed) {
        return publish(caller, content, signed ? KEYS : null);
    }

    /** @param keys to sign with; null for no signature */
    public PublishService.Published publish(Caller caller, byte[] content, KeyPair keys) {
        Map<String, Object> manifest = new Json().parse(content);
        try (ArtifactStore.Staged staged = artifacts.stage(new ByteArrayInputStream(content))) {
            String signature = keys == null
                    ? null
                    : sign(keys, (String) manifest.get("id"), (String) manifest.get("version"), staged.sha256());
            return publishing.publish(caller, staged, signature, null, false);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    public Path file(String sha256) {
        return data.resolve("artifacts/sha256").resolve(sha256.substring(0, 2)).resolve(sha256.substring(2));
    }

    public static Wish wish(String version) {
        return new Wish(version, null, Set.of());
    }

    public Operation end(Accepted accepted) {
        return Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(10))
                .until(
                        () -> operations
                                .find(
                                        accepted.operation().tenantId(),
                                        accepted.operation().id())
                                .orElseThrow(),
                        operation -> operation.status().finished());
    }

    public Operation completed(Accepted accepted) {
        Operation ended = end(accepted);
        if (ended.status() != Operation.Status.COMPLETED) {
            throw new AssertionError("not completed: " + ended);
        }
        return ended;
    }

    public Installation installed(Caller caller, String id, String version) {
        completed(installations.install(caller, id, wish(version)));
        return reader.get(caller, id);
    }

    public long count(String sql) {
        return database.call(Store.ALL_TENANTS, tx -> {
            try (var statement = tx.connection().createStatement();
                    var found = statement.executeQuery(sql)) {
                found.next();
                return found.getLong(1);
            }
        });
    }

    public void tamper(String sha256) {
        try {
            Files.writeString(file(sha256), "something else");
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        engine.close();
        database.close();
    }

    private static final class TestCallers implements Callers {
        @Override
        public Caller system(String tenantId) {
            return new TestCaller(tenantId, "system");
        }

        @Override
        public Caller shell(String tenantId, String subject, Set<String> roles) {
            return new TestCaller(tenantId, subject);
        }

        @Override
        public Caller authenticated(Caller request, String tenantId, String userId, Set<String> roles) {
            throw new UnsupportedOperationException();
        }
    }
}
