package org.platformforge.provisioning.domain;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.kernel.api.module.RemovalVeto;
import org.platformforge.kernel.api.store.Store;
import org.platformforge.provisioning.store.ProvisionRepository;
import org.platformforge.provisioning.store.ResourceRepository;

/**
 * Keeps the last driver of an engine on the platform while the engine holds resources, an extension in a tenant while its
 * engines hold any there, and this module itself while there are any at all: without it nobody would know of them.
 */
@Component(service = RemovalVeto.class)
public final class EngineVeto implements RemovalVeto {
    private static final int NAMED = 5;

    private final BundleContext context;
    private final Store store;
    private final ResourceRepository resources;
    private final ProvisionRepository provisions;
    private final DriverRegistry drivers;
    private final Json json = new Json();

    @Activate
    public EngineVeto(
            BundleContext context,
            @Reference Store store,
            @Reference ResourceRepository resources,
            @Reference ProvisionRepository provisions,
            @Reference DriverRegistry drivers) {
        this.context = context;
        this.store = store;
        this.resources = resources;
        this.provisions = provisions;
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
        held.forEach((engine, count) -> sentences.add(
                holds(engine, count, store.call(Store.ALL_TENANTS, tx -> resources.idsOfEngine(tx, engine, NAMED)))));
        return sentences.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", sentences));
    }

    /** An engine that the successor has, too, is taken over by it. */
    @Override
    public Optional<String> objection(String tenantId, String extensionId, String successor) {
        Set<String> staying = drivers.ofRelease(extensionId, successor);
        Map<String, List<Resource>> held = new TreeMap<>();
        Set<String> making = new TreeSet<>();
        store.run(tenantId, tx -> {
            if (resources.anyOfExtension(tx, extensionId)) {
                resources.ofExtension(tx, extensionId).stream()
                        .filter(resource -> !staying.contains(resource.engine()))
                        .forEach(resource -> held.computeIfAbsent(resource.engine(), engine -> new ArrayList<>())
                                .add(resource));
            }
            if (staying.isEmpty() && provisions.anyRunning(tx)) {
                provisions.running(tx).stream()
                        .filter(provision -> makes(provision, extensionId))
                        .forEach(provision -> making.add(provision.id()));
            }
        });
        List<String> sentences = new ArrayList<>();
        held.forEach((engine, all) -> sentences.add(holds(
                engine,
                all.size(),
                all.stream().limit(NAMED).map(EngineVeto::named).toList())));
        if (!making.isEmpty()) {
            sentences.add(
                    "resources of it are being made by " + String.join(", ", making) + "; wait for the end, or cancel");
        }
        return sentences.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", sentences));
    }

    private boolean makes(Provision provision, String extensionId) {
        for (JsonNode resource : json.readTree(provision.definition()).path("resources")) {
            if (resource.path("type").asText().startsWith(extensionId + ".")) {
                return true;
            }
        }
        return false;
    }

    private static String named(Resource resource) {
        return resource.name() + " of " + resource.service() + " in " + resource.environment() + ", " + resource.id();
    }

    private static String holds(String engine, long count, List<String> names) {
        return "the engine " + engine + " holds " + count + (count == 1 ? " resource (" : " resources (")
                + String.join("; ", names)
                + (count > names.size() ? " and " + (count - names.size()) + " more" : "") + "); delete "
                + (count == 1 ? "it" : "them") + " first";
    }

    /** All bundles of this module's name, so that its own update is no removal. */
    private boolean isThisModule(Set<Long> bundles) {
        String name = context.getBundle().getSymbolicName();
        return Arrays.stream(context.getBundles())
                .filter(bundle -> name.equals(bundle.getSymbolicName()))
                .map(Bundle::getBundleId)
                .allMatch(bundles::contains);
    }
}
