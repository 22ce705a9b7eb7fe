package org.platformforge.provisioning.testing;

import java.lang.reflect.Proxy;
import java.util.Map;
import org.osgi.framework.Bundle;
import org.osgi.framework.ServiceReference;

/** References to services of bundles that are only a name and a number. */
public final class ServiceReferences {
    private ServiceReferences() {}

    public static <S> ServiceReference<S> of(String bundle, long bundleId, long serviceId, int ranking) {
        Bundle owner = (Bundle) Proxy.newProxyInstance(
                Bundle.class.getClassLoader(), new Class<?>[] {Bundle.class}, (proxy, method, arguments) ->
                        switch (method.getName()) {
                            case "getSymbolicName" -> bundle;
                            case "getBundleId" -> bundleId;
                            default -> throw new UnsupportedOperationException(method.getName());
                        });
        Map<String, Object> properties = Map.of("service.id", serviceId, "service.ranking", ranking);
        @SuppressWarnings("unchecked")
        ServiceReference<S> reference = (ServiceReference<S>) Proxy.newProxyInstance(
                ServiceReference.class.getClassLoader(),
                new Class<?>[] {ServiceReference.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "getBundle" -> owner;
                    case "getProperty" -> properties.get(arguments[0]);
                    case "hashCode" -> (int) serviceId;
                    case "equals" -> proxy == arguments[0];
                    default -> throw new UnsupportedOperationException(method.getName());
                });
        return reference;
    }
}
