package org.platformforge.pipelines.domain;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.delivery.Delivery;
import org.platformforge.kernel.api.delivery.Release;
import org.platformforge.kernel.api.jobs.RecurringTask;
import org.platformforge.kernel.api.store.Event;
import org.platformforge.kernel.api.store.EventListener;
import org.platformforge.kernel.api.store.Store;
import org.platformforge.pipelines.domain.Runs.Locked;
import org.platformforge.pipelines.store.RunTable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Has runs go on whose release has come to its end: when it is told so, and by looking where it was not. Thread-safe. */
@Component(service = {EventListener.class, RecurringTask.class})
public final class ReleaseWatch implements EventListener, RecurringTask {
    private static final Logger LOG = LoggerFactory.getLogger(ReleaseWatch.class);
    private static final int MOST_AT_ONCE = 200;
    private static final Duration PERIOD = Duration.ofSeconds(3);

    private final Store store;
    private final RunTable runs;
    private final Runs moves;
    private final Neighbours neighbours;

    @Activate
    public ReleaseWatch(
            @Reference Store store, @Reference RunTable runs, @Reference Runs moves, @Reference Neighbours neighbours) {
        this.store = store;
        this.runs = runs;
        this.moves = moves;
        this.neighbours = neighbours;
    }

    @Override
    public String name() {
        return "pipelines.releases";
    }

    @Override
    public Set<String> types() {
        return Set.of("release.active", "release.failed", "release.cancelled");
    }

    @Override
    public void onEvent(Event event) {
        String releaseId = (String) event.data().get("release_id");
        Optional<Run> waiting = store.call(event.tenantId(), tx -> runs.waitingFor(tx, event.tenantId(), releaseId));
        waiting.ifPresent(this::look);
    }

    @Override
    public Duration period() {
        return PERIOD;
    }

    @Override
    public void run() {
        List<Run> waiting = store.call(Store.ALL_TENANTS, tx -> runs.waiting(tx, MOST_AT_ONCE));
        for (Run run : waiting) {
            try {
                look(run);
            } catch (PlatformException e) {
                LOG.info("The run {} does not go on now: {}", run.id(), e.getMessage());
            }
        }
    }

    private void look(Run seen) {
        Delivery delivery = neighbours.delivery;
        Optional<Release> release =
                delivery == null ? Optional.empty() : delivery.find(seen.tenantId(), seen.waitsFor());
        if (release.isEmpty() || release.get().status().running()) {
            return;
        }
        store.run(seen.tenantId(), tx -> {
            Optional<Locked> it = moves.lock(tx, seen.tenantId(), seen.id());
            if (it.isPresent() && release.get().id().equals(it.get().run().waitsFor())) {
                Optional<Stage> stage =
                        moves.deploying(tx, it.get().run(), release.get().id());
                if (stage.isPresent()) {
                    moves.settle(tx, it.get(), stage.get(), release.get());
                }
            }
        });
    }
}
