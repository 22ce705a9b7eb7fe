package org.platformforge.marketplace.rest;

import javax.ws.rs.Consumes;
import javax.ws.rs.DELETE;
import javax.ws.rs.GET;
import javax.ws.rs.POST;
import javax.ws.rs.PUT;
import javax.ws.rs.Path;
import javax.ws.rs.PathParam;
import javax.ws.rs.Produces;
import javax.ws.rs.core.Context;
import javax.ws.rs.core.MediaType;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.http.Api;
import org.platformforge.kernel.api.http.Dialect;
import org.platformforge.kernel.api.http.Endpoint;
import org.platformforge.marketplace.domain.PublisherService;
import org.platformforge.marketplace.rest.Views.KeyList;
import org.platformforge.marketplace.rest.Views.KeyView;
import org.platformforge.marketplace.rest.Views.PublisherList;
import org.platformforge.marketplace.rest.Views.PublisherView;

/** Namespaces, keys and trust. */
@Component(service = PublisherResource.class, property = "osgi.jaxrs.resource=true")
@Api(dialect = Dialect.PLATFORM_FORGE, tag = "Marketplace")
@Path("/api/v1/marketplace/publishers")
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
public class PublisherResource {
    private final PublisherService publishers;

    @Activate
    public PublisherResource(@Reference PublisherService publishers) {
        this.publishers = publishers;
    }

    /** @param namespace first part of the ids of everything the publisher publishes */
    public record PublisherRequest(String namespace, String name, String homepage) {}

    /** @param publicKey Ed25519, X.509 SPKI in PEM */
    public record KeyRequest(String name, String publicKey) {}

    @GET
    @Endpoint(operationId = "listPublishers", summary = "The tenant's own publishers", permission = "marketplace:read")
    public PublisherList list(@Context Caller caller) {
        return new PublisherList(
                publishers.own(caller).stream().map(WireMapper::publisher).toList());
    }

    @POST
    @Endpoint(
            operationId = "createPublisher",
            summary = "Take a namespace for the tenant",
            permission = "marketplace:publish",
            status = 201,
            errors = {ErrorKind.VALIDATION, ErrorKind.CONFLICT})
    public PublisherView create(@Context Caller caller, PublisherRequest request) {
        return WireMapper.publisher(publishers.create(caller, request.namespace(), request.name(), request.homepage()));
    }

    @GET
    @Path("/{namespace}")
    @Endpoint(
            operationId = "getPublisher",
            summary = "A publisher: who it is, how old, whether operators trust it",
            permission = "marketplace:read",
            errors = ErrorKind.NOT_FOUND)
    public PublisherView get(@Context Caller caller, @PathParam("namespace") String namespace) {
        // publishers are the same for every tenant
        return WireMapper.publisher(publishers.get(namespace));
    }

    @GET
    @Path("/{namespace}/keys")
    @Endpoint(
            operationId = "listPublisherKeys",
            summary = "The keys its signatures are checked with, revoked ones too",
            permission = "marketplace:read",
            errors = ErrorKind.NOT_FOUND)
    public KeyList keys(@Context Caller caller, @PathParam("namespace") String namespace) {
        return new KeyList(
                publishers.keys(namespace).stream().map(WireMapper::key).toList());
    }

    @POST
    @Path("/{namespace}/keys")
    @Endpoint(
            operationId = "addPublisherKey",
            summary = "Register a public key",
            permission = "marketplace:publish",
            status = 201,
            errors = {ErrorKind.NOT_FOUND, ErrorKind.VALIDATION, ErrorKind.CONFLICT})
    public KeyView addKey(@Context Caller caller, @PathParam("namespace") String namespace, KeyRequest request) {
        return WireMapper.key(publishers.addKey(caller, namespace, request.name(), request.publicKey()));
    }

    @DELETE
    @Path("/{namespace}/keys/{key_id}")
    @Endpoint(
            operationId = "revokePublisherKey",
            summary = "Revoke a key: what it signed is not installed any more; what runs is warned of, or stopped",
            permission = "marketplace:publish",
            errors = ErrorKind.NOT_FOUND)
    public KeyView revokeKey(
            @Context Caller caller, @PathParam("namespace") String namespace, @PathParam("key_id") String keyId) {
        return WireMapper.key(publishers.revokeKey(caller, namespace, keyId));
    }

    @PUT
    @Path("/{namespace}/trust")
    @Endpoint(
            operationId = "trustPublisher",
            summary = "Let what the publisher signs run inside the platform",
            permission = "marketplace:trust",
            scope = Endpoint.Scope.PLATFORM,
            errors = ErrorKind.NOT_FOUND)
    public PublisherView trust(@Context Caller caller, @PathParam("namespace") String namespace) {
        return WireMapper.publisher(publishers.trust(caller, namespace, true));
    }

    @DELETE
    @Path("/{namespace}/trust")
    @Endpoint(
            operationId = "distrustPublisher",
            summary = "Take the trust back; what runs is warned of, or stopped where the operator set that",
            permission = "marketplace:trust",
            scope = Endpoint.Scope.PLATFORM,
            errors = ErrorKind.NOT_FOUND)
    public PublisherView distrust(@Context Caller caller, @PathParam("namespace") String namespace) {
        return WireMapper.publisher(publishers.trust(caller, namespace, false));
    }
}
