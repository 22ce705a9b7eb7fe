package org.platformforge.provisioning.domain;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.kernel.api.module.RemovalVeto;
import org.platformforge.kernel.api.store.Store;
import org.platformforge.provisioning.store.ResourceRepository;

/**
 * Keeps the last driver of an engine on the platform while the engine holds resources, and this module itself while there
 * are any: without it nobody would know of them.
 */
@Component(service = RemovalVeto.class)
public final class EngineVeto implements RemovalVeto {
    private static final int NAMED = 5;

    private final BundleContext context;
    private final Store store;
    private final ResourceRepository resources;
    private final DriverRegistry drivers;

    @Activate
    public EngineVeto(
            BundleContext context,
            @Reference Store store,
            @Reference ResourceRepository resources,
            @Reference DriverRegistry drivers) {
        this.context = context;
        this.store = store;
        this.resources = resources;
        this.drivers = drivers;
    }

    @Override
    public Optional<String> objection(Set<Long> bundles) {
        Set<String> lost = drivers.enginesOnlyOf(bundles);
        boolean everything = isThisModule(bundles);
        if (lost.isEmpty() && !everything) {
            return Optional.empty();
        }
        Map<String, Long> held = new TreeMap<>(store.call(Store.ALL_TENANTS, resources::countByEngine));
        if (!everything) {
            held.keySet().retainAll(lost);
        }
        List<String> sentences = new ArrayList<>();
        held.forEach((engine, count) -> sentences.add("the engine " + engine + " holds " + count
                + (count == 1 ? " resource (" : " resources (") + named(engine, count) + "); delete "
                + (count == 1 ? "it" : "them") + " first"));
        return sentences.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", sentences));
    }

    /** All bundles of this module's name, so that its own update is no removal. */
    private boolean isThisModule(Set<Long> bundles) {
        String name = context.getBundle().getSymbolicName();
        return Arrays.stream(context.getBundles())
                .filter(bundle -> name.equals(bundle.getSymbolicName()))
                .map(Bundle::getBundleId)
                .allMatch(bundles::contains);
    }

    private String named(String engine, long count) {
        List<String> ids = store.call(Store.ALL_TENANTS, tx -> resources.idsOfEngine(tx, engine, NAMED));
        return String.join(", ", ids) + (count > ids.size() ? " and " + (count - ids.size()) + " more" : "");
    }
}
