package org.platformforge.provisioning.domain;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.kernel.api.module.RemovalVeto;
import org.platformforge.kernel.api.store.Store;
import org.platformforge.provisioning.store.ResourceRepository;

/** Keeps the last driver of an engine on the platform while the engine holds resources. */
@Component(service = RemovalVeto.class)
public final class EngineVeto implements RemovalVeto {
    private final Store store;
    private final ResourceRepository resources;
    private final DriverRegistry drivers;

    @Activate
    public EngineVeto(
            @Reference Store store, @Reference ResourceRepository resources, @Reference DriverRegistry drivers) {
        this.store = store;
        this.resources = resources;
        this.drivers = drivers;
    }

    @Override
    public Optional<String> objection(String symbolicName) {
        Map<String, Long> held = new TreeMap<>(store.call(Store.ALL_TENANTS, resources::countByEngine));
        held.keySet().retainAll(drivers.enginesOnlyOf(symbolicName));
        return held.entrySet().stream()
                .map(engine -> "the engine " + engine.getKey() + " holds " + engine.getValue()
                        + " resources; delete them first")
                .reduce((one, other) -> one + "; " + other);
    }
}
