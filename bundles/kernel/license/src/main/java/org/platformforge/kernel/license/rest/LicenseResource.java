package org.platformforge.kernel.license.rest;

import java.io.IOException;
import java.io.InputStream;
import javax.ws.rs.Consumes;
import javax.ws.rs.GET;
import javax.ws.rs.POST;
import javax.ws.rs.PUT;
import javax.ws.rs.Path;
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
import org.platformforge.kernel.license.LicenseAdministration;
import org.platformforge.kernel.license.document.SignedLicense;

/** The platform's licence. A body is a licence file as the vendor made it. */
@Component(service = LicenseResource.class, property = "osgi.jaxrs.resource=true")
@Api(dialect = Dialect.PLATFORM_API, tag = "Licence")
@Path("/api/v1/admin/license")
@Produces(MediaType.APPLICATION_JSON)
public final class LicenseResource {
    private final LicenseAdministration licenses;

    @Activate
    public LicenseResource(@Reference LicenseAdministration licenses) {
        this.licenses = licenses;
    }

    @GET
    @Endpoint(
            operationId = "getLicense",
            summary = "What the platform runs under: feature sets, limits, end, and what an operator should do",
            permission = LicenseAdministration.READ,
            scope = Endpoint.Scope.PLATFORM,
            response = LicenseView.class)
    public LicenseView get(@Context Caller caller) {
        return licenses.show(caller);
    }

    @PUT
    @Consumes(MediaType.APPLICATION_JSON)
    @Endpoint(
            operationId = "putLicense",
            summary = "Install a licence in the place of the one before",
            permission = LicenseAdministration.INSTALL,
            scope = Endpoint.Scope.PLATFORM,
            request = Object.class,
            response = LicenseView.class,
            maxBody = SignedLicense.MAX_BYTES,
            errors = ErrorKind.UNPROCESSABLE)
    public LicenseView put(@Context Caller caller, InputStream body) throws IOException {
        return licenses.install(caller, body.readAllBytes());
    }

    @POST
    @Path("/verify")
    @Consumes(MediaType.APPLICATION_JSON)
    @Endpoint(
            operationId = "verifyLicense",
            summary = "What a licence would be worth here; changes nothing",
            permission = LicenseAdministration.READ,
            scope = Endpoint.Scope.PLATFORM,
            request = Object.class,
            response = GrantView.class,
            maxBody = SignedLicense.MAX_BYTES,
            errors = ErrorKind.UNPROCESSABLE)
    public GrantView verify(@Context Caller caller, InputStream body) throws IOException {
        return GrantView.of(licenses.verify(caller, body.readAllBytes()));
    }
}
