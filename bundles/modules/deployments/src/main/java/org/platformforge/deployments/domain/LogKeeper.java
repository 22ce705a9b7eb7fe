package org.platformforge.deployments.domain;

import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.deployments.domain.LogEntry.Stage;
import org.platformforge.deployments.store.LogTable;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.delivery.Credentials;
import org.platformforge.kernel.api.delivery.Delivery.Target;
import org.platformforge.kernel.api.delivery.LogTail;
import org.platformforge.kernel.api.delivery.LogTail.Position;
import org.platformforge.kernel.api.delivery.Release;
import org.platformforge.kernel.api.delivery.Resources.Seen;
import org.platformforge.kernel.api.jobs.Operations;
import org.platformforge.kernel.api.jobs.Operations.LogLine;
import org.platformforge.kernel.api.security.Secrets;
import org.platformforge.kernel.api.store.Store;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps what was written of a deployment: by the operations that made it, and by its instances. A copy of its own, so that
 * it outlives all of them. What its secrets are is not in it. Thread-safe: two that collect at once write nothing twice.
 */
@Component(service = LogKeeper.class)
public class LogKeeper {
    /** The purpose under which what is secret of a deployment is sealed. */
    static final String PURPOSE = "deployments";

    private static final Logger LOG = LoggerFactory.getLogger(LogKeeper.class);
    private static final int BATCH = 500;
    private static final int SHORTEST_SECRET = 4;
    private static final String MASK = "********";
    private static final String GAP = "--- lines may be missing here: the engine did not keep them ---";

    private final Store store;
    private final LogTable table;
    private final Chain chain;
    private final Operations operations;
    private final Secrets secrets;
    private final Settings settings;

    @Activate
    public LogKeeper(
            @Reference Store store,
            @Reference LogTable table,
            @Reference Chain chain,
            @Reference Operations operations,
            @Reference Secrets secrets,
            @Reference Settings settings) {
        this.store = store;
        this.table = table;
        this.chain = chain;
        this.operations = operations;
        this.secrets = secrets;
        this.settings = settings;
    }

    /** Reads on wherever something new can be. What cannot be asked now is read later. */
    public void collect(Deployment deployment) {
        try {
            if (deployment.work().operationId() != null) {
                operation(deployment, deployment.work().operationId(), true);
            }
            Optional<Target> target = chain.deliveryNow()
                    .flatMap(delivery ->
                            delivery.target(deployment.tenantId(), deployment.service(), Deployment.ENVIRONMENT));
            if (target.isPresent()) {
                releases(deployment, target.get());
                target.get().instances().stream()
                        .sorted(Comparator.comparing(Seen::id))
                        .forEach(instance -> instance(deployment, instance));
            }
        } catch (PlatformException | UncheckedIOException e) {
            LOG.debug("The log of {} is read later", deployment, e);
        }
    }

    private void releases(Deployment deployment, Target target) {
        if (target.current() != null) {
            operation(deployment, target.current().operationId(), false);
        }
        if (target.rollingOut() != null) {
            operation(deployment, target.rollingOut().operationId(), false);
            return;
        }
        String newest = deployment.work().releaseId();
        if (newest != null
                && (target.current() == null || !target.current().id().equals(newest))) {
            chain.delivery()
                    .find(deployment.tenantId(), newest)
                    .map(Release::operationId)
                    .ifPresent(id -> operation(deployment, id, false));
        }
    }

    private void operation(Deployment deployment, String id, boolean preparing) {
        List<LogLine> lines;
        do {
            Optional<Position> before = store.call(deployment.tenantId(), tx -> table.position(tx, deployment, id));
            long from = before.map(Position::readTo).orElse(0L);
            lines = operations.logs(deployment.tenantId(), id, from, BATCH);
            if (lines.isEmpty()) {
                return;
            }
            List<LogEntry> entries = new ArrayList<>();
            for (LogLine line : lines) {
                entries.add(new LogEntry(0, line.at(), stage(line.step(), preparing), id, line.text()));
            }
            Position after = new Position(lines.get(lines.size() - 1).sequence(), List.of());
            if (!write(deployment, id, before, after, entries)) {
                return;
            }
        } while (lines.size() == BATCH);
    }

    private static Stage stage(String step, boolean preparing) {
        if ("build".equals(step)) {
            return Stage.BUILD;
        }
        return preparing || "checkout".equals(step) ? Stage.PROVISIONING : Stage.DEPLOYING;
    }

    private void instance(Deployment deployment, Seen instance) {
        String id = instance.id();
        Optional<Position> before = store.call(deployment.tenantId(), tx -> table.position(tx, deployment, id));
        List<String> now = chain.resources().logs(deployment.tenantId(), id, LogTail.WINDOW);
        LogTail.Fresh fresh = LogTail.after(before.orElse(Position.START), now);
        if (fresh.lines().isEmpty()) {
            return;
        }
        Instant at = store.call(deployment.tenantId(), tx -> tx.now());
        List<LogEntry> entries = new ArrayList<>();
        if (fresh.gap()) {
            entries.add(new LogEntry(0, at, Stage.GAP, id, GAP));
        }
        List<String> hidden = hidden(deployment);
        for (String line : fresh.lines()) {
            String shown = line;
            for (String secret : hidden) {
                shown = shown.replace(secret, MASK);
            }
            entries.add(new LogEntry(0, at, Stage.RUNTIME, id, shown));
        }
        write(deployment, id, before, fresh.position(), entries);
    }

    /** What an application prints of its secrets, its build's among them; the longest first. */
    private List<String> hidden(Deployment deployment) {
        Credentials own = Credentials.open(secrets, PURPOSE, deployment.id(), deployment.sealed());
        return Stream.of(own.variables(), own.buildVariables())
                .flatMap(variables -> variables.values().stream())
                .filter(value -> value.length() >= SHORTEST_SECRET)
                .sorted(Comparator.comparingInt(String::length).reversed())
                .toList();
    }

    private boolean write(
            Deployment deployment, String source, Optional<Position> before, Position after, List<LogEntry> entries) {
        return store.call(deployment.tenantId(), tx -> {
            boolean first = table.advance(tx, deployment, source, before, after);
            if (first) {
                table.append(
                        tx, deployment, entries, Math.max(100, settings.now().log_lines()));
            }
            return first;
        });
    }

    /** Lines after a sequence number, oldest first; where some were dropped, a mark is put in their place. */
    public List<LogEntry> after(Deployment deployment, long sequence, int limit) {
        List<LogEntry> lines = store.call(deployment.tenantId(), tx -> table.after(tx, deployment, sequence, limit));
        return marked(lines, sequence);
    }

    /** The last lines, oldest first. */
    public List<LogEntry> tail(Deployment deployment, int limit) {
        return store.call(deployment.tenantId(), tx -> table.tail(tx, deployment, limit));
    }

    private static List<LogEntry> marked(List<LogEntry> lines, long sequence) {
        if (lines.isEmpty() || lines.get(0).sequence() == sequence + 1) {
            return lines;
        }
        LogEntry first = lines.get(0);
        List<LogEntry> marked = new ArrayList<>();
        long missing = first.sequence() - sequence - 1;
        marked.add(new LogEntry(
                first.sequence() - 1,
                first.at(),
                Stage.GAP,
                first.source(),
                "--- " + missing + " older lines were dropped ---"));
        marked.addAll(lines);
        return marked;
    }
}
