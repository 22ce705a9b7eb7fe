package org.platformforge.itests.container;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertNotNull;
import static org.junit.Assert.assertTrue;

import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.Test;
import org.osgi.framework.ServiceReference;
import org.platformforge.kernel.api.http.Endpoint;

/** Every route of every resource that is registered in the container names its permission. */
public class ResourcesTest extends InContainer {
    @Test
    public void everyRouteHasAPermission() throws Exception {
        ServiceReference<?>[] resources = context.getAllServiceReferences(null, "(osgi.jaxrs.resource=true)");
        assertNotNull("resources", resources);
        List<String> without = new ArrayList<>();
        int routes = 0;
        for (ServiceReference<?> reference : resources) {
            Class<?> type = context.getService(reference).getClass();
            for (Method method : type.getMethods()) {
                if (Stream.of(method.getAnnotations()).anyMatch(ResourcesTest::httpMethod)) {
                    routes++;
                    Endpoint endpoint = method.getAnnotation(Endpoint.class);
                    if (endpoint == null || endpoint.permission().isBlank()) {
                        without.add(method.toString());
                    }
                }
            }
            context.ungetService(reference);
        }
        assertTrue("routes: " + routes, routes > 20);
        assertEquals(List.of(), without);
    }

    private static boolean httpMethod(Annotation annotation) {
        return Stream.of(annotation.annotationType().getAnnotations())
                .anyMatch(meta -> meta.annotationType().getName().equals("javax.ws.rs.HttpMethod"));
    }
}
