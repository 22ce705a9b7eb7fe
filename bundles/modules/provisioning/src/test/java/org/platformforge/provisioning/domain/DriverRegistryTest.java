package org.platformforge.provisioning.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.osgi.framework.ServiceReference;
import org.platformforge.extension.api.driver.Driver;
import org.platformforge.kernel.api.module.Generations.Stage;
import org.platformforge.kernel.store.testing.TestGenerations;
import org.platformforge.provisioning.testing.FakeDriver;
import org.platformforge.provisioning.testing.ServiceReferences;

class DriverRegistryTest {
    private final DriverRegistry registry = new DriverRegistry();
    private final FakeDriver older = FakeDriver.process();
    private final FakeDriver newer = FakeDriver.process();
    private final TestGenerations generations = new TestGenerations();

    @Test
    void aCandidateThatIsNeverAcceptedSuppliesNoDriver() {
        FakeDriver other = new FakeDriver("other", Set.of("worker", "queue"), spec -> Map.of());
        ServiceReference<Driver> first = ServiceReferences.of("driver.process", 10, 1, 0);
        registry.bindGenerations(generations);
        registry.bindDriver(first, older);
        generations.become(Map.of(20L, Stage.CANDIDATE, 21L, Stage.CANDIDATE));
        registry.bindDriver(ServiceReferences.of("driver.process", 20, 2, 100), newer);
        registry.bindDriver(ServiceReferences.of("driver.other", 21, 3, 100), other);

        assertThat(registry.ofEngine("ten_a", "process")).containsSame(older);
        assertThat(registry.ofType("ten_a", "worker")).containsSame(older);
        assertThat(registry.ofEngine("ten_a", "other")).isEmpty();
        assertThat(registry.ofType("ten_a", "queue")).isEmpty();
        assertThat(registry.engines()).containsExactly("process");

        registry.unbindDriver(first, older);
        assertThat(registry.ofEngine("ten_a", "process")).isEmpty();
        assertThat(registry.ofType("ten_a", "worker")).isEmpty();
        assertThat(registry.engines()).isEmpty();
    }

    @Test
    void theOldOneGoesOnWhenTheUpdateIsRefused() {
        ServiceReference<Driver> candidate = ServiceReferences.of("driver.process", 20, 2, 0);
        registry.bindGenerations(generations);
        registry.bindDriver(ServiceReferences.of("driver.process", 10, 1, 0), older);
        generations.become(Map.of(20L, Stage.CANDIDATE));
        registry.bindDriver(candidate, newer);
        registry.unbindDriver(candidate, newer);

        assertThat(registry.ofEngine("ten_a", "process")).containsSame(older);
    }

    @Test
    void changesOverWithTheBundleAndLeavesWhatIsDrainedToNobodyElse() {
        registry.bindGenerations(generations);
        registry.bindDriver(ServiceReferences.of("driver.process", 10, 1, 0), older);
        registry.bindDriver(ServiceReferences.of("driver.process", 20, 2, 0), newer);

        generations.become(Map.of(10L, Stage.ACTING, 20L, Stage.CANDIDATE));
        assertThat(registry.ofEngine("ten_a", "process")).containsSame(older);
        generations.become(Map.of(10L, Stage.DRAINING, 20L, Stage.ACTING));
        assertThat(registry.ofEngine("ten_a", "process")).containsSame(newer);
        generations.become(Map.of(10L, Stage.ACTING, 20L, Stage.DRAINING)); // the distribution's bundle is back
        assertThat(registry.ofEngine("ten_a", "process")).containsSame(older);
    }

    @Test
    void whatIsTriedCountsAsStayingWhenItsPredecessorIsToGo() {
        registry.bindGenerations(generations);
        registry.bindDriver(ServiceReferences.of("driver.process", 10, 1, 0), older);
        generations.become(Map.of(20L, Stage.CANDIDATE));
        registry.bindDriver(ServiceReferences.of("driver.process", 20, 2, 0), newer);

        assertThat(registry.enginesOnlyOf(Set.of(10L))).isEmpty();
    }

    @Test
    void asksTheNewerOfTwoGenerationsWhicheverCameFirst() {
        registry.bindDriver(ServiceReferences.of("driver.process", 20, 7, 0), newer);
        registry.bindDriver(ServiceReferences.of("driver.process", 10, 8, 0), older);

        assertThat(registry.ofEngine("ten_a", "process")).containsSame(newer);
        assertThat(registry.ofType("ten_a", "worker")).containsSame(newer);
    }

    @Test
    void goesBackToTheOlderOneWhenTheNewerIsGone() {
        ServiceReference<Driver> second = ServiceReferences.of("driver.process", 20, 7, 0);
        registry.bindDriver(ServiceReferences.of("driver.process", 10, 8, 0), older);
        registry.bindDriver(second, newer);

        registry.unbindDriver(second, newer);

        assertThat(registry.ofEngine("ten_a", "process")).containsSame(older);
    }

    @Test
    void takesNoEngineOfAnExtension() {
        registry.bindDriver(
                ServiceReferences.of("acme.engine", "extension:acme.engine/1.0.0/ab/main", 30, 9, 100), older);

        assertThat(registry.engines()).isEmpty();
        assertThat(registry.ofType("ten_a", "worker")).isEmpty();
    }

    @Test
    void letsTheRankingDecideBetweenEnginesOfOneType() {
        FakeDriver lxd = new FakeDriver("lxd", Set.of("application"), spec -> Map.of());
        registry.bindDriver(ServiceReferences.of("driver.process", 10, 1, 0), older);
        registry.bindDriver(ServiceReferences.of("driver.lxd", 11, 2, 100), lxd);

        assertThat(registry.ofType("ten_a", "application")).containsSame(lxd);
        assertThat(registry.ofType("ten_a", "worker")).containsSame(older);
        assertThat(registry.ofEngine("ten_a", "process")).containsSame(older);
        assertThat(registry.ofType("ten_a", "database")).isEmpty();
    }

    @Test
    void knowsWhichEnginesWouldBeGoneWithABundle() {
        registry.bindDriver(ServiceReferences.of("driver.process", 10, 1, 0), older);
        registry.bindDriver(ServiceReferences.of("driver.process", 20, 2, 0), newer);

        assertThat(registry.enginesOnlyOf(Set.of(10L, 20L))).containsExactly("process");
        assertThat(registry.enginesOnlyOf(Set.of(10L))).isEmpty();
        registry.bindDriver(ServiceReferences.of("driver.other", 30, 3, 0), FakeDriver.process());
        assertThat(registry.enginesOnlyOf(Set.of(10L, 20L))).isEmpty();
    }
}
