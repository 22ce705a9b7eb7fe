package org.platformforge.itests.contract;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import javax.ws.rs.GET;
import javax.ws.rs.Path;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.wiring.BundleWiring;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.platformforge.kernel.api.http.Api;
import org.platformforge.kernel.api.http.Dialect;
import org.platformforge.kernel.api.http.Endpoint;

/** How the bundles of the framework are wired: a refresh gives a bundle another number. */
@Component(service = WiringResource.class, property = "osgi.jaxrs.resource=true")
@Api(dialect = Dialect.PLATFORM_API, tag = "Contract")
@Path("/api/v1/contract/wirings")
public final class WiringResource {
    private final BundleContext context;
    private final Map<BundleWiring, Integer> numbers = new HashMap<>();

    @Activate
    public WiringResource(BundleContext context) {
        this.context = context;
    }

    /** @param wirings by symbolic name, version and id of the bundle: state and number of the wiring */
    public record Wirings(Map<String, String> wirings) {}

    @GET
    @Endpoint(operationId = "contractWirings", summary = "Every bundle's wiring", permission = Endpoint.ANY_CALLER)
    public Wirings get() {
        Map<String, String> wirings = new TreeMap<>();
        for (Bundle bundle : context.getBundles()) {
            wirings.put(
                    bundle.getSymbolicName() + " " + bundle.getVersion() + " #" + bundle.getBundleId(),
                    bundle.getState() + " " + number(bundle.adapt(BundleWiring.class)));
        }
        return new Wirings(wirings);
    }

    private synchronized int number(BundleWiring wiring) {
        return wiring == null ? 0 : numbers.computeIfAbsent(wiring, key -> numbers.size() + 1);
    }
}
