package org.platformforge.kernel.http.generation;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.cxf.Bus;
import org.apache.cxf.BusFactory;
import org.apache.cxf.endpoint.Endpoint;
import org.apache.cxf.endpoint.Server;
import org.apache.cxf.jaxrs.JAXRSServerFactoryBean;
import org.apache.cxf.jaxrs.ext.ContextProvider;
import org.apache.cxf.jaxrs.model.ClassResourceInfo;
import org.apache.cxf.jaxrs.model.OperationResourceInfo;
import org.platformforge.kernel.http.json.JsonCodec;
import org.platformforge.kernel.http.json.JsonProvider;
import org.platformforge.kernel.http.json.ParamConverters;

/**
 * The JAX-RS side of one generation: its own CXF bus and server with nothing but our providers. The server owns no
 * address and is never started: the front servlet has already decided which method answers, so CXF binds parameters
 * and finds providers, and its matching, which could disagree with ours about a permission, is not asked.
 */
final class JaxRsServer implements AutoCloseable {
    private final Bus bus;
    private final Server server;
    private final Map<Method, OperationResourceInfo> operations = new HashMap<>();

    /**
     * @param shared stays as it is
     * @param contexts what resource methods may take besides the caller and the page
     */
    JaxRsServer(JaxRsBus shared, List<Object> resources, JsonCodec codec, List<ContextProvider<?>> contexts) {
        bus = new GenerationBus(shared.bus());
        try {
            JAXRSServerFactoryBean factory = new JAXRSServerFactoryBean();
            factory.setBus(bus);
            factory.setStart(false);
            factory.setAddress("/");
            factory.setDestinationFactory(new NoDestinationFactory());
            factory.setServiceBeans(resources);
            List<Object> providers = new ArrayList<>(List.of(
                    new JsonProvider(codec), new ParamConverters(), new CallerContext(), new PageRequestContext()));
            providers.addAll(contexts);
            factory.setProviders(providers);
            server = factory.create();
            for (ClassResourceInfo resource : factory.getServiceFactory().getClassResourceInfo()) {
                for (OperationResourceInfo operation :
                        resource.getMethodDispatcher().getOperationResourceInfos()) {
                    operations.put(operation.getMethodToInvoke(), operation);
                }
            }
        } catch (RuntimeException | LinkageError e) {
            bus.shutdown(false);
            throw e;
        } finally {
            // CXF makes it the default one of the thread
            BusFactory.clearDefaultBusForAnyThread(bus);
        }
    }

    Bus bus() {
        return bus;
    }

    Endpoint endpoint() {
        return server.getEndpoint();
    }

    /** CXF's model of the method; null when CXF does not see it as a resource method. */
    OperationResourceInfo operation(Method method) {
        return operations.get(method);
    }

    /** Only when no request can reach it any more. */
    @Override
    public void close() {
        operations.clear();
        server.destroy();
        bus.shutdown(false);
        BusFactory.clearDefaultBusForAnyThread(bus);
    }
}
