package org.platformforge.auth.rest;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import javax.validation.Valid;
import javax.validation.constraints.Max;
import javax.validation.constraints.Min;
import javax.validation.constraints.NotBlank;
import javax.validation.constraints.Pattern;
import javax.validation.constraints.Size;
import javax.ws.rs.Consumes;
import javax.ws.rs.DELETE;
import javax.ws.rs.GET;
import javax.ws.rs.POST;
import javax.ws.rs.Path;
import javax.ws.rs.PathParam;
import javax.ws.rs.Produces;
import javax.ws.rs.core.Context;
import javax.ws.rs.core.HttpHeaders;
import javax.ws.rs.core.MediaType;
import javax.ws.rs.core.Response;
import javax.ws.rs.core.UriInfo;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.Page;
import org.platformforge.kernel.api.PageRequest;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.http.Api;
import org.platformforge.kernel.api.http.Dialect;
import org.platformforge.kernel.api.http.Endpoint;
import org.platformforge.kernel.api.http.Links;
import org.platformforge.kernel.api.http.Pagination;
import org.platformforge.kernel.api.security.ApiKeys;
import org.platformforge.kernel.api.security.ApiKeys.ApiKey;

/** API tokens (document 000) and API keys (document 001): created, listed and revoked by their owners. */
@Component(service = ApiKeyResource.class, property = "osgi.jaxrs.resource=true")
@Api(dialect = Dialect.PLATFORM_FORGE, tag = "Authentication")
@Path("/api/v1/auth/api-keys")
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
public class ApiKeyResource {
    private final ApiKeys keys;

    /**
     * @param type {@code token} for {@code Authorization: Bearer}, {@code key} for {@code X-API-Key}; {@code token}
     *     unless said
     * @param plan {@code standard} unless said
     */
    public record CreateRequest(
            @NotBlank @Size(max = 100) String name,

            @Pattern(regexp = "token|key", message = "must be token or key")
            String type,

            @Pattern(regexp = "standard|premium", message = "must be standard or premium")
            String plan,

            @Size(max = 16) Set<@NotBlank @Size(max = 64) String> roles,
            @Size(max = 64) Set<@NotBlank @Size(max = 128) String> scopes,
            Instant expiresAt) {}

    /**
     * @param graceSeconds how long the old secret is accepted beside the new one: 0, as it is unless said, or 60 to 604800
     * @param expiresAt of the new one; as long from now as the old one was made for, unless said
     */
    public record RotateRequest(@Min(0) @Max(604_800) Long graceSeconds, Instant expiresAt) {}

    /**
     * @param prefix the first characters of the secret, to recognise it by
     * @param rotatedTo the key that took its place, or null
     */
    public record ApiKeyView(
            String id,
            String type,
            String name,
            String prefix,
            String plan,
            List<String> roles,
            List<String> scopes,
            String createdBy,
            Instant createdAt,
            Instant expiresAt,
            Instant lastUsedAt,
            Instant revokedAt,
            String rotatedTo) {}

    /** @param secret shown in this answer and never again */
    public record CreatedView(ApiKeyView apiKey, String secret) {}

    /** @param nextCursor null exactly when there is no more */
    public record ListView(
            List<ApiKeyView> apiKeys, Pagination pagination, long total, boolean hasMore, String nextCursor) {}

    @Activate
    public ApiKeyResource(@Reference ApiKeys keys) {
        this.keys = keys;
    }

    @GET
    @Endpoint(
            operationId = "listApiKeys",
            summary = "API tokens and keys of the tenant",
            permission = "apikey:read",
            response = ListView.class)
    public Response list(@Context Caller caller, @Context PageRequest request, @Context UriInfo uri) {
        Page<ApiKeyView> page = keys.list(caller, request).map(ApiKeyResource::view);
        Response.ResponseBuilder response = Response.ok(new ListView(
                page.items(),
                Pagination.of(request, page),
                page.total(),
                page.nextCursor().isPresent(),
                page.nextCursor().orElse(null)));
        page.nextCursor().ifPresent(next -> response.header(HttpHeaders.LINK, Links.next(uri.getRequestUri(), next)));
        return response.build();
    }

    @GET
    @Path("/{id}")
    @Endpoint(operationId = "getApiKey", summary = "One API token or key", permission = "apikey:read")
    public ApiKeyView get(@Context Caller caller, @PathParam("id") String id) {
        return view(keys.find(caller, id).orElseThrow(() -> PlatformException.notFound("API key", id)));
    }

    @POST
    @Endpoint(
            operationId = "createApiKey",
            summary = "Create an API token or key; its secret is shown once",
            permission = "apikey:create",
            stepUp = true,
            status = 201)
    public CreatedView create(@Context Caller caller, @Valid CreateRequest request) {
        ApiKeys.Type type = "key".equals(request.type()) ? ApiKeys.Type.KEY : ApiKeys.Type.TOKEN;
        ApiKeys.Created created = keys.create(
                caller,
                new ApiKeys.NewApiKey(
                        type,
                        request.name(),
                        request.plan() == null ? "standard" : request.plan(),
                        request.roles(),
                        request.scopes() == null ? Set.of() : request.scopes(),
                        request.expiresAt()));
        return new CreatedView(view(created.key()), created.secret());
    }

    @POST
    @Path("/{id}/rotate")
    @Endpoint(
            operationId = "rotateApiKey",
            summary = "Put a new API token or key in the place of one; its secret is shown once",
            permission = "apikey:create",
            stepUp = true,
            status = 201)
    public CreatedView rotate(
            @Context Caller caller, @PathParam("id") String id, @Valid Optional<RotateRequest> request) {
        ApiKeys.Created created = keys.rotate(
                caller,
                id,
                request.map(RotateRequest::graceSeconds)
                        .map(Duration::ofSeconds)
                        .orElse(Duration.ZERO),
                request.map(RotateRequest::expiresAt).orElse(null));
        return new CreatedView(view(created.key()), created.secret());
    }

    @DELETE
    @Path("/{id}")
    @Endpoint(
            operationId = "revokeApiKey",
            summary = "Revoke an API token or key",
            permission = "apikey:revoke",
            stepUp = true)
    public ApiKeyView revoke(@Context Caller caller, @PathParam("id") String id) {
        return view(keys.revoke(caller, id));
    }

    private static ApiKeyView view(ApiKey key) {
        return new ApiKeyView(
                key.id(),
                key.type().name().toLowerCase(Locale.ROOT),
                key.name(),
                key.prefix(),
                key.plan(),
                key.roles().stream().sorted().toList(),
                key.scopes().stream().sorted().toList(),
                key.createdBy(),
                key.createdAt(),
                key.expiresAt(),
                key.lastUsedAt(),
                key.revokedAt(),
                key.rotatedTo());
    }
}
