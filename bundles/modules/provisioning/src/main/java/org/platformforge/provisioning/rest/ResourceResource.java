package org.platformforge.provisioning.rest;

import java.net.URI;
import java.util.stream.Stream;
import javax.ws.rs.DELETE;
import javax.ws.rs.DefaultValue;
import javax.ws.rs.GET;
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
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.Page;
import org.platformforge.kernel.api.PageRequest;
import org.platformforge.kernel.api.http.Api;
import org.platformforge.kernel.api.http.Dialect;
import org.platformforge.kernel.api.http.Endpoint;
import org.platformforge.provisioning.domain.Resource;
import org.platformforge.provisioning.domain.ResourceService;
import org.platformforge.provisioning.domain.ResourceStatus;
import org.platformforge.provisioning.rest.ResourceViews.DeletionView;
import org.platformforge.provisioning.rest.ResourceViews.ResourceList;
import org.platformforge.provisioning.rest.ResourceViews.ResourceLogView;
import org.platformforge.provisioning.rest.ResourceViews.ResourceView;
import org.platformforge.provisioning.store.ResourceRepository.Filter;

/** Document 000, "Resource Management API". */
@Component(service = ResourceResource.class, property = "osgi.jaxrs.resource=true")
@Api(dialect = Dialect.PLATFORM_API, tag = "Resources")
@Path("/api/v1/resources")
@Produces(MediaType.APPLICATION_JSON)
public class ResourceResource {
    private static final int POLL_SECONDS = 1;

    private final ResourceService resources;

    @Activate
    public ResourceResource(@Reference ResourceService resources) {
        this.resources = resources;
    }

    @GET
    @Endpoint(
            operationId = "listResources",
            summary = "Resources, newest first",
            permission = "resource:read",
            response = ResourceList.class,
            errors = ErrorKind.VALIDATION)
    public Response list(
            @Context Caller caller,
            @Context UriInfo uri,
            @QueryParam("environment") String environment,
            @QueryParam("service") String service,
            @QueryParam("type") String type,
            @QueryParam("status") String status,
            @QueryParam("provision_id") String provisionId,
            @Context PageRequest request) {
        ResourceStatus wanted = ProvisionCollectionResource.choice(
                "status",
                status,
                ResourceStatus::ofWire,
                Stream.of(ResourceStatus.values()).map(ResourceStatus::wire));
        Page<Resource> page =
                resources.list(caller, new Filter(environment, service, type, wanted, provisionId), request);
        return ProvisionCollectionResource.paged(WireMapper.resources(page, request), page, uri);
    }

    @GET
    @Path("/{resource_id}")
    @Endpoint(
            operationId = "getResource",
            summary = "A resource as recorded, and as its engine sees it now",
            permission = "resource:read",
            errors = ErrorKind.NOT_FOUND)
    public ResourceView get(@Context Caller caller, @PathParam("resource_id") String id) {
        return WireMapper.resource(resources.get(caller, id));
    }

    @DELETE
    @Path("/{resource_id}")
    @Endpoint(
            operationId = "deleteResource",
            summary = "Delete a resource; its record ends when its engine confirms",
            permission = "resource:delete",
            status = 202,
            response = DeletionView.class,
            errors = {ErrorKind.NOT_FOUND, ErrorKind.CONFLICT})
    public Response delete(
            @Context Caller caller,
            @PathParam("resource_id") String id,
            @QueryParam("cascade") @DefaultValue("false") boolean cascade,
            @QueryParam("dry_run") @DefaultValue("false") boolean dryRun) {
        ResourceService.Deletion deletion = resources.delete(caller, id, cascade, dryRun);
        DeletionView body = WireMapper.deletion(id, dryRun, deletion);
        if (deletion.operationId() == null) {
            return Response.ok(body).build();
        }
        return Response.accepted(body)
                .location(URI.create("/api/v1/operations/" + deletion.operationId()))
                .header(HttpHeaders.RETRY_AFTER, POLL_SECONDS)
                .build();
    }

    @GET
    @Path("/{resource_id}/logs")
    @Endpoint(
            operationId = "getResourceLogs",
            summary = "The last lines the resource itself wrote",
            permission = "resource:read",
            errors = {ErrorKind.NOT_FOUND, ErrorKind.CONFLICT, ErrorKind.UNAVAILABLE, ErrorKind.BAD_GATEWAY})
    public ResourceLogView logs(
            @Context Caller caller,
            @PathParam("resource_id") String id,
            @QueryParam("tail") @DefaultValue("200") int tail) {
        return new ResourceLogView(id, resources.logs(caller, id, tail));
    }
}
