package org.platformforge.delivery.domain;

import java.util.List;
import java.util.Optional;
import org.platformforge.delivery.store.ReleaseRow;
import org.platformforge.delivery.store.ReleaseTable;
import org.platformforge.delivery.store.TargetRow;
import org.platformforge.kernel.api.delivery.Delivery.Target;
import org.platformforge.kernel.api.delivery.Resources;
import org.platformforge.kernel.api.delivery.Resources.Seen;
import org.platformforge.kernel.api.store.Store;

/** Targets as other modules see them, with what engines say of their instances. Thread-safe. */
final class TargetViews {
    private final Store store;
    private final ReleaseTable releases;
    private final Engines engines;

    TargetViews(Store store, ReleaseTable releases, Engines engines) {
        this.store = store;
        this.releases = releases;
        this.engines = engines;
    }

    Target view(TargetRow row) {
        Optional<ReleaseRow> current = row(row, row.current());
        Resources resources = engines.resources;
        List<Seen> instances = resources == null
                ? List.of()
                : current.stream()
                        .flatMap(release -> release.instances().stream())
                        .flatMap(id -> resources.find(row.tenantId(), id).stream())
                        .toList();
        String url = resources == null || current.isEmpty()
                ? null
                : resources
                        .find(row.tenantId(), row.routeId())
                        .map(route -> route.outputs().get("url"))
                        .orElse(null);
        return new Target(
                row.service(),
                row.environment(),
                current.map(ReleaseRow::release).orElse(null),
                row(row, row.running()).map(ReleaseRow::release).orElse(null),
                url,
                instances);
    }

    private Optional<ReleaseRow> row(TargetRow target, String releaseId) {
        return releaseId == null
                ? Optional.empty()
                : store.call(target.tenantId(), tx -> releases.find(tx, target.tenantId(), releaseId));
    }
}
