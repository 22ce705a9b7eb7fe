package org.platformforge.auth.domain;

import java.time.Duration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.auth.store.AttemptRepository;
import org.platformforge.auth.store.DeviceRepository;
import org.platformforge.auth.store.LinkRepository;
import org.platformforge.auth.store.SessionRepository;
import org.platformforge.kernel.api.jobs.RecurringTask;
import org.platformforge.kernel.api.store.Store;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes the rows of sessions that have ended, with the addresses in them, old counts of wrong passwords, links and devices.
 * Several nodes may do so at once.
 */
@Component(service = RecurringTask.class)
public final class SessionSweep implements RecurringTask {
    private static final Logger LOG = LoggerFactory.getLogger(SessionSweep.class);
    private static final Duration PERIOD = Duration.ofHours(1);
    /** Few enough for Derby's row locks and for any statement time-out. */
    private static final int AT_ONCE = 500;

    private final Store store;

    @Activate
    public SessionSweep(@Reference Store store) {
        this.store = store;
    }

    @Override
    public String name() {
        return "auth.session-sweep";
    }

    @Override
    public Duration period() {
        return PERIOD;
    }

    @Override
    public void run() {
        LOG.debug("{} sessions that have ended were removed", sweep());
    }

    /** @return how many were removed */
    int sweep() {
        store.run(Store.ALL_TENANTS, tx -> AttemptRepository.sweep(tx, tx.now().minus(Lockout.MEMORY)));
        store.run(Store.ALL_TENANTS, tx -> LinkRepository.sweep(tx, tx.now().minus(Lockout.MEMORY)));
        store.run(Store.ALL_TENANTS, tx -> DeviceRepository.sweep(tx, tx.now()));
        int removed = 0;
        int last;
        do {
            last = store.call(Store.ALL_TENANTS, tx -> SessionRepository.removeEnded(tx, tx.now(), AT_ONCE));
            removed += last;
        } while (last == AT_ONCE);
        return removed;
    }
}
