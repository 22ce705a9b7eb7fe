package org.platformforge.delivery.domain;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.platformforge.kernel.api.delivery.DeployRequest.Strategy;
import org.platformforge.kernel.api.jobs.OperationHandler.StepDefinition;

/** In which order instances are started and given traffic. Stateless. */
final class RolloutPlan {
    static final String CHECKOUT = "checkout";
    static final String BUILD = "build";
    static final String START = "start-";
    static final String SHIFT = "shift-";
    static final String WATCH = "watch-";
    static final String WEIGH = "weigh-";
    static final String ANALYSE = "analyse-";

    private static final int PERCENT = 100;

    private RolloutPlan() {}

    /** @param weight its share of the requests, against the weights of the others */
    record Share(String instance, int weight) {}

    /** @param weights at which a canary is judged by its answers; none where it is not */
    static List<StepDefinition> steps(
            boolean checkout, boolean build, Strategy strategy, int replicas, List<Integer> weights) {
        List<StepDefinition> steps = new ArrayList<>();
        if (checkout) {
            steps.add(new StepDefinition(CHECKOUT, "Fetch the repository"));
        }
        if (build) {
            steps.add(new StepDefinition(BUILD, "Build"));
        }
        for (int i = 1; i <= replicas; i++) {
            steps.add(new StepDefinition(START + i, "Start instance " + i + " of " + replicas));
            boolean judged = i == 1 && !weights.isEmpty();
            if (judged) {
                analysis(steps, weights);
            }
            // one that was judged has its share until the next one is there
            boolean shift = i == replicas || strategy != Strategy.BLUE_GREEN && !judged;
            if (shift) {
                steps.add(new StepDefinition(SHIFT + i, "Give traffic to " + i + " of " + replicas));
            }
            if (i == replicas || strategy == Strategy.CANARY && i == 1 && !judged) {
                steps.add(new StepDefinition(WATCH + i, "Watch the new instances under traffic"));
            }
        }
        return List.copyOf(steps);
    }

    private static void analysis(List<StepDefinition> steps, List<Integer> weights) {
        for (int i = 1; i <= weights.size(); i++) {
            String share = weights.get(i - 1) + " % of the traffic";
            steps.add(new StepDefinition(WEIGH + i, "Give " + share + " to the canary"));
            steps.add(new StepDefinition(ANALYSE + i, "Judge the canary by its answers at " + share));
        }
    }

    /** Who gets traffic while a canary is judged. */
    static List<Share> weighed(int percent, String canary, List<String> old) {
        List<Share> shares = new ArrayList<>();
        if (old.isEmpty()) {
            shares.add(new Share(canary, 1));
            return shares;
        }
        shares.add(new Share(canary, percent * old.size()));
        old.forEach(instance -> shares.add(new Share(instance, PERCENT - percent)));
        return shares;
    }

    /**
     * Who gets traffic when so many new instances are ready. The old ones make room in proportion; with the last new one
     * none of them is left.
     */
    static List<Share> shares(Strategy strategy, int canaryPercent, List<String> fresh, List<String> old, int ready) {
        List<Share> shares = new ArrayList<>();
        if (strategy == Strategy.CANARY && ready == 1 && fresh.size() > 1 && !old.isEmpty()) {
            return weighed(canaryPercent, fresh.get(0), old);
        }
        fresh.subList(0, ready).forEach(instance -> shares.add(new Share(instance, 1)));
        int gone = (ready * old.size() + fresh.size() - 1) / fresh.size();
        old.subList(gone, old.size()).forEach(instance -> shares.add(new Share(instance, 1)));
        return shares;
    }

    /** As the gateway wants it. */
    static Map<String, Object> upstream(Share share, String address) {
        Map<String, Object> upstream = new LinkedHashMap<>();
        upstream.put("address", address);
        upstream.put("backend", share.instance());
        upstream.put("weight", share.weight());
        return upstream;
    }
}
