package org.platformforge.provisioning.rest;

import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.ws.rs.GET;
import javax.ws.rs.Path;
import javax.ws.rs.Produces;
import javax.ws.rs.QueryParam;
import javax.ws.rs.core.Context;
import javax.ws.rs.core.HttpHeaders;
import javax.ws.rs.core.MediaType;
import javax.ws.rs.core.Response;
import javax.ws.rs.core.UriInfo;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.Page;
import org.platformforge.kernel.api.PageRequest;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.http.Api;
import org.platformforge.kernel.api.http.Dialect;
import org.platformforge.kernel.api.http.Endpoint;
import org.platformforge.kernel.api.http.Links;
import org.platformforge.provisioning.domain.Provision;
import org.platformforge.provisioning.domain.ProvisionService;
import org.platformforge.provisioning.domain.ProvisionStatus;
import org.platformforge.provisioning.rest.ProvisionViews.ProvisionList;
import org.platformforge.provisioning.store.ProvisionRepository.Filter;

/** The list beside document 000's single provisions, newest first. */
@Component(service = ProvisionCollectionResource.class, property = "osgi.jaxrs.resource=true")
@Api(dialect = Dialect.PLATFORM_API, tag = "Provisioning")
@Path("/api/v1/provisions")
@Produces(MediaType.APPLICATION_JSON)
public class ProvisionCollectionResource {
    private final ProvisionService provisions;

    @Activate
    public ProvisionCollectionResource(@Reference ProvisionService provisions) {
        this.provisions = provisions;
    }

    @GET
    @Endpoint(
            operationId = "listProvisions",
            summary = "Provisions, newest first",
            permission = "provision:read",
            response = ProvisionList.class,
            errors = ErrorKind.VALIDATION)
    public Response list(
            @Context Caller caller,
            @Context UriInfo uri,
            @QueryParam("environment") String environment,
            @QueryParam("service") String service,
            @QueryParam("template") String template,
            @QueryParam("status") String status,
            @Context PageRequest request) {
        Filter filter = new Filter(
                environment,
                choice(
                        "status",
                        status,
                        ProvisionStatus::ofWire,
                        Stream.of(ProvisionStatus.values()).map(ProvisionStatus::wire)),
                template,
                service);
        Page<Provision> page = provisions.list(caller, filter, request);
        return paged(WireMapper.provisions(page, request), page, uri);
    }

    /** A query value that must be one of a few, or nothing. */
    static <T> T choice(String name, String value, Function<String, Optional<T>> parser, Stream<String> choices) {
        if (value == null) {
            return null;
        }
        return parser.apply(value)
                .orElseThrow(() ->
                        PlatformException.invalid(name, "must be one of " + choices.collect(Collectors.joining(", "))));
    }

    static Response paged(Object body, Page<?> page, UriInfo uri) {
        Response.ResponseBuilder response = Response.ok(body);
        page.nextCursor().ifPresent(next -> response.header(HttpHeaders.LINK, Links.next(uri.getRequestUri(), next)));
        return response.build();
    }
}
