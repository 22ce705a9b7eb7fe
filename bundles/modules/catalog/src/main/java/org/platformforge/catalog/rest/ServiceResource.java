package org.platformforge.catalog.rest;

import java.net.URI;
import javax.validation.Valid;
import javax.validation.constraints.NotNull;
import javax.ws.rs.Consumes;
import javax.ws.rs.DELETE;
import javax.ws.rs.GET;
import javax.ws.rs.POST;
import javax.ws.rs.PUT;
import javax.ws.rs.Path;
import javax.ws.rs.PathParam;
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
import org.platformforge.catalog.domain.ServiceCatalog;
import org.platformforge.catalog.domain.ServiceSearch;
import org.platformforge.catalog.domain.ServiceSearch.Found;
import org.platformforge.catalog.domain.ServiceSearch.Query;
import org.platformforge.catalog.rest.ServiceRequests.ImportRequest;
import org.platformforge.catalog.rest.ServiceRequests.ServiceRequest;
import org.platformforge.catalog.rest.ServiceViews.ImportView;
import org.platformforge.catalog.rest.ServiceViews.RelationsView;
import org.platformforge.catalog.rest.ServiceViews.ServiceList;
import org.platformforge.catalog.rest.ServiceViews.ServiceSummary;
import org.platformforge.catalog.rest.ServiceViews.ServiceView;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.Page;
import org.platformforge.kernel.api.PageRequest;
import org.platformforge.kernel.api.http.Api;
import org.platformforge.kernel.api.http.Dialect;
import org.platformforge.kernel.api.http.Endpoint;
import org.platformforge.kernel.api.http.Links;

/** Document 001, "Services API"; making, changing and deleting services in the same style. */
@Component(service = ServiceResource.class, property = "osgi.jaxrs.resource=true")
@Api(dialect = Dialect.API_REFERENCE, tag = "Services")
@Path("/api/v1/services")
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
public class ServiceResource {
    private final ServiceCatalog catalog;
    private final ServiceSearch search;

    @Activate
    public ServiceResource(@Reference ServiceCatalog catalog, @Reference ServiceSearch search) {
        this.catalog = catalog;
        this.search = search;
    }

    @GET
    @Endpoint(
            operationId = "listServices",
            summary = "Find services, each as it is in the environment that matters most",
            permission = "service:read",
            response = ServiceList.class,
            errors = ErrorKind.VALIDATION)
    public Response list(
            @Context Caller caller,
            @Context UriInfo uri,
            @QueryParam("environment") String environment,
            @QueryParam("status") String status,
            @QueryParam("owner") String owner,
            @QueryParam("q") String text,
            @QueryParam("sort") String sort,
            @QueryParam("facets") String facets,
            @Context PageRequest request) {
        Query query = SearchRequest.query(environment, status, owner, text, sort, facets);
        Found found = search.find(caller, query, request);
        Page<ServiceSummary> page = found.page().map(WireMapper::summary);
        Response.ResponseBuilder response = Response.ok(new ServiceList(
                page.items(),
                page.total(),
                request.limit(),
                request.offset(),
                page.nextCursor().orElse(null),
                WireMapper.facets(found.facets())));
        page.nextCursor().ifPresent(next -> response.header(HttpHeaders.LINK, Links.next(uri.getRequestUri(), next)));
        return response.build();
    }

    @GET
    @Path("/{service_id}")
    @Endpoint(
            operationId = "getService",
            summary = "A service as it is described and as it runs now",
            permission = "service:read",
            errors = ErrorKind.NOT_FOUND)
    public ServiceView get(@Context Caller caller, @PathParam("service_id") String id) {
        return WireMapper.service(catalog.get(caller, id));
    }

    @POST
    @Endpoint(
            operationId = "createService",
            summary = "Describe a new service",
            permission = "service:create",
            status = 201,
            response = ServiceView.class,
            errors = {ErrorKind.VALIDATION, ErrorKind.CONFLICT})
    public Response create(@Context Caller caller, @Valid @NotNull ServiceRequest request) {
        ServiceView made = WireMapper.service(catalog.create(caller, request.draft()));
        return Response.created(URI.create("/api/v1/services/" + made.id()))
                .entity(made)
                .build();
    }

    @PUT
    @Path("/{service_id}")
    @Endpoint(
            operationId = "updateService",
            summary = "Describe a service anew; secrets that are left out stay",
            permission = "service:update",
            errors = {ErrorKind.VALIDATION, ErrorKind.NOT_FOUND})
    public ServiceView update(
            @Context Caller caller, @PathParam("service_id") String id, @Valid @NotNull ServiceRequest request) {
        return WireMapper.service(catalog.update(caller, id, request.draft()));
    }

    @DELETE
    @Path("/{service_id}")
    @Endpoint(
            operationId = "deleteService",
            summary = "Delete a service that is deployed nowhere and that no other needs",
            permission = "service:delete",
            status = 204,
            errors = {ErrorKind.NOT_FOUND, ErrorKind.CONFLICT})
    public void delete(@Context Caller caller, @PathParam("service_id") String id) {
        catalog.delete(caller, id);
    }

    @GET
    @Path("/{service_id}/relations")
    @Endpoint(
            operationId = "getServiceRelations",
            summary = "What a service needs, what needs it, and what fails without it",
            permission = "service:read",
            errors = ErrorKind.NOT_FOUND)
    public RelationsView relations(@Context Caller caller, @PathParam("service_id") String id) {
        return WireMapper.relations(id, catalog.relations(caller, id));
    }

    @POST
    @Path("/import")
    @Endpoint(
            operationId = "importServices",
            summary = "Bring the services of one source to what it says; the same again changes nothing",
            permission = "service:create",
            errors = {ErrorKind.VALIDATION, ErrorKind.CONFLICT})
    public ImportView importServices(@Context Caller caller, @Valid @NotNull ImportRequest request) {
        boolean dryRun = Boolean.TRUE.equals(request.dryRun());
        return WireMapper.imported(
                dryRun,
                catalog.importAll(
                        caller,
                        request.source(),
                        request.services().stream()
                                .map(one -> one == null ? null : one.draft())
                                .toList(),
                        dryRun));
    }
}
