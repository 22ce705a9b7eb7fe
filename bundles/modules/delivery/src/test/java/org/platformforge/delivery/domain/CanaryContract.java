package org.platformforge.delivery.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.platformforge.delivery.domain.TestDelivery.SOON;
import static org.platformforge.delivery.domain.TestDelivery.request;
import static org.platformforge.kernel.store.testing.TestCaller.ALICE;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.platformforge.kernel.api.delivery.AnswerCounts.Count;
import org.platformforge.kernel.api.delivery.CanaryStage;
import org.platformforge.kernel.api.delivery.CanaryStage.Verdict;
import org.platformforge.kernel.api.delivery.DeployRequest;
import org.platformforge.kernel.api.delivery.DeployRequest.Analysis;
import org.platformforge.kernel.api.delivery.DeployRequest.Rollout;
import org.platformforge.kernel.api.delivery.DeployRequest.Strategy;
import org.platformforge.kernel.api.delivery.Release;
import org.platformforge.kernel.api.delivery.Release.Status;
import org.platformforge.kernel.store.database.DatabaseKind;

/** A canary lives and dies by its answers, on the real store and the real operations of either database. */
abstract class CanaryContract {
    private final DatabaseKind kind;
    private TestDelivery delivery;

    CanaryContract(DatabaseKind kind) {
        this.kind = kind;
    }

    @BeforeEach
    void open() {
        delivery = new TestDelivery(kind);
    }

    @AfterEach
    void close() throws InterruptedException {
        assertThat(delivery.engines.violations).isEmpty();
        delivery.close();
    }

    private static DeployRequest judged(String version, int replicas, Analysis analysis) {
        DeployRequest plain = request(version, Strategy.CANARY, replicas);
        return new DeployRequest(
                plain.service(),
                plain.environment(),
                plain.version(),
                plain.source(),
                plain.build(),
                plain.run(),
                plain.scale(),
                new Rollout(Strategy.CANARY, 10, 0, analysis));
    }

    private static Analysis analysis(int timeoutSeconds, Integer... weights) {
        return new Analysis(List.of(weights), 100, null, 2.0, 0, timeoutSeconds);
    }

    /** @return the instance that is judged, at a stage */
    private String canaryAt(Release release, List<String> old, int stage) {
        await().atMost(SOON).until(() -> stages(release).size() == stage);
        return delivery.engines.traffic().stream()
                .filter(instance -> !old.contains(instance))
                .findFirst()
                .orElseThrow();
    }

    private List<CanaryStage> stages(Release release) {
        return delivery.releases.canary("ten_a", release.id());
    }

    @Test
    void goesThroughItsWeightsAndIsPromoted() {
        delivery.active(ALICE, request("v1", Strategy.ROLLING, 2));
        List<String> old = delivery.serving(ALICE);
        delivery.answers.add(old.get(0), 1000, 500); // before; no part of what is compared
        Release release = delivery.releases.deploy(ALICE, judged("v2", 2, analysis(600, 10, 50)));

        String canary = canaryAt(release, old, 1);
        delivery.answers.add(canary, 200, 2);
        delivery.answers.add(old.get(0), 300, 0);
        delivery.answers.add(old.get(1), 300, 0);
        assertThat(canaryAt(release, old, 2)).isEqualTo(canary);
        delivery.answers.add(canary, 100, 0);

        assertThat(delivery.awaitEnd(ALICE, release).status()).isEqualTo(Status.ACTIVE);
        assertThat(stages(release)).extracting(CanaryStage::weight).containsExactly(10, 50);
        assertThat(stages(release)).extracting(CanaryStage::verdict).containsOnly(Verdict.PROMOTED);
        assertThat(stages(release).get(0).canary()).isEqualTo(new Count(200, 2));
        assertThat(stages(release).get(0).stable().errors()).isZero();
        assertThat(stages(release).get(1).canary()).isEqualTo(new Count(100, 0));
        assertThat(delivery.engines.traffic())
                .isEqualTo(delivery.serving(ALICE))
                .hasSize(2);
        assertThat(delivery.releases.canary("ten_b", release.id())).isEmpty();
    }

    @Test
    void isWithdrawnWhenItFailsMoreThanTheOldVersion() {
        delivery.active(ALICE, request("v1", Strategy.ROLLING, 2));
        List<String> old = delivery.serving(ALICE);
        Release release = delivery.releases.deploy(ALICE, judged("v2", 3, analysis(600, 10, 50)));

        String canary = canaryAt(release, old, 1);
        delivery.answers.add(old.get(0), 1000, 10);
        delivery.answers.add(canary, 100, 10);

        Release ended = delivery.awaitEnd(ALICE, release);
        assertThat(ended.status()).isEqualTo(Status.FAILED);
        assertThat(ended.error().code()).isEqualTo("CANARY_FAILED");
        assertThat(ended.error().message()).contains("withdrawn at 10 %", "10.00 % of 100", "1.00 %");
        assertThat(stages(release)).hasSize(1);
        assertThat(stages(release).get(0).verdict()).isEqualTo(Verdict.WITHDRAWN);
        assertThat(delivery.engines.traffic()).isEqualTo(old).isEqualTo(delivery.serving(ALICE));
        assertThat(delivery.engines.instances()).isEqualTo(old);
    }

    @Test
    void isWithdrawnWhenNobodyAskedIt() {
        delivery.active(ALICE, request("v1", Strategy.ROLLING, 1));
        List<String> old = delivery.serving(ALICE);

        Release ended = delivery.awaitEnd(ALICE, delivery.releases.deploy(ALICE, judged("v2", 1, analysis(1, 10))));

        assertThat(ended.status()).isEqualTo(Status.FAILED);
        assertThat(ended.error().code()).isEqualTo("CANARY_UNDECIDED");
        assertThat(delivery.engines.traffic()).isEqualTo(old);
    }

    @Test
    void isJudgedOnAfterTheNodeWasKilled() throws Exception {
        delivery.active(ALICE, request("v1", Strategy.ROLLING, 1));
        List<String> old = delivery.serving(ALICE);
        Release release = delivery.releases.deploy(ALICE, judged("v2", 1, analysis(600, 10)));
        String canary = canaryAt(release, old, 1);
        delivery.answers.add(canary, 60, 0);
        await().atMost(SOON).until(() -> stages(release).get(0).canary().requests() == 60);
        CanaryStage before = stages(release).get(0);

        delivery.restart();
        delivery.answers.add(canary, 40, 0);

        assertThat(delivery.awaitEnd(ALICE, release).status()).isEqualTo(Status.ACTIVE);
        assertThat(stages(release)).hasSize(1);
        assertThat(stages(release).get(0).startedAt()).isEqualTo(before.startedAt());
        assertThat(stages(release).get(0).canary()).isEqualTo(new Count(100, 0));
        assertThat(delivery.engines.traffic()).containsExactly(canary);
    }

    @Test
    void isGivenUpWhenItIsCancelled() {
        delivery.active(ALICE, request("v1", Strategy.ROLLING, 1));
        List<String> old = delivery.serving(ALICE);
        Release release = delivery.releases.deploy(ALICE, judged("v2", 2, analysis(600, 10)));
        canaryAt(release, old, 1);

        delivery.operations.cancel(ALICE, release.operationId());

        assertThat(delivery.awaitEnd(ALICE, release).status()).isEqualTo(Status.CANCELLED);
        assertThat(delivery.engines.traffic()).isEqualTo(old);
        assertThat(delivery.engines.instances()).isEqualTo(old);
    }

    @Test
    void isBroughtBackWithoutBeingJudgedAgain() {
        Release first = delivery.releases.deploy(ALICE, judged("v1", 1, analysis(600, 10)));
        delivery.answers.add(canaryAt(first, List.of(), 1), 100, 0);
        assertThat(delivery.awaitEnd(ALICE, first).status()).isEqualTo(Status.ACTIVE);
        delivery.active(ALICE, request("v2", Strategy.ROLLING, 1));

        Release back = delivery.awaitEnd(ALICE, delivery.releases.rollback(ALICE, "shop", "staging", 1));

        assertThat(back.status()).isEqualTo(Status.ACTIVE);
        assertThat(stages(back)).isEmpty();
    }
}
