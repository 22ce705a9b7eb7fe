package org.platformforge.kernel.jobs;

import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.platformforge.kernel.api.health.HealthCheck;

/** Whether operations run. There even while the engine is not, or its absence would look healthy. */
@Component
public final class JobsHealthCheck implements HealthCheck {
    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile JobsComponent jobs;

    @Override
    public String name() {
        return "jobs";
    }

    @Override
    public Health check() {
        JobsComponent present = jobs;
        return present == null ? Health.unhealthy("Waits for the store") : present.health();
    }
}
