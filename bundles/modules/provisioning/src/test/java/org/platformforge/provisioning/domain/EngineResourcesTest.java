package org.platformforge.provisioning.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.platformforge.kernel.store.testing.TestCaller.ALICE;
import static org.platformforge.kernel.store.testing.TestCaller.BOB;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.platformforge.extension.api.driver.DriverException;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.FieldError;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.delivery.Resources.Wanted;
import org.platformforge.kernel.api.jobs.Operation;
import org.platformforge.kernel.api.jobs.OperationException;
import org.platformforge.kernel.api.jobs.StepContext;
import org.platformforge.kernel.store.database.DatabaseKind;
import org.platformforge.provisioning.testing.FakeDriver;
import org.platformforge.provisioning.testing.ServiceReferences;

/** Resources that belong to a release are kept by the same rules as those of provisions. */
class EngineResourcesTest {
    private final Step step = new Step();

    private static Wanted wanted(String colour) {
        return new Wanted(
                "res-1",
                "rel-1",
                "instance-1",
                "shop",
                "dev",
                "application",
                null,
                Map.of("env", Map.of("COLOUR", colour)),
                Map.of("TOKEN", "secret value"));
    }

    @ParameterizedTest
    @EnumSource
    void recordsThenMakesThenChangesThenRemoves(DatabaseKind kind) throws Exception {
        try (TestPlatform platform = new TestPlatform(kind)) {
            EngineResources resources = platform.engineResources;
            assertThat(resources.apply(step, wanted("blue"))).containsKey("address");
            assertThat(platform.process.held.get("res-1").properties().get("secrets"))
                    .isEqualTo(Map.of("TOKEN", "secret value"));
            assertThat(platform.process.held.get("res-1").provisionId()).isEqualTo("rel-1");
            assertThat(platform.resources.get(ALICE, "res-1").resource().toString())
                    .doesNotContain("secret value")
                    .contains("TOKEN");
            assertThat(resources.find("ten_a", "res-1").orElseThrow().running()).isTrue();
            assertThat(resources.find("ten_b", "res-1")).isEmpty();

            resources.apply(step, wanted("green"));
            assertThat(platform.resources.get(ALICE, "res-1").resource().properties())
                    .containsEntry("env", Map.of("COLOUR", "green"));
            assertThat(platform.engineSweep.look().orphans()).isEmpty();

            resources.remove(step, "res-1");
            resources.remove(step, "res-1");
            assertThat(platform.process.held).isEmpty();
            assertThat(resources.find("ten_a", "res-1")).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void holdsTheArtifactsOfWhatAnEngineMayHold(DatabaseKind kind) throws Exception {
        String mine = "sha256:" + "a".repeat(64);
        String none = "sha256:" + "b".repeat(64);
        try (TestPlatform platform = new TestPlatform(kind)) {
            HeldArtifacts holder = new HeldArtifacts(platform.database);
            Wanted wanted = new Wanted(
                    "res-1",
                    "rel-1",
                    "instance-1",
                    "shop",
                    "dev",
                    "application",
                    null,
                    Map.of("artifact", mine),
                    Map.of());
            platform.engineResources.apply(step, wanted);

            assertThat(holder.held("ten_a", Set.of(mine, none))).containsExactly(mine);
            assertThat(holder.held("ten_a", Set.of(none))).isEmpty();
            assertThat(holder.held("ten_b", Set.of(mine))).isEmpty();
            platform.process.deleteFailure = new DriverException("AWAY", "it does not answer", false, null);
            assertThatExceptionOfType(OperationException.class)
                    .isThrownBy(() -> platform.engineResources.remove(step, "res-1"));
            assertThat(holder.held("ten_a", Set.of(mine))).containsExactly(mine);
            platform.process.deleteFailure = null;
            platform.engineResources.remove(step, "res-1");
            assertThat(holder.held("ten_a", Set.of(mine))).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void leavesARecordOfWhatFailedAndTakesItsSecretsOutOfTheReason(DatabaseKind kind) throws Exception {
        try (TestPlatform platform = new TestPlatform(kind)) {
            platform.process.applyFailure = new DriverException("PROBE_TIMEOUT", "it said secret value", false, null);
            platform.process.chatty = true;

            assertThatExceptionOfType(OperationException.class)
                    .isThrownBy(() -> platform.engineResources.apply(step, wanted("blue")))
                    .matches(e -> e.code().equals("PROBE_TIMEOUT"))
                    .matches(e -> !e.getMessage().contains("secret value"));

            assertThat(step.lines).isNotEmpty().noneMatch(line -> line.contains("secret value"));
            Resource left = platform.resources.get(ALICE, "res-1").resource();
            assertThat(left.status()).isEqualTo(ResourceStatus.CREATING);
            assertThat(left.error().code()).isEqualTo("PROBE_TIMEOUT");
        }
    }

    @ParameterizedTest
    @EnumSource(names = "DERBY")
    void tellsWhatABuildWithSecretsWritesInItsOperationAlone(DatabaseKind kind) throws Exception {
        try (TestPlatform platform = new TestPlatform(kind)) {
            builder(platform);
            platform.engineResources.apply(step, build("res-1", Map.of("TOKEN", "secret value")));
            platform.engineResources.apply(step, build("res-2", Map.of()));

            PlatformException refused =
                    catchThrowableOfType(PlatformException.class, () -> platform.resources.logs(ALICE, "res-1", 10));
            assertThat(refused.kind()).isEqualTo(ErrorKind.CONFLICT);
            assertThat(refused.code()).contains("LOG_IN_OPERATION");
            assertThat(platform.engineResources.logs("ten_a", "res-1", 10)).isEmpty();
            assertThat(platform.engineResources.logs("ten_a", "res-2", 10)).isNotEmpty();
            assertThat(platform.resources.logs(ALICE, "res-2", 10)).isNotEmpty();
        }
    }

    private static FakeDriver builder(TestPlatform platform) {
        FakeDriver builder = new FakeDriver("builder", Set.of(Resource.BUILD), spec -> Map.of("artifact", "sha256:1"));
        platform.drivers.bindDriver(ServiceReferences.of("builder", 12, 12, 0), builder);
        return builder;
    }

    private static Wanted build(String id, Map<String, String> secrets) {
        return new Wanted(id, "rel-1", "build-1", "shop", "dev", Resource.BUILD, null, Map.of(), secrets);
    }

    @ParameterizedTest
    @EnumSource(names = "DERBY")
    void isNotDeletedOverTheHeadOfItsOwner(DatabaseKind kind) throws Exception {
        try (TestPlatform platform = new TestPlatform(kind)) {
            platform.engineResources.apply(step, wanted("blue"));

            PlatformException refused = catchThrowableOfType(
                    PlatformException.class, () -> platform.resources.delete(ALICE, "res-1", true, false));
            assertThat(refused.kind()).isEqualTo(ErrorKind.CONFLICT);
            assertThat(refused.details()).containsEntry("owner", "rel-1");
            assertThat(catchThrowableOfType(
                                    PlatformException.class, () -> platform.resources.delete(BOB, "res-1", true, false))
                            .kind())
                    .isEqualTo(ErrorKind.NOT_FOUND);
        }
    }

    @ParameterizedTest
    @EnumSource(names = "DERBY")
    void namesAnEngineThatIsNotThere(DatabaseKind kind) throws Exception {
        try (TestPlatform platform = new TestPlatform(kind)) {
            Wanted elsewhere =
                    new Wanted("res-1", "rel-1", "instance-1", "shop", "dev", "application", "lxd", Map.of(), Map.of());

            assertThat(platform.engineResources.objections("ten_a", elsewhere))
                    .extracting(FieldError::field)
                    .containsExactly("engine");
            assertThat(platform.engineResources.objections("ten_a", wanted("blue")))
                    .isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(names = "DERBY")
    void leavesABuildToTheEngineThatBuilds(DatabaseKind kind) throws Exception {
        try (TestPlatform platform = new TestPlatform(kind)) {
            FakeDriver builder = builder(platform);
            Wanted build = new Wanted("res-1", "rel-1", "build", "shop", "dev", "build", "process", Map.of(), Map.of());

            assertThat(platform.engineResources.apply(step, build)).containsEntry("artifact", "sha256:1");

            assertThat(builder.held).containsKey("res-1");
            assertThat(platform.resources.get(ALICE, "res-1").resource().engine())
                    .isEqualTo("builder");
            Wanted nowhere =
                    new Wanted("res-2", "rel-1", "build", "shop", "dev", "build", "missing", Map.of(), Map.of());
            assertThat(platform.engineResources.objections("ten_a", nowhere))
                    .extracting(FieldError::field)
                    .containsExactly("engine");
        }
    }

    /** A step of an operation of Alice's. */
    private static final class Step implements StepContext {
        private final List<String> lines = new ArrayList<>();

        @Override
        public Operation operation() {
            return new Operation(
                    "op-1",
                    "ten_a",
                    "delivery.deploy",
                    "rel-1",
                    "user_alice",
                    Operation.Status.RUNNING,
                    Map.of(),
                    Map.of(),
                    null,
                    List.of(),
                    Instant.EPOCH,
                    null,
                    null);
        }

        @Override
        public Map<String, Object> checkpoint() {
            return Map.of();
        }

        @Override
        public Optional<Map<String, Object>> checkpointOf(String name) {
            return Optional.empty();
        }

        @Override
        public void checkpoint(Map<String, Object> values) {
            // nobody asks for it here
        }

        @Override
        public void log(String line) {
            lines.add(line);
        }

        @Override
        public boolean cancelRequested() {
            return false;
        }
    }
}
