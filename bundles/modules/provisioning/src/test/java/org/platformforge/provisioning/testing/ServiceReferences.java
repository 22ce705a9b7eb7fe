package org.platformforge.provisioning.testing;

import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.Map;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;

/** References to services of bundles that are only a name and a number. */
public final class ServiceReferences {
    private ServiceReferences() {}

    public static <S> ServiceReference<S> of(String bundle, long bundleId, long serviceId, int ranking) {
        return of(bundle, "mvn:" + bundle, bundleId, serviceId, ranking);
    }

    public static <S> ServiceReference<S> of(
            String bundle, String location, long bundleId, long serviceId, int ranking) {
        Bundle owner = (Bundle) Proxy.newProxyInstance(
                Bundle.class.getClassLoader(),
                new Class<?>[] {Bundle.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "getSymbolicName" -> bundle;
                    case "getBundleId" -> bundleId;
                    case "getLocation" -> location;
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

    /** The context of a bundle that is there under these ids. */
    public static BundleContext context(String symbolicName, long... bundleIds) {
        Bundle[] bundles = Arrays.stream(bundleIds)
                .mapToObj(id -> of(symbolicName, id, id, 0).getBundle())
                .toArray(Bundle[]::new);
        return (BundleContext) Proxy.newProxyInstance(
                BundleContext.class.getClassLoader(),
                new Class<?>[] {BundleContext.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "getBundle" -> bundles[0];
                    case "getBundles" -> bundles;
                    default -> throw new UnsupportedOperationException(method.getName());
                });
    }
}
