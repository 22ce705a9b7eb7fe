package org.platformforge.marketplace.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.platformforge.kernel.store.testing.TestCaller.ALICE;
import static org.platformforge.kernel.store.testing.TestCaller.BOB;
import static org.platformforge.marketplace.testing.TestPlatform.manifest;
import static org.platformforge.marketplace.testing.TestPlatform.wish;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.jobs.Operation;
import org.platformforge.kernel.store.database.DatabaseKind;
import org.platformforge.marketplace.domain.InstallPlanner.Wish;
import org.platformforge.marketplace.testing.FakeRuntime;
import org.platformforge.marketplace.testing.TestPlatform;

/** What is installed because something else needs it, on the real store and the real operations of either database. */
abstract class DependencyContract {
    private static final String BASE = "acme.base";
    private static final String MID = "acme.mid";
    private static final String TOP = "acme.top";
    private static final Wish ALONG = new Wish(null, null, Set.of(), true);

    private final DatabaseKind kind;

    @TempDir
    Path data;

    private TestPlatform platform;

    DependencyContract(DatabaseKind kind) {
        this.kind = kind;
    }

    @BeforeEach
    void start() {
        platform = new TestPlatform(kind, data);
        platform.acme();
    }

    @AfterEach
    void stop() {
        platform.close();
    }

    private void publish(String id, String version, Map<String, String> needs) {
        Map<String, Object> manifest = manifest(id, version);
        manifest.put("requires", Map.of("api", "[1.0,2)", "extensions", needs));
        platform.publish(manifest);
    }

    /** The top needs the middle, which needs the base below 2. */
    private void publishThree() {
        publish(BASE, "1.0.0", Map.of());
        publish(BASE, "1.1.0", Map.of());
        publish(BASE, "2.0.0", Map.of());
        publish(MID, "1.0.0", Map.of(BASE, "^1.0.0"));
        publish(TOP, "1.0.0", Map.of(MID, "^1.0.0"));
    }

    @Test
    void installsWhatIsNeededInTheSameOperation() {
        publishThree();

        Proposal plan = platform.installations.plan(ALICE, TOP, ALONG);
        Accepted accepted = platform.installations.install(ALICE, TOP, ALONG);
        assertThat(plan.valid()).isTrue();
        assertThat(plan.along())
                .extracting(
                        one -> one.release().extensionId() + " " + one.release().version())
                .containsExactly(BASE + " 1.1.0", MID + " 1.0.0");
        assertThat(accepted.along()).containsExactly(BASE, MID);
        platform.completed(accepted);

        assertThat(Stream.of(BASE, MID, TOP).map(id -> platform.runtime.serving("ten_a", id)))
                .containsExactly("1.1.0", "1.0.0", "1.0.0");
        for (String id : List.of(BASE, MID, TOP)) {
            Installation row = platform.reader.get(ALICE, id);
            assertThat(row.state()).isEqualTo(Installation.State.ACTIVE);
            assertThat(row.busy()).isFalse();
            assertThat(platform.catalogue.get(ALICE, id).extension().downloads())
                    .isOne();
            assertThat(platform.reader.detail(ALICE, id).history())
                    .singleElement()
                    .satisfies(entry -> assertThat(entry.operationId())
                            .isEqualTo(accepted.operation().id()));
        }
        assertThat(platform.count("SELECT COUNT(*) FROM store_event WHERE type = 'extension.installed'"))
                .isEqualTo(3);
        assertThat(refused(() -> platform.installations.uninstall(ALICE, BASE, false))
                        .code())
                .contains("STILL_NEEDED");
        assertThat(platform.reader
                        .list(BOB, null, org.platformforge.kernel.api.PageRequest.first(10))
                        .items())
                .isEmpty();
    }

    @Test
    void leavesNothingOfThemWhenOneDoesNotStart() {
        publishThree();
        platform.runtime.onStart = release -> {
            if (release.extensionId().equals(TOP)) {
                throw FakeRuntime.broken("no start");
            }
        };

        Operation ended = platform.end(platform.installations.install(ALICE, TOP, ALONG));

        assertThat(ended.status()).isEqualTo(Operation.Status.FAILED);
        assertThat(platform.reader.get(ALICE, TOP).error().message()).isEqualTo("no start");
        assertOnlyTheFailedOneIsLeft();
        platform.runtime.onStart = release -> {};
        platform.completed(platform.installations.install(ALICE, TOP, ALONG));
        assertThat(platform.runtime.assigned).hasSize(3);
    }

    @Test
    void leavesNothingOfThemWhenTheChangeOverFails() {
        publishThree();
        platform.runtime.onAssign = () -> {
            if (platform.runtime.assigned.size() == 2) {
                throw FakeRuntime.broken("no assignment");
            }
        };

        Operation ended = platform.end(platform.installations.install(ALICE, TOP, ALONG));

        assertThat(ended.error().message()).isEqualTo("no assignment");
        assertOnlyTheFailedOneIsLeft();
        platform.domain.reconcile();
        assertOnlyTheFailedOneIsLeft();
    }

    private void assertOnlyTheFailedOneIsLeft() {
        assertThat(platform.reader.get(ALICE, TOP).state()).isEqualTo(Installation.State.FAILED);
        assertThat(platform.count("SELECT COUNT(*) FROM mkt_installation")).isOne();
        assertThat(platform.runtime.assigned).isEmpty();
        assertThat(platform.runtime.running).isEmpty();
    }

    @Test
    void installsWhatANewVersionNeeds() {
        publishThree();
        publish("acme.app", "1.0.0", Map.of());
        platform.installed(ALICE, "acme.app", null);
        publish("acme.app", "1.1.0", Map.of(MID, "^1.0.0"));

        assertThat(codes(refused(() -> platform.installations.upgrade(ALICE, "acme.app", wish(null)))))
                .containsExactly("DEPENDENCY_MISSING");
        platform.completed(platform.installations.upgrade(ALICE, "acme.app", ALONG));

        assertThat(platform.runtime.assigned).hasSize(3);
        assertThat(platform.runtime.serving("ten_a", "acme.app")).isEqualTo("1.1.0");
    }

    @Test
    void installsThoseThatNeedEachOther() {
        publish("acme.chicken", "1.0.0", Map.of("acme.egg", "^1.0.0"));
        publish("acme.egg", "1.0.0", Map.of("acme.chicken", "^1.0.0"));

        platform.completed(platform.installations.install(ALICE, "acme.egg", ALONG));

        assertThat(platform.runtime.assigned).hasSize(2);
    }

    @Test
    void refusesWhatCannotBeThereTogether() {
        publishThree();
        publish("acme.both", "1.0.0", Map.of(MID, "^1.0.0", BASE, "[2.0,3)"));
        publish("acme.lost", "1.0.0", Map.of("acme.nowhere", "^1.0.0"));
        platform.installed(BOB, BASE, "2.0.0");

        assertThat(codes(refused(() -> platform.installations.install(ALICE, "acme.both", ALONG))))
                .containsExactly("DEPENDENCY_CONFLICT");
        assertThat(codes(refused(() -> platform.installations.install(ALICE, "acme.lost", ALONG))))
                .containsExactly("DEPENDENCY_MISSING");
        // what is there is not moved for it
        assertThat(refused(() -> platform.installations.install(BOB, TOP, ALONG)))
                .hasMessageContaining("2.0.0 is installed");
        assertThat(platform.count("SELECT COUNT(*) FROM mkt_installation")).isOne();
    }

    @Test
    void asksForThePermissionsAndSettingsOfAll() {
        Map<String, Object> base = manifest(BASE, "1.0.0");
        base.put("permissions", Map.of("network", List.of("api.acme.example")));
        platform.publish(base);
        publish(MID, "1.0.0", Map.of(BASE, "^1.0.0"));
        Map<String, Object> keyed = manifest("acme.keyed", "1.0.0");
        keyed.put(
                "configuration",
                Map.of(
                        "type",
                        "object",
                        "required",
                        List.of("api_key"),
                        "properties",
                        Map.of("api_key", Map.of("type", "string"))));
        platform.publish(keyed);
        publish(TOP, "1.0.0", Map.of("acme.keyed", "^1.0.0"));

        PlatformException refusal = refused(() -> platform.installations.install(ALICE, MID, ALONG));
        assertThat(refusal.code()).contains("PERMISSIONS_NOT_ACCEPTED");
        assertThat(refusal.details())
                .containsEntry("missing_permissions", List.of("network:api.acme.example"))
                .containsEntry("required_permissions", List.of("network:api.acme.example"));
        assertThat(codes(refused(() -> platform.installations.install(ALICE, TOP, ALONG))))
                .containsExactly("DEPENDENCY_NEEDS_SETTINGS");
        platform.completed(platform.installations.install(
                ALICE, MID, new Wish(null, null, Set.of("network:api.acme.example"), true)));
        assertThat(platform.reader.get(ALICE, BASE).current().accepted()).containsExactly("network:api.acme.example");
        assertThat(platform.reader.get(ALICE, MID).current().accepted()).isEmpty();
    }

    private static List<String> codes(PlatformException refusal) {
        return ((List<?>) refusal.details().get("problems"))
                .stream()
                        .map(problem -> (String) ((Map<?, ?>) problem).get("code"))
                        .toList();
    }

    private static PlatformException refused(ThrowingCallable work) {
        return catchThrowableOfType(PlatformException.class, work);
    }
}
