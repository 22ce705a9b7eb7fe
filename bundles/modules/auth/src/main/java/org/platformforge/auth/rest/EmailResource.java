package org.platformforge.auth.rest;

import java.util.Locale;
import javax.validation.Valid;
import javax.validation.constraints.NotNull;
import javax.ws.rs.Consumes;
import javax.ws.rs.POST;
import javax.ws.rs.Path;
import javax.ws.rs.Produces;
import javax.ws.rs.core.Context;
import javax.ws.rs.core.MediaType;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.auth.domain.EmailService;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.http.Api;
import org.platformforge.kernel.api.http.Dialect;
import org.platformforge.kernel.api.http.Endpoint;

/** The e-mail address of an account: confirmed, and changed. */
@Component(service = EmailResource.class, property = "osgi.jaxrs.resource=true")
@Api(dialect = Dialect.PLATFORM_FORGE, tag = "Authentication")
@Path("/api/v1/auth/email")
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
public class EmailResource {
    private final EmailService emails;

    /** @param token from the mail */
    public record TokenRequest(@NotNull String token) {}

    public record VerifiedView(boolean verified) {}

    public record ChangeRequest(@NotNull String email) {}

    /** @param status {@code waiting} until both addresses have confirmed, then {@code changed} */
    public record ChangeView(String status) {}

    @Activate
    public EmailResource(@Reference EmailService emails) {
        this.emails = emails;
    }

    @POST
    @Path("/verification")
    @Endpoint(
            operationId = "requestEmailVerification",
            summary = "Send the mail that asks to confirm the caller's address again, once a minute at most",
            permission = Endpoint.ANY_CALLER,
            schemes = Caller.Scheme.JWT,
            rateLimits = "auth",
            status = 202)
    public VerifiedView requestVerification(@Context Caller caller) {
        return new VerifiedView(emails.requestVerification(caller));
    }

    @POST
    @Path("/verify")
    @Endpoint(
            operationId = "verifyEmail",
            summary = "Confirm an address with the token of a mail",
            permission = Endpoint.PUBLIC,
            schemes = Caller.Scheme.NONE,
            rateLimits = "auth")
    public VerifiedView verify(@Context Caller caller, @Valid TokenRequest request) {
        emails.verify(caller, request.token());
        return new VerifiedView(true);
    }

    @POST
    @Path("/change")
    @Endpoint(
            operationId = "changeEmail",
            summary = "Ask the present and the new address to confirm the change",
            permission = Endpoint.ANY_CALLER,
            schemes = Caller.Scheme.JWT,
            stepUp = true,
            rateLimits = "auth",
            status = 202)
    public ChangeView change(@Context Caller caller, @Valid ChangeRequest request) {
        emails.requestChange(caller, request.email());
        return view(EmailService.Change.WAITING);
    }

    @POST
    @Path("/change/confirm")
    @Endpoint(
            operationId = "confirmEmailChange",
            summary = "Confirm the change of an address with the token of a mail",
            permission = Endpoint.PUBLIC,
            schemes = Caller.Scheme.NONE,
            rateLimits = "auth")
    public ChangeView confirm(@Context Caller caller, @Valid TokenRequest request) {
        return view(emails.confirmChange(caller, request.token()));
    }

    private static ChangeView view(EmailService.Change change) {
        return new ChangeView(change.name().toLowerCase(Locale.ROOT));
    }
}
