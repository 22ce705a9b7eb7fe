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

    private static final int PERCENT = 100;

    private RolloutPlan() {}

    /** @param weight its share of the requests, against the weights of the others */
    record Share(String instance, int weight) {}

    static List<StepDefinition> steps(boolean checkout, boolean build, Strategy strategy, int replicas) {
        List<StepDefinition> steps = new ArrayList<>();
        if (checkout) {
            steps.add(new StepDefinition(CHECKOUT, "Fetch the repository"));
        }
        if (build) {
            steps.add(new StepDefinition(BUILD, "Build"));
        }
        for (int i = 1; i <= replicas; i++) {
            steps.add(new StepDefinition(START + i, "Start instance " + i + " of " + replicas));
            boolean shift = strategy != Strategy.BLUE_GREEN || i == replicas;
            if (shift) {
                steps.add(new StepDefinition(SHIFT + i, "Give traffic to " + i + " of " + replicas));
            }
            if (i == replicas || strategy == Strategy.CANARY && i == 1) {
                steps.add(new StepDefinition(WATCH + i, "Watch the new instances under traffic"));
            }
        }
        return List.copyOf(steps);
    }

    /**
     * Who gets traffic when so many new instances are ready. The old ones make room in proportion; with the last new one
     * none of them is left.
     */
    static List<Share> shares(Strategy strategy, int canaryPercent, List<String> fresh, List<String> old, int ready) {
        List<Share> shares = new ArrayList<>();
        if (strategy == Strategy.CANARY && ready == 1 && fresh.size() > 1 && !old.isEmpty()) {
            shares.add(new Share(fresh.get(0), canaryPercent * old.size()));
            old.forEach(instance -> shares.add(new Share(instance, PERCENT - canaryPercent)));
            return shares;
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
