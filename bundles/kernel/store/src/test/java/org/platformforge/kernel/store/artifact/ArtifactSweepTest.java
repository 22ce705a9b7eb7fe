package org.platformforge.kernel.store.artifact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.platformforge.kernel.api.delivery.ArtifactHolder;
import org.platformforge.kernel.api.delivery.ArtifactStore.Staged;
import org.platformforge.kernel.api.health.HealthCheck.Health;
import org.platformforge.kernel.api.health.HealthCheck.Status;
import org.platformforge.kernel.api.store.Sql;
import org.platformforge.kernel.api.store.Store;
import org.platformforge.kernel.store.database.DatabaseKind;
import org.platformforge.kernel.store.testing.StoreFixture;

class ArtifactSweepTest {
    private static final Duration UNUSED = Duration.ofDays(7);
    private static final String ACME = "ten_acme";
    private static final String OTHER = "ten_other";

    @TempDir
    Path folder;

    private StoreFixture store;
    private StoredArtifacts artifacts;
    private ArtifactSweep sweep;

    /** What the answer is computed from when it is asked for. */
    @FunctionalInterface
    private interface Answer {
        Set<String> held(String tenantId, Set<String> digests) throws Exception;
    }

    private record Holder(String name, Answer answer) implements ArtifactHolder {
        @Override
        public Set<String> held(String tenantId, Set<String> digests) throws Exception {
            return answer.held(tenantId, digests);
        }
    }

    private void open(DatabaseKind kind) {
        store = StoreFixture.open(kind, StoredArtifactsTest.class);
        artifacts = new StoredArtifacts(store, folder.resolve("node"));
        sweep = sweep(store, UNUSED, Set.of());
    }

    private ArtifactSweep sweep(Store over, Duration unused, Set<String> removed) {
        return new ArtifactSweep(over, new ArtifactFiles(folder.resolve("node")), unused, removed);
    }

    @AfterEach
    void close() {
        store.close();
    }

    private static Holder holding(String name, String... digests) {
        return new Holder(name, (tenant, asked) -> Set.of(digests));
    }

    private String put(String tenantId, String content) throws IOException {
        return artifacts
                .put(tenantId, Files.writeString(folder.resolve("upload"), content))
                .digest();
    }

    /** Put there long ago, and not read since. */
    private String old(String tenantId, String content) throws IOException {
        String digest = put(tenantId, content);
        age(tenantId, digest);
        return digest;
    }

    private void age(String tenantId, String digest) throws IOException {
        Instant then = Instant.now().minus(UNUSED).minusSeconds(60);
        store.run(
                tenantId,
                tx -> assertThat(Sql.update(
                                tx.connection(),
                                "UPDATE store_artifact SET used_at = ? WHERE tenant_id = ? AND sha256 = ?",
                                then,
                                tenantId,
                                digest.substring(7)))
                        .isOne());
        Files.setLastModifiedTime(onDisk(digest), FileTime.from(then));
    }

    private Path onDisk(String digest) {
        return new ArtifactFiles(folder.resolve("node")).of(digest.substring(7));
    }

    /** Looks without using it. */
    private long chunks(String tenantId, String digest) {
        return store.call(
                Store.ALL_TENANTS,
                tx -> Sql.number(
                        tx.connection(),
                        "SELECT COUNT(*) FROM store_artifact_chunk WHERE tenant_id = ? AND sha256 = ?",
                        tenantId,
                        digest.substring(7)));
    }

    @ParameterizedTest
    @EnumSource(DatabaseKind.class)
    void removesWhatNobodyHoldsAndIsOldEnoughOfThatTenantOnly(DatabaseKind kind) throws Exception {
        open(kind);
        String held = old(ACME, "held");
        String young = put(ACME, "young");
        String shared = old(ACME, "shared");
        old(OTHER, "shared");
        String gone = old(ACME, "gone");
        sweep.bindHolder(holding("one"));
        sweep.bindHolder(
                new Holder("two", (tenant, asked) -> tenant.equals(OTHER) ? asked : Set.of(held, "sha256:unknown")));

        sweep.run();

        assertThat(chunks(ACME, held)).isOne();
        assertThat(chunks(ACME, young)).isOne();
        assertThat(chunks(ACME, shared)).isZero();
        assertThat(chunks(OTHER, shared)).isOne();
        assertThat(onDisk(shared)).exists();
        assertThat(chunks(ACME, gone)).isZero();
        assertThat(onDisk(gone)).doesNotExist();
        assertThat(artifacts.exists(ACME, gone)).isFalse();
        assertThat(put(ACME, "gone")).isEqualTo(gone);
        assertThat(artifacts.file(ACME, gone)).hasContent("gone");
    }

    @ParameterizedTest
    @EnumSource(DatabaseKind.class)
    void removesNothingWhileAHolderIsAway(DatabaseKind kind) throws Exception {
        open(kind);
        Holder stopped = holding("stopped");
        sweep.bindHolder(stopped);
        sweep.bindHolder(holding("other"));
        sweep.run();
        String digest = old(ACME, "of the stopped module");

        sweep.unbindHolder(stopped);
        assertThat(sweep.check()).isEqualTo(Health.healthy());
        sweep.run();
        assertThat(chunks(ACME, digest)).isOne();
        assertThat(sweep.check().status()).isEqualTo(Status.DEGRADED);
        assertThat(sweep.check().message())
                .isEqualTo("No artifact is removed, these modules hold artifacts and are not there: stopped");
        sweep.bindHolder(stopped);
        assertThat(sweep.check()).isEqualTo(Health.healthy());
        sweep.unbindHolder(stopped);
        assertThat(sweep.check().status()).isEqualTo(Status.DEGRADED);

        ArtifactSweep restarted = sweep(store, UNUSED, Set.of());
        restarted.run();
        restarted.bindHolder(holding("other"));
        restarted.run();
        assertThat(chunks(ACME, digest)).isOne();

        ArtifactSweep told = sweep(store, UNUSED, Set.of("stopped"));
        told.bindHolder(holding("other"));
        told.run();
        assertThat(chunks(ACME, digest)).isZero();
        assertThat(told.check()).isEqualTo(Health.healthy());

        ArtifactSweep keeping = sweep(store, Duration.ZERO, Set.of());
        keeping.run();
        assertThat(keeping.check()).isEqualTo(Health.healthy());
    }

    @ParameterizedTest
    @EnumSource(DatabaseKind.class)
    void removesNothingWhileNobodyWasEverAsked(DatabaseKind kind) throws Exception {
        open(kind);
        String digest = old(ACME, "kept");
        sweep.run();
        assertThat(chunks(ACME, digest)).isOne();
    }

    @ParameterizedTest
    @EnumSource(DatabaseKind.class)
    void removesNothingWhenAHolderDoesNotAnswer(DatabaseKind kind) throws Exception {
        open(kind);
        String digest = old(ACME, "kept");
        sweep.bindHolder(holding("first"));
        AtomicInteger asked = new AtomicInteger();
        Holder failing = new Holder("failing", (tenant, digests) -> switch (asked.getAndIncrement()) {
            case 0 -> throw new IllegalStateException("its store is closed");
            case 1 -> null;
            default -> throw new NoClassDefFoundError("its bundle is gone");
        });
        sweep.bindHolder(failing);

        for (int i = 0; i < 3; i++) {
            sweep.run();
            assertThat(chunks(ACME, digest)).isOne();
            assertThat(sweep.check().status()).isEqualTo(Status.DEGRADED);
            assertThat(sweep.check().message())
                    .isEqualTo("No artifact is removed, failing does not tell which artifacts it holds");
        }
        assertThat(asked).hasValue(3);
        sweep.unbindHolder(failing);
        sweep.bindHolder(holding("failing"));
        sweep.run();
        assertThat(chunks(ACME, digest)).isZero();
        assertThat(sweep.check()).isEqualTo(Health.healthy());
    }

    @ParameterizedTest
    @EnumSource(DatabaseKind.class)
    void keepsWhatIsUsedWhileHoldersAreAsked(DatabaseKind kind) throws Exception {
        open(kind);
        String read = old(ACME, "read");
        String again = old(ACME, "put again");
        String named = old(ACME, "named");
        sweep.bindHolder(new Holder("module", (tenant, digests) -> {
            assertThat(digests).containsExactlyInAnyOrder(read, again, named);
            artifacts.file(ACME, read);
            put(ACME, "put again");
            assertThat(artifacts.exists(ACME, named)).isTrue();
            return Set.of();
        }));

        sweep.run();

        for (String digest : Set.of(read, again, named)) {
            assertThat(chunks(ACME, digest)).isOne();
        }
    }

    /** Lists are looked at all the time; only who is going to read an artifact keeps it. */
    @ParameterizedTest
    @EnumSource(DatabaseKind.class)
    void removesWhatWasLookedAtInListsOnly(DatabaseKind kind) throws Exception {
        open(kind);
        String listed = old(ACME, "listed");
        String used = old(ACME, "used");
        sweep.bindHolder(holding("module"));
        assertThat(artifacts.kept(ACME, List.of(listed, used))).containsExactlyInAnyOrder(listed, used);
        assertThat(artifacts.exists(ACME, used)).isTrue();

        sweep.run();

        assertThat(artifacts.kept(ACME, List.of(listed, used))).containsExactly(used);
        assertThat(artifacts.exists(ACME, listed)).isFalse();
        put(ACME, "listed");
        assertThat(artifacts.kept(ACME, List.of(listed))).containsExactly(listed);
    }

    @ParameterizedTest
    @EnumSource(DatabaseKind.class)
    void keepsWhatATransactionUnderWayKeeps(DatabaseKind kind) throws Exception {
        open(kind);
        String digest = old(ACME, "kept");
        CountDownLatch answered = new CountDownLatch(1);
        CompletableFuture<Void> keeping = new CompletableFuture<>();
        sweep.bindHolder(new Holder("module", (tenant, digests) -> {
            CountDownLatch written = new CountDownLatch(1);
            Thread thread = new Thread(() -> {
                try (Staged staged =
                        artifacts.stage(new ByteArrayInputStream("kept".getBytes(StandardCharsets.UTF_8)))) {
                    store.run(ACME, tx -> {
                        artifacts.keep(tx, staged);
                        written.countDown();
                        answered.await(30, TimeUnit.SECONDS);
                    });
                    keeping.complete(null);
                } catch (Exception e) {
                    keeping.completeExceptionally(e);
                }
            });
            thread.start();
            assertThat(written.await(30, TimeUnit.SECONDS)).isTrue();
            answered.countDown();
            return Set.of();
        }));

        sweep.run();

        keeping.get(60, TimeUnit.SECONDS);
        assertThat(chunks(ACME, digest)).isOne();
        assertThat(artifacts.file(ACME, digest)).hasContent("kept");
    }

    @ParameterizedTest
    @EnumSource(DatabaseKind.class)
    void losesNothingButWholeArtifactsWhenKilledInTheMiddle(DatabaseKind kind) throws Exception {
        open(kind);
        String first = old(ACME, "first");
        String second = old(ACME, "second");
        AtomicInteger removals = new AtomicInteger();
        Store dying = new Store() {
            @Override
            public <T> T call(String tenantId, Work<T> work) {
                return store.call(tenantId, tx -> {
                    T value = work.apply(tx);
                    if (tenantId.equals(ACME) && removals.incrementAndGet() == 2) {
                        throw new IllegalStateException("killed");
                    }
                    return value;
                });
            }

            @Override
            public String databaseKind() {
                return store.databaseKind();
            }
        };
        ArtifactSweep killed = sweep(dying, UNUSED, Set.of());
        killed.bindHolder(holding("module"));

        assertThatThrownBy(killed::run).hasMessageContaining("killed");

        assertThat(chunks(ACME, first) + chunks(ACME, second)).isOne();
        String left = chunks(ACME, first) == 1 ? first : second;
        String gone = left.equals(first) ? second : first;
        assertThat(onDisk(gone)).exists();
        assertThat(artifacts.exists(ACME, gone)).isFalse();
        assertThat(artifacts.file(ACME, left)).isRegularFile();
        sweep.bindHolder(holding("module", left));
        sweep.run();
        assertThat(onDisk(gone)).doesNotExist();
        assertThat(onDisk(left)).exists();
    }

    @ParameterizedTest
    @EnumSource(DatabaseKind.class)
    void countsTheAgeOfWhatAnOlderVersionHasKeptFromNowOn(DatabaseKind kind) throws Exception {
        open(kind);
        String digest = old(ACME, "of an older version");
        store.run(ACME, tx -> Sql.update(tx.connection(), "DELETE FROM store_artifact WHERE tenant_id = ?", ACME));
        sweep.bindHolder(holding("module"));

        sweep.run();
        assertThat(chunks(ACME, digest)).isOne();
        assertThat(onDisk(digest)).exists();
        age(ACME, digest);
        sweep.run();
        assertThat(chunks(ACME, digest)).isZero();
    }

    @ParameterizedTest
    @EnumSource(DatabaseKind.class)
    void keepsEverythingWhereItIsToldTo(DatabaseKind kind) throws Exception {
        open(kind);
        String digest = old(ACME, "kept");
        ArtifactSweep never = sweep(store, Duration.ZERO, Set.of());
        never.bindHolder(holding("module"));
        never.run();
        assertThat(chunks(ACME, digest)).isOne();
    }

    /** Of an older version nobody knows which modules were there. */
    @ParameterizedTest
    @EnumSource(DatabaseKind.class)
    void waitsForEveryModuleThatMayHaveKeptArtifactsBeforeTheUpgrade(DatabaseKind kind) throws Exception {
        open(kind);
        String script;
        try (InputStream in = StoredArtifacts.class.getResourceAsStream(
                "/META-INF/migrations/" + kind.name().toLowerCase(Locale.ROOT) + "/V008__artifact_retention.sql")) {
            script = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
        String seed = script.substring(script.indexOf("INSERT INTO")).strip().replaceAll(";$", "");
        String count = "SELECT COUNT(*) FROM store_artifact_holder";
        store.run(Store.ALL_TENANTS, tx -> {
            Sql.update(tx.connection(), seed);
            assertThat(Sql.number(tx.connection(), count)).isZero();
        });
        String digest = old(ACME, "of a module that is stopped");
        store.run(Store.ALL_TENANTS, tx -> Sql.update(tx.connection(), seed));
        for (String present : List.of("delivery", "pipelines", "provisioning")) {
            sweep.bindHolder(holding(present));
        }

        sweep.run();
        assertThat(chunks(ACME, digest)).isOne();
        sweep.bindHolder(holding("marketplace"));
        sweep.run();
        assertThat(chunks(ACME, digest)).isZero();
    }
}
