package org.platformforge.provisioning.domain;

import java.time.Duration;
import java.util.List;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.kernel.api.jobs.Operations;
import org.platformforge.provisioning.domain.template.Template;

/** How long a provision will take: what this tenant's own runs of the template took, else what its author says. */
@Component(service = Estimates.class)
public final class Estimates {
    private static final int FEWEST_RUNS = 3;

    /**
     * @param expected half of the runs took no longer
     * @param nearlyCertain nine of ten runs took no longer; null without history
     * @param runs that were measured
     */
    public record Estimate(Duration expected, Duration nearlyCertain, int runs) {
        public boolean measured() {
            return nearlyCertain != null;
        }
    }

    private final Operations operations;

    @Activate
    public Estimates(@Reference Operations operations) {
        this.operations = operations;
    }

    public Estimate of(String tenantId, Template template) {
        List<Duration> taken =
                operations.history(tenantId, ProvisionHandler.KIND, ProvisionHandler.TEMPLATE, template.name()).stream()
                        .sorted()
                        .toList();
        if (taken.size() < FEWEST_RUNS) {
            return new Estimate(template.estimatedTime(), null, taken.size());
        }
        return new Estimate(percentile(taken, 50), percentile(taken, 90), taken.size());
    }

    /** Nearest rank. */
    private static Duration percentile(List<Duration> sorted, int percent) {
        int rank = (sorted.size() * percent + 99) / 100;
        return sorted.get(rank - 1);
    }
}
