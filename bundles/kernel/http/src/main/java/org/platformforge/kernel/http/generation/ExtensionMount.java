package org.platformforge.kernel.http.generation;

import java.util.List;
import java.util.Set;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.extension.ExtensionRouting;
import org.platformforge.kernel.api.http.Dialect;
import org.platformforge.kernel.http.route.PathTemplate;
import org.platformforge.kernel.http.route.RouteTable;

/**
 * Everything below {@link ExtensionRouting#PATH}: which route answers there is known when the tenant is. The extension's
 * id is the first variable of the path.
 */
public record ExtensionMount() implements Target, Admission {
    private static final PathTemplate TEMPLATE = PathTemplate.compile(ExtensionRouting.PATH + "{extension}/{rest:.*}");
    private static final List<String> METHODS = List.of("GET", "POST", "PUT", "PATCH", "DELETE");
    private static final Set<Caller.Scheme> SCHEMES =
            Set.of(Caller.Scheme.JWT, Caller.Scheme.API_TOKEN, Caller.Scheme.API_KEY);

    static List<RouteTable.Entry<Target>> entries() {
        Target mount = new ExtensionMount();
        return METHODS.stream()
                .map(method -> new RouteTable.Entry<>(method, TEMPLATE, mount))
                .toList();
    }

    /** Until the extension's own route is known. */
    @Override
    public Dialect dialect() {
        return Dialect.PLATFORM_FORGE;
    }

    @Override
    public Set<Caller.Scheme> schemes() {
        return SCHEMES;
    }

    @Override
    public boolean isPublic() {
        return false;
    }
}
