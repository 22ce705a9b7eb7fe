package org.platformforge.provisioning.domain;

import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.kernel.api.jobs.RecurringTask;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sweeps again and again and tells the log of what it had not found before. It removes nothing. */
@Component(service = RecurringTask.class)
public final class SweepTimer implements RecurringTask {
    private static final Logger LOG = LoggerFactory.getLogger(SweepTimer.class);
    private static final Duration FIRST = Duration.ofSeconds(60);

    private final EngineSweep sweep;
    private final ProvisioningSettings settings;
    private Set<String> known = Set.of();

    @Activate
    public SweepTimer(@Reference EngineSweep sweep, @Reference ProvisioningSettings settings) {
        this.sweep = sweep;
        this.settings = settings;
    }

    @Override
    public String name() {
        return "provisioning.engine-sweep";
    }

    @Override
    public Duration delay() {
        return FIRST;
    }

    @Override
    public Duration period() {
        return settings.sweepPeriod();
    }

    @Override
    public void run() {
        note(sweep.look());
    }

    private void note(EngineSweep.Report report) {
        Set<String> found = new TreeSet<>();
        report.orphans()
                .forEach(orphan -> found.add("The engine " + orphan.engine() + " holds " + orphan.resourceId() + " ("
                        + orphan.description() + "), which no record knows; resource:sweep removes it"));
        report.missing()
                .forEach(resource -> found.add("The engine " + resource.engine() + " does not hold " + resource.id()
                        + " (" + resource.service() + " in " + resource.environment() + ") any more"));
        found.stream().filter(sentence -> !known.contains(sentence)).forEach(LOG::warn);
        known = found;
    }
}
