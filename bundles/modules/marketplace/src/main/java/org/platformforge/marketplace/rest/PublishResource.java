package org.platformforge.marketplace.rest;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.RecordComponent;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.validation.constraints.NotNull;
import javax.ws.rs.Consumes;
import javax.ws.rs.DELETE;
import javax.ws.rs.HeaderParam;
import javax.ws.rs.POST;
import javax.ws.rs.Path;
import javax.ws.rs.PathParam;
import javax.ws.rs.Produces;
import javax.ws.rs.core.Context;
import javax.ws.rs.core.MediaType;
import javax.ws.rs.core.Response;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.extension.verifier.ExtensionVerifier;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.FieldError;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.delivery.ArtifactStore;
import org.platformforge.kernel.api.http.Api;
import org.platformforge.kernel.api.http.Dialect;
import org.platformforge.kernel.api.http.Endpoint;
import org.platformforge.marketplace.domain.Blocks;
import org.platformforge.marketplace.domain.CatalogueService;
import org.platformforge.marketplace.domain.Json;
import org.platformforge.marketplace.domain.MarketplaceSettings;
import org.platformforge.marketplace.domain.PublishService;
import org.platformforge.marketplace.domain.Release;
import org.platformforge.marketplace.rest.Views.AdvisoryView;
import org.platformforge.marketplace.rest.Views.PublishedView;
import org.platformforge.marketplace.rest.Views.VersionDetail;

/** Document 002, "Publish Extension": the document's JSON, and the bundle itself. */
@Component(service = PublishResource.class, property = "osgi.jaxrs.resource=true")
@Api(dialect = Dialect.PLATFORM_FORGE, tag = "Marketplace")
@Path("/api/v1/marketplace/extensions")
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
public class PublishResource {
    /** Above what {@link MarketplaceSettings#maxArtifact()} can be. */
    private static final int LARGEST_BODY = ExtensionVerifier.MAX_ARTIFACT + 1024 * 1024;

    private static final int LARGEST_JSON = 256 * 1024;
    private static final String MANIFEST = "manifest";
    private static final Set<String> PARTS = names(PublishForm.class);
    private static final Set<String> FIELDS = names(PublishRequest.class);

    private final PublishService publishing;
    private final CatalogueService catalogue;
    private final ArtifactStore artifacts;
    private final MarketplaceSettings settings;
    private final Blocks blocks;
    private final Json json = new Json();

    @Activate
    public PublishResource(
            @Reference PublishService publishing,
            @Reference CatalogueService catalogue,
            @Reference ArtifactStore artifacts,
            @Reference MarketplaceSettings settings,
            @Reference Blocks blocks) {
        this.publishing = publishing;
        this.catalogue = catalogue;
        this.artifacts = artifacts;
        this.settings = settings;
        this.blocks = blocks;
    }

    /**
     * The document's body, which announces a version.
     *
     * @param manifest what {@code META-INF/extension.yaml} will say; what stands beside it is part of it
     */
    public record PublishRequest(
            String id,
            String name,
            String version,
            String description,
            String category,
            String license,
            String changelog,
            Map<String, Object> manifest) {}

    /**
     * The parts of a body that brings the version itself.
     *
     * @param bundle a bundle, or an archive of one and its private libraries
     * @param signature detached, Ed25519, in base64
     * @param draft whether only the publisher is to see it
     */
    public record PublishForm(@NotNull InputStream bundle, String signature, String changelog, Boolean draft) {}

    private static Set<String> names(Class<?> type) {
        return Stream.of(type.getRecordComponents())
                .map(RecordComponent::getName)
                .collect(Collectors.toUnmodifiableSet());
    }

    @POST
    @Path("/publish")
    @Consumes({MediaType.APPLICATION_JSON, MediaType.MULTIPART_FORM_DATA})
    @Endpoint(
            operationId = "publishExtension",
            summary =
                    "Publish a version: JSON announces a draft; multipart/form-data brings the bundle and its signature",
            permission = "marketplace:publish",
            status = 201,
            request = PublishRequest.class,
            form = PublishForm.class,
            response = PublishedView.class,
            errors = {
                ErrorKind.MALFORMED,
                ErrorKind.VALIDATION,
                ErrorKind.UNPROCESSABLE,
                ErrorKind.CONFLICT,
                ErrorKind.PAYLOAD_TOO_LARGE
            },
            maxBody = LARGEST_BODY)
    public Response publish(@Context Caller caller, @HeaderParam("Content-Type") String type, InputStream body)
            throws IOException {
        if (type == null) {
            // nothing else lets a request without a type through: there is no body
            throw PlatformException.of(ErrorKind.MALFORMED, "A request body is required");
        }
        PublishService.Published published = type.toLowerCase(Locale.ROOT).startsWith(MediaType.MULTIPART_FORM_DATA)
                ? bundle(caller, type, body)
                : publishing.draft(caller, manifest(body));
        Release release = published.release();
        PublishedView view =
                WireMapper.published(published, catalogue.version(caller, release.extensionId(), release.version()));
        return Response.status(published.created() ? 201 : 200)
                .location(URI.create(
                        "/api/v1/marketplace/extensions/" + release.extensionId() + "/versions/" + release.version()))
                .entity(view)
                .build();
    }

    private PublishService.Published bundle(Caller caller, String type, InputStream body) throws IOException {
        try (Multipart parts = new Multipart(body, type, artifacts.incoming(), PARTS, settings.maxArtifact());
                InputStream file = parts.file("bundle");
                ArtifactStore.Staged staged = artifacts.stage(file)) {
            return publishing.publish(
                    caller, staged, parts.text("signature"), parts.text("changelog"), draft(parts.text("draft")));
        }
    }

    private static boolean draft(String text) {
        if (text == null || text.equals("false")) {
            return false;
        }
        if (text.equals("true")) {
            return true;
        }
        throw PlatformException.invalid("draft", "must be true or false");
    }

    /** The document's body: what stands beside the manifest is part of it. */
    private Map<String, Object> manifest(InputStream body) throws IOException {
        byte[] text = body.readNBytes(LARGEST_JSON + 1);
        if (text.length > LARGEST_JSON) {
            throw PlatformException.of(ErrorKind.PAYLOAD_TOO_LARGE, "A manifest may have " + LARGEST_JSON + " bytes");
        }
        Map<String, Object> request = json.parse(text);
        Map<String, Object> manifest = new LinkedHashMap<>();
        Object inner = request.remove(MANIFEST);
        if (inner instanceof Map<?, ?> map) {
            map.forEach((key, value) -> manifest.put(String.valueOf(key), value));
        } else if (inner != null) {
            throw PlatformException.invalid(MANIFEST, "must be an object");
        }
        List<FieldError> wrong = new ArrayList<>();
        request.forEach((key, value) -> {
            if (!FIELDS.contains(key)) {
                wrong.add(new FieldError(key, "is not known here"));
            } else if (manifest.containsKey(key) && !manifest.get(key).equals(value)) {
                wrong.add(new FieldError(key, "is not what the manifest says"));
            } else {
                manifest.put(key, value);
            }
        });
        if (!wrong.isEmpty()) {
            throw PlatformException.invalid("Invalid request", wrong);
        }
        return manifest;
    }

    @POST
    @Path("/{extension_id}/versions/{version}/publish")
    @Endpoint(
            operationId = "publishDraft",
            summary = "Let everybody see a draft that has an artifact",
            permission = "marketplace:publish",
            errors = {ErrorKind.NOT_FOUND, ErrorKind.CONFLICT})
    public VersionDetail release(
            @Context Caller caller, @PathParam("extension_id") String id, @PathParam("version") String version) {
        publishing.release(caller, id, version);
        return WireMapper.detail(catalogue.version(caller, id, version));
    }

    public record YankRequest(String reason) {}

    @POST
    @Path("/{extension_id}/versions/{version}/yank")
    @Endpoint(
            operationId = "yankVersion",
            summary = "Take a version out of the catalogue; who runs it keeps it",
            permission = "marketplace:publish",
            errors = {ErrorKind.NOT_FOUND, ErrorKind.VALIDATION, ErrorKind.CONFLICT})
    public VersionDetail yank(
            @Context Caller caller,
            @PathParam("extension_id") String id,
            @PathParam("version") String version,
            YankRequest request) {
        publishing.yank(caller, id, version, request.reason());
        return WireMapper.detail(catalogue.version(caller, id, version));
    }

    /** @param affected a version range */
    public record BlockRequest(String affected, String reason) {}

    @POST
    @Path("/{extension_id}/blocks")
    @Endpoint(
            operationId = "blockExtension",
            summary = "Take versions out of service for every tenant, such as malicious ones",
            permission = "marketplace:trust",
            scope = Endpoint.Scope.PLATFORM,
            status = 201,
            errors = {ErrorKind.NOT_FOUND, ErrorKind.VALIDATION})
    public AdvisoryView block(@Context Caller caller, @PathParam("extension_id") String id, BlockRequest request) {
        return WireMapper.advisory(blocks.block(caller, id, request.affected(), request.reason()));
    }

    @DELETE
    @Path("/{extension_id}/blocks/{block_id}")
    @Endpoint(
            operationId = "unblockExtension",
            summary = "Let the versions serve again",
            permission = "marketplace:trust",
            scope = Endpoint.Scope.PLATFORM,
            errors = ErrorKind.NOT_FOUND)
    public AdvisoryView unblock(
            @Context Caller caller, @PathParam("extension_id") String id, @PathParam("block_id") String block) {
        return WireMapper.advisory(blocks.lift(caller, id, block));
    }

    /** @param affected a version range @param severity low, medium, high or critical */
    public record AdvisoryRequest(String affected, String severity, String summary) {}

    @POST
    @Path("/{extension_id}/advisories")
    @Endpoint(
            operationId = "adviseExtension",
            summary = "Warn of versions of an extension",
            permission = "marketplace:publish",
            status = 201,
            errors = {ErrorKind.NOT_FOUND, ErrorKind.VALIDATION})
    public AdvisoryView advise(@Context Caller caller, @PathParam("extension_id") String id, AdvisoryRequest request) {
        return WireMapper.advisory(
                publishing.advise(caller, id, request.affected(), request.severity(), request.summary()));
    }

    @DELETE
    @Path("/{extension_id}/advisories/{advisory_id}")
    @Endpoint(
            operationId = "withdrawAdvisory",
            summary = "Take a warning back",
            permission = "marketplace:publish",
            errors = ErrorKind.NOT_FOUND)
    public AdvisoryView withdrawAdvisory(
            @Context Caller caller, @PathParam("extension_id") String id, @PathParam("advisory_id") String advisory) {
        return WireMapper.advisory(publishing.withdrawAdvisory(caller, id, advisory));
    }
}
