package org.platformforge.provisioning.domain;

import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sweeps again and again and tells the log of what it had not found before. It removes nothing. */
// Immediate: nobody references it, it works by itself.
@Component(service = SweepTimer.class, immediate = true)
public final class SweepTimer {
    private static final Logger LOG = LoggerFactory.getLogger(SweepTimer.class);
    private static final long FIRST_SECONDS = 60;
    private static final long STOP_SECONDS = 5;

    private final EngineSweep sweep;
    private final ProvisioningSettings settings;
    private final ScheduledExecutorService timer;
    private Set<String> known = Set.of();

    @Activate
    public SweepTimer(@Reference EngineSweep sweep, @Reference ProvisioningSettings settings) {
        this.sweep = sweep;
        this.settings = settings;
        this.timer = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "provisioning-engine-sweep");
            thread.setDaemon(true);
            return thread;
        });
        timer.schedule(this::run, FIRST_SECONDS, TimeUnit.SECONDS);
    }

    @Deactivate
    void stop() throws InterruptedException {
        timer.shutdownNow();
        timer.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS);
    }

    private void run() {
        try {
            note(sweep.look());
        } catch (RuntimeException e) {
            // an exception would end the timer for good
            LOG.warn("What engines hold could not be compared with the records: {}", e.getMessage());
        }
        if (!timer.isShutdown()) {
            timer.schedule(this::run, settings.sweepPeriod().toSeconds(), TimeUnit.SECONDS);
        }
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
