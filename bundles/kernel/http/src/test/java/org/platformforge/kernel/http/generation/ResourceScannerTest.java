package org.platformforge.kernel.http.generation;

import static org.assertj.core.api.Assertions.assertThat;

import javax.ws.rs.GET;
import javax.ws.rs.Path;
import javax.ws.rs.container.ContainerRequestContext;
import javax.ws.rs.container.ContainerRequestFilter;
import javax.ws.rs.core.Response;
import javax.ws.rs.ext.ExceptionMapper;
import javax.ws.rs.ext.Provider;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.platformforge.kernel.api.http.Api;
import org.platformforge.kernel.api.http.Dialect;
import org.platformforge.kernel.api.http.Endpoint;
import org.platformforge.kernel.http.route.RouteScope;

class ResourceScannerTest {
    static class Filter implements ContainerRequestFilter {
        @Override
        public void filter(ContainerRequestContext context) {
            context.abortWith(Response.ok("let through").build());
        }
    }

    static class Mapper implements ExceptionMapper<RuntimeException> {
        @Override
        public Response toResponse(RuntimeException failure) {
            return Response.ok(failure.toString()).build();
        }
    }

    @Provider
    static class Annotated {}

    @Api(dialect = Dialect.PLATFORM_API, tag = "Both")
    @Path("/api/v1/both")
    public static class ResourceAndFilter extends Filter {
        @GET
        @Endpoint(operationId = "getBoth", summary = "Both", permission = Endpoint.PUBLIC)
        public String get() {
            return "";
        }
    }

    @ParameterizedTest
    @ValueSource(classes = {Filter.class, Mapper.class, Annotated.class, ResourceAndFilter.class})
    void refusesWhatWouldSilentlyDoNothing(Class<?> provider) {
        ResourceScanner scanner = new ResourceScanner(RouteScope.PLATFORM);
        scanner.scan(provider);

        assertThat(scanner.problems())
                .containsExactly(
                        provider.getName() + " is a JAX-RS provider or filter, and these are the platform's alone");
        assertThat(scanner.routes()).isEmpty();
    }
}
