package org.platformforge.marketplace.domain;

import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.kernel.api.extension.ExtensionRuntime;
import org.platformforge.kernel.api.extension.ExtensionRuntime.Figures;
import org.platformforge.kernel.api.store.Store;
import org.platformforge.kernel.api.store.Transaction;
import org.platformforge.marketplace.store.CanaryTable;

/**
 * What canaries answered, on all nodes and over their restarts: what this node's runtime counts now, and what every other
 * life of a node has written down. A killed node loses what it counted since {@link #keep}. Thread-safe.
 */
@Component(service = CanaryFigures.class)
public final class CanaryFigures {
    private final Store store;
    private final CanaryTable table;
    private final ExtensionRuntime runtime;
    private final String run;

    @Activate
    public CanaryFigures(@Reference Store store, @Reference CanaryTable table, @Reference ExtensionRuntime runtime) {
        this(store, table, runtime, life());
    }

    /** @param run names the life of the runtime's counters */
    CanaryFigures(Store store, CanaryTable table, ExtensionRuntime runtime, String run) {
        this.store = store;
        this.table = table;
        this.runtime = runtime;
        this.run = run;
    }

    /** The process, whose counters outlive a swap of this module. Process ids come again, also in containers. */
    private static String life() {
        var jvm = ManagementFactory.getRuntimeMXBean();
        return UUID.nameUUIDFromBytes((jvm.getName() + ' ' + jvm.getStartTime()).getBytes(StandardCharsets.UTF_8))
                .toString();
    }

    /** That of the release that serves first, then the canary's; empty without a canary. */
    List<Figures> of(Installation installation) {
        if (installation.canary() == null) {
            return List.of();
        }
        List<Figures> counted =
                new ArrayList<>(store.call(installation.tenantId(), tx -> table.others(tx, installation.id(), run)));
        counted.addAll(runtime.figures(installation.tenantId(), installation.extensionId()));
        return List.of(sum(installation.current(), counted), sum(installation.canary(), counted));
    }

    private static Figures sum(Setup setup, List<Figures> counted) {
        List<Figures> own = counted.stream()
                .filter(one -> one.sha256().equals(setup.sha256()))
                .toList();
        return new Figures(
                setup.sha256(),
                setup.version(),
                own.stream().mapToLong(Figures::calls).sum(),
                own.stream().mapToLong(Figures::errors).sum(),
                own.stream().mapToLong(Figures::nanos).sum());
    }

    /** Writes down what this node has counted. Of one thread. */
    void keep(Installation installation) {
        List<Figures> live = runtime.figures(installation.tenantId(), installation.extensionId()).stream()
                .filter(one -> one.calls() > 0)
                .toList();
        if (!live.isEmpty()) {
            store.run(installation.tenantId(), tx -> {
                for (Figures one : live) {
                    table.write(tx, installation.id(), run, one);
                }
            });
        }
    }

    /** The canary begins, or has ended. */
    void forget(Transaction tx, Installation installation) throws SQLException {
        table.delete(tx, installation.tenantId(), installation.id());
    }

    /** The canary's of all requests, in percent with one decimal; null before the first one. */
    public static Double share(String canary, List<Figures> figures) {
        long all = figures.stream().mapToLong(Figures::calls).sum();
        long own = figures.stream()
                .filter(one -> one.version().equals(canary))
                .mapToLong(Figures::calls)
                .sum();
        return all == 0 ? null : Math.round(1000.0 * own / all) / 10.0;
    }

    static List<Map<String, Object>> toMaps(List<Figures> figures) {
        return figures.stream().map(CanaryFigures::toMap).toList();
    }

    private static Map<String, Object> toMap(Figures figures) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("version", figures.version());
        map.put("calls", figures.calls());
        map.put("errors", figures.errors());
        map.put("mean_ms", figures.calls() == 0 ? 0 : figures.nanos() / 1e6 / figures.calls());
        return map;
    }
}
