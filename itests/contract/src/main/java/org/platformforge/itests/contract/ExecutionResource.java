package org.platformforge.itests.contract;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.validation.constraints.Max;
import javax.ws.rs.GET;
import javax.ws.rs.POST;
import javax.ws.rs.Path;
import javax.ws.rs.PathParam;
import javax.ws.rs.core.Response;
import org.osgi.service.component.annotations.Component;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.http.Api;
import org.platformforge.kernel.api.http.Dialect;
import org.platformforge.kernel.api.http.Endpoint;

/** Counts how often it was executed; one execution can be held open. */
@Component(service = ExecutionResource.class, property = "osgi.jaxrs.resource=true")
@Api(dialect = Dialect.PLATFORM_API, tag = "Contract")
@Path("/api/v1/contract/executions/{name}")
public final class ExecutionResource {
    private final Map<String, AtomicInteger> executions = new ConcurrentHashMap<>();
    private final Map<String, CountDownLatch> held = new ConcurrentHashMap<>();

    public record Request(@Max(100) int value, boolean fail, boolean refuse) {}

    public record Execution(String name, int number, int value) {}

    @GET
    @Endpoint(
            operationId = "contractExecutions",
            summary = "How often it was executed",
            permission = Endpoint.ANY_CALLER,
            rateLimits = Endpoint.UNLIMITED)
    public Execution get(@PathParam("name") String name) {
        return new Execution(name, counter(name).get(), 0);
    }

    @POST
    @Endpoint(
            operationId = "contractExecute",
            summary = "Executes once",
            permission = Endpoint.ANY_CALLER,
            rateLimits = Endpoint.UNLIMITED,
            status = 201,
            response = Execution.class,
            errors = {ErrorKind.CONFLICT, ErrorKind.UNPROCESSABLE})
    public Response execute(@PathParam("name") String name, @javax.validation.Valid Request request)
            throws InterruptedException {
        int number = counter(name).incrementAndGet();
        CountDownLatch latch = held.get(name);
        if (latch != null && !latch.await(30, TimeUnit.SECONDS)) {
            throw PlatformException.of(ErrorKind.UNAVAILABLE, "Nobody released it");
        }
        if (request.fail()) {
            throw new IllegalStateException("secret inside");
        }
        if (request.refuse()) {
            throw PlatformException.of(ErrorKind.CONFLICT, "Refused").withDetail("number", number);
        }
        return Response.status(201)
                .entity(new Execution(name, number, request.value()))
                .header("Location", "/api/v1/contract/executions/" + name)
                .build();
    }

    @POST
    @Path("hold")
    @Endpoint(
            operationId = "contractHold",
            summary = "Executions wait from now on",
            permission = Endpoint.ANY_CALLER,
            rateLimits = Endpoint.UNLIMITED)
    public Execution hold(@PathParam("name") String name) {
        held.put(name, new CountDownLatch(1));
        return get(name);
    }

    @POST
    @Path("release")
    @Endpoint(
            operationId = "contractRelease",
            summary = "Executions go on",
            permission = Endpoint.ANY_CALLER,
            rateLimits = Endpoint.UNLIMITED)
    public Execution release(@PathParam("name") String name) {
        CountDownLatch latch = held.remove(name);
        if (latch != null) {
            latch.countDown();
        }
        return get(name);
    }

    void count(String name) {
        counter(name).incrementAndGet();
    }

    private AtomicInteger counter(String name) {
        return executions.computeIfAbsent(name, key -> new AtomicInteger());
    }
}
