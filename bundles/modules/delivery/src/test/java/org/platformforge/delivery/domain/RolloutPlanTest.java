package org.platformforge.delivery.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.platformforge.delivery.domain.RolloutPlan.Share;
import org.platformforge.kernel.api.delivery.DeployRequest.Strategy;
import org.platformforge.kernel.api.jobs.OperationHandler.StepDefinition;

class RolloutPlanTest {
    @Test
    void ordersTheStepsOfEachStrategy() {
        assertThat(names(true, true, Strategy.ROLLING, 2))
                .containsExactly("checkout", "build", "start-1", "shift-1", "start-2", "shift-2", "watch-2");
        assertThat(names(true, false, Strategy.BLUE_GREEN, 2))
                .containsExactly("checkout", "start-1", "start-2", "shift-2", "watch-2");
        assertThat(names(false, false, Strategy.CANARY, 2))
                .containsExactly("start-1", "shift-1", "watch-1", "start-2", "shift-2", "watch-2");
        assertThat(names(false, false, Strategy.CANARY, 1)).containsExactly("start-1", "shift-1", "watch-1");
        assertThat(names(false, false, Strategy.CANARY, 2, 10, 50))
                .containsExactly(
                        "start-1", "weigh-1", "analyse-1", "weigh-2", "analyse-2", "start-2", "shift-2", "watch-2");
        assertThat(names(false, false, Strategy.CANARY, 1, 10))
                .containsExactly("start-1", "weigh-1", "analyse-1", "shift-1", "watch-1");
    }

    private static List<String> names(
            boolean checkout, boolean build, Strategy strategy, int replicas, Integer... weights) {
        return RolloutPlan.steps(checkout, build, strategy, replicas, List.of(weights)).stream()
                .map(StepDefinition::name)
                .toList();
    }

    @ParameterizedTest
    @CsvSource({"3,3", "3,1", "1,3", "2,5", "5,2", "1,1", "4,0"})
    void neverLeavesTrafficWithoutAnInstanceAndEndsWithTheNewOnesAlone(int fresh, int old) {
        for (int ready = 1; ready <= fresh; ready++) {
            List<Share> shares = RolloutPlan.shares(Strategy.ROLLING, 10, ids("new", fresh), ids("old", old), ready);
            assertThat(shares).isNotEmpty().allMatch(share -> share.weight() > 0);
            assertThat(shares.stream().filter(share -> share.instance().startsWith("new")))
                    .hasSize(ready);
        }
        assertThat(RolloutPlan.shares(Strategy.ROLLING, 10, ids("new", fresh), ids("old", old), fresh))
                .extracting(Share::instance)
                .containsExactlyElementsOf(ids("new", fresh));
    }

    @Test
    void givesACanaryItsPercentWhateverTheNumberOfOldInstances() {
        List<Share> shares = RolloutPlan.shares(Strategy.CANARY, 10, ids("new", 2), ids("old", 3), 1);
        double all = shares.stream().mapToInt(Share::weight).sum();

        assertThat(shares.get(0).weight() / all).isEqualTo(0.1);
        assertThat(shares).hasSize(4);
    }

    private static List<String> ids(String kind, int count) {
        return IntStream.range(0, count).mapToObj(i -> kind + i).toList();
    }
}
