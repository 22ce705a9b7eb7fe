package org.platformforge.gateway.domain;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.gateway.store.AnswerRepository;
import org.platformforge.gateway.store.MetricRepository;
import org.platformforge.kernel.api.jobs.RecurringTask;
import org.platformforge.kernel.api.store.Store;

/** Deletes measurements that are older than they are kept. Several nodes may do so at once. */
@Component(service = RecurringTask.class, configurationPid = GatewayConfig.PID)
public final class MetricRetention implements RecurringTask {
    private static final Duration FIRST = Duration.ofMinutes(1);
    private static final Duration PERIOD = Duration.ofHours(1);

    private final Store store;
    private final MetricRepository repository;
    private final AnswerRepository answers;
    private final Clock clock;
    private volatile Duration kept;

    @Activate
    public MetricRetention(
            @Reference Store store,
            @Reference MetricRepository repository,
            @Reference AnswerRepository answers,
            GatewayConfig config) {
        this(store, repository, answers, config, Clock.systemUTC());
    }

    MetricRetention(
            Store store, MetricRepository repository, AnswerRepository answers, GatewayConfig config, Clock clock) {
        this.store = store;
        this.repository = repository;
        this.answers = answers;
        this.clock = clock;
        modified(config);
    }

    @Modified
    final void modified(GatewayConfig config) {
        kept = Duration.ofDays(Math.max(1, config.retention_days()));
    }

    @Override
    public String name() {
        return "gateway.metric-retention";
    }

    @Override
    public Duration delay() {
        return FIRST;
    }

    @Override
    public Duration period() {
        return PERIOD;
    }

    @Override
    public void run() {
        Instant oldest = clock.instant().minus(kept);
        long minute = oldest.getEpochSecond() / Duration.ofMinutes(1).toSeconds();
        store.run(Store.ALL_TENANTS, tx -> {
            repository.deleteBefore(tx, minute);
            answers.deleteBefore(tx, oldest);
        });
    }
}
