package org.platformforge.kernel.http.generation;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.http.Dialect;
import org.platformforge.kernel.api.http.Endpoint;
import org.platformforge.kernel.http.metrics.RouteMeter;
import org.platformforge.kernel.http.route.PathTemplate;
import org.platformforge.kernel.http.route.RouteDescription;

/** A route of a generation with everything the request chain asks for, taken out of the annotations once. Immutable. */
public final class Route implements Target, Admission {
    private final RouteDescription description;
    private final PathTemplate template;
    private final Generation generation;
    private final Operation operation;
    private final ExternalOperation external;
    private final Set<Caller.Scheme> schemes;
    private final List<String> rateLimits;
    private final boolean unlimited;
    private final String permission;
    private final boolean platformWide;
    private final boolean stepUp;
    private final int maxBody;
    private final int status;
    private final boolean streaming;
    private final String operationId;
    private final RouteMeter meter;

    Route(RouteDescription description, Generation generation, Operation operation) {
        this(description, generation, operation, null);
    }

    /** One that is answered in another process. */
    Route(RouteDescription description, Generation generation, ExternalOperation external) {
        this(description, generation, null, external);
    }

    private Route(
            RouteDescription description, Generation generation, Operation operation, ExternalOperation external) {
        this.external = external;
        this.description = description;
        this.template = PathTemplate.compile(description.template());
        this.generation = generation;
        this.operation = operation;
        Endpoint endpoint = description.endpoint();
        EnumSet<Caller.Scheme> accepted = EnumSet.noneOf(Caller.Scheme.class);
        accepted.addAll(List.of(endpoint.schemes()));
        this.schemes = accepted;
        this.rateLimits = List.of(endpoint.rateLimits());
        this.unlimited = rateLimits.contains(Endpoint.UNLIMITED);
        this.permission = description.permission();
        this.platformWide = endpoint.scope() == Endpoint.Scope.PLATFORM || isPlatformPermission(permission);
        this.stepUp = endpoint.stepUp();
        this.maxBody = endpoint.maxBody();
        this.status = endpoint.status();
        this.streaming = endpoint.streaming();
        this.operationId = description.operationId();
        this.meter = generation.meter(description.method(), description.template());
    }

    @Override
    public Dialect dialect() {
        return description.dialect();
    }

    public String method() {
        return description.method();
    }

    public PathTemplate template() {
        return template;
    }

    public String operationId() {
        return operationId;
    }

    public Generation generation() {
        return generation;
    }

    /** Null when the route is answered in another process. */
    public Operation operation() {
        return operation;
    }

    /** Null when the route is answered here. */
    public ExternalOperation external() {
        return external;
    }

    /** Whether the method has an entity or form parameter. */
    public boolean readsBody() {
        return operation == null ? external.readsBody() : operation.readsBody();
    }

    /** Whether the method takes the body as a stream, so that it must not be held in memory. */
    public boolean streamsBody() {
        return description.streamsBody();
    }

    public RouteDescription description() {
        return description;
    }

    @Override
    public Set<Caller.Scheme> schemes() {
        return schemes;
    }

    public List<String> rateLimits() {
        return rateLimits;
    }

    public boolean isUnlimited() {
        return unlimited;
    }

    public String permission() {
        return permission;
    }

    /** Whether only operators of the platform may come here. */
    public boolean isPlatformWide() {
        return platformWide;
    }

    /** Whether the caller must have signed in a short time ago. */
    public boolean stepUp() {
        return stepUp;
    }

    /** Measures the answers of the route. */
    public RouteMeter meter() {
        return meter;
    }

    @Override
    public boolean isPublic() {
        return permission.equals(Endpoint.PUBLIC);
    }

    private static boolean isPlatformPermission(String permission) {
        return permission.startsWith(Endpoint.PLATFORM_PERMISSION);
    }

    /** Largest body in bytes. */
    public int maxBody() {
        return maxBody;
    }

    /** The status of success. */
    public int status() {
        return status;
    }

    public boolean streaming() {
        return streaming;
    }
}
