package org.platformforge.marketplace.rest;

import javax.ws.rs.Consumes;
import javax.ws.rs.DELETE;
import javax.ws.rs.DefaultValue;
import javax.ws.rs.GET;
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
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.Page;
import org.platformforge.kernel.api.PageRequest;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.http.Api;
import org.platformforge.kernel.api.http.Dialect;
import org.platformforge.kernel.api.http.Endpoint;
import org.platformforge.kernel.api.http.Links;
import org.platformforge.marketplace.domain.CatalogueService;
import org.platformforge.marketplace.domain.CatalogueSort;
import org.platformforge.marketplace.rest.Views.ExtensionDetail;
import org.platformforge.marketplace.rest.Views.ExtensionList;
import org.platformforge.marketplace.rest.Views.RatingList;
import org.platformforge.marketplace.rest.Views.VersionDetail;
import org.platformforge.marketplace.rest.Views.VersionList;
import org.platformforge.marketplace.store.UsageTable;

/** Document 002, "List Extensions", and what belongs to it. */
@Component(service = CatalogueResource.class, property = "osgi.jaxrs.resource=true")
@Api(dialect = Dialect.PLATFORM_FORGE, tag = "Marketplace")
@Path("/api/v1/marketplace/extensions")
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
public class CatalogueResource {
    private final CatalogueService catalogue;

    @Activate
    public CatalogueResource(@Reference CatalogueService catalogue) {
        this.catalogue = catalogue;
    }

    @GET
    @Endpoint(
            operationId = "listExtensions",
            summary =
                    "The catalogue: what there is to install; compatible=true leaves out what does not run on this platform",
            permission = "marketplace:read",
            response = ExtensionList.class,
            errors = ErrorKind.VALIDATION)
    public Response list(
            @Context Caller caller,
            @Context UriInfo uri,
            @QueryParam("category") String category,
            @QueryParam("search") String search,
            @QueryParam("sort") @DefaultValue("popular") String sort,
            @QueryParam("own") @DefaultValue("false") boolean own,
            @QueryParam("compatible") @DefaultValue("false") boolean compatible,
            @Context PageRequest request) {
        CatalogueService.Query query = new CatalogueService.Query(category, search, order(sort), own, compatible);
        Page<CatalogueService.Listing> page = catalogue.list(caller, query, request);
        return paged(WireMapper.extensions(page, request), page, uri);
    }

    private static CatalogueSort order(String text) {
        return switch (text) {
            case "popular" -> CatalogueSort.POPULAR;
            case "newest" -> CatalogueSort.NEWEST;
            case "rating" -> CatalogueSort.RATING;
            default -> throw PlatformException.invalid("sort", "must be one of popular, newest, rating");
        };
    }

    static Response paged(Object body, Page<?> page, UriInfo uri) {
        Response.ResponseBuilder response = Response.ok(body);
        page.nextCursor().ifPresent(next -> response.header(HttpHeaders.LINK, Links.next(uri.getRequestUri(), next)));
        return response.build();
    }

    @GET
    @Path("/{extension_id}")
    @Endpoint(
            operationId = "getExtension",
            summary = "An extension with its versions and advisories",
            permission = "marketplace:read",
            errors = ErrorKind.NOT_FOUND)
    public ExtensionDetail get(@Context Caller caller, @PathParam("extension_id") String id) {
        return WireMapper.detail(catalogue.get(caller, id));
    }

    @GET
    @Path("/{extension_id}/versions")
    @Endpoint(
            operationId = "listExtensionVersions",
            summary = "The versions of an extension, highest first, with their changelogs",
            permission = "marketplace:read",
            errors = ErrorKind.NOT_FOUND)
    public VersionList versions(@Context Caller caller, @PathParam("extension_id") String id) {
        return new VersionList(
                id,
                catalogue.get(caller, id).versions().stream()
                        .map(WireMapper::version)
                        .toList());
    }

    @GET
    @Path("/{extension_id}/versions/{version}")
    @Endpoint(
            operationId = "getExtensionVersion",
            summary = "One version: manifest, permissions and the schema of its settings",
            permission = "marketplace:read",
            errors = ErrorKind.NOT_FOUND)
    public VersionDetail version(
            @Context Caller caller, @PathParam("extension_id") String id, @PathParam("version") String version) {
        return WireMapper.detail(catalogue.version(caller, id, version));
    }

    /** @param stars 1 to 5 */
    public record RatingRequest(int stars, String comment) {}

    @PUT
    @Path("/{extension_id}/rating")
    @Endpoint(
            operationId = "rateExtension",
            summary = "Rate an extension the tenant has installed; rating again replaces the rating",
            permission = "marketplace:rate",
            errors = {ErrorKind.NOT_FOUND, ErrorKind.VALIDATION, ErrorKind.CONFLICT})
    public ExtensionDetail rate(@Context Caller caller, @PathParam("extension_id") String id, RatingRequest request) {
        return WireMapper.detail(catalogue.rate(caller, id, request.stars(), request.comment()));
    }

    @DELETE
    @Path("/{extension_id}/rating")
    @Endpoint(
            operationId = "withdrawRating",
            summary = "Take the caller's rating back",
            permission = "marketplace:rate",
            errors = ErrorKind.NOT_FOUND)
    public ExtensionDetail unrate(@Context Caller caller, @PathParam("extension_id") String id) {
        return WireMapper.detail(catalogue.unrate(caller, id));
    }

    @GET
    @Path("/{extension_id}/ratings")
    @Endpoint(
            operationId = "listExtensionRatings",
            summary = "What users think of an extension, newest first; who they are is not told",
            permission = "marketplace:read",
            response = RatingList.class,
            errors = {ErrorKind.NOT_FOUND, ErrorKind.VALIDATION})
    public Response ratings(
            @Context Caller caller,
            @Context UriInfo uri,
            @PathParam("extension_id") String id,
            @Context PageRequest request) {
        Page<UsageTable.Rating> page = catalogue.ratings(caller, id, request);
        return paged(WireMapper.ratings(page, request), page, uri);
    }
}
