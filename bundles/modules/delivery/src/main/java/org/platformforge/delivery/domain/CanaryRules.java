package org.platformforge.delivery.domain;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.platformforge.kernel.api.FieldError;
import org.platformforge.kernel.api.delivery.AnswerCounts.Count;
import org.platformforge.kernel.api.delivery.CanaryStage.Verdict;
import org.platformforge.kernel.api.delivery.DeployRequest.Analysis;
import org.platformforge.kernel.api.delivery.DeployRequest.Rollout;
import org.platformforge.kernel.api.delivery.DeployRequest.Strategy;

/** By what a canary is judged. Stateless. */
final class CanaryRules {
    private static final String FIELD = "rollout.analysis";
    private static final int MOST_WEIGHTS = 10;
    private static final int MOST_REQUESTS = 1_000_000;
    private static final int LONGEST = 24 * 3600;
    private static final int ALL = 100;

    /** @param reason in words; empty while it is watched */
    record Judgement(Verdict verdict, String reason) {}

    private CanaryRules() {}

    static List<FieldError> problems(Rollout rollout) {
        List<FieldError> problems = new ArrayList<>();
        Analysis analysis = rollout.analysis();
        if (analysis == null) {
            return problems;
        }
        if (rollout.strategy() != Strategy.CANARY) {
            problems.add(new FieldError(FIELD, "is for the strategy canary only"));
        }
        if (!rising(analysis.weights())) {
            problems.add(new FieldError(
                    FIELD + ".weights", "must be 1 to " + MOST_WEIGHTS + " rising numbers from 1 to 99, in percent"));
        }
        whole(problems, "min_requests", analysis.minRequests(), 1, MOST_REQUESTS);
        whole(problems, "duration_seconds", analysis.durationSeconds(), 0, LONGEST);
        whole(problems, "timeout_seconds", analysis.timeoutSeconds(), Math.max(1, analysis.durationSeconds()), LONGEST);
        if (analysis.maxErrorRate() == null && analysis.maxDifference() == null) {
            problems.add(new FieldError(
                    FIELD + ".max_error_rate", "is needed, or max_difference: without a limit nothing is judged"));
        }
        percent(problems, "max_error_rate", analysis.maxErrorRate());
        percent(problems, "max_difference", analysis.maxDifference());
        return problems;
    }

    private static boolean rising(List<Integer> weights) {
        if (weights == null || weights.isEmpty() || weights.size() > MOST_WEIGHTS) {
            return false;
        }
        int before = 0;
        for (Integer weight : weights) {
            if (weight == null || weight <= before || weight >= ALL) {
                return false;
            }
            before = weight;
        }
        return true;
    }

    private static void whole(List<FieldError> problems, String name, int value, int least, int most) {
        if (value < least || value > most) {
            problems.add(new FieldError(FIELD + "." + name, "must be a number from " + least + " to " + most));
        }
    }

    private static void percent(List<FieldError> problems, String name, Double value) {
        boolean good = value == null || value >= 0 && value <= ALL; // and no NaN
        if (!good) {
            problems.add(new FieldError(FIELD + "." + name, "must be a number from 0 to 100, in percent"));
        }
    }

    /** @param elapsed since the stage began */
    static Judgement judge(Analysis analysis, Count canary, Count stable, Duration elapsed) {
        if (canary.requests() < analysis.minRequests()) {
            return elapsed.toSeconds() < analysis.timeoutSeconds()
                    ? new Judgement(Verdict.WATCHED, "")
                    : new Judgement(
                            Verdict.WITHDRAWN,
                            "It was asked " + canary.requests() + " times within " + analysis.timeoutSeconds()
                                    + " s, and is judged by no less than " + analysis.minRequests());
        }
        double rate = canary.errorRate();
        if (analysis.maxErrorRate() != null && rate > analysis.maxErrorRate()) {
            return new Judgement(
                    Verdict.WITHDRAWN, words(canary) + ", and may fail " + percent(analysis.maxErrorRate()));
        }
        boolean compared = analysis.maxDifference() != null && stable.requests() > 0;
        if (compared && rate - stable.errorRate() > analysis.maxDifference()) {
            return new Judgement(
                    Verdict.WITHDRAWN,
                    words(canary) + " where the old version failed " + percent(stable.errorRate())
                            + ", and may differ by " + percent(analysis.maxDifference()));
        }
        return elapsed.toSeconds() < analysis.durationSeconds()
                ? new Judgement(Verdict.WATCHED, "")
                : new Judgement(Verdict.PROMOTED, words(canary));
    }

    private static String words(Count canary) {
        return "It failed " + percent(canary.errorRate()) + " of " + canary.requests() + " requests";
    }

    private static String percent(double value) {
        return String.format(Locale.ROOT, "%.2f %%", value);
    }
}
