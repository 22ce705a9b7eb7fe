package org.platformforge.marketplace.domain;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.kernel.api.store.Event;
import org.platformforge.kernel.api.store.EventListener;
import org.platformforge.kernel.api.store.Outbox;
import org.platformforge.kernel.api.store.Store;
import org.platformforge.marketplace.store.InstallationTable;

/**
 * Tells every tenant that has a version which was yanked, blocked or warned of: the event {@code extension.warned} in that
 * tenant, beside the one that its publisher or operator gets. Told once for each tenant, and again after a crash in
 * between. Thread-safe.
 */
@Component(service = EventListener.class)
public final class InstallerWarnings implements EventListener {
    private static final Map<String, String> CODES = Map.of(
            "extension.advised", "ADVISORY",
            "extension.yanked", "YANKED",
            "extension.blocked", "BLOCKED");

    private final Store store;
    private final InstallationTable rows;
    private final Outbox outbox;

    @Activate
    public InstallerWarnings(@Reference Store store, @Reference InstallationTable rows, @Reference Outbox outbox) {
        this.store = store;
        this.rows = rows;
        this.outbox = outbox;
    }

    @Override
    public String name() {
        return "marketplace.warnings";
    }

    @Override
    public Set<String> types() {
        return CODES.keySet();
    }

    @Override
    public void onEvent(Event event) {
        String extensionId = (String) event.data().get("extension_id");
        List<Installation> installed = store.call(Store.ALL_TENANTS, tx -> rows.ofExtension(tx, extensionId));
        installed.forEach(one -> tell(event, one));
    }

    private void tell(Event event, Installation one) {
        Stream.of(one.current(), one.canary())
                .filter(setup -> setup != null && affects(event.data(), setup.version()))
                .forEach(setup -> store.run(
                        one.tenantId(),
                        tx -> outbox.publish(tx, "extension.warned", facts(event, one, setup.version()))));
    }

    private static boolean affects(Map<String, Object> said, String version) {
        String range = (String) said.get("affected");
        return range == null
                ? version.equals(said.get("version"))
                : Versions.range(range)
                        .filter(it -> it.includes(Versions.of(version)))
                        .isPresent();
    }

    private static Map<String, Object> facts(Event event, Installation installation, String version) {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("installation_id", installation.id());
        facts.put("extension_id", installation.extensionId());
        facts.put("version", version);
        facts.put("code", CODES.get(event.type()));
        for (String name : List.of("severity", "affected", "reason", "summary")) {
            if (event.data().get(name) != null) {
                facts.put(name, event.data().get(name));
            }
        }
        facts.put("caused_by", event.id());
        return facts;
    }
}
