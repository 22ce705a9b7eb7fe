package org.platformforge.delivery.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.platformforge.kernel.api.delivery.AnswerCounts.Count;
import org.platformforge.kernel.api.delivery.CanaryStage.Verdict;
import org.platformforge.kernel.api.delivery.DeployRequest.Analysis;
import org.platformforge.kernel.api.delivery.DeployRequest.Rollout;
import org.platformforge.kernel.api.delivery.DeployRequest.Strategy;

class CanaryRulesTest {
    @ParameterizedTest
    @CsvSource({
        // canary, its errors, old, its errors, seconds
        "99, 99, 0, 0, 59, WATCHED", // too few requests to judge by
        "99, 0, 0, 0, 60, WITHDRAWN",
        "100, 0, 0, 0, 9, WATCHED",
        "100, 0, 0, 0, 10, PROMOTED",
        "100, 5, 0, 0, 10, PROMOTED",
        "100, 6, 0, 0, 0, WITHDRAWN", // at once
        "100, 3, 100, 1, 10, PROMOTED",
        "100, 4, 100, 1, 0, WITHDRAWN",
        "100, 4, 0, 0, 10, PROMOTED", // nothing to compare with
        "100, 6, 100, 50, 0, WITHDRAWN",
        "100000, 0, 100, 100, 60, PROMOTED"
    })
    void judgesByTheErrorsOfBothVersions(long canary, long errors, long old, long oldErrors, int seconds, Verdict is) {
        Analysis analysis = new Analysis(List.of(10), 100, 5.0, 2.0, 10, 60);

        CanaryRules.Judgement judgement = CanaryRules.judge(
                analysis, new Count(canary, errors), new Count(old, oldErrors), Duration.ofSeconds(seconds));

        assertThat(judgement.verdict()).isEqualTo(is);
        assertThat(judgement.reason().isEmpty()).isEqualTo(is == Verdict.WATCHED);
    }

    @Test
    void saysWhatItHasSeen() {
        Analysis analysis = new Analysis(List.of(10), 100, null, 2.0, 10, 60);

        assertThat(CanaryRules.judge(analysis, new Count(200, 10), new Count(1000, 1), Duration.ZERO)
                        .reason())
                .isEqualTo("It failed 5.00 % of 200 requests where the old version failed 0.10 %,"
                        + " and may differ by 2.00 %");
    }

    @Test
    void refusesWhatCannotBeJudgedBy() {
        assertThat(fields(new Analysis(List.of(1, 99), 1, 0.0, null, 0, 1))).isEmpty();
        assertThat(fields(new Analysis(List.of(1, 99), 1, null, 100.0, 86_400, 86_400)))
                .isEmpty();
        assertThat(fields(new Analysis(List.of(), 1, 1.0, null, 0, 1))).containsExactly("rollout.analysis.weights");
        assertThat(fields(new Analysis(List.of(10, 10), 1, 1.0, null, 0, 1)))
                .containsExactly("rollout.analysis.weights");
        assertThat(fields(new Analysis(null, 1, Double.NaN, -1.0, 0, 1)))
                .containsExactly(
                        "rollout.analysis.weights",
                        "rollout.analysis.max_error_rate",
                        "rollout.analysis.max_difference");
    }

    private static List<String> fields(Analysis analysis) {
        return CanaryRules.problems(new Rollout(Strategy.CANARY, 10, 0, analysis)).stream()
                .map(error -> error.field())
                .toList();
    }
}
