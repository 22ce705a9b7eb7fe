package org.platformforge.kernel.http.generation;

import java.util.ArrayList;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.cxf.jaxrs.ext.ContextProvider;
import org.apache.cxf.jaxrs.model.OperationResourceInfo;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceObjects;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.wiring.BundleRevision;
import org.platformforge.kernel.api.extension.ExternalRoutes;
import org.platformforge.kernel.api.license.Licensing;
import org.platformforge.kernel.http.json.JsonCodec;
import org.platformforge.kernel.http.json.JsonLimits;
import org.platformforge.kernel.http.metrics.RouteMeters;
import org.platformforge.kernel.http.openapi.OpenApiGenerator;
import org.platformforge.kernel.http.route.PathTemplate;
import org.platformforge.kernel.http.route.RouteDescription;
import org.platformforge.kernel.http.route.RouteScope;

/** Builds a generation completely, or gives everything back and says why not. Thread-safe. */
final class GenerationBuilder implements AutoCloseable {
    private final BundleContext context;
    private final AtomicLong numbers = new AtomicLong();
    private final OpenApiGenerator openApi = new OpenApiGenerator();
    private final JaxRsBus bus = new JaxRsBus();
    private final RouteMeters meters;

    GenerationBuilder(BundleContext context, RouteMeters meters) {
        this.context = context;
        this.meters = meters;
    }

    Generation build(Bundle bundle, Collection<ServiceReference<Object>> references, JsonLimits limits)
            throws GenerationException {
        RouteScope scope = RouteScope.of(bundle.getLocation());
        Generation generation = new Generation(
                numbers.incrementAndGet(),
                bundle.getBundleId(),
                bundle.getSymbolicName(),
                bundle.getVersion(),
                scope,
                meters,
                belongsToFeatureSet(bundle));
        try {
            fill(generation, scope, references, limits);
            return generation;
        } catch (GenerationException e) {
            generation.close();
            throw e;
        } catch (RuntimeException | LinkageError e) {
            generation.close();
            throw new GenerationException("Its resources cannot be prepared: " + e, e);
        }
    }

    private static boolean belongsToFeatureSet(Bundle bundle) {
        BundleRevision revision = bundle.adapt(BundleRevision.class);
        return revision != null
                && !revision.getDeclaredRequirements(Licensing.NAMESPACE).isEmpty();
    }

    private void fill(
            Generation generation, RouteScope scope, Collection<ServiceReference<Object>> references, JsonLimits limits)
            throws GenerationException {
        List<Object> resources = new ArrayList<>();
        for (ServiceReference<Object> reference : references) {
            resources.add(obtain(generation, reference));
        }
        if (scope.isExtension() && resources.size() == 1 && resources.get(0) instanceof ExternalRoutes external) {
            ExternalGeneration.fill(generation, scope, external);
        } else {
            fill(generation, scope, resources, limits, openApi, bus);
        }
    }

    /** @throws GenerationException naming everything that is wrong with the resources */
    static void fill(
            Generation generation,
            RouteScope scope,
            List<Object> resources,
            JsonLimits limits,
            OpenApiGenerator openApi,
            JaxRsBus bus)
            throws GenerationException {
        Map<Class<?>, Object> instances = new IdentityHashMap<>();
        ResourceScanner scanner = new ResourceScanner(scope);
        for (Object resource : resources) {
            if (instances.put(resource.getClass(), resource) != null) {
                throw new GenerationException(resource.getClass().getName() + " is registered twice");
            }
            scanner.scan(resource.getClass());
        }
        List<String> problems = scanner.problems();
        if (!problems.isEmpty()) {
            throw new GenerationException(String.join("; ", problems));
        }
        JsonCodec codec = new JsonCodec(limits);
        generation.own(codec);
        JaxRsServer server = new JaxRsServer(bus, List.copyOf(instances.values()), codec, contexts(generation));
        generation.own(server);
        List<Route> routes = new ArrayList<>();
        for (RouteDescription description : scanner.routes()) {
            routes.add(route(generation, description, instances.get(description.resource()), server, codec));
        }
        String owner = scope.isExtension() ? scope.extension() : generation.symbolicName();
        generation.complete(routes, openApi.describe(owner, scope, scanner.routes(), codec));
    }

    /** An extension is not called back on threads of the platform. */
    private static List<ContextProvider<?>> contexts(Generation generation) {
        return generation.scope().isExtension() ? List.of() : List.of(new DrainContext(generation.inFlight()));
    }

    private static Route route(
            Generation generation, RouteDescription description, Object resource, JaxRsServer server, JsonCodec codec)
            throws GenerationException {
        OperationResourceInfo model = server.operation(description.handler());
        if (model == null) {
            throw new GenerationException("CXF does not take " + description.handler() + " for a resource method");
        }
        List<String> names = PathTemplate.compile(description.template()).names();
        return new Route(
                description,
                generation,
                new Operation(
                        resource,
                        model,
                        names,
                        server,
                        codec,
                        description.scope().isExtension()));
    }

    /** Only when all generations are closed. */
    @Override
    public void close() {
        bus.close();
    }

    private Object obtain(Generation generation, ServiceReference<Object> reference) throws GenerationException {
        ServiceObjects<Object> objects = context.getServiceObjects(reference);
        Object resource = objects == null ? null : objects.getService();
        if (resource == null) {
            throw new GenerationException("The resource " + reference.getProperty("component.name")
                    + " could not be obtained; the log has the reason");
        }
        generation.own(() -> release(objects, resource));
        return resource;
    }

    private static void release(ServiceObjects<Object> objects, Object resource) {
        try {
            objects.ungetService(resource);
        } catch (IllegalStateException | IllegalArgumentException e) {
            // the component was deactivated before us: there is nothing left to give back
            org.slf4j.LoggerFactory.getLogger(GenerationBuilder.class).debug("Already released: {}", e.toString());
        }
    }
}
